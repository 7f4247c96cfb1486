"""Reads the logs."""

from __future__ import annotations

from collections.abc import Iterator

from argosy.errors import NotFound
from argosy.executors.process.launch import Home
from argosy.ports.executor import LogQuery
from argosy.ports.pods import PodKey


def read_log(home: Home, key: PodKey, pod_name: str, query: LogQuery) -> Iterator[str]:
    """The log's lines. Raises NotFound where there is none."""
    path = home.log(key, pod_name)
    if not path.exists():
        raise NotFound(f"pod {pod_name!r} has no log")
    with path.open(encoding="utf-8", errors="replace", newline="\n") as file:
        yield from (line.removesuffix("\n") for line in file)
