"""What waits for what: the tasks that a task names, those behind them, and circles."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from argosy.language.depends import parse_depends
from argosy.model.template import DAGTask

Graph = Mapping[str, Sequence[str]]
"""Name → the names that it waits for."""


def dependencies_of(task: DAGTask) -> Mapping[str, str]:
    """The names that the task waits for: "task", or "items" where results of a loop's children are asked for."""
    if task.depends:
        return parse_depends(task.depends).dependencies
    return dict.fromkeys(task.dependencies, "task")


def is_behind(graph: Graph, name: str, other: str) -> bool:
    """Whether `name` waits for `other`, directly or not."""
    seen, waiting = {name}, [name]
    while waiting:
        following: list[str] = []
        for current in waiting:
            for dependency in graph.get(current, ()):
                if dependency == other:
                    return other != name
                if dependency not in seen:
                    seen.add(dependency)
                    following.append(dependency)
        waiting = following
    return False


def cycles(graph: Graph) -> Iterator[list[str]]:
    """Circles of names, each from one name back to it; no name is in two of them."""
    finished: set[str] = set()
    told: set[str] = set()
    for start in graph:
        way: dict[str, Iterator[str]] = {} if start in finished else {start: iter(graph[start])}
        while way:
            current = next(reversed(way))
            following = next(way[current], None)
            if following is None:
                finished.add(current)
                del way[current]
            elif following in way:
                names = list(way)
                circle = names[names.index(following) :]
                if told.isdisjoint(circle):
                    told.update(circle)
                    yield [*circle, following]
            elif following not in finished and following in graph:
                way[following] = iter(graph[following])


def in_order_of_need(graph: Graph) -> list[str]:
    """The names, each after those that it waits for, else as they stand. Those in circles come at the end."""
    missing = {name: len([other for other in others if other in graph]) for name, others in graph.items()}
    dependents: dict[str, list[str]] = {name: [] for name in graph}
    for name, others in graph.items():
        for other in others:
            if other in graph:
                dependents[other].append(name)
    ready = [name for name, count in missing.items() if not count]
    for name in ready:  # which grows meanwhile
        for dependent in dependents[name]:
            missing[dependent] -= 1
            if not missing[dependent]:
                ready.append(dependent)
    done = set(ready)
    return [*ready, *(name for name in graph if name not in done)]
