"""Reads the files that output parameters come from, after their program has ended."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from pathlib import Path

from argosy.model.arguments import Parameter
from argosy.model.template import Template

MAX_BYTES = 1 << 20
MAX_LINKS = 40
STAGED = "/var/run/argo/outputs/parameters"

Place = Callable[[str], str]
"""An absolute path as the program knows it → where it is on the host."""


class Unreadable(Exception):
    """The output can't be had; the message is the one of Argo's executor."""


def read_parameters(template: Template, place: Place, cwd: str) -> tuple[dict[str, str], str]:
    """Their values by name, and what is the matter with the first that could not be read."""
    values: dict[str, str] = {}
    problem = ""
    for parameter in template.outputs.parameters:
        if parameter.value_from is None or not parameter.value_from.path:
            continue
        try:
            values[parameter.name] = _value(parameter, parameter.value_from.path, place, cwd)
        except Unreadable as error:
            problem = problem or f"wait: Error (exit code 64): {error}"
    return values, problem


def _value(parameter: Parameter, path: str, place: Place, cwd: str) -> str:
    try:
        text = _read(find(path, place, cwd), path)
    except Unreadable:
        if parameter.value_from is None or parameter.value_from.default is None:
            raise
        text = parameter.value_from.default
    return text.removesuffix("\n")


def find(path: str, place: Place, cwd: str) -> str:
    """Where the file is that the program knew by this path; links lead to where they led the program."""
    for _ in range(MAX_LINKS):
        host = place(path) if path.startswith("/") else os.path.normpath(f"{cwd}/{path}")
        if not Path(host).is_symlink():
            return host
        path = os.path.normpath(Path(path).parent / Path(host).readlink())
    raise Unreadable(f"open {_staged(path)}: too many levels of symbolic links")


def _read(host: str, path: str) -> str:
    try:
        handle = os.open(host, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError as error:
        raise Unreadable(f"open {_staged(path)}: {os.strerror(error.errno or 0).lower()}") from error
    try:
        mode = os.fstat(handle).st_mode
        if not stat.S_ISREG(mode):
            what = "is a directory" if stat.S_ISDIR(mode) else "not a regular file"
            raise Unreadable(f"read {_staged(path)}: {what}")
        data = b""
        while len(data) <= MAX_BYTES and (more := os.read(handle, MAX_BYTES + 1)):
            data += more
    finally:
        os.close(handle)
    if len(data) > MAX_BYTES:
        raise Unreadable(f"{path} is larger than an output parameter may be ({MAX_BYTES >> 20} MiB)")
    return data.decode("utf-8", "replace")


def _staged(path: str) -> str:
    return os.path.normpath(f"{STAGED}/{path}")
