"""How a program, the command line first of all, reaches Argosy."""
