"""One pod's process.

Its output comes through a pipe and is written into the log here. A log file given to the process itself would be
cheaper to think of, but it breaks programs that open `/dev/stdout` or `/dev/stderr` by name (`tee /dev/stderr`): they
would cut it to nothing. It also costs more: most leaves print nothing or a line, and a file is made only for a line.
"""
# pathlib would double the time that the supervisor takes to start
# ruff: noqa: PTH123, PTH208

from __future__ import annotations

import contextlib
import os
import signal
import time

from .log import Log
from .wire import encode

CHUNK = 1 << 16
MAX_RESULT = 256 << 10
MAX_INLINE_RESULT = 4 << 10
DRAIN_CHUNKS = 64

# Python ignores these; a program expects them as the system has them.
DEFAULT_SIGNALS = (signal.SIGPIPE, signal.SIGXFSZ)


class Pod:
    """A pod's order and what is known of its process.

    Of the order: `path argv env cwd` say what to run. `log` is the path of the log. `result` is the path for a long
    standard output, missing where nobody wants it. `deadline` is how many seconds it may run, `grace` how many it has
    after that. `wrapped`: the process itself only waits for the user's program (a sandbox does), so that polite signals
    go past it.
    """

    def __init__(self, key: str, order: dict, host_env: dict[str, str]) -> None:
        self.key = key
        self.name = encode(key).encode()
        self.order, self.host_env = order, host_env
        self.cwd: str = order.get("cwd", "/")
        self.deadline: float | None = order.get("deadline")
        self.grace: float = order.get("grace", 0.0)
        self.reason = self.detail = ""
        self.started = 0.0
        self.pid = 0
        self.over = False
        self.outputs: dict[int, bool] = {}  # the pipes' read ends: whether it is the standard output alone
        self._log = Log(order.get("log", ""))
        self._tail = bytearray()

    def spawn(self) -> None:
        """Start the process, as the leader of a session of its own. Raises OSError."""
        ends: list[int] = []
        self.outputs = {}
        for is_result in (True, False) if "result" in self.order else (False,):
            output, end = os.pipe()
            self.outputs[output] = is_result
            ends.append(end)
        actions = [(os.POSIX_SPAWN_DUP2, ends[0], 1), (os.POSIX_SPAWN_DUP2, ends[-1], 2)]
        try:
            self.started = time.time()
            self.pid = os.posix_spawn(
                self.order["path"],
                self.order["argv"],
                {**self.host_env, **self.order["env"]},
                file_actions=actions,
                setsid=True,
                setsigdef=DEFAULT_SIGNALS,
            )
        except BaseException:
            self.close()
            raise
        finally:
            for end in ends:
                os.close(end)
        for output in self.outputs:
            os.set_blocking(output, False)

    def pump(self, output: int) -> bool:
        """Take what the pipe holds, a chunk at most; whether there may be more, now or later."""
        try:
            data = os.read(output, CHUNK)
        except BlockingIOError:
            return True
        if data:
            self._keep(data, self.outputs[output])
        return bool(data)

    def drain(self) -> None:
        """Take what the pipes still hold after the process has ended."""
        for output in list(self.outputs):
            for _ in range(DRAIN_CHUNKS):
                try:
                    data = os.read(output, CHUNK)
                except BlockingIOError:
                    break
                if not data:
                    break
                self._keep(data, self.outputs[output])
        self.close()

    def close(self) -> None:
        """Let go of pipes and log."""
        for output in self.outputs:
            os.close(output)
        self.outputs = {}
        self._log.close()

    def close_output(self, output: int) -> None:
        """Nobody writes to this pipe any more."""
        del self.outputs[output]
        os.close(output)

    def _keep(self, data: bytes, is_result: bool) -> None:
        if is_result:
            self._tail += data
            if len(self._tail) > 2 * MAX_RESULT:
                del self._tail[: -MAX_RESULT - 1]
        # Where the disk is full, or the folder was deleted, the program goes on without its log.
        with contextlib.suppress(OSError):
            self._log.write(data)

    def ended(self, code: int | None) -> bytes:
        """The message that it has ended."""
        result, in_file = b"null", b"false"
        if self.pid and "result" in self.order:
            result, in_file = self._result()
        return b'["ended",%b,%b,"%b",%b,%.6f,%.6f,%b,%b]\n' % (
            self.name,
            b"null" if code is None else b"%d" % code,
            self.reason.encode(),
            encode(self.detail).encode(),
            self.started,
            time.time(),
            result,
            in_file,
        )

    def _result(self) -> tuple[bytes, bytes]:
        """The standard output as `outputs.result` has it; one too long to carry about goes to a file."""
        data = bytes(self._tail).removesuffix(b"\n")[-MAX_RESULT:]
        if len(data) > MAX_INLINE_RESULT:
            with contextlib.suppress(OSError):
                with open(self.order["result"], "wb") as file:
                    file.write(data)
                return b"null", b"true"
        return encode(data.decode("utf-8", "replace")).encode(), b"false"

    def signal(self, number: int) -> None:
        """Signal the whole process group; of a wrapped one all but the wrapper, which would die of it too soon."""
        try:
            if self.order.get("wrapped") and number != signal.SIGKILL:
                for pid in group_members(self.pid):
                    if pid != self.pid:
                        os.kill(pid, number)
            elif self.pid > 0:
                os.killpg(self.pid, number)
        except ProcessLookupError:
            pass


def group_members(group: int) -> list[int]:
    """The processes of a process group."""
    members = []
    for name in os.listdir("/proc"):
        if name.isdigit():
            stat = process_stat(int(name))
            if stat and int(stat[2]) == group:
                members.append(int(name))
    return members


def process_stat(pid: int) -> list[str]:
    """The fields of /proc/PID/stat after the program's name: state, parent, group, ...; empty where it is gone."""
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rpartition(")")[2].split()
    except OSError:
        return []
