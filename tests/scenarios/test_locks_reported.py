"""Locks that leaked or deadlocked in Argo, by the number of the report: none does here.

The harness asks a restarted machine at every step, so each of these is about a restart too.
"""

from __future__ import annotations

import pytest

from argosy.engine.locks import Claim
from argosy.ports.locks import Lock
from argosy.testing import Harness

LEAF = "container: {image: alpine, command: [echo]}"
SEMAPHORE = "semaphores: [{configMapKeyRef: {name: cm, key: k}}]"
OTHER = "default/other"


K = Lock("default/ConfigMap/cm/k", is_mutex=False)


def mutex(name: str) -> Lock:
    return Lock(f"default/Mutex/{name}", is_mutex=True)


LOCKS = [K, *map(mutex, ("mutex-wf", "x", "lock-a", "lock-b", "lock-c", "lock-d"))]


def held_by_other(run: Harness, *names: str) -> Claim:
    """Another workflow holds these mutexes."""
    claim = Claim((0, 0.0, OTHER, 0), OTHER, "uid-of-other", tuple(map(mutex, names)))
    for lock in claim.locks:
        run.execution.locks.hold(lock, OTHER, claim.owner)
    return claim


def holds_nothing(run: Harness) -> bool:
    """Whether the workflow holds no lock and stands in no queue, by its status and by the table of all."""
    locks, name = run.execution.locks, run.execution.state.resolved.name
    users = [holder for lock in LOCKS for holder in locks.holders(lock)]
    users += [claim.holder for queue in locks.queues.values() for claim in queue]
    return run.execution.workflow.status.synchronization is None and not any(
        user.split("/")[1] == name for user in users
    )


def test_8684_a_steps_template_that_holds_a_mutex_goes_on_after_a_restart() -> None:
    run = Harness(
        "spec:\n  entrypoint: main\n  templates:\n"
        "  - {name: main, synchronization: {mutexes: [{name: 'mutex-{{workflow.name}}'}]},\n"
        f"     steps: [[{{name: a, template: leaf}}], [{{name: b, template: leaf}}]]}}\n  - {{name: leaf, {LEAF}}}\n"
    )
    run.start()
    assert run.execution.locks.holders(mutex("mutex-wf")) == [f"default/wf/{run.node('wf').id}"]
    assert run.run_all() == "Succeeded"
    assert holds_nothing(run)


NESTED = f"""
spec:
  entrypoint: outer
  templates:
  - name: outer
    parallelism: 2
    steps: [[{{name: part, template: inner, withItems: [1, 2, 3]}}]]
  - name: inner
    parallelism: 2
    steps: [[{{name: job, template: worker, withItems: [1, 2, 3]}}], [{{name: last, template: worker}}]]
  - {{name: worker, synchronization: {{{SEMAPHORE}}}, {LEAF}}}
"""


@pytest.mark.parametrize("how", ["stop", "terminate"])
def test_7633_nested_parallelism_with_a_semaphore_can_be_ended(how: str) -> None:
    run = Harness(NESTED, config_maps={"cm": {"k": "3"}})
    run.start()
    assert len(run.running) == 3
    assert [node.phase for node in run.nodes.values() if node.synchronization_status] == ["Pending"]
    getattr(run, how)()
    assert (run.phase, run.running) == ("Failed", [])
    assert holds_nothing(run)


def test_7633_nested_parallelism_with_a_semaphore_ends_by_itself() -> None:
    run = Harness(NESTED, config_maps={"cm": {"k": "3"}})
    run.start()
    assert run.run_all() == "Succeeded"
    assert len([node for node in run.nodes.values() if node.type == "Pod"]) == 12
    assert holds_nothing(run)


