"""Waiting for workflows: in silence, with the tree on the screen, or with the lines of their logs.

Where no engine runs, the process that waits is the engine (argosy.ports.operation.Client.attend). Ctrl-C leaves the
workflow running in the background.
"""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import NamedTuple

import click

from argosy.cli.console import note
from argosy.cli.printers.style import Style
from argosy.cli.session import Session
from argosy.errors import NotFound
from argosy.model.kinds import SUCCEEDED
from argosy.model.workflow import Workflow
from argosy.operations.get import OPERATION as GET
from argosy.operations.get import GetRequest
from argosy.operations.logs import OPERATION as LOGS
from argosy.operations.logs import LogsRequest
from argosy.operations.state import OPERATION as STATE
from argosy.operations.state import State, StateRequest
from argosy.operations.unfinished import OPERATION as UNFINISHED
from argosy.operations.unfinished import UnfinishedRequest

INTERRUPTED = 130
BETWEEN_FRAMES = 0.1
SECOND = 1.0
RELAXED = 10
"""A frame that took long to draw is not drawn again for so many times as long."""
TAKEN_SECONDS = 10.0
"""How long an engine may take to see what was asked of it."""


class Target(NamedTuple):
    """A workflow that is waited for. The uid is needed for waiting only."""

    namespace: str
    name: str
    uid: str = ""


def target(session: Session, name: str) -> Target:
    """The workflow of this name; `@latest` becomes a name now, so that it stays the same one. Raises NotFound."""
    summary = session.call(STATE, StateRequest(namespace=session.namespace, name=name)).summary
    return Target(summary.namespace, summary.name, summary.uid)


def state(session: Session, which: Target) -> State:
    """How far it is. Raises NotFound."""
    return session.call(STATE, StateRequest(namespace=which.namespace, name=which.name))


def is_over(session: Session, which: Target) -> bool:
    """Whether it has finished, or is gone."""
    return not session.call(UNFINISHED, UnfinishedRequest(uids=[which.uid])).uids


def get(session: Session, which: Target) -> Workflow:
    """All of it. Raises NotFound."""
    return session.call(GET, GetRequest(namespace=which.namespace, name=which.name))


def wait(session: Session, targets: Sequence[Target], say: Callable[[State], None] = lambda _: None) -> bool:
    """Wait for all of them, and `say` of each that it has finished; whether all succeeded."""
    waiting, phases = list(targets), list[str]()

    def done() -> bool:
        running = session.call(UNFINISHED, UnfinishedRequest(uids=[each.uid for each in waiting])).uids
        while waiting and waiting[0].uid not in running:
            now = state(session, waiting.pop(0))
            phases.append(now.summary.phase)
            say(now)
        return not waiting

    with _letting_go(targets):
        session.client.attend(done, lambda: None)
    return all(phase == SUCCEEDED for phase in phases)


def watch(session: Session, which: Target, draw: Callable[[Workflow], str]) -> Workflow:
    """Show the workflow until it has finished: again and again on a terminal, else once, at the end."""
    screen = _Screen(lambda: draw(get(session, which)), live=sys.stdout.isatty())

    def done() -> bool:
        screen.refresh(SECOND)
        return is_over(session, which)

    with _letting_go([which]):
        session.client.attend(done, lambda: screen.refresh(BETWEEN_FRAMES))
    workflow = get(session, which)
    screen.show(draw(workflow), whole=True)
    return workflow


class _Screen:
    """A text on a terminal that takes the place of the one before it."""

    def __init__(self, text: Callable[[], str], *, live: bool) -> None:
        self._text, self._live = text, live
        self._lines = 0
        self._drawn = self._pause = 0.0

    def refresh(self, interval: float) -> None:
        """Draw anew, unless that was done within the interval."""
        began = time.monotonic()
        if self._live and began - self._drawn >= max(interval, self._pause):
            self.show(self._text())
            self._drawn = time.monotonic()
            self._pause = (self._drawn - began) * RELAXED

    def show(self, text: str, *, whole: bool = False) -> None:
        """Put a text in the place of the last one; what the terminal has no room for only if the `whole` is wanted."""
        if not self._live:
            sys.stdout.write(text)
            return
        lines = text.splitlines()
        if not whole:
            import shutil

            room = max(3, shutil.get_terminal_size().lines - 2)
            if len(lines) > room:
                lines = [*lines[: room - 1], f"… {len(lines) - room + 1} more lines"]
        up = f"\x1b[{self._lines}A\r\x1b[J" if self._lines else ""
        body = "\n".join(lines)
        sys.stdout.write(f"{up}{body}\n" if whole else f"{up}\x1b[?7l{body}\x1b[?7h\n")  # 7l: do not wrap long lines
        sys.stdout.flush()
        self._lines = len(lines)


def follow_logs(session: Session, which: Target, request: LogsRequest, style: Style) -> str:
    """Show lines of logs as they come until the workflow, or the pod that is asked for, has ended; gives the phase."""
    reader = _LogReader(session, request, style)

    def done() -> bool:
        return is_over(session, which) or not reader.is_alive()

    with _letting_go([which]):
        reader.start()
        session.client.attend(done, lambda: None)
        reader.join()
    if reader.error is not None:
        raise reader.error
    return state(session, which).summary.phase


class _LogReader(threading.Thread):
    """Prints the lines of logs beside what the main thread does."""

    def __init__(self, session: Session, request: LogsRequest, style: Style) -> None:
        super().__init__(name="logs", daemon=True)
        self._client, self._request, self._style = session.client, request, style
        self.error: BaseException | None = None

    def run(self) -> None:
        """Read to the end."""
        try:
            for entry in self._client.call(LOGS, self._request):
                print_line(entry.pod_name, entry.content, self._style)
        except BaseException as error:
            self.error = error


def print_line(pod_name: str, content: str, style: Style) -> None:
    """Print a line of a pod's log."""
    sys.stdout.write(f"{style.pod(f'{pod_name}:')} {content}\n")
    sys.stdout.flush()


@contextmanager
def _letting_go(targets: Sequence[Target]) -> Iterator[None]:
    """Ctrl-C: say that it goes on, and how to come back."""
    try:
        yield
    except KeyboardInterrupt:
        one = targets[0]
        names = one.name if len(targets) == 1 else f"{one.name} and {len(targets) - 1} more"
        option = "" if one.namespace == "default" else f" -n {one.namespace}"
        below = "\n" if sys.stderr.isatty() else ""  # the line on which the terminal shows ^C
        note(f"{below}argosy: {names} runs on in the background; to come back: argosy watch {one.name}{option}")
        raise click.exceptions.Exit(INTERRUPTED) from None


def settle(session: Session, which: Target) -> None:
    """Wait until the engine has taken up what was asked of it, so that whoever looks next sees the effect."""
    attend_for(session, TAKEN_SECONDS, lambda: not state(session, which).pending)


def attend_for(session: Session, seconds: float, reached: Callable[[], bool]) -> None:
    """Wait until it is reached, or the workflow it is about is gone, or the time is up."""
    deadline = time.monotonic() + seconds

    def done() -> bool:
        try:
            return reached() or time.monotonic() >= deadline
        except NotFound:
            return True

    if not done():
        session.client.attend(done, lambda: None)


def now() -> datetime:
    """The time, in UTC."""
    return datetime.now(UTC)
