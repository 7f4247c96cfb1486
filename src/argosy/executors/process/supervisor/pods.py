"""One pod's process.

Its output comes through a pipe and is written into the log here. A log file given to the process itself would be
cheaper to think of, but it breaks programs that open `/dev/stdout` or `/dev/stderr` by name (`tee /dev/stderr`): they
would cut it to nothing. It also costs more: most leaves print nothing or a line, and a file is made only for a line.
"""
# pathlib would double the time that the supervisor takes to start
# ruff: noqa: PTH123, PTH208

from __future__ import annotations

import os
import signal
import time

CHUNK = 1 << 16
MAX_RESULT = 256 << 10
MAX_INLINE_RESULT = 4 << 10
DRAIN_CHUNKS = 64

# Python ignores these; a program expects them as the system has them.
DEFAULT_SIGNALS = (signal.SIGPIPE, signal.SIGXFSZ)


class Pod:
    """What to run (`path argv env cwd`), where its output goes, and what is known of its process.

    `log` is the path of the log. `result` is the path for a long standard output, empty where nobody wants it.
    `wrapped`: the process itself only waits for the user's program (a sandbox does), so that polite signals go past it.
    """

    def __init__(self, key: str, order: dict) -> None:
        self.key = key
        self.path: str = order.get("path", "")
        self.argv: list[str] = order.get("argv", [])
        self.env: dict[str, str] = order.get("env", {})
        self.cwd: str = order.get("cwd", "/")
        self.log: str = order.get("log", "")
        self.result: str = order.get("result", "")
        self.deadline: float | None = order.get("deadline")
        self.grace: float = order.get("grace", 0.0)
        self.wrapped: bool = order.get("wrapped", False)
        self.reason = ""
        self.started = 0.0
        self.pid = 0
        self.over = False
        self.outputs: dict[int, bool] = {}  # the pipes' read ends: whether it is the standard output alone
        self._log_file = -1
        self._tail = bytearray()

    def spawn(self) -> None:
        """Start the process, as the leader of a session of its own. Raises OSError."""
        mixed, mixed_end = os.pipe()
        ends = [mixed_end]
        self.outputs = {mixed: False}
        if self.result:
            out, out_end = os.pipe()
            ends.append(out_end)
            self.outputs[out] = True
        actions = [(os.POSIX_SPAWN_DUP2, ends[-1], 1), (os.POSIX_SPAWN_DUP2, mixed_end, 2)]
        try:
            self.started = time.time()
            self.pid = os.posix_spawn(
                self.path, self.argv, self.env, file_actions=actions, setsid=True, setsigdef=DEFAULT_SIGNALS
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
        if self._log_file >= 0:
            os.close(self._log_file)
            self._log_file = -1

    def close_output(self, output: int) -> None:
        """Nobody writes to this pipe any more."""
        del self.outputs[output]
        os.close(output)

    def _keep(self, data: bytes, is_result: bool) -> None:
        if is_result:
            self._tail += data
            if len(self._tail) > 2 * MAX_RESULT:
                del self._tail[: -MAX_RESULT - 1]
        try:
            if self._log_file < 0:
                flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC
                self._log_file = os.open(self.log, flags, 0o600)
            while data:
                data = data[os.write(self._log_file, data) :]
        except OSError:
            pass  # the disk is full, or the log's folder was deleted: the program goes on without its log

    def take_result(self) -> tuple[str | None, bool]:
        """The standard output as `outputs.result` has it; one too long to carry about is in the file (True)."""
        if not self.result or self.reason == "unstarted":
            return None, False
        data = bytes(self._tail).removesuffix(b"\n")[-MAX_RESULT:]
        if len(data) > MAX_INLINE_RESULT:
            try:
                with open(self.result, "wb") as file:
                    file.write(data)
                return None, True
            except OSError:
                pass
        return data.decode("utf-8", "replace"), False

    def signal(self, number: int) -> None:
        """Signal the whole process group; of a wrapped one all but the wrapper, which would die of it too soon."""
        try:
            if self.wrapped and number != signal.SIGKILL:
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
