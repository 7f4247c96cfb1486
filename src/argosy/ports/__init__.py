"""What the machine tells the world and hears of it: events, commands, the protocols of store, executor and clock."""
