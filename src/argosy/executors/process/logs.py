"""Reads the logs, from any process: also while the pod runs.

When a line was written is known as well as the supervisor kept it: to half a second in the log of a pod that wrote for
longer than a second (`POD.times` holds pairs of time and offset), otherwise from the time of the file.
"""

from __future__ import annotations

import bisect
import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from argosy.errors import NotFound
from argosy.executors.process.client import Watch
from argosy.executors.process.home import Home, name
from argosy.executors.process.unrunnable import Unrunnable
from argosy.ports.executor import LogQuery
from argosy.ports.pods import PodKey

CHUNK = 1 << 16
LOOK_EVERY = 0.1


def read_log(home: Home, key: PodKey, pod_name: str, query: LogQuery) -> Iterator[str]:
    """The log's lines. Raises NotFound where there is none.

    A pod that wrote nothing has no file; it has a log, an empty one, where its workflow has a folder of logs.
    """
    try:
        folders = home.folders(key.workflow_uid)
        path = Path(folders.log(pod_name))
    except Unrunnable as error:
        raise NotFound(f"pod {pod_name!r} has no log") from error
    if query.container != "main" or query.previous:
        raise NotFound(f"container {query.container!r} of pod {pod_name!r} has no{' previous' * query.previous} log")
    if not Path(folders.logs).is_dir():
        raise NotFound(f"pod {pod_name!r} has no log")
    return _lines(path, query, Watch(home.run, name(key)) if query.follow else None)


def _lines(path: Path, query: LogQuery, watch: Watch | None) -> Iterator[str]:
    try:
        file = _open(path, watch)
        if file is None:
            return
        with file:
            start = _start(file, Times(path), query)
            stamp = Times(path).stamp if query.timestamps else None
            yield from _split(_chunks(file, start, watch), start, stamp)
    finally:
        if watch:
            watch.close()


def _open(path: Path, watch: Watch | None) -> BinaryIO | None:
    """The file; None where the pod has ended without one."""
    while True:
        running = watch is not None and watch.runs(LOOK_EVERY * (not path.exists()))
        try:
            return path.open("rb")
        except FileNotFoundError:
            if not running:
                return None


def _chunks(file: BinaryIO, start: int, watch: Watch | None) -> Iterator[bytes]:
    """What the file holds, and with a watch what it comes to hold until the pod has ended."""
    file.seek(start)
    while True:
        running = watch is not None and watch.runs(0)  # asked before reading, so that nothing is missed
        while data := file.read(CHUNK):
            yield data
        if watch is None or not running:
            return
        watch.runs(LOOK_EVERY)


def _split(chunks: Iterator[bytes], offset: int, stamp: Callable[[int], str] | None) -> Iterator[str]:
    rest = b""
    for chunk in chunks:
        *lines, rest = (rest + chunk).split(b"\n")
        for line in lines:
            yield _line(line, offset, stamp)
            offset += len(line) + 1
    if rest:
        yield _line(rest, offset, stamp)


def _line(line: bytes, offset: int, stamp: Callable[[int], str] | None) -> str:
    text = line.decode("utf-8", "replace")
    return f"{stamp(offset)} {text}" if stamp else text


def _start(file: BinaryIO, times: Times, query: LogQuery) -> int:
    """Where the lines that are asked for begin."""
    start = times.offset(query.since) if query.since else 0
    return start if query.tail is None else max(start, _tail(file, query.tail))


def _tail(file: BinaryIO, count: int) -> int:
    """Where the last so many lines begin."""
    end = position = file.seek(0, os.SEEK_END)
    if count <= 0:
        return end
    while position > 0:
        step = min(CHUNK, position)
        position -= step
        file.seek(position)
        block = file.read(step)
        at = len(block) - (position + step == end and block.endswith(b"\n"))
        while (at := block.rfind(b"\n", 0, at)) >= 0:
            count -= 1
            if count == 0:
                return position + at + 1
    return 0


class Times:
    """When what was written."""

    def __init__(self, log: Path) -> None:
        self.offsets: list[int] = []
        self.times: list[float] = []
        self._log = log
        self._index = log.with_suffix(".times")
        self._read = 0

    def at(self, offset: int) -> float:
        """When the byte at this offset was written."""
        self._refresh()
        index = bisect.bisect_right(self.offsets, offset) - 1
        return self.times[index] if index >= 0 else self._log.stat().st_mtime

    def offset(self, since: datetime) -> int:
        """From where on what was written is not older than that."""
        self._refresh()
        moment = since.timestamp()
        if not self.times:
            return 0 if self._log.stat().st_mtime >= moment else self._log.stat().st_size
        index = bisect.bisect_right(self.times, moment) - 1
        return self.offsets[index] if index >= 0 else 0

    def stamp(self, offset: int) -> str:
        """The time as Kubernetes writes it before a line."""
        return datetime.fromtimestamp(self.at(offset), UTC).strftime("%Y-%m-%dT%H:%M:%S.%f000Z")

    def _refresh(self) -> None:
        try:
            with self._index.open("rb") as file:
                file.seek(self._read)
                data = file.read()
        except FileNotFoundError:
            return
        whole = data[: data.rfind(b"\n") + 1]
        self._read += len(whole)
        for line in whole.splitlines():
            time, offset = line.split()
            self.times.append(float(time))
            self.offsets.append(int(offset))
