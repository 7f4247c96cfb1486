"""Artifacts of pods: fetched and unpacked, packed and kept."""

from __future__ import annotations

import posixpath
from collections.abc import Callable
from pathlib import Path

import msgspec

from argosy.artifacts import DRIVERS, Places, Secrets
from argosy.errors import ArtifactError
from argosy.model.arguments import Artifact
from argosy.model.locations import ArchiveStrategy, S3Artifact, TarStrategy
from argosy.plan.artifacts import has_location, key_of
from argosy.ports.artifacts import ArtifactDriver


class Keeper:
    """argosy.ports.artifacts.ArtifactKeeper over the drivers, with one folder as the repository."""

    def __init__(self, repository: Path, secrets: Secrets) -> None:
        self.repository, self.secrets = repository, secrets

    def load(self, artifact: Artifact, path: str, namespace: str) -> None:
        """Put the artifact at this path, unpacked and with its mode."""
        from argosy.artifacts.packing import is_tarball, unpack_tar, unpack_zip  # few pods need it, and it is large

        target = Path(path)
        packed = target.with_name(f"{target.name}.tmp")
        self._driver(artifact, namespace).load(artifact, str(packed))
        archive = artifact.archive or ArchiveStrategy()
        if archive.none is not None or packed.is_dir():
            packed.rename(target)
        elif archive.zip is not None:
            unpack_zip(packed, target)
        elif archive.tar is not None or is_tarball(packed):
            unpack_tar(packed, target)
        else:
            packed.rename(target)
        if packed.exists():
            packed.unlink()
        if artifact.mode is not None:
            _chmod(target, artifact.mode, recurse=artifact.recurse_mode)

    def save(self, path: str, artifact: Artifact, prefix: str, namespace: str) -> Artifact:
        """Keep what is at this path, packed as the artifact says."""
        archive = artifact.archive or ArchiveStrategy(tar=TarStrategy())
        if archive.none is not None:
            kept = _placed(artifact, prefix, posixpath.basename(artifact.path.rstrip("/")))
            self._driver(kept, namespace).save(path, kept)
            return kept
        return self._pack(Path(path), artifact, archive, prefix, namespace)

    def _pack(
        self, source: Path, artifact: Artifact, archive: ArchiveStrategy, prefix: str, namespace: str
    ) -> Artifact:
        import tempfile  # as above

        from argosy.artifacts.packing import pack_tar, pack_zip

        name = f"{artifact.name}.zip" if archive.zip is not None else f"{artifact.name}.tgz"
        kept = _placed(artifact, prefix, name)
        with tempfile.TemporaryDirectory() as folder:
            packed = Path(folder, name)
            with packed.open("wb") as file:
                if archive.zip is not None:
                    pack_zip(source, file)
                else:
                    pack_tar(source, file, archive.tar.compression_level if archive.tar else None)
            self._driver(kept, namespace).save(str(packed), kept)
        return kept

    def delete(self, artifact: Artifact, namespace: str) -> None:
        """Remove what is kept."""
        self._driver(artifact, namespace).delete(artifact)

    def _driver(self, artifact: Artifact, namespace: str) -> ArtifactDriver:
        places = Places(repository=self.repository, namespace=namespace, secrets=self.secrets)
        return driver_of(artifact)(places)


def driver_of(artifact: Artifact) -> Callable[[Places], ArtifactDriver]:
    """The driver of the place that the artifact names. Raises ArtifactError where it names none."""
    name = next((each for each in DRIVERS if getattr(artifact, each, None) is not None), "repository")
    if name == "repository" and not key_of(artifact):
        raise ArtifactError(f"artifact {artifact.name} says neither where it is kept nor under which key")
    return DRIVERS[name]


def _placed(artifact: Artifact, prefix: str, name: str) -> Artifact:
    if has_location(artifact):
        return artifact
    return msgspec.structs.replace(artifact, s3=S3Artifact(key=posixpath.join(prefix, name)))


def _chmod(path: Path, mode: int, *, recurse: bool) -> None:
    below = list(path.rglob("*")) if recurse and path.is_dir() else []
    for each in (*reversed(below), path):
        if not each.is_symlink():
            each.chmod(mode)
