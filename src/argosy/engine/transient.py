"""Errors that may be gone at the next try, by their message (isTransientErr in Argo's util/errors)."""

from __future__ import annotations

PASSING = (
    "etcdserver: leader changed",
    "etcdserver: request timed out",
    "etcdserver: too many requests",
    "client rate limiter Wait returned an error",
    "unexpected error when reading response body",
    "stream error when reading response body",
    "Connection closed by foreign host",
    "net/http: TLS handshake timeout",
    "i/o timeout",
    "connection timed out",
    "connection reset by peer",
    "http2: client connection lost",
    "http2: server sent GOAWAY and closed the connection",
    "request did not complete within requested timeout",
    "connect: connection refused",
    "invalid connection",
)


def is_transient(message: str) -> bool:
    """Whether the message tells of a passing trouble: the network, a store that changes its leader."""
    return any(each in message for each in PASSING)
