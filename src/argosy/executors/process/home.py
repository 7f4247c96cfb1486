"""The folders of one home: `run/`, and for each workflow `logs/UID/`, `work/UID/` and `private/UID/`.

Names that come from a workflow are only ever used as one part of a path, never as a path.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import NamedTuple

from argosy.executors.process.containers import is_crew, mounts_of
from argosy.executors.process.unrunnable import Unrunnable
from argosy.ports.pods import PodKey, PodRequest

MAX_NAME = 255
KINDS = ("logs", "work", "private")


class Folders(NamedTuple):
    """Those of one workflow: logs, the folder that its pods run in, and what Argosy keeps for them."""

    logs: str
    work: str
    private: str

    def log(self, pod_name: str) -> str:
        """The file with what the pod wrote."""
        return f"{self.logs}/{part(pod_name, '.log')}"

    def result(self, pod_name: str) -> str:
        """The file with a standard output that is too long to be carried about."""
        return f"{self.private}/{part(pod_name, '.result')}"

    def view(self, pod_name: str) -> str:
        """The root of the pod's own files: what it has at /tmp/x is here at tmp/x."""
        return f"{self.private}/{part(pod_name, '.view')}"

    def plan(self, pod_name: str) -> str:
        """The file that says what containers the pod has."""
        return f"{self.private}/{part(pod_name, '.plan')}"

    def ends(self, pod_name: str) -> str:
        """The file that says how they ended."""
        return f"{self.private}/{part(pod_name, '.ends')}"

    def volumes(self, pod_name: str) -> str:
        """The folder of the volumes that are the pod's own."""
        return f"{self.private}/{part(pod_name, '.volumes')}"


class Home:
    """Where everything is kept."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.run = root / "run"
        self._made: dict[str, Folders] = {}

    def folders(self, workflow_uid: str) -> Folders:
        """Where the folders of a workflow are."""
        return Folders(*(f"{self.root}/{kind}/{part(workflow_uid)}" for kind in KINDS))

    def make(self, workflow_uid: str) -> Folders:
        """Make the folders of a workflow, once."""
        made = self._made.get(workflow_uid)
        if made is None:
            made = self._made[workflow_uid] = self.folders(workflow_uid)
            for folder in made:
                Path(folder).mkdir(mode=0o700, parents=True, exist_ok=True)
        return made

    def clean(self, request: PodRequest) -> None:
        """Remove what was kept of a pod only to report its end."""
        folders = self.folders(request.key.workflow_uid)
        if request.wants_result:
            Path(folders.result(request.pod_name)).unlink(missing_ok=True)
        template = request.template
        if template.outputs.parameters or template.outputs.artifacts or template.inputs.artifacts:
            shutil.rmtree(folders.view(request.pod_name), ignore_errors=True)
        if is_crew(template):
            for file in (folders.plan(request.pod_name), folders.ends(request.pod_name)):
                Path(file).unlink(missing_ok=True)
        if mounts_of(template):
            for folder in (folders.view(request.pod_name), folders.volumes(request.pod_name)):
                shutil.rmtree(folder, ignore_errors=True)

    def delete(self, workflow_uid: str) -> None:
        """Remove the folders of a workflow; links in them are removed, not followed."""
        self._made.pop(workflow_uid, None)
        for folder in map(Path, self.folders(workflow_uid)):
            if folder.is_symlink():
                folder.unlink()
            else:
                shutil.rmtree(folder, onerror=_make_writable_and_retry)


def part(name: str, suffix: str = "") -> str:
    """The name with a suffix, fit to be one part of a path. Raises Unrunnable where it is not."""
    if not name or name in (".", "..") or "/" in name or "\0" in name or len(os.fsencode(name + suffix)) > MAX_NAME:
        raise Unrunnable("Error", f"{name!r} can't be the name of a file")
    return name + suffix


def name(key: PodKey) -> str:
    """The key as the supervisor has it."""
    return f"{key.workflow_uid}/{key.node_id}"


def _make_writable_and_retry(_function: object, path: str, _: object) -> None:
    """Programs leave folders that nobody may write to, such as Go's module cache."""
    try:
        Path(path).parent.chmod(0o700)
        Path(path).chmod(0o700)
        if Path(path).is_dir() and not Path(path).is_symlink():
            shutil.rmtree(path, ignore_errors=True)
        else:
            Path(path).unlink()
    except OSError:
        pass
