"""A pod's log, and beside it when what was written."""

from __future__ import annotations

import os
import time

INDEX_AFTER = 1.0  # a log that was written in less has the time of its file
INDEX_STEP = 0.5
FLAGS = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC


class Log:
    """The file is made for the first byte; that of its times where writing takes a noticeable time."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._file = self._index = -1
        self._size = 0
        self._first = self._last = 0.0
        self._pending = b""

    def write(self, data: bytes) -> None:
        """Add this. Raises OSError."""
        if self._file < 0:
            self._file = os.open(self._path, FLAGS, 0o600)
            self._size = os.lseek(self._file, 0, os.SEEK_END)
            self._first = time.time()
        self._keep_time()
        while data:
            written = os.write(self._file, data)
            self._size += written
            data = data[written:]

    def _keep_time(self) -> None:
        now = time.time()
        if now - self._last < INDEX_STEP:
            return
        self._last = now
        self._pending += b"%.3f %d\n" % (now, self._size)
        if now - self._first >= INDEX_AFTER:
            if self._index < 0:
                self._index = os.open(self._path.removesuffix(".log") + ".times", FLAGS, 0o600)
            os.write(self._index, self._pending)
            self._pending = b""

    def close(self) -> None:
        """Nothing more comes."""
        for file in (self._file, self._index):
            if file >= 0:
                os.close(file)
        self._file = self._index = -1
