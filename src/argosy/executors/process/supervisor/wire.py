"""Lines of JSON over a Unix socket, without ever blocking."""

from __future__ import annotations

import json
import os
from json.encoder import encode_basestring_ascii as quote

CHUNK = 1 << 18

encode = json.JSONEncoder(separators=(",", ":")).encode
decode = json.JSONDecoder().decode


def line(*fields: object) -> bytes:
    """The message as it is sent."""
    return encode(fields).encode() + b"\n"


def quoted(text: str) -> bytes:
    """The text as a JSON string."""
    return quote(text).encode()


class Peer:
    """Whoever is at the other end of a connection, which is a descriptor."""

    def __init__(self, connection: int) -> None:
        os.set_blocking(connection, False)
        self.connection = connection
        self.gone = False
        self.blocked = False
        self.env: dict[str, str] = {}
        self.watching: set[str] = set()
        self._read = b""
        self._unsent = bytearray()

    def receive(self) -> list[list] | None:
        """The messages that have arrived; None where the other end is gone, or says what is no message."""
        try:
            data = os.read(self.connection, CHUNK)
        except BlockingIOError:
            return []
        except OSError:
            return None
        if not data:
            return None
        *lines, self._read = (self._read + data).split(b"\n")
        try:
            return [decode(each.decode()) for each in lines]
        except ValueError:
            return None

    def send(self, message: bytes) -> None:
        """Put it in the queue; `flush` sends."""
        self._unsent += message

    def flush(self) -> bool:
        """Send what is queued, as far as the other end takes it; whether anything is left."""
        if self._unsent:
            try:
                del self._unsent[: os.write(self.connection, self._unsent)]
            except BlockingIOError:
                pass
            except OSError:
                self._unsent.clear()  # gone: `receive` will say so
        return bool(self._unsent)
