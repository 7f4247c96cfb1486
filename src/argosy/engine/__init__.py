"""The machine: facts in, orders out. Pure and synchronous; time comes as an argument, and the status is the state."""
