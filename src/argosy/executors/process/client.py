"""The connection to the supervisor; starts one where there is none."""

from __future__ import annotations

import contextlib
import os
import select
import socket
import sys
from collections.abc import Mapping
from pathlib import Path

import msgspec

from argosy.errors import ExecutorError
from argosy.executors.process.outcome import Message
from argosy.executors.process.supervisor import VERSION

CHUNK = 1 << 18
SUPERVISOR_FD = 3
CODE = "import sys; sys.path.append(sys.argv.pop(1)); from supervisor.main import main; main(sys.argv[1:])"
BOOT = ("-I", "-S", "-X", "utf8", "-c", CODE)
"""No site, no environment: nothing that a user has set up can keep it from starting, or slow it down."""

encode = msgspec.json.Encoder().encode
decode = msgspec.json.Decoder(Message).decode


def connect(run: Path) -> socket.socket | None:
    """A connection to the supervisor that uses this folder; None where there is none."""
    try:
        folder = os.open(run, os.O_PATH | os.O_DIRECTORY)
    except FileNotFoundError:
        return None
    connection = socket.socket(socket.AF_UNIX)
    try:
        # By way of the descriptor, since a socket's address holds some hundred bytes, and a home's path may be longer.
        connection.connect(f"/proc/self/fd/{folder}/socket")
    except OSError:
        connection.close()
        return None
    finally:
        os.close(folder)
    return connection


def start_supervisor(run: Path, slots: int, linger: float) -> tuple[socket.socket, int]:
    """Start one; gives a connection that can be written to before it is up, and its pid. Raises ExecutorError."""
    ours, theirs = socket.socketpair(socket.AF_UNIX)
    try:
        run.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.dup(theirs.fileno()) if theirs.fileno() == SUPERVISOR_FD else theirs.fileno()
        log_flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND
        pid = os.posix_spawn(
            sys.executable,
            [sys.executable, *BOOT, str(Path(__file__).parent), str(run.absolute()), str(slots), str(linger)],
            {},
            file_actions=[
                (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
                (os.POSIX_SPAWN_OPEN, 1, str(run / "supervisor.log"), log_flags, 0o600),
                (os.POSIX_SPAWN_DUP2, 1, 2),
                (os.POSIX_SPAWN_DUP2, descriptor, SUPERVISOR_FD),
            ],
            setsid=True,
        )
        if descriptor != theirs.fileno():
            os.close(descriptor)
    except OSError as error:
        ours.close()
        raise ExecutorError(f"the supervisor of the processes could not be started: {error}") from error
    finally:
        theirs.close()
    return ours, pid


class Client:
    """Messages in both directions, without blocking."""

    def __init__(self, run: Path, slots: int, linger: float, env: Mapping[str, str]) -> None:
        """Raises ExecutorError where a supervisor is neither there nor can be started."""
        self.pid = 0
        connection = connect(run)
        if connection is None:
            connection, self.pid = start_supervisor(run, slots, linger)
        connection.setblocking(False)
        with contextlib.suppress(OSError):
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 20)
        self.socket = connection
        self._read = b""
        self._unsent = bytearray()
        self.send("hello", VERSION, slots, env)

    def send(self, *fields: object) -> None:
        """Put a message in the queue; `flush` sends."""
        self._unsent += encode(fields)
        self._unsent += b"\n"

    def flush(self) -> bool:
        """Send what is queued, as far as it is taken; whether anything is left."""
        while self._unsent:
            try:
                sent = self.socket.send(self._unsent)
            except BlockingIOError:
                return True
            except OSError:
                return False  # gone: `receive` will say so
            del self._unsent[:sent]
        return False

    def receive(self) -> list[Message] | None:
        """The messages that have arrived; None where the supervisor is gone, or says what nobody understands."""
        try:
            data = self.socket.recv(CHUNK)
        except BlockingIOError:
            return []
        except OSError:
            return None
        if not data:
            return None
        *lines, self._read = (self._read + data).split(b"\n")
        try:
            return [decode(each) for each in lines]
        except msgspec.MsgspecError:
            return None

    def close(self) -> None:
        """Let go; the supervisor goes on."""
        self.socket.close()


def tell(run: Path, *fields: object) -> None:
    """Say this to the supervisor, where there is one."""
    connection = connect(run)
    if connection:
        with connection:
            connection.sendall(encode(fields) + b"\n")


class Watch:
    """Asks the supervisor whether a pod still runs."""

    def __init__(self, run: Path, key: str) -> None:
        self._socket = connect(run)
        self._gone = self._socket is None
        if self._socket:
            self._socket.sendall(encode(("watch", key)) + b"\n")

    def runs(self, seconds: float) -> bool:
        """Whether it runs, or waits to; waits so long for its end."""
        if self._socket and not self._gone:
            self._gone = bool(select.select([self._socket], [], [], seconds)[0])
        return not self._gone

    def close(self) -> None:
        """Let go."""
        if self._socket:
            self._socket.close()
