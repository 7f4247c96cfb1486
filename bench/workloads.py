"""What is run: graphs of `/bin/true`, written down in each engine's own language."""

from __future__ import annotations

import json
from collections.abc import Callable

Graph = dict[str, list[str]]
"""The tasks, each with those that it waits for, in an order in which they could run."""


def chain(length: int) -> Graph:
    """Each task waits for the one before it."""
    return {f"t{index}": [f"t{index - 1}"] if index else [] for index in range(length)}


def fan(width: int) -> Graph:
    """One task, then many at once, then one that waits for all of them."""
    middle = [f"t{index}" for index in range(width)]
    return {"first": [], **{name: ["first"] for name in middle}, "last": middle}


def independent(count: int) -> Graph:
    """Tasks that wait for nothing."""
    return {f"t{index}": [] for index in range(count)}


CASES: dict[str, tuple[str, Callable[[], Graph], int]] = {
    "one": ("1 task", lambda: chain(1), 7),
    "chain": ("a chain of 100", lambda: chain(100), 5),
    "fan": ("1, then 500 at once, then 1", lambda: fan(500), 5),
    "independent": ("2,000 independent tasks", lambda: independent(2000), 5),
}
"""Name → what it is, the graph, and how often it is run unless told otherwise."""


def makefile(graph: Graph) -> str:
    """Phony targets: make runs `/bin/true` without a shell and remembers nothing."""
    rules = [f"{task}: {' '.join(needs)}\n\t@/bin/true" for task, needs in graph.items()]
    return "\n".join([f"all: {' '.join(graph)}", f".PHONY: all {' '.join(graph)}", *rules, ""])


def stamped_makefile(graph: Graph) -> str:
    """A file for each finished task: the cheapest form in which make can go on after it was killed."""
    rules = [f"{task}: {' '.join(needs)}\n\t@/bin/true >$@" for task, needs in graph.items()]
    return "\n".join([f"all: {' '.join(graph)}", ".PHONY: all", *rules, ""])


def ninja_file(graph: Graph) -> str:
    """Outputs that are never made, so that all of them run; ninja goes through `/bin/sh -c` for each."""
    builds = [f"build {task}: run {' '.join(needs)}" for task, needs in graph.items()]
    return "\n".join(["rule run", "  command = /bin/true", "  description =", *builds, ""])


def manifest(graph: Graph) -> str:
    """A workflow of one DAG whose tasks call one container template. JSON is YAML."""
    tasks = [
        {"name": task, "template": "run", **({"dependencies": needs} if needs else {})} for task, needs in graph.items()
    ]
    templates = [
        {"name": "graph", "dag": {"tasks": tasks}},
        {"name": "run", "container": {"image": "alpine:3.20", "command": ["/bin/true"]}},
    ]
    workflow = {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "Workflow",
        "metadata": {"generateName": "bench-"},
        "spec": {"entrypoint": "graph", "templates": templates},
    }
    return json.dumps(workflow)
