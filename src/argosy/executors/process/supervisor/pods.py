"""One pod's process, the leader of a process group of its own.

It gets no session of its own: the kernel would schedule each as if a user had logged in for it, which costs time, and
much of it on a busy machine.

Its output comes through a pipe and is written into the log here. A log file given to the process itself would be
cheaper to think of, but it breaks programs that open `/dev/stdout` or `/dev/stderr` by name (`tee /dev/stderr`): they
would cut it to nothing. It also costs more: most leaves print nothing or a line, and a file is made only for a line.
"""
# pathlib would double the time that the supervisor takes to start
# ruff: noqa: PTH123, PTH208, SIM105

from __future__ import annotations

import os
import signal
import time

from .log import Log
from .wire import Peer, quoted

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

    def __init__(self, key: str, order: dict, owner: Peer | None = None) -> None:
        self.key = key
        self.name = quoted(key)
        self.order, self.owner = order, owner  # the owner is who hears of it
        self.host_env = owner.env if owner else {}
        self.cwd: str = order.get("cwd", "/")
        self.deadline: float | None = order.get("deadline")
        self.grace: float = order.get("grace", 0.0)
        self.reason = self.detail = ""
        self.started = 0.0
        self.pid = 0
        self.over = False
        self.outputs: dict[int, bool] = {}  # the pipes' read ends: whether it is the standard output alone
        self._log: Log | None = None
        self._tail = bytearray()

    def spawn(self) -> None:
        """Start the process. Raises OSError."""
        ends: list[int] = []
        try:
            for is_result in (True, False) if "result" in self.order else (False,):
                output, end = os.pipe()
                os.set_blocking(output, False)
                self.outputs[output] = is_result
                ends.append(end)
            actions = [(os.POSIX_SPAWN_DUP2, ends[0], 1), (os.POSIX_SPAWN_DUP2, ends[-1], 2)]
            self.started = time.time()
            self.pid = os.posix_spawn(
                self.order["path"],
                self.order["argv"],
                {**self.host_env, **self.order["env"]},
                file_actions=actions,
                setpgroup=0,
                setsigdef=DEFAULT_SIGNALS,
            )
        except BaseException:
            self.close()
            raise
        finally:
            for end in ends:
                os.close(end)

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
        if self._log:
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
        self._log = self._log or Log(self.order["log"])
        try:
            self._log.write(data)
        except OSError:
            pass  # the disk is full, or the folder was deleted: the program goes on without its log

    def ended(self, code: int | None) -> bytes:
        """The message that it has ended."""
        result, in_file = b"null", b"false"
        if self.pid and "result" in self.order:
            result, in_file = self._result()
        return b'["ended",%b,%b,"%b",%b,%.6f,%.6f,%b,%b]\n' % (
            self.name,
            b"null" if code is None else b"%d" % code,
            self.reason.encode(),
            quoted(self.detail),
            self.started,
            time.time(),
            result,
            in_file,
        )

    def _result(self) -> tuple[bytes, bytes]:
        """The standard output as `outputs.result` has it; one too long to carry about goes to a file."""
        data = bytes(self._tail).removesuffix(b"\n")[-MAX_RESULT:]
        if len(data) > MAX_INLINE_RESULT:
            try:
                with open(self.order["result"], "wb") as file:
                    file.write(data)
                return b"null", b"true"
            except OSError:
                pass
        return quoted(data.decode("utf-8", "replace")), b"false"

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
