"""One file per operation of the API, each declared once: the command line, REST, the in-process client and the docs read it."""
