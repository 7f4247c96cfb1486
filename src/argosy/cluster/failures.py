"""What the API server answers, or does not answer, becomes an error of ours; and which of them may be tried again.

404                              NotFound
409 AlreadyExists                AlreadyExists
409 Conflict                     Conflict
410, and its event of a watch    Expired: list anew
429, 502, 503, 504, no answer    Unavailable, which is transient
500                              Unavailable where Kubernetes says that trying again helps, else Refused
403 for a quota                  Unavailable: room may be made
anything else                    Refused
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import msgspec

from argosy.errors import AlreadyExists, ArgosyError, Conflict, ExecutorError, NotFound

AGAIN: Final = frozenset({429, 500, 502, 503, 504})
"""The answers that may be another one the next time."""
UNTOUCHED: Final = frozenset({429})
"""Those of them that say that nothing was done, so that anything may be asked again."""
QUOTA: Final = "exceeded quota"
ANSWERS_LATER: Final = ("etcdserver:", "the server was unable to return a response in the time allotted")
NO_ANSWER: Final = "the cluster does not answer: {}"
LONGEST: Final = 2000


class Status(msgspec.Struct, kw_only=True):
    """Kubernetes' answer where it is not the object."""

    code: int = 0
    reason: str = ""
    message: str = ""
    details: Any = None


class Unavailable(ExecutorError):
    """The cluster does not answer now."""

    code = 14
    http_status = 503
    transient = True


class Expired(ExecutorError):
    """The cluster no longer knows what changed since then."""

    transient = True


class Refused(ExecutorError):
    """The cluster refuses this.

    `status` is the HTTP status, `reason` Kubernetes' word for it.
    """

    def __init__(self, message: str = "", *, status: int = 0, reason: str = "", hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.status, self.reason = status, reason


HINTS: Final = {
    401: "the credentials of the kubeconfig are not valid, or no longer",
    403: "ask for the right to do this: a Role and a RoleBinding",
}


def read_status(code: int, body: bytes) -> Status:
    """The Status in the body of an answer; made from the body's text where it is something else."""
    try:
        status = msgspec.json.decode(body, type=Status)
    except (msgspec.DecodeError, msgspec.ValidationError, UnicodeDecodeError):
        status = Status(message=body.decode(errors="replace")[:LONGEST].strip())
    status.code = status.code or code
    status.message = status.message or f"the server answers with status {code}"
    return status


def to_error(status: Status) -> ArgosyError:
    """The error that says the same."""
    message = status.message
    if status.code == 404:
        return NotFound(message)
    if status.code == 409:
        return AlreadyExists(message) if status.reason == "AlreadyExists" else Conflict(message)
    if status.code == 410:
        return Expired(message)
    if _passes(status):
        return Unavailable(message)
    return Refused(message, status=status.code, reason=status.reason, hint=HINTS.get(status.code, ""))


def _passes(status: Status) -> bool:
    """Whether it may be otherwise later, though nobody does anything about it."""
    if status.code == 500:
        return status.reason == "ServerTimeout" or any(each in status.message for each in ANSWERS_LATER)
    return status.code in AGAIN or (status.code == 403 and QUOTA in status.message)


def retry_after(headers: Any) -> float | None:
    """After how many seconds the server wants to be asked again; None where it does not say."""
    try:
        return max(0.0, float(headers.get("retry-after", "")))
    except ValueError:
        return None


class Broken(NamedTuple):
    """What came of a request without an answer; `unsent`: it can't have had any effect."""

    error: ArgosyError
    unsent: bool


def broken(exception: Exception) -> Broken:
    """What an exception of the HTTP client means. A bug of ours is raised as it is."""
    import httpx2
    from lightkube.core.exceptions import ConfigError

    if isinstance(exception, ArgosyError):
        return Broken(exception, False)
    if isinstance(exception, ConfigError):  # of an exec plugin, or the file of a token
        return Broken(Refused(f"no credentials for the cluster: {exception}"), True)
    if not isinstance(exception, httpx2.TransportError):
        raise exception
    unsent = isinstance(exception, httpx2.ConnectError | httpx2.ConnectTimeout | httpx2.PoolTimeout)
    return Broken(Unavailable(NO_ANSWER.format(str(exception) or type(exception).__name__)), unsent)
