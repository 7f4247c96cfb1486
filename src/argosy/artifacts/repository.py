"""The repository: a folder in which a key is a path. Artifacts that name no other place are kept there."""

from __future__ import annotations

import os
import shutil
from pathlib import Path, PurePath

from argosy.artifacts import Places
from argosy.errors import ArtifactError, NotFound
from argosy.model.arguments import Artifact
from argosy.plan.artifacts import key_of


class RepositoryDriver:
    """argosy.ports.artifacts.ArtifactDriver for one folder."""

    def __init__(self, places: Places) -> None:
        """The folder is made when something is kept in it."""
        self.root = places.repository

    def load(self, artifact: Artifact, path: str) -> None:
        """Copy what is kept."""
        kept = self._place(artifact)
        if not os.path.lexists(kept):
            raise NotFound(f"The specified key does not exist: {key_of(artifact)}")
        _copy(kept, Path(path))

    def save(self, path: str, artifact: Artifact) -> None:
        """Copy this, and let it appear as a whole."""
        kept = self._place(artifact)
        kept.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        new = kept.with_name(f".{kept.name}.new")
        _remove(new)
        _copy(Path(path), new)
        if kept.is_dir() or new.is_dir():
            _remove(kept)
        new.replace(kept)

    def delete(self, artifact: Artifact) -> None:
        """Remove it."""
        _remove(self._place(artifact))

    def _place(self, artifact: Artifact) -> Path:
        """Keys come from manifests: none may lead out of the folder."""
        key = PurePath(key_of(artifact).strip("/"))
        if not key.parts or ".." in key.parts or "\0" in str(key):
            raise ArtifactError(f"{key_of(artifact)!r} can't be the key of an artifact")
        return self.root / key


def _copy(source: Path, target: Path) -> None:
    if source.is_dir():
        shutil.copytree(source, target, symlinks=True)
    else:
        shutil.copy2(source, target)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