def test_9845_a_task_that_fails_lets_its_siblings_have_the_mutex() -> None:
    run = Harness(
        "spec:\n  entrypoint: main\n  templates:\n  - name: main\n    dag: {tasks: [{name: a, template: leaf}, "
        "{name: b, template: leaf}, {name: c, template: leaf}]}\n"
        f"  - {{name: leaf, synchronization: {{mutexes: [{{name: x}}]}}, {LEAF}}}\n"
    )
    run.start()
    assert run.running == ["a"]
    run.pod("a").fail()
    assert run.running == ["b"]
    assert run.run_all() == "Failed"
    assert run.phases == {"wf": "Failed", "a": "Failed", "b": "Succeeded", "c": "Succeeded"}
    assert holds_nothing(run)


@pytest.mark.parametrize("place", ["workflow", "template"])
def test_14461_several_mutexes_are_all_let_go_of(place: str) -> None:
    wanted = "synchronization: {mutexes: [{name: lock-a}, {name: lock-b}, {name: lock-c}, {name: lock-d}]}"
    of_workflow, of_template = (wanted, "") if place == "workflow" else ("", f"{wanted}, ")
    run = Harness(
        f"spec:\n  entrypoint: main\n  {of_workflow}\n  templates:\n"
        f"  - {{name: main, steps: [[{{name: a, template: leaf}}]]}}\n  - {{name: leaf, {of_template}{LEAF}}}\n"
    )
    claim = held_by_other(run, "lock-b", "lock-d")
    run.start()
    assert run.running == []
    assert [run.execution.locks.holders(mutex(f"lock-{each}")) for each in "abcd"] == [[], [OTHER], [], [OTHER]]
    run.execution.locks.release(claim)
    run.tell()
    assert run.running == ["a"]
    assert all(len(run.execution.locks.holders(mutex(f"lock-{each}"))) == 1 for each in "abcd")
    assert run.run_all() == "Succeeded"
    assert holds_nothing(run)


def test_11853_who_holds_a_mutex_and_finds_all_remembered_lets_go_of_it() -> None:
    text = (
        "spec:\n  entrypoint: main\n  templates:\n"
        "  - {name: main, steps: [[{name: a, template: leaf, arguments: {parameters: [{name: k, value: one}]}}, "
        "{name: b, template: leaf, arguments: {parameters: [{name: k, value: two}]}}]]}\n"
        "  - {name: leaf, inputs: {parameters: [{name: k}]}, synchronization: {mutexes: [{name: x}]}, "
        f"memoize: {{key: '{{{{inputs.parameters.k}}}}', cache: {{configMap: {{name: kept}}}}}}, {LEAF}}}\n"
    )
    kept: dict[str, dict[str, str]] = {}
    first = Harness(text, config_maps=kept)
    first.start()
    assert first.run_all() == "Succeeded"
    assert sorted(kept["kept"]) == ["one", "two"]
    second = Harness(text, name="second", config_maps=kept)
    second.start()
    assert second.phases == {"second": "Succeeded", "[0]": "Succeeded", "a": "Succeeded", "b": "Succeeded"}
    assert holds_nothing(second)


@pytest.mark.parametrize("how", ["stop", "terminate"])
@pytest.mark.parametrize("wanted", ["mutexes: [{name: x}]", f"mutexes: [{{name: x}}], {SEMAPHORE}"])
def test_10733_16776_a_workflow_that_waits_is_ended_at_once_and_has_failed(wanted: str, how: str) -> None:
    run = Harness(
        f"spec:\n  entrypoint: main\n  synchronization: {{{wanted}}}\n  templates: [{{name: main, {LEAF}}}]\n",
        config_maps={"cm": {"k": "1"}},
    )
    held_by_other(run, "x")
    run.start()
    assert run.phase == "Pending"
    getattr(run, how)()
    assert (run.phase, run.message, run.nodes) == ("Failed", f"Stopped with strategy '{how.title()}'", {})
    assert run.execution.locks.holders(mutex("x")) == [OTHER]
    assert holds_nothing(run)


