"""The client that does everything in this process, on the store itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from types import TracebackType
from typing import Protocol, Self, TypeVar

from argosy.ports.operation import Operation, Services

Request = TypeVar("Request")
Response = TypeVar("Response")


class Engine(Protocol):
    """The engine of the store, wherever it runs (argosy.controller.host.Host)."""

    def wake(self) -> bool:
        """Tell it that something waits in the store; whether there is one."""
        ...

    def start_in_background(self) -> None:
        """Start one that outlives this process."""
        ...

    def attend(self, done: Callable[[], bool], changed: Callable[[], None]) -> None:
        """Wait until `done()`, being the engine if nobody else is."""
        ...


class LocalClient:
    """argosy.ports.operation.Client on a store of this machine.

    An engine is started in the background only when the client is closed: until then this process may want to be the
    engine itself (`attend`), which is faster.
    """

    def __init__(self, services: Services, engine: Engine) -> None:
        self._services = replace(services, wake=self._wake)
        self._engine = engine
        self._engine_wanted = False

    def call(self, operation: Operation[Request, Response], request: Request) -> Response:
        """Do an operation. Raises what it raises."""
        return operation.run(self._services, request)

    def attend(self, done: Callable[[], bool], changed: Callable[[], None]) -> None:
        """Wait until `done()`, calling `changed()` after every change; an interrupt comes out as KeyboardInterrupt."""
        self._engine_wanted = False
        self._engine.attend(done, changed)

    def close(self) -> None:
        """See to it that what was asked for gets done."""
        if self._engine_wanted:
            self._engine_wanted = False
            self._engine.start_in_background()
        self._services.store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _wake(self) -> bool:
        self._engine_wanted = not self._engine.wake()
        return not self._engine_wanted
