"""One event loop in one thread, for callers in other threads: they post, or wait, or read a stream piece by piece."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections import deque
from collections.abc import AsyncGenerator, Callable, Coroutine, Iterator
from concurrent.futures import CancelledError, Future
from typing import Any, Final, TypeVar

T = TypeVar("T")

STOP_SECONDS: Final = 10.0
END: Final = object()


class Runtime:
    """The loop runs from `start` to `stop`, and may be started again. `post` and `submit` never block.

    Coroutines still at work when it stops are cancelled. `on_error` hears of exceptions in what was posted, and of
    those in tasks that nobody waits for.
    """

    def __init__(self, on_error: Callable[[BaseException], None], name: str = "argosy-kubernetes") -> None:
        self.on_error, self.name = on_error, name
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._posted: deque[tuple[Callable[..., None], tuple[Any, ...]]] = deque()
        self._awake = False

    @property
    def loop(self) -> asyncio.AbstractEventLoop:
        """The loop, while it runs."""
        assert self._loop is not None, "the runtime is not started"
        return self._loop

    @property
    def running(self) -> bool:
        """Whether it is started."""
        return self._thread is not None

    def start(self) -> None:
        """Start the thread."""
        assert self._thread is None, "started twice"
        ready = threading.Event()
        self._thread = threading.Thread(target=self._work, args=(ready,), name=self.name, daemon=True)
        self._thread.start()
        ready.wait()

    def stop(self) -> None:
        """Cancel what is at work, and wait until the thread has ended."""
        thread, self._thread = self._thread, None
        if thread is not None:
            self.loop.call_soon_threadsafe(self._stopping.set)
            thread.join(STOP_SECONDS)
            self._loop = None

    def post(self, action: Callable[..., None], *arguments: Any) -> None:
        """Call this in the loop, soon and in order. Many in a row wake the loop once."""
        self._posted.append((action, arguments))
        if not self._awake:
            self._awake = True
            self.loop.call_soon_threadsafe(self._take_posted)

    def submit(self, work: Coroutine[Any, Any, T]) -> Future[T]:
        """Begin to run a coroutine in the loop."""
        return asyncio.run_coroutine_threadsafe(work, self.loop)

    def run(self, work: Coroutine[Any, Any, T], timeout: float | None = None) -> T:
        """Run a coroutine in the loop and wait for what it gives. Interrupting the caller cancels it."""
        assert threading.current_thread() is not self._thread, "the loop would wait for itself"
        future = self.submit(work)
        try:
            return future.result(timeout)
        except BaseException:
            future.cancel()
            raise

    def iterate(self, stream: AsyncGenerator[T, None]) -> Iterator[T]:
        """The items of a stream, each fetched when it is asked for. It ends where the runtime is stopped."""
        try:
            while (item := self.run(_next(stream))) is not END:
                yield item  # pyright: ignore[reportReturnType]
        except CancelledError:
            return
        finally:
            if self.running:
                with contextlib.suppress(CancelledError):
                    self.run(stream.aclose())

    # --- the thread

    def _work(self, ready: threading.Event) -> None:
        asyncio.run(self._live(ready))

    async def _live(self, ready: threading.Event) -> None:
        self._loop, self._stopping = asyncio.get_running_loop(), asyncio.Event()
        self._loop.set_exception_handler(self._complain)
        self._awake = False
        ready.set()
        await self._stopping.wait()
        self._take_posted()

    def _take_posted(self) -> None:
        self._awake = False
        while self._posted:
            action, arguments = self._posted.popleft()
            try:
                action(*arguments)
            except Exception as error:  # one order that goes wrong must not take the others with it
                self.on_error(error)

    def _complain(self, _loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        error = context.get("exception")
        if isinstance(error, BaseException):
            self.on_error(error)


async def _next(stream: AsyncGenerator[T, None]) -> T | object:
    try:
        return await anext(stream)
    except StopAsyncIteration:
        return END
