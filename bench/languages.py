"""What the languages cost: texts read and evaluated, and a DAG whose tasks get parameters, at growing numbers."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import count

from argosy.engine.execution import Execution
from argosy.language.expr import compile_expression
from argosy.language.expressions import evaluate_value, expression_evaluator
from argosy.language.govaluate import evaluate_when
from argosy.language.scopes import MapScope
from argosy.language.tags import replace
from argosy.model.codec import decode, read_documents
from argosy.model.workflow import Workflow
from argosy.plan.resolve import resolve
from argosy.ports.commands import StartPod
from argosy.ports.events import PodReported
from argosy.ports.pods import PodReport

NUMBERS = (1_000, 10_000, 100_000)
Case = Callable[[int], Callable[[], None]]
"""For a number, what does it so often."""
_FIRST = count(10**6, 10**6)
_SCOPE = MapScope({"inputs.parameters.a": "5", "workflow.name": "wf", "tasks.b.outputs.result": "done", "item": "x"})
_EXPRESSION = "asInt(inputs.parameters.a) * 2 > {0} ? 'big{0}' : sprig.upper(workflow.name)"
_TEXT = '{{"args": ["{{{{workflow.name}}}}-{0}", "{{{{inputs.parameters.a}}}}", "{{{{item}}}}"]}}'
_TAG = '{{"args": ["{{{{=asInt(inputs.parameters.a) + {0}}}}}"]}}'
_TASK = """
      - name: t{0}
        template: work
        arguments: {{parameters: [{{name: a, value: "{{{{workflow.parameters.p}}}}-{0}"}}]}}
        when: "{{{{workflow.parameters.p}}}} != no"
"""
_HEAD = """
kind: Workflow
metadata: {name: wf, namespace: default}
spec:
  entrypoint: main
  arguments: {parameters: [{name: p, value: yes}]}
  templates:
  - name: work
    inputs: {parameters: [{name: a}]}
    container: {image: i, command: [echo, "{{inputs.parameters.a}} {{workflow.name}}"]}
  - name: main
    dag:
      tasks:
"""


def _replaced(text: str) -> str:
    return replace(text, _SCOPE.lookup, evaluate_expression=expression_evaluator(_SCOPE))


def _dag(number: int) -> Callable[[], None]:
    text = _HEAD + "".join(map(_TASK.format, range(number)))

    def run() -> None:
        workflow, now = decode(*read_documents(text)), datetime(2026, 1, 1, tzinfo=UTC)
        assert isinstance(workflow, Workflow)
        execution = Execution(resolve(workflow), workflow)
        commands = execution.handle(now=now)
        while not execution.finished:
            now += timedelta(seconds=1)
            report = PodReport(phase="Succeeded", exit_code="0")
            keys = [each.request.key.node_id for each in commands if isinstance(each, StartPod)]
            commands = execution.handle(*(PodReported(node_id=key, report=report) for key in keys), now=now)
            execution.take_change()
        assert workflow.status.phase == "Succeeded"

    return run


def _each(function: Callable[[str], object], text: str, *, is_same: bool = False) -> Case:
    """The function called with so many texts, or so often with the same one; the texts of each run are new ones."""

    def prepare(number: int) -> Callable[[], None]:
        first = next(_FIRST)
        texts = [text.format(first if is_same else first + each) for each in range(number)]

        def run() -> None:
            for each in texts:
                function(each)

        return run

    return prepare


CASES: dict[str, Case] = {
    "expressions read and checked, each another": _each(compile_expression, _EXPRESSION),
    "one expression evaluated": _each(lambda text: evaluate_value(text, _SCOPE), _EXPRESSION, is_same=True),
    "`when`s, each another": _each(evaluate_when, "'task-{0}' != done && {0} >= 3"),
    "one `when`": _each(evaluate_when, "'task-{0}' != done && {0} >= 3", is_same=True),
    "texts with three tags, each another": _each(_replaced, _TEXT),
    "one text with three tags": _each(_replaced, _TEXT, is_same=True),
    "texts with an expression, each another": _each(_replaced, _TAG),
    "tasks of a DAG, from YAML to Succeeded": _dag,
}


def _seconds(run: Callable[[], None]) -> float:
    gc.collect()
    began = time.process_time()
    run()
    return time.process_time() - began


def sections() -> Iterator[str]:
    """The table."""
    head = "".join(f" {number:,} |" for number in NUMBERS)
    yield f"| CPU | each |{head} growth |\n| --- | --: |{' --: |' * len(NUMBERS)} --: |"
    for title, prepare in CASES.items():
        costs = [min(_seconds(prepare(number)) for _ in range(3 if number < 50_000 else 1)) for number in NUMBERS]
        each = [cost / number for cost, number in zip(costs, NUMBERS, strict=True)]
        cells = "".join(f" {cost:.3f} s |" for cost in costs)
        yield f"| {title} | {each[1] * 1e6:.0f} µs |{cells} {each[-1] / each[0]:.2f}x |"
    yield (
        "\n*each* is of ten thousand; *growth* is what one of a hundred thousand costs, against one of a thousand:"
        " 1.00x is linear."
    )
