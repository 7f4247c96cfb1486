"""DAGs: what tasks wait for is there, and no task waits for itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from argosy.errors import ExpressionError
from argosy.language.depends import parse_depends, validate_results
from argosy.model.template import DAGTask
from argosy.plan.rules.dependencies import cycles, dependencies_of
from argosy.plan.rules.problems import Path, Problem, did_you_mean
from argosy.plan.rules.shapes import is_dynamic
from argosy.plan.rules.walk import Call, Visit, Walk


def check(walk: Walk) -> Iterator[Problem]:
    """The tasks of every DAG."""
    for visit in walk.visits:
        if visit.types == ["dag"]:
            yield from _dag(visit)


def _dag(visit: Visit) -> Iterator[Problem]:
    label, by_name = visit.label, {call.holder.name: call for call in visit.calls}
    tasks = [(call, call.holder) for call in visit.calls if isinstance(call.holder, DAGTask)]
    uses_depends = any(task.depends for _, task in tasks)
    graph: dict[str, tuple[str, ...]] = {}
    for call, task in tasks:
        dependencies = dependencies_of(task)
        graph.setdefault(task.name, tuple(dependencies))
        yield from _style(visit, call, task, uses_depends)
        for name, kind in dependencies.items():
            keys = ("depends",) if task.depends else ("dependencies", task.dependencies.index(name))
            yield from _dependency(call, keys, name, kind, by_name)
        yield from _condition(call, task)
    for circle in cycles(graph):
        keys = ("depends",) if uses_depends else ("dependencies",)
        message = f"{label} sorting failed: graph with cycle: {' -> '.join(circle)}"
        yield by_name[circle[0]].problem(keys, message, "a task cannot wait for a task that waits for it")
    yield from _targets(visit, by_name)


def _style(visit: Visit, call: Call, task: DAGTask, uses_depends: bool) -> Iterator[Problem]:
    """Within one DAG there is one way to say what is waited for."""
    label = visit.label
    if (uses_depends or task.dependencies) and "0" <= task.name[:1] <= "9":
        message = f"{call.label} name cannot begin with a digit when using either 'depends' or 'dependencies'"
        yield call.problem(("name",), message)
    if uses_depends and task.dependencies:
        message = f"{label} cannot use both 'depends' and 'dependencies' in the same DAG template"
        hint = f"write depends: {' && '.join(task.dependencies)}" if not task.depends else ""
        yield call.problem(("dependencies",), message, hint)
    if uses_depends and task.continue_on is not None:
        message = (
            f"{label} cannot use 'continueOn' when using 'depends'. Instead use 'dep-task.Failed'/'dep-task.Errored'"
        )
        yield call.problem(("continueOn",), message)


def _dependency(call: Call, keys: Path, name: str, kind: str, tasks: Mapping[str, Call]) -> Iterator[Problem]:
    label = call.caller.label if call.caller else ""
    if name not in tasks:
        message = f"{label} sorting failed: invalid dependency {name}"
        yield call.problem(keys, message, did_you_mean(name, tasks) or f"task {call.holder.name} waits for it")
        return
    other = tasks[name].holder
    if kind == "items" and not (other.with_items or other.with_param or other.with_sequence):
        message = (
            f"{label}.tasks.{name} dependency '{name}' uses an items-based condition such as .AnySucceeded or "
            ".AllFailed but does not contain any items"
        )
        yield call.problem(keys, message)


def _condition(call: Call, task: DAGTask) -> Iterator[Problem]:
    """What `depends` asks. That it makes no sense as a condition, Argo notices only when it runs."""
    if not task.depends:
        return
    try:
        validate_results(task.depends)
    except ExpressionError as error:
        yield call.problem(("depends",), f"{call.label} {error.message}")
        return
    try:
        parse_depends(task.depends).evaluate(lambda _task, _result: True)
    except ExpressionError as error:
        first, *_ = error.message.splitlines()
        yield call.problem(("depends",), f"{call.label} {first}", level="warning")


def _targets(visit: Visit, tasks: Mapping[str, Call]) -> Iterator[Problem]:
    target = visit.template.dag.target if visit.template.dag else ""
    if is_dynamic(target):
        return
    for name in target.split(" ") if target else ():
        if name not in tasks:
            message = f"{visit.label}.targets: target '{name}' is not defined"
            yield visit.problem(("dag", "target"), message, did_you_mean(name, tasks))
