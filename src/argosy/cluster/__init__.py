"""A cluster's API, watched and written to: what the executors and the store of Kubernetes stand on.

connect    kubeconfig, or the service account of a pod → an HTTP client (lightkube's)
failures   answers and broken connections → errors of ours, and what of them may be tried again
discovery  (apiVersion, kind) → path, cached
api        one method per verb of the API, on plain dicts, with retries; watches and logs as streams
informer   list and watch, put together rightly, once
runtime    the thread and the event loop that all of this runs in
cluster    what others hold: the loop, the API and the shared informers of one cluster
"""
