"""PodRequest → what to run: program, arguments, environment and folders; or why it can't be run."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

from msgspec import Struct

from argosy.executors.process.environment import Lookup, container_environment, expand
from argosy.executors.process.unrunnable import Unrunnable, no_program
from argosy.model.kubernetes import Container
from argosy.model.template import ScriptTemplate
from argosy.ports.pods import PodKey, PodRequest

PASSED = frozenset(
    {
        *("PATH", "HOME", "USER", "LOGNAME", "SHELL", "TMPDIR"),
        *("LANG", "LANGUAGE", "LC_ALL", "LC_CTYPE", "TZ"),
        *("SSL_CERT_FILE", "SSL_CERT_DIR"),
        *("http_proxy", "https_proxy", "no_proxy", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY"),
    }
)
"""What a pod gets of the engine's environment. All else, so its secrets too, does not pass unless settings name it."""

MAX_NAME = 255
DEFAULT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


class Image(Struct, frozen=True, kw_only=True):
    """What an image runs where the container has no command; Argo's controller configuration has the same rows."""

    entrypoint: list[str] = []
    cmd: list[str] = []


class Order(Struct, frozen=True, gc=False, kw_only=True, omit_defaults=True):
    """What the supervisor is told to run; its Pod has the same fields."""

    path: str
    argv: list[str]
    env: dict[str, str]
    cwd: str
    log: str
    result: str = ""
    deadline: float | None = None
    grace: float = 0.0
    wrapped: bool = False


class Home:
    """The folders of one home. Names that come from a workflow are only ever used as one part of a path."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.run = root / "run"
        self._made: set[str] = set()

    def log(self, key: PodKey, pod_name: str) -> Path:
        """The pod's log."""
        return self.root / "logs" / part(key.workflow_uid) / (part(pod_name, len(".result")) + ".log")

    def work(self, workflow_uid: str) -> Path:
        """The folder in which the pods of a workflow run."""
        return self.root / "work" / part(workflow_uid)

    def make(self, workflow_uid: str) -> None:
        """Make the folders of a workflow, once."""
        if workflow_uid not in self._made:
            for name in ("logs", "work"):
                (self.root / name / part(workflow_uid)).mkdir(mode=0o700, parents=True, exist_ok=True)
            self._made.add(workflow_uid)

    def delete(self, workflow_uid: str) -> None:
        """Remove the folders of a workflow; links in them are removed, not followed."""
        self._made.discard(workflow_uid)
        for name in ("logs", "work"):
            folder = self.root / name / part(workflow_uid)
            if folder.is_symlink():
                folder.unlink()
            else:
                shutil.rmtree(folder, ignore_errors=True)


def part(name: str, room: int = 0) -> str:
    """The name, fit to be one part of a path. Raises Unrunnable where it is not."""
    if not name or name in (".", "..") or "/" in name or "\0" in name or len(name.encode()) + room > MAX_NAME:
        raise Unrunnable("Error", f"{name!r} can't be the name of a file")
    return name


class Launcher:
    """Makes orders of requests, for one home and one set of settings."""

    def __init__(
        self, home: Home, images: Mapping[str, Image], lookup: Lookup, pass_env: Sequence[str], grace: float
    ) -> None:
        self.home, self.images, self.lookup, self.grace = home, images, lookup, grace
        self.host = {name: os.environ[name] for name in (*PASSED, *pass_env) if name in os.environ}
        self.host.setdefault("PATH", DEFAULT_PATH)
        self._found: dict[tuple[str, str], str] = {}

    def new_batch(self) -> None:
        """Look again for programs: they may have come or gone."""
        self._found.clear()

    def order(self, request: PodRequest) -> Order:
        """What to run. Raises Unrunnable."""
        container = request.template.container or request.template.script
        if container is None:
            raise Unrunnable("Error", "the process executor runs templates of type container and script")
        log = self.home.log(request.key, request.pod_name)
        self.home.make(request.key.workflow_uid)
        declared = container_environment(container, request, self.lookup) | _argo_environment(request)
        argv = self._argv(container, declared)
        if isinstance(container, ScriptTemplate) and container.source:
            argv.append(self._script(request, container.source))
        cwd = self._working_folder(container, request)
        env = {**self.host, **declared, "PWD": cwd}
        return Order(
            path=self._program(argv[0], env["PATH"], cwd),
            argv=argv,
            env=env,
            cwd=cwd,
            log=str(log),
            result=str(log.with_suffix(".result")) if request.wants_result else "",
            deadline=request.deadline_seconds,
            grace=self.grace,
        )

    def _argv(self, container: Container | ScriptTemplate, known: Mapping[str, str]) -> list[str]:
        command, arguments = container.command, container.args
        if not command:
            image = self.images.get(container.image)
            if image is None:
                why = f'set command, or images."{container.image}".entrypoint in config.yaml'
                raise Unrunnable("Error", f'image "{container.image}" has no known entry point: {why}')
            command, arguments = image.entrypoint, arguments or image.cmd
        argv = [expand(each, known) for each in (*command, *arguments)]
        if not argv or not argv[0]:
            raise Unrunnable("Error", f'image "{container.image}" has no known entry point: its entrypoint is empty')
        return argv

    def _script(self, request: PodRequest, source: str) -> str:
        """The file with the script. Named after what it holds: the same script of many nodes is written once."""
        folder = self.home.work(request.key.workflow_uid) / ".argosy"
        path = folder / ("script-" + hashlib.blake2b(source.encode(), digest_size=12).hexdigest())
        if not path.exists():
            folder.mkdir(mode=0o700, exist_ok=True)
            new = path.with_suffix(f".{os.getpid()}")
            new.write_text(source)
            new.rename(path)
        return str(path)

    def _working_folder(self, container: Container | ScriptTemplate, request: PodRequest) -> str:
        default = str(self.home.work(request.key.workflow_uid))
        if not container.working_dir:
            return default
        folder = os.path.join(default, container.working_dir)  # noqa: PTH118 - once per pod
        if not Path(folder).is_dir():
            raise Unrunnable("Error", f'workingDir "{container.working_dir}" does not exist on this machine')
        return folder

    def _program(self, name: str, path: str, cwd: str) -> str:
        """The program's file, looked for as a shell would. Raises Unrunnable: exit code 127 or 126, as a shell's."""
        known = self._found.get((name, path))
        if known:
            return known
        if "/" in name:
            candidates = [os.path.join(cwd, name)]  # noqa: PTH118 - once per pod
        else:
            candidates = [f"{folder or cwd}/{name}" for folder in path.split(":")]
        there = [each for each in candidates if Path(each).is_file()]
        for each in there:
            if os.access(each, os.X_OK):
                if each.startswith("/") and not name.startswith("."):
                    self._found[name, path] = each
                return each
        if there:
            raise no_program(name, "permission denied", 126)
        where = "no such file or directory" if "/" in name else "executable file not found in $PATH"
        raise no_program(name, where, 127)


def _argo_environment(request: PodRequest) -> dict[str, str]:
    """What Argo adds to the environment of every user container, and the host name that Kubernetes sets."""
    return {
        "ARGO_CONTAINER_NAME": "main",
        "ARGO_NODE_ID": request.key.node_id,
        "ARGO_INCLUDE_SCRIPT_OUTPUT": "true" if request.wants_result else "false",
        "ARGO_WORKFLOW_NAME": request.workflow_name,
        "HOSTNAME": request.pod_name,
    }
