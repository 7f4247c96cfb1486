"""A private view of some paths: a program that writes `/tmp/x` gets a `/tmp` of its own, not the host's.

    Mount, View   what is to be seen where
    plan          paths that a program writes → View
    find_tool     the first way to make it so that works here: bubblewrap, mount namespaces as root, proot

The pod's own files live under one folder, the root of its view: what the program knows as `/tmp/x` is there as `tmp/x`.
Over which folder of the host it is laid depends on what is there:

- the nearest folder that exists is taken, since making folders in the host's is not for us to do;
- where that is empty, or one for temporary files, the program finds it empty;
- otherwise (`/etc`, `/`) it finds what the host has there, except for the paths in question.
"""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

from argosy.executors.process.unrunnable import Unrunnable

NO_TOOL = (
    "output files at absolute paths need a private view of the file system, and nothing on this machine can make one: "
    "install bubblewrap (Debian, Ubuntu: sudo apt-get install bubblewrap) or proot"
)
NEEDS_BUBBLEWRAP = "these files and volumes need bubblewrap (Debian, Ubuntu: sudo apt-get install bubblewrap)"
PROBE_SECONDS = 10

# Its text is constant, and what differs comes as arguments: host and inside in turn, "--", the program.
BIND_AND_RUN = """
cwd=$1; shift
while [ "$1" != -- ]; do mount --rbind "$1" "$2" || exit 125; shift 2; done
shift; cd "$cwd" && exec "$@"
"""


class Mount(NamedTuple):
    """The host's file or folder is seen inside at this path."""

    host: str
    inside: str
    is_volume: bool = False
    read_only: bool = False


class View(NamedTuple):
    """What a program sees other than the host has it; later mounts cover earlier ones.

    Two kinds of mounts: the program's own folders, and what is the host's in them, for which there is a place.
    """

    root: str
    mounts: list[Mount]

    @property
    def own(self) -> list[Mount]:
        """The program's own folders."""
        return [mount for mount in self.mounts if mount.host != mount.inside]

    @property
    def has_own_root(self) -> bool:
        """Whether `/` itself is among them."""
        return any(mount.inside == "/" for mount in self.own)


Wrap = Callable[[View, str, Sequence[str], str], list[str]]
"""(view, program's file, its arguments with its name, working folder) → the arguments that run it in the view."""


def plan(
    root: str,
    paths: Iterable[str],
    keep: Iterable[str],
    given: Iterable[str] = (),
    volumes: Sequence[Mount] = (),
    made: Iterable[str] = (),
    folders: Sequence[str] = (),
) -> View:
    """The view in which these absolute paths are the program's own; `keep` are paths that it needs from the host.

    `given` are those of the paths at which something is already: nothing of the host's is seen there. `volumes`
    are mounted over all else. `made` are those whose folders the program makes itself, unless they are at the top:
    there an image has folders that the host lacks. `folders` are there, and empty.
    """
    places = {Path(volume.inside) for volume in volumes if not _covers(volume)}
    covered = {Path(os.path.normpath(path)) for path in given} | places
    wanted = sorted({Path(os.path.normpath(path)) for path in (*paths, *folders)} | places)
    mounts: list[Mount] = []
    fresh: list[Path] = []
    files = {path for path in covered if not _own(root, path).is_dir()}
    for base in sorted({_nearest(path.parent if path in files else path) for path in wanted}):
        if any(base.is_relative_to(other) for other in fresh):
            continue
        _own(root, base).mkdir(parents=True, exist_ok=True)
        mounts.append(Mount(str(_own(root, base)), str(base)))
        if base in covered or _is_found_empty(base):
            fresh.append(base)
        else:
            mounts += _mirror(root, base, {_step(base, path) for path in wanted}, files)
    own_folders = {path for path in map(Path, made) if _nearest(path.parent) != Path("/")}
    for path in wanted:
        if path in own_folders:
            continue
        _own(root, path.parent).mkdir(parents=True, exist_ok=True)
    for folder in folders:
        _own(root, Path(folder)).mkdir(parents=True, exist_ok=True)
    for volume in volumes:
        _make_place(root, volume)
    kept = {top for path in keep for base in fresh if (top := _top(base, Path(path)))}
    return View(root, [*mounts, *(_from_host(root, top) for top in sorted(kept)), *volumes])


def _covers(volume: Mount) -> bool:
    """Whether the host has a folder there, so that a folder can be mounted as things are."""
    return Path(volume.inside).is_dir() and Path(volume.host).is_dir()


