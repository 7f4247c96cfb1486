"""Orders, in the imperative: what the machine asks of the shell. Carried out at least once, once committed."""

from __future__ import annotations

from msgspec import Struct

from argosy.ports.pods import PodKey, PodRequest


class StartPod(Struct, frozen=True, gc=False, tag=True):
    """Run this leaf. Doing it twice runs it once: the key decides."""

    request: PodRequest


class StopPod(Struct, frozen=True, gc=False, tag=True):
    """End this pod: ask it first, kill it after `grace_seconds` (0: at once). Not running any more: nothing to do."""

    key: PodKey
    grace_seconds: float


class Remember(Struct, frozen=True, gc=False, tag=True):
    """Keep this entry under its key in a cache: a ConfigMap, which is made where there is none."""

    namespace: str
    cache: str
    key: str
    entry: str


Command = StartPod | StopPod | Remember
