"""The tasks of a DAG template → who waits for whom, and under which condition each one runs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from argosy.errors import InvalidRequest
from argosy.language.depends import Depends, parse_dependencies, parse_depends
from argosy.model.policies import ContinueOn
from argosy.model.template import DAGTask, DAGTemplate


class PlannedTask(NamedTuple):
    """A task and its place: the names of the tasks it waits for, in their order, and those that wait for it."""

    place: int
    task: DAGTask
    depends: Depends | None
    dependencies: tuple[str, ...]
    dependents: list[str]


class TaskGraph:
    """The tasks of one DAG that its targets need, each after those it waits for.

    `targets` are `dag.target`, or the tasks that nobody waits for, by name (findLeafTaskNames in Argo's dag.go).
    `fails_fast` is `dag.failFast`.
    """

    def __init__(self, dag: DAGTemplate) -> None:
        by_name = {task.name: task for task in dag.tasks}
        conditions = {task.name: condition_of(task, by_name) for task in dag.tasks}
        waited_for = {name for depends in conditions.values() if depends for name in depends.dependencies}
        self.targets = dag.target.split(" ") if dag.target else sorted(set(by_name) - waited_for)
        self.fails_fast = dag.fail_fast is None or dag.fail_fast
        self.tasks: dict[str, PlannedTask] = {}
        for place, name in enumerate(_needed(self.targets, conditions)):
            depends = conditions[name]
            self.tasks[name] = PlannedTask(
                place, by_name[name], depends, tuple(depends.dependencies) if depends else (), []
            )
        for name, planned in self.tasks.items():
            for dependency in planned.dependencies:
                self.tasks[dependency].dependents.append(name)

    def ancestors(self, name: str) -> Iterator[str]:
        """Every task that this one waits for, directly or not, each once."""
        seen, todo = {name}, list(self.tasks[name].dependencies)
        while todo:
            current = todo.pop()
            if current not in seen:
                seen.add(current)
                yield current
                todo.extend(self.tasks[current].dependencies)


def condition_of(task: DAGTask, by_name: Mapping[str, DAGTask]) -> Depends | None:
    """When a task runs; None for one that waits for nothing. Raises InvalidRequest for a task that there is not."""

    def continue_on(name: str) -> list[str] | None:
        other = by_name.get(name)
        if other is None:
            return None
        rule = other.continue_on or ContinueOn()
        return [word for word, wanted in (("Errored", rule.error), ("Failed", rule.failed)) if wanted]

    if task.depends:
        depends = parse_depends(task.depends, continue_on)
    elif task.dependencies:
        depends = parse_dependencies(task.dependencies, continue_on)
    else:
        return None
    for name in depends.dependencies:
        if name not in by_name:
            raise InvalidRequest(f"target {name} does not exist")
    return depends


def _needed(targets: list[str], conditions: dict[str, Depends | None]) -> Iterator[str]:
    """The targets and all that they wait for, what is waited for first. Raises InvalidRequest for a cycle."""
    done: set[str] = set()
    open_: dict[str, Iterator[str]] = {}
    for target in targets:
        stack = [target]
        while stack:
            name = stack[-1]
            if name in done:
                stack.pop()
                continue
            if name not in conditions:
                raise InvalidRequest(f"target '{name}' is not defined")
            if name not in open_:
                depends = conditions[name]
                open_[name] = iter(depends.dependencies if depends else ())
            following = next((each for each in open_[name] if each not in done), None)
            if following is None:
                done.add(name)
                stack.pop()
                yield name
            elif following in stack:
                cycle = " -> ".join([*stack[stack.index(following) :], following])
                raise InvalidRequest(f"the tasks wait for each other: {cycle}")
            else:
                stack.append(following)