@pytest.mark.parametrize("how", ["stop", "terminate"])
@pytest.mark.parametrize(
    "kind", [LEAF, "steps: [[{name: in, template: free}]]", f"retryStrategy: {{limit: 2}}, {LEAF}"]
)
def test_16777_nodes_that_wait_have_failed_after_the_end(kind: str, how: str) -> None:
    run = Harness(
        "spec:\n  entrypoint: main\n  templates:\n"
        "  - {name: main, steps: [[{name: a, template: work, withItems: [1, 2]}]]}\n"
        f"  - {{name: work, synchronization: {{mutexes: [{{name: x}}]}}, {kind}}}\n  - {{name: free, {LEAF}}}\n"
    )
    held_by_other(run, "x")
    run.start()
    getattr(run, how)()
    assert run.phase == "Failed"
    assert {run.node(each).phase for each in ("a(0:1)", "a(1:2)")} == {"Failed"}
    assert {run.node(each).message for each in ("a(0:1)", "a(1:2)")} == {f"Stopped with strategy '{how.title()}'"}
    assert run.commands == []
    assert holds_nothing(run)


def test_10844_who_lets_go_when_stopped_leaves_it_to_no_sibling_that_is_stopped_too() -> None:
    run = Harness(
        "spec:\n  entrypoint: main\n  templates:\n"
        "  - {name: main, steps: [[{name: part, template: inner, withItems: [1, 2, 3, 4]}]]}\n"
        "  - {name: inner, steps: [[{name: one, template: locked}], [{name: two, template: locked}]]}\n"
        f"  - {{name: locked, synchronization: {{{SEMAPHORE}}}, {LEAF}}}\n",
        config_maps={"cm": {"k": "2"}},
    )
    run.start()
    assert len(run.running) == 2
    run.stop()
    assert run.phase == "Failed"
    assert "two" not in run.phases
    assert holds_nothing(run)


def test_4703_many_steps_and_an_exit_handler_take_turns() -> None:
    items = ", ".join(map(str, range(25)))
    run = Harness(
        "spec:\n  entrypoint: main\n  onExit: leaf\n  templates:\n"
        f"  - {{name: main, steps: [[{{name: a, template: leaf, withItems: [{items}]}}]]}}\n"
        f"  - {{name: leaf, synchronization: {{mutexes: [{{name: x}}]}}, {LEAF}}}\n"
    )
    run.start()
    count = 0
    while run.running:
        assert len(run.running) == 1
        run.pod(run.running[0]).succeed()
        count += 1
    assert (run.phase, count) == ("Succeeded", 26)
    assert holds_nothing(run)


def test_4046_a_dag_below_steps_lets_go_of_its_semaphore() -> None:
    run = Harness(
        "spec:\n  entrypoint: main\n  parallelism: 3\n  templates:\n"
        "  - {name: main, steps: [[{name: a, template: graph, withItems: [1, 2, 3]}]]}\n"
        f"  - name: graph\n    synchronization: {{{SEMAPHORE}}}\n"
        "    dag: {tasks: [{name: t1, template: leaf}, {name: t2, template: leaf, dependencies: [t1]}]}\n"
        f"  - {{name: leaf, {LEAF}}}\n",
        config_maps={"cm": {"k": "2"}},
    )
    run.start()
    assert run.running == ["t1", "t1"]
    assert run.run_all() == "Succeeded"
    assert holds_nothing(run)


def test_13182_a_mutex_counts_beside_a_semaphore() -> None:
    run = Harness(
        "spec:\n  entrypoint: main\n  templates:\n"
        "  - {name: main, steps: [[{name: a, template: leaf, withItems: [1, 2, 3]}]]}\n"
        f"  - {{name: leaf, synchronization: {{mutexes: [{{name: x}}], {SEMAPHORE}}}, {LEAF}}}\n",
        config_maps={"cm": {"k": "3"}},
    )
    run.start()
    assert run.running == ["a(0:1)"]
    assert run.execution.locks.holders(mutex("x")) == [f"default/wf/{run.node('a(0:1)').id}"]
    assert run.run_all() == "Succeeded"
    assert holds_nothing(run)
