"""A try on another node than the tries before it: affinity, and the nodes to keep away from → affinity. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution"
HOSTNAME = "kubernetes.io/hostname"


def away_from(hosts: Sequence[str], affinity: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """The affinity of a pod that must not run on these nodes (AddHostnamesToAffinity in Argo's workflow/util/retry).

    One of the terms has to hold, so all of them get it; Argo gives it to the first alone.
    """
    if not hosts:
        return dict(affinity) if affinity else None
    elsewhere = {"key": HOSTNAME, "operator": "NotIn", "values": list(hosts)}
    node = dict((affinity or {}).get("nodeAffinity") or {})
    terms = (node.get(REQUIRED) or {}).get("nodeSelectorTerms") or [{}]
    node[REQUIRED] = {
        "nodeSelectorTerms": [
            {**term, "matchExpressions": [*(term.get("matchExpressions") or ()), elsewhere]} for term in terms
        ]
    }
    return {**(affinity or {}), "nodeAffinity": node}
