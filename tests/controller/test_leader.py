"""Standing by, leading, and stopping at once; and what is answered to probes."""

from __future__ import annotations

import threading
import urllib.error
import urllib.request
from collections.abc import Callable

import pytest

from argosy.controller.health import Health
from argosy.controller.leader import Leader
from argosy.errors import StoreBusy


class Ballot:
    """An election whose outcome the test decides."""

    def __init__(self) -> None:
        self.held = threading.Event()

    def wait_held(self, timeout: float) -> bool:
        return self.held.wait(min(timeout, 0.01))

    def holds(self) -> bool:
        return self.held.is_set()


class Turns:
    """As much of a controller as a leader needs. `at` is called at each turn."""

    def __init__(self, at: Callable[[int], None]) -> None:
        self.at, self.turns, self.log = at, 0, list[str]()

    def open(self) -> None:
        self.log.append("open")

    def step(self, timeout: float) -> bool:
        self.turns += 1
        self.at(self.turns)
        return False

    def wake(self) -> None:
        self.log.append("wake")

    def close(self) -> None:
        self.log.append("close")


class Ended(BaseException):
    """What ends the process, in a test."""


def end() -> None:
    raise Ended


def leader(ballot: Ballot, turns: Turns, said: list[str]) -> Leader:
    return Leader(ballot, lambda: turns, say=said.append, lost=end)  # type: ignore[arg-type,return-value]


def test_stands_by_until_it_is_elected() -> None:
    ballot, said = Ballot(), list[str]()

    def interrupt(_turn: int) -> None:
        raise KeyboardInterrupt

    turns = Turns(interrupt)
    threading.Timer(0.1, ballot.held.set).start()
    with pytest.raises(KeyboardInterrupt):
        leader(ballot, turns, said).run()
    assert turns.log == ["open", "close"]
    assert said == ["standing by", "elected: running workflows"]


def test_stops_at_once_when_the_election_is_lost() -> None:
    ballot, said = Ballot(), list[str]()
    ballot.held.set()

    def lose(turn: int) -> None:
        if turn == 3:
            ballot.held.clear()

    turns = Turns(lose)
    with pytest.raises(Ended):
        leader(ballot, turns, said).run()
    assert turns.turns == 3


def test_stops_at_once_when_the_store_says_that_another_one_acts() -> None:
    ballot = Ballot()
    ballot.held.set()

    def refuse(_turn: int) -> None:
        raise StoreBusy

    with pytest.raises(Ended):
        leader(ballot, Turns(refuse), []).run()


def test_wakes_the_controller_while_it_leads() -> None:
    ballot = Ballot()
    ballot.held.set()
    turns = Turns(lambda _turn: None)
    made = leader(ballot, turns, [])
    made.wake()

    def look(turn: int) -> None:
        made.wake()
        if turn == 2:
            raise KeyboardInterrupt

    turns.at = look
    with pytest.raises(KeyboardInterrupt):
        made.run()
    assert turns.log == ["open", "wake", "wake", "close"]
    assert made.alive


def test_health_is_what_the_checks_say() -> None:
    ready = [False]
    health = Health(0, {"/healthz": lambda: True, "/readyz": lambda: ready[0]})

    def ask(path: str) -> int:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{health.port}{path}", timeout=5) as answer:
                return answer.status
        except urllib.error.HTTPError as error:
            error.close()
            return error.code

    try:
        assert [ask("/healthz"), ask("/readyz"), ask("/other")] == [200, 503, 404]
        ready[0] = True
        assert ask("/readyz?verbose") == 200
    finally:
        health.close()
