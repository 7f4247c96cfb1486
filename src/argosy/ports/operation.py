"""What an operation of the API is, and what it may use."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Generic, Protocol, TypeVar

from argosy.ports.clock import Clock
from argosy.ports.executor import LogQuery
from argosy.ports.limits import Limits
from argosy.ports.pods import PodKey
from argosy.ports.restrictions import Restrictions
from argosy.ports.store import Store

Request = TypeVar("Request")
Response = TypeVar("Response")


class Logs(Protocol):
    """Reads the logs of pods, wherever they ran (argosy.ports.executor.Executor.logs)."""

    def logs(self, request_key: PodKey, pod_name: str, query: LogQuery) -> Iterator[str]:
        """The log's lines without their newline. Raises NotFound where there is none."""
        ...


@dataclass(frozen=True)
class Services:
    """What operations work with. `new_uid` and `new_suffix` make names nobody else has; `wake` tells the engine that
    there is something to do, and sees to it that there is an engine (False: there was none yet); `defaults` is the
    setting workflowDefaults, `restrictions` is workflowRestrictions, `limits` are those of the engine.
    """

    store: Store
    logs: Logs
    clock: Clock
    new_uid: Callable[[], str]
    new_suffix: Callable[[], str]
    wake: Callable[[], bool | None]
    defaults: dict[str, Any]
    delete_leftovers: Callable[[str], None]
    honoured: frozenset[str]
    restrictions: Restrictions = field(default_factory=Restrictions)
    limits: Limits = field(default_factory=Limits)


@dataclass(frozen=True)
class Operation(Generic[Request, Response]):
    """One operation: its name in the client, its place in Argo's REST API, and the function that does it.

    `method` and `path` are Argo's (`GET /api/v1/workflows/{namespace}/{name}`); `request` is a msgspec Struct whose
    fields are named as the path's and the query's; a `streams` operation gives an iterator of responses.
    """

    name: str
    summary: str
    method: str
    path: str
    request: type[Request]
    run: Callable[[Services, Request], Response]
    streams: bool = False


class Client(Protocol):
    """How the command line, or a program, reaches Argosy: in this process, or over HTTP. They look the same."""

    def call(self, operation: Operation[Request, Response], request: Request) -> Response:
        """Do an operation. Raises what it raises."""
        ...

    def attend(self, done: Callable[[], bool], changed: Callable[[], None]) -> None:
        """Wait until `done()`, calling `changed()` after every change, and see to it that there is an engine.

        Where no engine runs, this process is the engine meanwhile. An interrupt (Ctrl-C, SIGTERM) hands over what
        runs to an engine in the background, ends nothing, and comes out as KeyboardInterrupt.
        """
        ...
