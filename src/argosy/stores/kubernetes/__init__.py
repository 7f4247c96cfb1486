"""Workflows as objects of a cluster: what `kubectl get wf` shows is the state.

patches    two states → the JSON merge patch between them, and back                        pure
shape      an object of the cluster ⇄ a Workflow; nodes packed and unpacked                pure
edits      what somebody edited → requests; a request → the edit that Argo's CLI makes      pure
drafts     changes of the machine → one patch for the object                               pure
mirror     the workflows that are not finished, as far as this process has seen and written them
writer     patches to the API, with conflicts and failures got over
reading    lists in pages, summaries, one object by its name
objects    objects of any kind
store      argosy.ports.store.Store
lease      who of several controllers acts

The API server keeps no order of a map's entries, no transaction over several objects, and no queue. So nodes are put in
order when they are read; each workflow of a commit is one write, and a workflow that somebody deletes meanwhile loses
its own only; and a request is an edit of the object, by whomever, until the engine has taken it in.
"""
