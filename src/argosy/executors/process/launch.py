"""PodRequest → what to run: program, arguments, environment and folders; or why it can't be run."""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from msgspec import Struct

from argosy.executors.process.containers import AnyContainer, containers_of, is_crew, name_of, order_of
from argosy.executors.process.environment import Lookup, container_environment, expand
from argosy.executors.process.home import Folders, Home
from argosy.executors.process.plans import Entry, write_plan
from argosy.executors.process.unrunnable import Unrunnable, no_program
from argosy.executors.process.volumes import Mounted, fill_volumes, inside_folder
from argosy.model.kubernetes import Container
from argosy.model.template import ScriptTemplate, Template
from argosy.ports.pods import PodRequest

PASSED = frozenset(
    {
        *("PATH", "HOME", "USER", "LOGNAME", "SHELL", "TMPDIR"),
        *("LANG", "LANGUAGE", "LC_ALL", "LC_CTYPE", "TZ"),
        *("SSL_CERT_FILE", "SSL_CERT_DIR"),
        *("http_proxy", "https_proxy", "no_proxy", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY"),
    }
)
"""What a pod gets of the engine's environment. All else, so its secrets too, does not pass unless settings name it."""

MAX_HOST_NAME = 63
PYTHON = (sys.base_prefix, os.path.realpath(sys.executable))
DEFAULT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


class Image(Struct, frozen=True, kw_only=True):
    """What an image runs where the container has no command; Argo's controller configuration has the same rows."""

    entrypoint: list[str] = []
    cmd: list[str] = []


class Order(Struct, frozen=True, gc=False, kw_only=True, omit_defaults=True):
    """What the supervisor is told to run: its Pod says what the fields mean. `env` is laid over the host's."""

    path: str
    argv: list[str]
    env: dict[str, str]
    cwd: str
    log: str
    result: str = ""
    deadline: float | None = None
    grace: float = 0.0
    wrapped: bool = False


class Launcher:
    """Makes orders of requests, for one home and one set of settings. `host` is what pods get of our environment."""

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
        """What to run. Raises Unrunnable, and OSError where its files can't be written."""
        if is_crew(request.template):
            return self._crew(request)
        container = request.template.container or request.template.script
        if container is None:
            raise Unrunnable("Error", "the process executor runs templates of type container, script and containerSet")
        folders = self.home.make(request.key.workflow_uid)
        env = container_environment(container, request, self.lookup)
        env.update(_argo_environment(request))
        argv = self._argv(container, env)
        if isinstance(container, ScriptTemplate) and container.source:
            argv.append(script_file(folders, container.source))
        mounts = fill_volumes(request, self.home, self.lookup)
        paths = own_paths(request.template)
        inside = inside_folder(request, mounts)
        cwd = folders.work if inside else _working_folder(container, folders)
        order = Order(
            path=self._program(argv[0], env.get("PATH") or self.host["PATH"], cwd),
            argv=argv,
            env=env,
            cwd=cwd,
            log=folders.log(request.pod_name),
            result=folders.result(request.pod_name) if request.wants_result else "",
            deadline=request.deadline_seconds,
            grace=self.grace if request.deadline_seconds is not None else 0.0,
        )
        if not paths and not mounts and not inside:
            return order
        return self._in_view(order, request, mounts, inside)

    def _crew(self, request: PodRequest) -> Order:
        """The same for several containers: one program that runs them all."""
        from argosy.executors.process import crew  # most workflows do without

        folders = self.home.make(request.key.workflow_uid)
        mounts = fill_volumes(request, self.home, self.lookup)
        template, entries = (
            request.template,
            [self._entry(each, request, folders) for each in containers_of(request.template)],
        )
        plan = write_plan(folders, request.pod_name, template.container_set, entries)
        order = Order(
            path=sys.executable,
            argv=[sys.executable, "-I", "-S", crew.__file__, plan],
            env={},
            cwd=folders.work,
            log=folders.log(request.pod_name),
            result=folders.result(request.pod_name) if request.wants_result else "",
            deadline=request.deadline_seconds,
            grace=self.grace if request.deadline_seconds is not None else 0.0,
        )
        if not own_paths(template) and not mounts and not made_folders(template):
            return order
        return self._in_view(order, request, mounts, "", [crew.__file__, *PYTHON])

    def _entry(self, container: AnyContainer, request: PodRequest, folders: Folders) -> Entry:
        env = container_environment(container, request, self.lookup)
        env.update(_argo_environment(request), ARGO_CONTAINER_NAME=name_of(container))
        cwd = str(Path(folders.work, container.working_dir))
        argv = self._argv(container, env)
        if isinstance(container, ScriptTemplate) and container.source:
            argv.append(script_file(folders, container.source))
        return Entry(name_of(container), argv, env, cwd, *order_of(container, request.template))

    def _argv(self, container: AnyContainer, known: Mapping[str, str]) -> list[str]:
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

    def _program(self, name: str, path: str, cwd: str) -> str:
        """The program's file, looked for as a shell would. Raises Unrunnable: exit code 127 or 126, as a shell's."""
        known = self._found.get((name, path))
        if known:
            return known
        candidates = [name] if "/" in name else [f"{folder or '.'}/{name}" for folder in path.split(":")]
        there = [each for each in candidates if Path(cwd, each).is_file()]
        for each in there:
            if os.access(Path(cwd, each), os.X_OK):
                if each.startswith("/"):
                    self._found[name, path] = each
                return each
        if there:
            raise no_program(name, "permission denied", 126)
        raise no_program(
            name, "no such file or directory" if "/" in name else "executable file not found in $PATH", 127
        )

    def _in_view(
        self, order: Order, request: PodRequest, mounts: list[Mounted], inside: str, needs: Sequence[str] = ()
    ) -> Order:
        """The same, where these paths are the pod's own."""
        from argosy.executors.process import sandbox  # it is slow to import, and most pods do without

        env, folders = {**self.host, **order.env}, self.home.folders(request.key.workflow_uid)
        path = str(Path(order.cwd, order.path))
        keep = [*folders, *needs, order.cwd, path, env.get("HOME", ""), env.get("TMPDIR", ""), *env["PATH"].split(":")]
        given = [each.path for each in request.template.inputs.artifacts]
        made = [each.path for each in request.template.outputs.artifacts]
        volumes = [sandbox.Mount(each.host, each.inside, True, each.read_only) for each in mounts]
        root, new = folders.view(request.pod_name), made_folders(request.template)
        view = sandbox.plan(root, own_paths(request.template), keep, given, volumes, made, new)
        tool, program = sandbox.find_tool()
        return Order(
            path=program,
            argv=tool.wrap(view, path, order.argv, inside or order.cwd),
            env=order.env,
            cwd=order.cwd,
            log=order.log,
            result=order.result,
            deadline=order.deadline,
            grace=order.grace,
            wrapped=tool.stays,
        )


def own_paths(template: Template) -> list[str]:
    """The absolute paths that are the pod's own: those of its output parameters and of its artifacts."""
    paths = [each.value_from.path for each in template.outputs.parameters if each.value_from]
    paths += [each.path for each in (*template.outputs.artifacts, *template.inputs.artifacts)]
    return [path for path in paths if path.startswith("/") and path.strip("/")]


def made_folders(template: Template) -> list[str]:
    """The working folders that this machine does not have: an image has them, or its runtime makes them."""
    folders = dict.fromkeys(each.working_dir for each in containers_of(template))
    return [folder for folder in folders if folder.startswith("/") and not Path(folder).is_dir()]


def script_file(folders: Folders, source: str) -> str:
    """The file with the script, which may be executed: `sh -c` is given its path (StageFiles in Argo's executor.go).

    It is named after what it holds: the same script of many pods is written once.
    """
    path = f"{folders.private}/script-{hashlib.blake2b(source.encode(), digest_size=12).hexdigest()}"
    if not Path(path).exists():
        new = Path(f"{path}.{os.getpid()}")
        new.write_text(source, encoding="utf-8", newline="")
        new.chmod(0o700)
        new.rename(path)
    return path


def _working_folder(container: Container | ScriptTemplate, folders: Folders) -> str:
    if not container.working_dir:
        return folders.work
    folder = Path(folders.work, container.working_dir)
    if not folder.is_dir():
        raise Unrunnable("Error", f'workingDir "{container.working_dir}" does not exist on this machine')
    return str(folder)


def _argo_environment(request: PodRequest) -> dict[str, str]:
    """What Argo adds to the environment of every user container, and the host name that Kubernetes sets."""
    return {
        "ARGO_CONTAINER_NAME": "main",
        "ARGO_NODE_ID": request.key.node_id,
        "ARGO_INCLUDE_SCRIPT_OUTPUT": "true" if request.wants_result else "false",
        "ARGO_WORKFLOW_NAME": request.workflow_name,
        "HOSTNAME": request.pod_name[:MAX_HOST_NAME].rstrip("-."),
    }