def _make_place(root: str, volume: Mount) -> None:
    place = _own(root, Path(volume.inside))
    if Path(volume.host).is_dir():
        place.mkdir(parents=True, exist_ok=True)
    else:
        place.parent.mkdir(parents=True, exist_ok=True)
        place.touch()


def _own(root: str, path: Path) -> Path:
    return Path(f"{root}{path}")


def _nearest(folder: Path) -> Path:
    while not folder.is_dir():
        folder = folder.parent
    return folder


def _is_found_empty(folder: Path) -> bool:
    mode = folder.stat().st_mode
    return bool(mode & stat.S_ISVTX and mode & stat.S_IWOTH) or not any(folder.iterdir())


def _step(base: Path, path: Path) -> str:
    """The name in the base through which the path goes; empty where it does not."""
    return path.relative_to(base).parts[0] if path.is_relative_to(base) and path != base else ""


def _top(base: Path, path: Path) -> Path | None:
    step = _step(base, path)
    return base / step if step and (base / step).exists() else None


def _mirror(root: str, base: Path, own: set[str], covered: set[Path]) -> list[Mount]:
    """What the host has in this folder, except for the program's own names, and for what is covered."""
    mounts = []
    for child in sorted(base.iterdir()):
        if child.is_symlink():
            if child.name not in own and not _own(root, child).is_symlink():
                _own(root, child).symlink_to(child.readlink())
        elif child.name not in own or (child.is_dir() and child not in covered):
            mounts.append(_from_host(root, child))
    return mounts


def _from_host(root: str, path: Path) -> Mount:
    """Let it be seen where it is; what a mount covers has to be there."""
    place = _own(root, path)
    if path.is_dir():
        place.mkdir(parents=True, exist_ok=True)
    else:
        place.touch()
    return Mount(str(path), str(path))


def _bubblewrap(view: View, path: str, argv: Sequence[str], cwd: str) -> list[str]:
    binds = [] if view.has_own_root else ["--dev-bind", "/", "/"]
    for mount in view.mounts:
        binds += ["--ro-bind" if mount.read_only else "--dev-bind", mount.host, mount.inside]
    return ["bwrap", *binds, "--chdir", cwd, "--", path, *argv[1:]]


def _namespace(view: View, path: str, argv: Sequence[str], cwd: str) -> list[str]:
    own = [Path(mount.inside) for mount in view.own]
    if (
        view.has_own_root
        or any(mount.is_volume for mount in view.mounts)
        or any(one != other and one.is_relative_to(other) for one in own for other in own)
    ):
        raise Unrunnable("Error", NEEDS_BUBBLEWRAP)
    # Once a folder is covered, what is the host's in it can't be had any more: it is put in its place before.
    places = [(mount.host, view.root + mount.inside) for mount in view.mounts if mount not in view.own]
    binds = [each for mount in (*places, *view.own) for each in mount[:2]]
    return ["unshare", "--mount", "--", "/bin/sh", "-c", BIND_AND_RUN, "sh", cwd, *binds, "--", path, *argv[1:]]


def _proot(view: View, path: str, argv: Sequence[str], cwd: str) -> list[str]:
    if any(mount.read_only for mount in view.mounts):
        raise Unrunnable("Error", NEEDS_BUBBLEWRAP)
    binds = [f"--bind={host}:{inside}" for host, inside, *_ in view.mounts if inside != "/"]
    roots = [f"--rootfs={host}" for host, inside, *_ in view.mounts if inside == "/"]
    return ["proot", *roots, *binds, f"--cwd={cwd}", path, *argv[1:]]


class Tool(NamedTuple):
    """A way to run programs in a view: the program that does it, and how it is told."""

    program: str
    wrap: Wrap
    stays: bool  # it stays the program's parent, instead of becoming the program


TOOLS = (Tool("bwrap", _bubblewrap, True), Tool("unshare", _namespace, False), Tool("proot", _proot, True))
"""Best first."""


def find_tool() -> tuple[Tool, str]:
    """The first tool that works here, and its file. Raises Unrunnable where there is none."""
    found = working_tool()
    if found is None:
        raise Unrunnable("Error", NO_TOOL)
    return found


@cache
def working_tool() -> tuple[Tool, str] | None:
    """The same, None where there is none; tried out once."""
    for tool in TOOLS:
        path = shutil.which(tool.program)
        probe = tool.wrap(View("", [Mount("/usr", "/opt")]), "/bin/true", ["true"], "/")
        if path and _works(path, probe):
            return tool, path
    return None


def _works(path: str, probe: list[str]) -> bool:
    """User namespaces may be forbidden, so being installed is not enough."""
    try:
        done = subprocess.run(probe, executable=path, capture_output=True, timeout=PROBE_SECONDS, check=False)  # noqa: S603
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0
