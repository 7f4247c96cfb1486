"""What every executor promises: the contract of `argosy.ports.executor`, run against each row of the table."""

from __future__ import annotations

import shlex
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol

import pytest

from argosy.errors import NotFound
from argosy.executors import EXECUTORS
from argosy.executors.fake import FakeExecutor, Outcome
from argosy.model.arguments import Outputs, Parameter, ValueFrom
from argosy.model.kubernetes import Container
from argosy.model.template import Template
from argosy.ports.executor import Executor, LogQuery
from argosy.ports.pods import FINAL_POD_PHASES, PodKey, PodRequest
from tests.executors.kubernetes.bench import JobsBench, KubernetesBench
from tests.executors.process.support import Listener, clean_up, process_executor, request, shell

FAN_OUT = 3000
LONG = 60.0


class Bench(Protocol):
    """One world, in which engines come and go, and leaves that work in it.

    `fan_out` is how many of them it can bear at once, `pace` how many times more slowly than a process they begin;
    `parameters`: whether files become output parameters.
    """

    fan_out: int
    pace: float
    parameters: bool

    def engine(self) -> Executor: ...

    def leaf(self, name: str, outcome: Outcome) -> Template: ...

    def many(self) -> Template: ...

    def runs(self, name: str) -> int: ...

    def clean_up(self) -> None: ...


class FakeBench:
    """The world is in one object."""

    fan_out = FAN_OUT
    pace = 1.0
    parameters = True

    def __init__(self, folder: Path) -> None:
        self.executor = FakeExecutor(real_time=True)

    def engine(self) -> Executor:
        return self.executor

    def leaf(self, name: str, outcome: Outcome) -> Template:
        self.executor.outcomes[name] = outcome
        return Template(name=name)

    def many(self) -> Template:
        return self.leaf("t-many", Outcome())

    def runs(self, name: str) -> int:
        return len([each for each in self.executor.ran if each.template.name == name])

    def clean_up(self) -> None:
        self.executor.close()


class ProcessBench:
    """The world is a folder and a supervisor; each engine is another object. Leaves are shells."""

    fan_out = FAN_OUT
    pace = 1.0
    parameters = True

    def __init__(self, folder: Path) -> None:
        self.home, self.record = folder / "home", folder / "runs"
        self.opened: list[Executor] = []

    def engine(self) -> Executor:
        self.opened.append(process_executor(self.home))
        return self.opened[-1]

    def leaf(self, name: str, outcome: Outcome) -> Template:
        ignore = "trap '' TERM; " if outcome.ignores_term else ""
        lines = "".join(f"echo {shlex.quote(line)} >&2; " for line in outcome.log)
        result = f"printf %s {shlex.quote(outcome.result)}; " if outcome.result else ""
        files = "".join(f"echo {shlex.quote(value)} > /tmp/{key}; " for key, value in outcome.parameters.items())
        # One that ignores SIGTERM is no `sleep`, which would not.
        nap = f"exec sleep {outcome.seconds}; " if outcome.seconds and not outcome.exit_code and not ignore else ""
        wait = f"i=0; while [ $i -lt {int(outcome.seconds * 10)} ]; do sleep 0.1; i=$((i+1)); done; " if not nap else ""
        text = f'{ignore}echo x >> "$1"; {lines}{result}{files}{nap or wait}exit {outcome.exit_code}'
        parameters = [Parameter(name=key, value_from=ValueFrom(path=f"/tmp/{key}")) for key in outcome.parameters]
        template = shell(text, f"{self.record}-{name}")
        template.name, template.outputs = name, Outputs(parameters=parameters)
        return template

    def many(self) -> Template:
        return Template(name="t-many", container=Container(image="i", command=["/bin/true"]))

    def runs(self, name: str) -> int:
        path = Path(f"{self.record}-{name}")
        return len(path.read_text().splitlines()) if path.exists() else 0

    def clean_up(self) -> None:
        for each in self.opened:
            each.close()
        clean_up(self.home)


