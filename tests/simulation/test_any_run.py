"""Any workflow, any course of events: after every step a restart changes nothing, and the slow walk agrees.

The harness checks both at each step; here it is given workflows and events that nobody thought of.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from argosy.engine.rate import StartRate
from argosy.ports.limits import RateLimit
from argosy.testing import Harness

LEAF = {
    "name": "leaf",
    "outputs": {"parameters": [{"name": "out", "valueFrom": {"path": "/tmp/out", "default": "none"}}]},
    "container": {"image": "alpine", "command": ["true"]},
}
WAIT = {"name": "wait", "suspend": {}}
NAP = {"name": "nap", "suspend": {"duration": "5s"}}
AGAIN = {**LEAF, "name": "again", "retryStrategy": {"limit": 2, "retryPolicy": "Always", "backoff": {"duration": "5s"}}}
HASTY = {**LEAF, "name": "hasty", "timeout": "20s"}
SERVE = {**LEAF, "name": "serve", "daemon": True}
SERVE_AGAIN = {**AGAIN, "name": "serve-again", "daemon": True}
LEAVES = ("leaf", "leaf", "leaf", "again", "hasty", "wait", "nap", "missing", "serve", "serve-again")
HOOKS = ("leaf", "again", "nap", "serve")
MOVES = ("succeed",) * 6 + (
    "fail",
    "error",
    "start",
    "start",
    "time",
    "suspend",
    "resume",
    "resume",
    "stop",
    "terminate",
)
WORDS = ("", ".Succeeded", ".Failed", ".Errored", ".Skipped", ".Omitted", ".Daemoned")


@st.composite
def calls(draw: Any, templates: tuple[str, ...], readable: list[str], prefix: str) -> dict[str, Any]:
    call: dict[str, Any] = {"template": draw(st.sampled_from(templates))}
    if draw(st.integers(0, 4)) == 0:
        call["continueOn"] = {"failed": draw(st.booleans()), "error": draw(st.booleans())}
    if readable and draw(st.integers(0, 2)) == 0:
        read = draw(st.sampled_from(readable))
        what = draw(st.sampled_from(("outputs.result", "status")))
        call["when"] = f"'{{{{{prefix}.{read}.{what}}}}}' == {draw(st.sampled_from(('yes', 'Succeeded')))}"
    if draw(st.integers(0, 3)) == 0:
        call["withItems"] = draw(st.sampled_from(([1, 2], ["a", "b c", "d"], [{"k": 1}])))
    if draw(st.integers(0, 4)) == 0:
        call["onExit"] = draw(st.sampled_from(HOOKS))
    return call


@st.composite
def bounds(draw: Any) -> dict[str, Any]:
    """What a template with children may be bounded by."""
    found: dict[str, Any] = {}
    if draw(st.integers(0, 2)) == 0:
        found["parallelism"] = draw(st.integers(1, 2))
    if draw(st.integers(0, 4)) == 0:
        found["failFast"] = True
    if draw(st.integers(0, 4)) == 0:
        found["retryStrategy"] = {"limit": 1}
    return found


@st.composite
def dag_templates(draw: Any, name: str, templates: tuple[str, ...]) -> dict[str, Any]:
    tasks: list[dict[str, Any]] = []
    for number in range(draw(st.integers(1, 5))):
        before = [task["name"] for task in tasks]
        waits = draw(st.lists(st.sampled_from(before), unique=True, max_size=3)) if before else []
        task = {"name": f"t{number}", **draw(calls(templates, [], "tasks"))}
        task.pop("continueOn", None)
        if waits:
            operator = draw(st.sampled_from((" && ", " || ")))
            task["depends"] = operator.join(f"{each}{draw(st.sampled_from(WORDS))}" for each in waits)
            if draw(st.booleans()):
                task["when"] = f"{{{{tasks.{waits[0]}.status}}}} != Failed"
        tasks.append(task)
    for task in tasks:
        if draw(st.integers(0, 4)) == 0:
            condition = (
                f'tasks["{task["name"]}"].status == "{draw(st.sampled_from(("Running", "Failed", "Succeeded")))}"'
            )
            task["hooks"] = {"told": {"template": draw(st.sampled_from(HOOKS)), "expression": condition}}
    return {"name": name, "dag": {"tasks": tasks}, **draw(bounds())}


@st.composite
def steps_templates(draw: Any, name: str, templates: tuple[str, ...]) -> dict[str, Any]:
    groups: list[list[dict[str, Any]]] = []
    for number in range(draw(st.integers(1, 3))):
        before = [step["name"] for group in groups for step in group]
        size = draw(st.integers(1, 3))
        groups.append([{"name": f"s{number}{i}", **draw(calls(templates, before, "steps"))} for i in range(size)])
    return {"name": name, "steps": groups, **draw(bounds())}


@st.composite
def workflows(draw: Any) -> str:
    inner = draw(st.one_of(dag_templates("inner", LEAVES), steps_templates("inner", LEAVES)))
    outer = draw(
        st.one_of(dag_templates("outer", (*LEAVES, "inner", "inner")), steps_templates("outer", (*LEAVES, "inner")))
    )
    spec: dict[str, Any] = {
        "entrypoint": "outer",
        "templates": [outer, inner, LEAF, AGAIN, HASTY, WAIT, NAP, SERVE, SERVE_AGAIN],
    }
    if draw(st.integers(0, 3)) == 0:
        spec["parallelism"] = draw(st.integers(1, 3))
    if draw(st.integers(0, 3)) == 0:
        spec["onExit"] = draw(st.sampled_from((*HOOKS, "inner")))
    if draw(st.integers(0, 6)) == 0:
        spec["activeDeadlineSeconds"] = 30
    return yaml.safe_dump({"spec": spec})


@settings(max_examples=80, deadline=None, derandomize=True)
@given(workflows(), st.data())
def test_any_run_survives_a_restart_at_any_step(text: str, data: st.DataObject) -> None:
    play(Harness(text), data)


@settings(max_examples=40, deadline=None, derandomize=True)
@given(workflows(), st.sampled_from((0.1, 0.5, 2.0)), st.integers(1, 3), st.data())
def test_so_does_one_whose_pods_begin_slowly(text: str, limit: float, burst: int, data: st.DataObject) -> None:
    rate = CountedRate(RateLimit(limit=limit, burst=burst))
    run = Harness(text, rate=rate)
    began = run.clock.now()
    play(run, data)
    seconds = (run.clock.now() - began).total_seconds()
    assert rate.taken <= burst + limit * seconds


class CountedRate(StartRate):
    """Counts what is taken. (A copy of it, for a restart, is a plain one.)"""

    taken = 0

    def take(self, now: datetime) -> None:
        assert self.next_start(now) == now
        self.taken += 1
        super().take(now)


def play(run: Harness, data: st.DataObject) -> None:
    """Let things happen, then let all end well."""
    run.start()
    for _ in range(60):
        if run.execution.finished:
            break
        move(run, data)
    finish(run)
    assert run.phase in ("Succeeded", "Failed", "Error")


def move(run: Harness, data: st.DataObject) -> None:
    """One thing that may happen."""
    what = data.draw(st.sampled_from(MOVES))
    if what == "time":
        run.advance(data.draw(st.sampled_from((1.0, 5.0))))
    elif what in ("suspend", "resume", "stop", "terminate"):
        getattr(run, what)()
    elif run.running:
        pods = run.execution.outstanding
        pod = run.pod(data.draw(st.sampled_from([each.node_name for each in pods])))
        if what == "succeed":
            pod.succeed(result=data.draw(st.sampled_from(("yes", "no"))), parameters={"out": "x"})
        else:
            getattr(pod, what)()


def finish(run: Harness) -> None:
    """Let everything end well: nothing may wait for ever."""
    for _ in range(1000):
        if run.execution.finished:
            return
        run.resume()
        run.advance(10)
        pods = [each for each in run.execution.outstanding if not run.node(each.node_name).daemoned]
        if pods and pods[0].template.daemon:
            run.pod(pods[0].node_name).start()
        elif pods:
            run.pod(pods[0].node_name).succeed(result="yes")
