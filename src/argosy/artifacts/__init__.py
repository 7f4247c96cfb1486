"""The places in which artifacts are kept. Each is a module with a class that implements
`argosy.ports.artifacts.ArtifactDriver`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from msgspec import Struct

from argosy.ports.artifacts import ArtifactDriver
from argosy.registry import Table

Secrets = Callable[[str, str], Mapping[str, str] | None]
"""(namespace, name) → the data of a Secret, decoded; None where there is none."""


class Places(Struct, frozen=True, kw_only=True):
    """What drivers need to know: the folder of the repository, and whose secrets they may read."""

    repository: Path
    namespace: str = "default"
    secrets: Secrets = lambda _namespace, _name: None


DRIVERS: Table[Callable[[Places], ArtifactDriver]] = Table(
    "artifact driver",
    {
        "artifactory": "argosy.artifacts.http:ArtifactoryDriver",
        "git": "argosy.artifacts.git:GitDriver",
        "http": "argosy.artifacts.http:HTTPDriver",
        "raw": "argosy.artifacts.raw:RawDriver",
        "repository": "argosy.artifacts.repository:RepositoryDriver",
    },
)
"""The field of an artifact that names the place → its driver. All that have a key only are in the repository."""
