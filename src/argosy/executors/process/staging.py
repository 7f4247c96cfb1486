"""Artifacts of a pod: input artifacts come to where its program finds them, output artifacts are kept.

Both take time, so they happen beside the executor's own thread.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from argosy.errors import ArtifactError, NotFound
from argosy.executors.process.home import Folders, Home
from argosy.executors.process.outputs import Unreadable, find
from argosy.executors.process.unrunnable import Unrunnable
from argosy.executors.process.volumes import host_path, volume_mounts
from argosy.model.arguments import Artifact
from argosy.model.locations import ArchiveStrategy, NoneStrategy
from argosy.plan.artifacts import has_location, key_of
from argosy.ports.artifacts import ArtifactKeeper
from argosy.ports.pods import PodRequest

if TYPE_CHECKING:
    from concurrent.futures import ThreadPoolExecutor

WORKERS = 4
NO_KEEPER = "this executor keeps no artifacts"
STAGED = "/var/run/argo/outputs/artifacts"
INIT, WAIT = "init: Error (exit code 64): ", "wait: Error (exit code 64): "
LOG = Artifact(name="main-logs", path="main.log", archive=ArchiveStrategy(none=NoneStrategy()))
OUTSIDE = "artifact {0.name} can't be put at {0.path}: a link there leads out of the pod's files"


def brings_in(request: PodRequest) -> bool:
    """Whether files have to come before the pod can start."""
    return bool(request.template.inputs.artifacts)


def takes_out(request: PodRequest) -> bool:
    """Whether files have to be kept after its end."""
    return bool(request.template.outputs.artifacts) or archives_logs(request)


def archives_logs(request: PodRequest) -> bool:
    """Whether the log becomes an artifact: the template says so, else the workflow (IsArchiveLogs)."""
    place = request.template.archive_location
    if place is not None and place.archive_logs is not None:
        return place.archive_logs
    return bool(request.spec and request.spec.archive_logs)


class Staging:
    """Moves files for one home. `keeper` is None where artifacts are not to be had."""

    def __init__(self, home: Home) -> None:
        self.home = home
        self.keeper: ArtifactKeeper | None = None
        self._pool: ThreadPoolExecutor | None = None

    def soon(self, work: Callable[[], None]) -> None:
        """Do this beside everything else."""
        if self._pool is None:
            from concurrent.futures import ThreadPoolExecutor  # few workflows need it, and it is large

            self._pool = ThreadPoolExecutor(WORKERS, "argosy-artifacts")
        self._pool.submit(work)

    def close(self) -> None:
        """Begin nothing more."""
        if self._pool is not None:
            self._pool.shutdown(wait=False, cancel_futures=True)
            self._pool = None

    def bring_in(self, request: PodRequest) -> None:
        """Put the input artifacts where the program finds them. Raises Unrunnable."""
        folders = self.home.make(request.key.workflow_uid)
        artifacts = sorted(request.template.inputs.artifacts, key=lambda each: each.path.rstrip("/").count("/"))
        for artifact in artifacts:
            if has_location(artifact):
                self._load(artifact, request, folders)
            elif not artifact.optional:
                raise Unrunnable("Error", f"{INIT}required artifact '{artifact.name}' not supplied")

    def _load(self, artifact: Artifact, request: PodRequest, folders: Folders) -> None:
        if self.keeper is None:
            raise Unrunnable("Error", NO_KEEPER)
        roots = [folders.view(request.pod_name), folders.work]
        if artifact.path.startswith("/"):
            mounts = volume_mounts(request, self.home)
            roots += [mount.host for mount in mounts]
            target = Path(host_path(artifact.path, roots[0], mounts))
        else:
            target = Path(os.path.normpath(f"{folders.work}/{artifact.path}"))
        target.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
        real = target.parent.resolve()
        if not any(real.is_relative_to(Path(root).resolve()) for root in roots):
            raise Unrunnable("Error", INIT + OUTSIDE.format(artifact))
        _clear(target)
        try:
            self.keeper.load(artifact, str(target), request.namespace)
        except NotFound as error:
            if not artifact.optional:
                raise _failed_to_load(artifact, error.message) from error
        except (ArtifactError, OSError) as error:
            raise _failed_to_load(artifact, str(error)) from error

    def take_out(self, request: PodRequest, cwd: str) -> tuple[list[Artifact], str]:
        """Keep the output artifacts; gives those that are kept, and what is the matter with the others."""
        folders = self.home.folders(request.key.workflow_uid)
        kept: list[Artifact] = []
        root, mounts = folders.view(request.pod_name), volume_mounts(request, self.home)
        problems: list[str] = []
        for artifact in request.template.outputs.artifacts:
            try:
                place = find(artifact.path, lambda path: host_path(path, root, mounts), cwd)
                if Path(place).exists():
                    kept.append(self._save(place, artifact, request))
                elif not artifact.optional:
                    missing = f"{STAGED}{artifact.path.rstrip('/')}.tgz"
                    problems.append(f"open {missing}: no such file or directory")
            except (ArtifactError, NotFound, Unreadable, OSError) as error:
                problems.append(str(error))
        if archives_logs(request) and Path(log := folders.log(request.pod_name)).exists():
            saved = self._save(log, LOG, request)
            kept.append(msgspec.structs.replace(saved, path="", archive=None))
        return kept, WAIT + "; ".join(problems) if problems else ""

    def _save(self, place: str, artifact: Artifact, request: PodRequest) -> Artifact:
        if self.keeper is None:
            raise ArtifactError(NO_KEEPER)
        prefix = key_of(request.template.archive_location) or f"{request.workflow_name}/{request.pod_name}"
        return self.keeper.save(place, artifact, prefix, request.namespace)


def _failed_to_load(artifact: Artifact, why: str) -> Unrunnable:
    return Unrunnable("Error", f"{INIT}artifact {artifact.name} failed to load: {why}")


def _clear(path: Path) -> None:
    """An engine that was killed may have left half of it."""
    for each in (path, path.with_name(f"{path.name}.tmp"), path.with_name(f"{path.name}.tmpdir")):
        if each.is_dir() and not each.is_symlink():
            shutil.rmtree(each)
        else:
            each.unlink(missing_ok=True)