BENCHES: dict[str, Callable[[Path], Bench]] = {
    "fake": FakeBench,
    "kubernetes": KubernetesBench,
    "kubernetes-jobs": JobsBench,
    "process": ProcessBench,
}
"""How to make a world for each row; a new row of the table gets one here."""


@pytest.fixture(params=sorted(EXECUTORS))
def bench(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Bench]:
    made = BENCHES[request.param](tmp_path)
    yield made
    made.clean_up()


@pytest.fixture
def heard() -> Listener:
    return Listener()


@pytest.fixture
def engine(bench: Bench, heard: Listener) -> Executor:
    executor = bench.engine()
    executor.open(heard)
    return executor


def leaf(bench: Bench, node_id: str, **outcome) -> PodRequest:
    wants_result = outcome.pop("wants_result", False)
    deadline = outcome.pop("deadline_seconds", None)
    template = bench.leaf(f"t-{node_id}", Outcome(**outcome))
    return of(template, node_id, wants_result=wants_result, deadline_seconds=deadline)


def of(template: Template, node_id: str, **more) -> PodRequest:
    """The request for a leaf of this template, with its metadata."""
    metadata = template.metadata
    return request(node_id, template, labels=metadata.labels, annotations=metadata.annotations, **more)


def test_name_is_the_rows(bench: Bench) -> None:
    assert bench.engine().name in EXECUTORS


def test_success(bench: Bench, engine: Executor, heard: Listener) -> None:
    pod = leaf(bench, "a")
    before = datetime.now(UTC)
    engine.start(pod)
    end = heard.end(pod.key)
    assert (end.phase, end.message, end.exit_code, end.result, end.parameters) == ("Succeeded", "", "0", None, {})
    assert end.started_at is not None and end.finished_at is not None
    assert before - timedelta(seconds=1) <= end.started_at <= end.finished_at <= datetime.now(UTC)


@pytest.mark.parametrize("code", [1, 64, 255])
def test_failure_has_the_exit_code(bench: Bench, engine: Executor, heard: Listener, code: int) -> None:
    pod = leaf(bench, "a", exit_code=code)
    engine.start(pod)
    end = heard.end(pod.key)
    assert (end.phase, end.message, end.exit_code) == ("Failed", f"main: Error (exit code {code})", str(code))


def test_result_is_there_where_it_is_wanted(bench: Bench, engine: Executor, heard: Listener) -> None:
    pods = [leaf(bench, "a", result="x", wants_result=True), leaf(bench, "b", wants_result=True)]
    pods += [leaf(bench, "c", result="x"), leaf(bench, "d", result="late", exit_code=3, wants_result=True)]
    for pod in pods:
        engine.start(pod)
    assert [each.result for each in heard.ends(pod.key for pod in pods)] == ["x", "", None, "late"]


def test_output_parameters(bench: Bench, engine: Executor, heard: Listener) -> None:
    if not bench.parameters:
        pytest.skip("files are not brought out yet")
    pod = leaf(bench, "a", parameters={"one": "1", "two": "zwei"})
    engine.start(pod)
    assert heard.end(pod.key).parameters == {"one": "1", "two": "zwei"}


def test_starting_twice_runs_once(bench: Bench, engine: Executor, heard: Listener) -> None:
    pod = leaf(bench, "a", seconds=0.2)
    engine.start(pod)
    engine.start(pod)
    heard.end(pod.key)
    engine.start(pod)
    other = leaf(bench, "b")
    engine.start(other)
    heard.end(other.key)
    assert bench.runs("t-a") == 1


def test_final_report_is_the_last(bench: Bench, engine: Executor, heard: Listener) -> None:
    pods = [leaf(bench, f"n{number}", seconds=number % 3 / 10) for number in range(12)]
    for pod in pods:
        engine.start(pod)
    heard.ends(pod.key for pod in pods)
    for pod in pods:
        engine.stop(pod.key, 0)
    time.sleep(0.2)
    for pod in pods:
        phases = heard.phases(pod.key)
        assert phases[-1] == "Succeeded"
        assert not FINAL_POD_PHASES.intersection(phases[:-1])


