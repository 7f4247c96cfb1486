"""Containers of a set → the plan that the program in `crew.py` carries out."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec

from argosy.errors import ExpressionError
from argosy.executors.process.home import Folders
from argosy.executors.process.unrunnable import Unrunnable
from argosy.language.durations import parse_duration
from argosy.model.template import ContainerSetTemplate


class Entry(NamedTuple):
    """One container: what to run, and after which others."""

    name: str
    argv: list[str]
    env: dict[str, str]
    cwd: str
    after: list[str]
    is_sidecar: bool = False


def write_plan(folders: Folders, pod_name: str, group: ContainerSetTemplate | None, entries: Sequence[Entry]) -> str:
    """Write the plan; gives its file. Raises Unrunnable for a retryStrategy that can't be read."""
    attempts, pause = _retries(group)
    plan = {
        "report": folders.ends(pod_name),
        "first": "main" if group else "",
        "attempts": attempts,
        "pause": pause,
        "containers": [each._asdict() for each in entries],
    }
    path = folders.plan(pod_name)
    Path(path).write_bytes(msgspec.json.encode(plan))
    Path(folders.ends(pod_name)).unlink(missing_ok=True)
    return path


def _retries(group: ContainerSetTemplate | None) -> tuple[int, float]:
    """How many attempts each container has in all, and the seconds between (GetRetryStrategy in Argo)."""
    strategy = group.retry_strategy if group else None
    if strategy is None or strategy.retries is None:
        return 1, 0.0
    try:
        pause = parse_duration(strategy.duration) if strategy.duration else 0.0
        return int(strategy.retries), pause
    except (ExpressionError, ValueError) as error:
        raise Unrunnable("Error", f"containerSet.retryStrategy can't be read: {error}") from error
