"""Whether the controller lives and is ready, over HTTP, for those who look after it: GET /healthz, GET /readyz."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

Check = Callable[[], bool]


class Health:
    """Answers on a port of all addresses, in a thread, until it is closed: 200 where a path's check holds, else 503."""

    def __init__(self, port: int, checks: Mapping[str, Check]) -> None:
        self._server = ThreadingHTTPServer(("", port), _handler(checks))
        self.port = int(self._server.server_address[1])
        threading.Thread(target=self._server.serve_forever, name="health", daemon=True).start()

    def close(self) -> None:
        """Answer no more."""
        self._server.shutdown()
        self._server.server_close()


def _handler(checks: Mapping[str, Check]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            check = checks.get(self.path.partition("?")[0])
            code = 404 if check is None else 200 if check() else 503
            body = b"ok\n" if code == 200 else b"no\n"
            self.send_response(code)
            self.send_header("Content-Type", "text/plain")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (Python's name)
            """Nobody wants to read of probes."""

    return Handler
