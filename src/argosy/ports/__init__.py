"""What the machine says to the world and hears of it: events, commands, and the protocols of store, executor and clock."""
