"""The command line: arguments become requests to operations, and answers become text.

main        the entry point: errors become messages and exit codes
verbs       one file per verb, in a table
command     what all verbs have in common
session     the settings, and the client that carries requests out
files       paths, URLs and standard input become documents
follow      waiting, watching, streaming logs
console     colours, messages on standard error, reports of bugs
printers    answers become text
"""
