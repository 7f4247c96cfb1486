"""The port behind which artifacts are kept.

An artifact says itself where it is: in a store by a key (`s3: {key}`, the same of a repository that need not be named),
in the manifest (`raw`), at an address (`http`, `git`).
"""

from __future__ import annotations

from typing import Protocol

from argosy.model.arguments import Artifact


class ArtifactDriver(Protocol):
    """One kind of place. Raises NotFound for what is not there, ArtifactError where it can't be had or kept."""

    def load(self, artifact: Artifact, path: str) -> None:
        """Put what is kept, packed or not, at this path, at which nothing is yet: a file, or a folder."""
        ...

    def save(self, path: str, artifact: Artifact) -> None:
        """Keep this file or folder as the artifact, in the place of what was kept there before."""
        ...

    def delete(self, artifact: Artifact) -> None:
        """Remove what is kept. Nothing there: nothing happens."""
        ...


class ArtifactKeeper(Protocol):
    """Brings artifacts to a path and from there, for those who run pods. Raises what drivers raise."""

    def load(self, artifact: Artifact, path: str, namespace: str) -> None:
        """Put the artifact at this path, at which nothing is yet, unpacked and with its mode."""
        ...

    def save(self, path: str, artifact: Artifact, prefix: str, namespace: str) -> Artifact:
        """Keep what is at this path, packed as the artifact says; gives the artifact with the place where it is.

        One that names no place is kept in the repository, under a key that begins with the prefix.
        """
        ...
