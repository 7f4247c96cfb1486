"""The fake: it ends pods as it is told to, and says what its caller did wrong."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from argosy.errors import ExecutorError
from argosy.executors.fake import FakeExecutor, Outcome
from argosy.model.template import Template
from argosy.ports.pods import PodKey
from tests.executors.process.support import Listener, request


def opened(outcomes: dict | None = None, **options) -> tuple[FakeExecutor, Listener]:
    executor, heard = FakeExecutor(outcomes, **options), Listener()
    executor.open(heard)
    return executor, heard


def test_pods_end_while_they_are_started() -> None:
    executor, heard = opened({"bad": Outcome(exit_code=2, message="as told"), "lost": Outcome(error="no machine")})
    pods = [request(name, Template(name=name)) for name in ("good", "bad", "lost")]
    for pod in pods:
        executor.start(pod)
    assert [heard.phases(pod.key) for pod in pods] == [["Succeeded"], ["Failed"], ["Error"]]
    assert [heard.reports[pod.key][0].message for pod in pods] == ["", "as told", "no machine"]
    assert executor.ran == pods
    assert executor.complaints == []


def test_an_outcome_can_depend_on_the_request() -> None:
    executor, heard = opened({"t": lambda pod: Outcome(exit_code=len(pod.key.node_id))})
    executor.start(request("four", Template(name="t")))
    assert heard.end(PodKey("uid-1", "four")).exit_code == "4"


def test_time_passes_when_it_is_told_to() -> None:
    executor, heard = opened({"t": Outcome(seconds=10), "u": Outcome(seconds=20)})
    slow, slower = request("a", Template(name="t")), request("b", Template(name="u"), deadline_seconds=15)
    executor.start(slower)
    executor.start(slow)
    assert executor.next_end == 10
    executor.advance(9.9)
    assert executor.running == [slower, slow]
    executor.advance(0.2)
    assert heard.phases(slow.key) == ["Running", "Succeeded"]
    executor.advance(100)
    assert heard.end(slower.key).message == "Pod was active on the node longer than the specified deadline"
    assert executor.next_end is None or executor.running == []


def test_times_are_the_clocks() -> None:
    class Noon:
        def now(self) -> datetime:
            return datetime(2026, 1, 2, 12, tzinfo=UTC)

    executor, heard = opened(clock=Noon())
    executor.start(request("a", Template()))
    assert heard.end(PodKey("uid-1", "a")).started_at == Noon().now()


def test_callers_are_checked() -> None:
    executor, heard = opened({"t": Outcome(seconds=1)})
    pod = request("a", Template(name="t"))
    executor.start(pod)
    executor.start(pod)
    executor.start(request("a", Template(name="t"), wants_result=True))
    executor.stop(PodKey("uid-1", "never"), 0)
    executor.forget([pod.key])
    executor.open(heard)
    assert executor.complaints == [
        "started a again with another request",
        "stopped never, which was never started",
        "forgot a, which has not ended",
        "opened twice",
    ]


def test_starting_needs_an_open_executor() -> None:
    with pytest.raises(ExecutorError):
        FakeExecutor().start(request("a", Template()))


def test_lost_pods_are_errors_to_the_next_engine() -> None:
    executor, _ = opened({"t": Outcome(seconds=1)})
    pod = request("a", Template(name="t"))
    executor.start(pod)
    executor.lose(pod.key)
    executor.close()
    later = Listener()
    executor.open(later)
    executor.adopt([pod])
    assert [(each.phase, each.message) for each in later.reports[pod.key]] == [("Error", "pod deleted")]
    assert executor.calls == [("start", pod.key), ("adopt", pod.key)]
