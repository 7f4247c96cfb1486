"""raw: the artifact's content stands in the manifest."""

from __future__ import annotations

from pathlib import Path

from argosy.artifacts import Places
from argosy.errors import ArtifactError
from argosy.model.arguments import Artifact


class RawDriver:
    """argosy.ports.artifacts.ArtifactDriver: it can only be read."""

    def __init__(self, places: Places) -> None:
        """What is in the manifest needs nothing else."""

    def load(self, artifact: Artifact, path: str) -> None:
        """Write the text."""
        Path(path).write_text(artifact.raw.data if artifact.raw else "", encoding="utf-8", newline="")

    def save(self, path: str, artifact: Artifact) -> None:  # noqa: ARG002
        """Raises ArtifactError."""
        raise ArtifactError("Raw output artifacts unsupported")

    def delete(self, artifact: Artifact) -> None:
        """There is nothing to remove."""
