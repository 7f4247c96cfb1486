"""sprig 3.3, the functions that expressions have as `sprig.*`, one module for each family; `table` has them all."""