def test_running_is_reported(bench: Bench, engine: Executor, heard: Listener) -> None:
    pod = leaf(bench, "a", seconds=0.5 * bench.pace)
    engine.start(pod)
    heard.end(pod.key)
    told = [report for report in heard.reports[pod.key] if report.phase != "Pending"]
    assert [report.phase for report in told] == ["Running", "Succeeded"]
    assert told[0].started_at == told[1].started_at


@pytest.mark.parametrize(("stubborn", "grace", "code"), [(False, 30, 143), (True, 0.3, 137), (False, 0, 137)])
def test_stop(bench: Bench, engine: Executor, heard: Listener, stubborn: bool, grace: float, code: int) -> None:
    pod = leaf(bench, "a", seconds=LONG, ignores_term=stubborn)
    engine.start(pod)
    wait_for_run(bench, heard, pod)
    engine.stop(pod.key, grace)
    end = heard.end(pod.key)
    assert (end.phase, end.exit_code, end.message) == ("Failed", str(code), f"main: Error (exit code {code})")


def test_stopping_what_does_not_run_does_nothing(bench: Bench, engine: Executor, heard: Listener) -> None:
    pod = leaf(bench, "a")
    engine.start(pod)
    heard.end(pod.key)
    engine.stop(pod.key, 0)
    engine.stop(PodKey("nobody", "knows"), 0)
    other = leaf(bench, "b")
    engine.start(other)
    heard.end(other.key)
    assert list(heard.reports) == [pod.key, other.key]
    assert heard.phases(pod.key)[-1] == "Succeeded"


def test_deadline(bench: Bench, engine: Executor, heard: Listener) -> None:
    pod, quick = leaf(bench, "a", seconds=LONG, deadline_seconds=0.3), leaf(bench, "b", deadline_seconds=LONG)
    engine.start(pod)
    engine.start(quick)
    end = heard.end(pod.key)
    assert (end.phase, end.message) == ("Failed", "Pod was active on the node longer than the specified deadline")
    assert heard.end(quick.key).phase == "Succeeded"


def test_adopted_while_it_runs(bench: Bench, engine: Executor, heard: Listener) -> None:
    pod = leaf(bench, "a", seconds=0.8 * bench.pace, exit_code=5)
    engine.start(pod)
    wait_for_run(bench, heard, pod)
    engine.close()
    later = Listener()
    following = bench.engine()
    following.open(later)
    following.adopt([pod])
    assert later.end(pod.key).exit_code == "5"
    assert later.phases(pod.key)[0] == "Running"
    assert bench.runs("t-a") == 1


def test_adopted_after_its_end(bench: Bench, engine: Executor, heard: Listener) -> None:
    pod = leaf(bench, "a", seconds=0.3 * bench.pace, exit_code=7, result="so it ended", wants_result=True)
    engine.start(pod)
    wait_for_run(bench, heard, pod)
    engine.close()
    time.sleep(0.6 * bench.pace)
    later = Listener()
    following = bench.engine()
    following.open(later)
    following.adopt([pod])
    end = later.end(pod.key)
    assert (end.exit_code, end.result) == ("7", "so it ended")
    assert bench.runs("t-a") == 1


def test_adoption_starts_what_was_never_started(bench: Bench, engine: Executor, heard: Listener) -> None:
    pods = [leaf(bench, f"n{number}", exit_code=number) for number in range(3)]
    engine.adopt(pods)
    assert [end.exit_code for end in heard.ends(pod.key for pod in pods)] == ["0", "1", "2"]
    assert [bench.runs(f"t-n{number}") for number in range(3)] == [1, 1, 1]


