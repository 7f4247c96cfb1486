"""What was begun and how it ended, in a file that only ever grows until all of it is forgotten.

A line is written before a process is spawned ("starting"), after ("started", with its pid) and when it has ended (the
very message that the engine gets). Whatever is killed at whatever moment, the next supervisor can tell a pod that was
never begun from one that may have run. Lines are written without fsync: they survive any kill, but not a power cut in
the seconds before the kernel writes them out.
"""
# pathlib would double the time that the supervisor takes to start
# ruff: noqa: PTH104, PTH123

from __future__ import annotations

import os
import time
from collections.abc import Collection, Iterable

from .wire import decode, line

COMPACT_BYTES = 4 << 20


def now() -> float:
    """Seconds since the machine was booted, as process start times are given."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)


class Begun:
    """A pod that a supervisor before this one began and did not see end.

    `since` and `until` are when its process was spawned, after the machine's boot. `pid` is 0 where that supervisor did
    not come to write it, and -1 where the machine was booted since.
    """

    def __init__(self, key: str, since: float, until: float, pid: int) -> None:
        self.key, self.since, self.until, self.pid = key, since, until, pid

    @property
    def started(self) -> float:
        """When it was begun, in seconds since 1970."""
        return time.time() - now() + self.since


class Journal:
    """The file, and what it says of pods that have ended: `ended` holds the message for each key."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.ended: dict[str, bytes] = {}
        self.begun: dict[str, Begun] = {}
        self._pending: list[bytes] = []
        self._file = -1
        self._load()
        self._ended_size = sum(map(len, self.ended.values()))
        self._rewrite()

    def starting(self, name: bytes) -> None:
        """This key, as JSON, is about to be spawned. Written when this returns. Raises OSError."""
        self._pending.append(b'["starting",%b,%.3f]\n' % (name, now()))
        self.flush()

    def started(self, name: bytes, pid: int) -> None:
        """It runs. Written with what comes next: until then its process can be found by its environment."""
        self._pending.append(b'["started",%b,%d,%.3f]\n' % (name, pid, now()))

    def end(self, key: str, message: bytes) -> None:
        """It has ended. On the disk after the next `flush`."""
        self.ended[key] = message
        self._ended_size += len(message)
        self.begun.pop(key, None)
        self._pending.append(message)

    def flush(self) -> None:
        """Write what is pending. Raises OSError; what could not be written stays pending."""
        while self._pending:
            data = b"".join(self._pending)
            self._pending = [data]
            written = os.write(self._file, data)
            self._size += written
            self._pending = [data[written:]] if written < len(data) else []

    def forget(self, keys: Iterable[str], in_use: Collection[str]) -> None:
        """These ends are of no interest any more. `in_use` are keys that run now: their lines have to stay."""
        for key in keys:
            self._ended_size -= len(self.ended.pop(key, b""))
        if not self.ended and not in_use:
            self._pending.clear()
            os.ftruncate(self._file, 0)
            self._size = 0
            self._pending.append(_header())
        elif self._size > COMPACT_BYTES and self._ended_size < self._size // 4:
            self._compact(in_use)

    def _compact(self, in_use: Collection[str]) -> None:
        self.flush()
        with open(self.path, "rb") as file:
            kept = [each for each in file if "".join(_fields(each)[1:2]) in in_use]
        self._rewrite(kept)

    def _load(self) -> None:
        try:
            with open(self.path, "rb") as file:
                lines = file.readlines()
        except FileNotFoundError:
            return
        same_boot = False
        for each in lines:
            kind, *fields = _fields(each) or [""]
            if kind == "journal":
                same_boot = fields[0] == _boot_id()
            elif kind == "starting":
                key, at = fields
                self.begun[key] = Begun(key, at, at + 1.0, 0 if same_boot else -1)
            elif kind == "started" and fields[0] in self.begun:
                key, pid, at = fields
                self.begun[key] = Begun(key, self.begun[key].since, at, pid if same_boot else -1)
            elif kind == "ended":
                self.ended[fields[0]] = each
                self.begun.pop(fields[0], None)

    def _rewrite(self, others: list[bytes] | None = None) -> None:
        if others is None:
            others = []
            for each in self.begun.values():
                others += line("starting", each.key, each.since), line("started", each.key, each.pid, each.until)
        if self._file >= 0:
            os.close(self._file)
        new = self.path + ".new"
        self._file = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_APPEND | os.O_CLOEXEC, 0o600)
        self._size = 0
        self._pending = [_header(), *self.ended.values(), *others]
        self.flush()
        os.rename(new, self.path)


def _header() -> bytes:
    return line("journal", _boot_id())


def _boot_id() -> str:
    with open("/proc/sys/kernel/random/boot_id") as file:
        return file.read().strip()


def _fields(text: bytes) -> list:
    """The line's fields; none where it was cut short by a full disk or a power cut."""
    try:
        return decode(text.decode())
    except ValueError:
        return []
