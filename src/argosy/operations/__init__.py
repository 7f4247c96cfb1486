"""One file per operation of the API, declared once: the command line, REST, the clients and the docs read it."""
