"""What a cluster needs to run workflows, as manifests: `argosy install | kubectl apply --server-side -f -`.

manifests   all of it, in order
crds        Argo's kinds, with a schema or without
access      the service account and what it may do
deployment  the controller, twice: one acts, the other stands by
"""
