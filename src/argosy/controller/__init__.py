"""The shell around the machine: the one loop, who may be the engine of a store, and how it is woken."""