def test_what_runs_is_reported_to_whoever_opens(bench: Bench, engine: Executor, heard: Listener) -> None:
    pod = leaf(bench, "a", seconds=LONG)
    engine.start(pod)
    wait_for_run(bench, heard, pod)
    engine.close()
    later = Listener()
    following = bench.engine()
    following.open(later)
    later.wait_for_phase(pod.key, "Running")
    following.stop(pod.key, 0)
    assert later.end(pod.key).exit_code == "137"
    following.forget([pod.key])


def test_log(bench: Bench, engine: Executor, heard: Listener) -> None:
    pod = leaf(bench, "a", log=["one", "two", "thrée", "four"])
    engine.start(pod)
    heard.end(pod.key)
    engine.forget([pod.key])
    assert log(engine, pod) == ["one", "two", "thrée", "four"]
    assert log(engine, pod, tail=2) == ["thrée", "four"]
    assert log(engine, pod, tail=0) == []
    assert log(engine, pod, tail=9) == ["one", "two", "thrée", "four"]
    stamps, lines = zip(*(line.split(" ", 1) for line in log(engine, pod, timestamps=True)), strict=True)
    assert lines == ("one", "two", "thrée", "four")
    assert all(stamp.endswith("Z") and stamp.startswith("20") for stamp in stamps)


def test_log_since(bench: Bench, engine: Executor, heard: Listener) -> None:
    pod = leaf(bench, "a", log=["one"])
    engine.start(pod)
    heard.end(pod.key)
    assert log(engine, pod, since=datetime.now(UTC) - timedelta(hours=1)) == ["one"]
    assert log(engine, pod, since=datetime.now(UTC) + timedelta(hours=1)) == []


def test_log_needs_no_open(bench: Bench, engine: Executor, heard: Listener) -> None:
    pod = leaf(bench, "a", log=["one"])
    engine.start(pod)
    heard.end(pod.key)
    engine.close()
    assert log(bench.engine(), pod) == ["one"]


def test_following_a_log_ends_with_the_pod(bench: Bench, engine: Executor, heard: Listener) -> None:
    pod = leaf(bench, "a", log=["one"], seconds=0.5 * bench.pace)
    engine.start(pod)
    wait_for_run(bench, heard, pod)
    assert log(bench.engine() if bench.engine() is not engine else engine, pod, follow=True) == ["one"]
    assert heard.end(pod.key).phase == "Succeeded"
    assert log(engine, pod, follow=True) == ["one"]


def test_no_log(bench: Bench, engine: Executor) -> None:
    with pytest.raises(NotFound):
        list(engine.logs(PodKey("uid-none", "a"), "pod-a", LogQuery()))


def test_deleted_workflow_has_no_log(bench: Bench, engine: Executor, heard: Listener) -> None:
    pod = leaf(bench, "a", log=["one"])
    engine.start(pod)
    heard.end(pod.key)
    engine.forget([pod.key])
    engine.delete_workflow(pod.key.workflow_uid)
    engine.delete_workflow(pod.key.workflow_uid)
    with pytest.raises(NotFound):
        log(engine, pod)


def test_fan_out(bench: Bench, engine: Executor, heard: Listener) -> None:
    template = bench.many()
    pods = [of(template, f"n{number}") for number in range(bench.fan_out)]
    for pod in pods:
        engine.start(pod)
    ends = heard.ends(pod.key for pod in pods)
    assert {end.phase for end in ends} == {"Succeeded"}
    assert len(heard.reports) == bench.fan_out
    engine.forget([pod.key for pod in pods])


def wait_for_run(bench: Bench, heard: Listener, pod: PodRequest) -> None:
    """Until it is reported to run and has done its first thing."""
    heard.wait_for_phase(pod.key, "Running")
    while not bench.runs(pod.template.name):
        time.sleep(0.01)


def log(executor: Executor, pod: PodRequest, **query) -> Sequence[str]:
    return list(executor.logs(pod.key, pod.pod_name, LogQuery(**query)))
