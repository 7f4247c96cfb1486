"""Memoization: what is remembered, for how long, and what a hit is."""

from __future__ import annotations

import json

import pytest

from argosy.testing import Harness

OUT = "outputs: {parameters: [{name: out, valueFrom: {path: /tmp/out}}]}"
LEAF = f"{OUT}\n    container: {{image: alpine, command: [echo]}}"
TREE = (
    "outputs: {parameters: [{name: out, valueFrom: {parameter: '{{steps.in.outputs.parameters.out}}'}}]}\n"
    "    steps: [[{name: in, template: inner}]]"
)


def twice(kind: str = LEAF, memoize: str = "key: 'k-{{workflow.name}}', cache: {configMap: {name: kept}}") -> str:
    """A template that is run twice, one after the other, and a step that reads what the second one gave."""
    return (
        "spec:\n  entrypoint: main\n  templates:\n  - name: main\n"
        "    steps: [[{name: a, template: t}], [{name: b, template: t}]]\n"
        "    outputs: {parameters: [{name: out, valueFrom: {parameter: '{{steps.b.outputs.parameters.out}}'}}]}\n"
        f"  - name: t\n    memoize: {{{memoize}}}\n    {kind}\n  - name: inner\n    {LEAF}\n"
    )


@pytest.mark.parametrize("kind", [LEAF, TREE, f"retryStrategy: {{limit: 2}}\n    {LEAF}"])
def test_the_second_has_at_once_what_the_first_gave(kind: str) -> None:
    run = Harness(twice(kind))
    run.start()
    first = run.node("a")
    assert first.memoization_status is not None
    assert not first.memoization_status.hit
    run.pod(run.running[0]).succeed(parameters={"out": "seen"})
    assert run.phase == "Succeeded"
    second = run.node("b")
    assert (second.phase, second.children, second.memoization_status.hit) == ("Succeeded", [], True)  # type: ignore[union-attr]
    outputs = run.execution.workflow.status.nodes["wf"].outputs
    assert outputs is not None
    assert outputs.parameters[0].value == "seen"
    entry = json.loads(run.config_maps["kept"]["k-wf"])
    assert entry["nodeID"] == first.id
    assert entry["outputs"]["parameters"][0]["value"] == "seen"
    assert set(entry) == {"nodeID", "outputs", "creationTimestamp", "lastHitTimestamp"}


def test_a_task_after_one_that_was_remembered_is_part_of_its_dag() -> None:
    """In Argo it hangs nowhere, and the DAG runs for ever."""
    run = Harness(f"""
spec:
  entrypoint: main
  templates:
  - name: main
    dag:
      tasks:
      - {{name: a, template: t}}
      - {{name: b, template: t, dependencies: [a]}}
      - {{name: c, template: inner, dependencies: [b]}}
  - name: t
    memoize: {{key: k, cache: {{configMap: {{name: kept}}}}}}
    retryStrategy: {{limit: 1}}
    {LEAF}
  - name: inner
    {LEAF}
""")
    run.start()
    run.pod("a(0)").succeed()
    assert run.running == ["c"]
    run.pod("c").succeed()
    assert run.phase == "Succeeded"


def test_only_what_succeeded_is_remembered() -> None:
    run = Harness(twice())
    run.start()
    run.pod("a").fail()
    assert run.config_maps == {}


def test_what_is_too_old_is_not_remembered_any_more() -> None:
    kept = {"kept": {"k": '{"nodeID":"n","outputs":null,"creationTimestamp":"2020-01-01T00:00:00Z"}'}}
    text = twice(memoize="key: k, maxAge: 1h, cache: {configMap: {name: kept}}")
    run = Harness(text, config_maps=kept)
    run.start()
    assert run.running == ["a"]
    run.pod("a").succeed(parameters={"out": "new"})
    assert run.phase == "Succeeded"
    assert json.loads(kept["kept"]["k"])["creationTimestamp"] > "2020-01-02"


def test_a_hit_without_outputs_is_a_hit() -> None:
    kept = {"kept": {"k": '{"nodeID":"n","outputs":null,"creationTimestamp":"2020-01-01T00:00:00Z"}'}}
    run = Harness(twice("container: {image: alpine}", "key: k, cache: {configMap: {name: kept}}"), config_maps=kept)
    run.start()
    assert (run.phases["a"], run.running) == ("Succeeded", [])


@pytest.mark.parametrize(
    ("memoize", "message"),
    [
        ("key: no key, cache: {configMap: {name: kept}}", "invalid cache key: no key"),
        ("key: k, maxAge: '10', cache: {configMap: {name: kept}}", "invalid maxAge: time: missing unit in duration"),
        ("key: bad, cache: {configMap: {name: kept}}", "malformed cache entry: could not unmarshal JSON"),
        ("key: k", "cache could not be found or created"),
    ],
)
def test_what_can_not_be_remembered_is_an_error(memoize: str, message: str) -> None:
    run = Harness(twice(memoize=memoize), config_maps={"kept": {"bad": "{"}})
    run.start()
    assert run.phases["a"] == "Error"
    assert run.node("a").message.startswith(message)


def test_who_waits_for_a_lock_has_what_its_holder_gave() -> None:
    text = twice(f"synchronization: {{mutexes: [{{name: x}}]}}\n    {LEAF}").replace("}], [{name: b", "}, {name: b")
    run = Harness(text)
    run.start()
    assert run.running == ["a"]
    run.pod("a").succeed(parameters={"out": "seen"})
    assert run.phase == "Succeeded"
    assert run.node("b").memoization_status.hit  # type: ignore[union-attr]
    assert run.execution.workflow.status.synchronization is None


def test_a_key_that_is_none_leaves_no_lock_behind() -> None:
    text = twice(f"synchronization: {{mutexes: [{{name: x}}]}}\n    {LEAF}", "key: a b, cache: {configMap: {name: c}}")
    run = Harness(text)
    run.start()
    assert run.phases["a"] == "Error"
    assert run.execution.workflow.status.synchronization is None
