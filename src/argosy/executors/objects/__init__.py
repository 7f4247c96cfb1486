"""Runs resource templates without a cluster: they act on the objects of the store, and what they create really runs.

executor     the port, and the thread in which everything here happens
core         what follows, put together; imported when it is needed
nodes        the pods of resource templates: they act, wait for a condition, report
actions      what kubectl does: create, apply, replace, patch, delete, get
call         a request → kubectl's call: options, objects, names; with command (flags) and manifest (text)
patches      the kinds of patch, and apply's three-way merge
outputs      what is read from the object in the end; with jq
ownpod       the pod of a resource template as an object that it can act on
runs         objects that run and their pods, kept in step
kinds/       what a Job and a Pod do (pure); one row in a table for each kind
world        the objects of the store, its workflows as objects, and who owns what
resources    the names of kinds; names: those of objects; failures: what is said when things go wrong; logs
"""
