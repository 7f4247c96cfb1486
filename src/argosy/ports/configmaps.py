"""What a ConfigMap says: the limits of semaphores and remembered outputs are kept in them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

SYNC_LIMITS = "argosy-sync-limits"
"""The ConfigMap in which the limits of semaphores of the kind `database` are kept, one in each namespace."""
TYPE_LABEL, CACHE = "workflows.argoproj.io/configmap-type", "Cache"
"""The label that a ConfigMap has to have for outputs to be remembered in it, and its value."""
PARAMETER = "Parameter"
"""The value of that label which lets parameters be read from a ConfigMap."""


class ConfigMap(NamedTuple):
    """Its labels and its data."""

    labels: Mapping[str, str]
    data: Mapping[str, str]


ReadConfigMap = Callable[[str, str], ConfigMap | None]
"""The ConfigMap of a namespace and a name as it is now, None where there is none."""


def no_config_maps(namespace: str, name: str) -> ConfigMap | None:  # noqa: ARG001
    """There is none."""
    return None
