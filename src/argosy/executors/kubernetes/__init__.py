"""Two executors on a cluster: leaves as Pods, leaves as Jobs.

names      labels and annotations
manifest   PodRequest → Pod                    pure
reports    Pod → PodReport                     pure
refusals   what of a workflow can't run yet    pure
logs       a container's log, as lines and as a result
pods       the executor `kubernetes`
jobs       the executor `kubernetes-jobs`
"""
