"""Hooks and exit handlers: when they run, what they read, who waits for them."""

from __future__ import annotations

import pytest

from argosy.ports.events import PodReported
from argosy.ports.pods import PodReport
from argosy.testing import Harness

LEAVES = """
  - name: leaf
    inputs: {parameters: [{name: m, default: ""}]}
    outputs: {parameters: [{name: o, valueFrom: {path: /tmp/o}}]}
    container: {image: alpine, command: [echo, "{{inputs.parameters.m}}"]}
  - name: note
    inputs: {parameters: [{name: m, default: ""}]}
    container: {image: alpine, command: [echo, "{{inputs.parameters.m}}"]}
"""


def steps(hooks: str, more: str = "") -> Harness:
    run = Harness(f"""
spec:
  entrypoint: main
  {more}
  templates:
  - name: main
    steps:
    - - {{name: a, template: leaf, {hooks}}}
    - - {{name: b, template: leaf}}
{LEAVES}""")
    run.start()
    return run


def dag(hooks: str) -> Harness:
    run = Harness(f"""
spec:
  entrypoint: main
  templates:
  - name: main
    dag:
      tasks:
      - {{name: a, template: leaf, {hooks}}}
      - {{name: b, template: leaf, depends: a || a.Failed}}
{LEAVES}""")
    run.start()
    return run


def workflow(more: str) -> Harness:
    run = Harness(f"spec:\n  entrypoint: leaf\n  {more}\n  templates:\n{LEAVES}")
    run.start()
    return run


@pytest.mark.parametrize("build", [steps, dag])
@pytest.mark.parametrize("hook", ["onExit: note", "hooks: {exit: {template: note}}"])
def test_an_exit_handler_runs_after_its_step_and_before_the_next(build: object, hook: str) -> None:
    run = build(hook)  # type: ignore[operator]
    run.pod("a").succeed()
    assert run.running == ["a.onExit"]
    node = run.node("a.onExit")
    assert node.node_flag is not None
    assert node.node_flag.hooked
    assert run.node("a").children == [node.id]
    assert node.boundary_id == "wf"
    run.pod("a.onExit").succeed()
    assert run.running == ["b"]
    run.run_all()
    assert run.phase == "Succeeded"


@pytest.mark.parametrize("build", [steps, dag])
def test_an_exit_handler_reads_what_its_step_gave(build: object) -> None:
    prefix = "steps" if build is steps else "tasks"
    value = f"{{{{{prefix}.a.outputs.parameters.o}}}} {{{{{prefix}.a.status}}}}"
    run = build(f"hooks: {{exit: {{template: note, arguments: {{parameters: [{{name: m, value: '{value}'}}]}}}}}}")  # type: ignore[operator]
    run.pod("a").succeed(parameters={"o": "out"})
    assert run.pod("a.onExit").request.template.inputs.parameters[0].value == "out Succeeded"


@pytest.mark.parametrize("field", ["outputs.result", "exitCode", "id"])
def test_an_exit_handler_knows_the_facts_of_its_step(field: str) -> None:
    tag = f"{{{{steps.a.{field}}}}}"
    run = steps(f"hooks: {{exit: {{template: note, arguments: {{parameters: [{{name: m, value: '{tag}'}}]}}}}}}")
    run.pod("a").fail(exit_code=3, result="three")
    facts = {"outputs.result": "three", "exitCode": "3", "id": run.node("a").id}
    assert run.pod("a.onExit").request.template.inputs.parameters[0].value == facts[field]


def test_an_exit_handler_that_fails_does_not_fail_the_steps() -> None:
    run = steps("onExit: note")
    run.pod("a").succeed()
    run.pod("a.onExit").fail()
    run.run_all()
    assert run.phase == "Succeeded"


def test_a_task_that_is_skipped_has_no_hooks() -> None:
    run = dag("when: 'false', onExit: note, hooks: {any: {template: note, expression: 'true'}}")
    assert (run.running, run.phases["a"]) == (["b"], "Skipped")


def test_a_step_that_is_skipped_has_no_exit() -> None:
    run = steps("when: 'a == b', onExit: note")
    assert run.running == ["b"]


@pytest.mark.parametrize("build", [steps, dag])
def test_a_hook_runs_once_when_its_condition_comes_true(build: object) -> None:
    prefix = "steps" if build is steps else "tasks"
    expression = f'{prefix}["a"].status == "Running"'
    run = build(f"hooks: {{running: {{template: note, expression: '{expression}'}}}}")  # type: ignore[operator]
    assert run.running == ["a"]
    run.pod("a").start()
    assert run.running == ["a", "a.hooks.running"]
    run.pod("a").succeed()
    assert run.running == ["a.hooks.running"]
    run.pod("a.hooks.running").succeed()
    assert run.running == ["b"]


def test_a_hook_whose_condition_is_never_true_does_not_run() -> None:
    run = steps("hooks: {failed: {template: note, expression: 'steps.a.status == \"Failed\"'}}")
    run.pod("a").succeed()
    assert run.running == ["b"]


def test_a_condition_that_cannot_be_evaluated_is_an_error_of_the_hook() -> None:
    run = steps("hooks: {odd: {template: note, expression: 'nothing.like.it == 1'}}")
    run.pod("a").succeed()
    assert run.node("a.hooks.odd").phase == "Error"
    assert run.running == ["b"]


def test_hooks_of_tries() -> None:
    run = Harness(f"""
spec:
  entrypoint: main
  templates:
  - name: main
    steps:
    - - name: a
        template: again
        hooks: {{exit: {{template: note, arguments: {{parameters: [{{name: m, value: "{{{{steps.a.exitCode}}}}"}}]}}}}}}
  - name: again
    retryStrategy: {{limit: 1}}
    container: {{image: alpine, command: [echo]}}
{LEAVES}""")
    run.start()
    run.pod("a(0)").fail(exit_code=3)
    run.pod("a(1)").fail(exit_code=4)
    assert run.pod("a.onExit").request.template.inputs.parameters[0].value == "4"
    run.pod("a.onExit").succeed()
    assert run.phase == "Failed"


@pytest.mark.parametrize("more", ["", "withItems: [1], "])
def test_a_hook_does_not_speak_for_its_task(more: str) -> None:
    """Argo's DAG succeeds here: the omitted task has the phase of the handler that it hangs below."""
    run = Harness(f"""
spec:
  entrypoint: main
  templates:
  - name: main
    dag: {{tasks: [{{name: a, template: again, {more}onExit: note}}, {{name: b, template: leaf, dependencies: [a]}}]}}
  - name: again
    retryStrategy: {{limit: 0}}
    container: {{image: alpine, command: [echo]}}
{LEAVES}""")
    run.start()
    run.pod(run.running[0]).fail()
    while run.running:
        run.pod(run.running[0]).succeed()
    assert (run.phases["b"], run.phase) == ("Omitted", "Failed")


def test_hooks_of_a_loop() -> None:
    run = dag("withItems: [1, 2], onExit: note")
    run.pod("a(0:1)").succeed()
    assert run.running == ["a(1:2)", "a(0:1).onExit"]
    run.pod("a(1:2)").succeed()
    run.pod("a(0:1).onExit").succeed()
    run.pod("a(1:2).onExit").succeed()
    assert run.running == ["a.onExit"]
    run.pod("a.onExit").succeed()
    assert run.running == ["b"]


def test_exit_handlers_of_items_that_end_at_one_moment() -> None:
    run = dag("withItems: [1, 2], onExit: note")
    keys = [run.pod(name).request.key for name in ("a(0:1)", "a(1:2)")]
    run.tell(*(PodReported(node_id=key.node_id, report=PodReport(phase="Succeeded")) for key in keys))
    assert run.running == ["a(0:1).onExit", "a(1:2).onExit"]


def test_a_condition_of_a_looped_step_is_about_each_item() -> None:
    run = steps("withItems: [1, 2], hooks: {bad: {template: note, expression: 'steps.a.status == \"Failed\"'}}")
    run.pod("a(0:1)").succeed()
    run.pod("a(1:2)").fail()
    assert run.running == ["a(1:2).hooks.bad"]


def test_an_exit_handler_waits_for_room() -> None:
    run = Harness(f"""
spec:
  entrypoint: main
  parallelism: 1
  templates:
  - name: main
    dag: {{tasks: [{{name: a, template: leaf, onExit: note}}, {{name: b, template: leaf}}]}}
{LEAVES}""")
    run.start()
    order: list[str] = []
    while run.running:
        order += run.running
        run.pod(run.running[0]).succeed()
    assert sorted(order) == ["a", "a.onExit", "b"]
    assert run.phase == "Succeeded"


def test_a_hook_of_a_loop_that_comes_true_as_the_dag_ends() -> None:
    run = dag("withItems: [1], hooks: {bad: {template: note, expression: 'tasks.a.status == \"Error\"'}}")
    run.pod("a(0:1)").error()
    assert (run.running, run.phase) == (["a.hooks.bad"], "Running")
    run.pod("a.hooks.bad").succeed()
    assert run.phase == "Error"


@pytest.mark.parametrize(("end", "phase"), [("succeed", "Succeeded"), ("fail", "Failed"), ("error", "Error")])
def test_the_workflow_has_an_exit_handler(end: str, phase: str) -> None:
    run = workflow("onExit: note")
    getattr(run.pod("wf"), end)()
    assert run.running == ["wf.onExit"]
    assert run.phase == "Running"
    run.pod("wf.onExit").succeed()
    assert run.phase == phase


@pytest.mark.parametrize("handler", ["onExit: note", "hooks: {exit: {template: note}}"])
def test_an_exit_handler_without_arguments_has_those_of_the_workflow(handler: str) -> None:
    run = workflow(f"arguments: {{parameters: [{{name: m, value: all}}]}}\n  {handler}")
    run.pod("wf").succeed()
    assert run.pod("wf.onExit").request.template.inputs.parameters[0].value == "all"


def test_the_exit_handler_runs_though_the_entrypoint_could_not() -> None:
    run = Harness(f"""
spec:
  entrypoint: main
  onExit: note
  templates:
  - name: main
    steps: [[{{name: a, template: leaf}}]]
    outputs: {{parameters: [{{name: o, valueFrom: {{expression: 'steps.a.outputs.parameters.o + 1'}}}}]}}
{LEAVES}""")
    run.start()
    run.pod("a").succeed(parameters={"o": "x"})
    assert (run.running, run.phases["wf"]) == (["wf.onExit"], "Error")
    run.pod("wf.onExit").succeed()
    assert run.message.startswith("error in entry template execution: ")


def test_on_exit_goes_before_an_exit_hook() -> None:
    run = workflow("onExit: note\n  hooks: {exit: {template: leaf}}")
    run.pod("wf").succeed()
    assert run.pod("wf.onExit").request.template.name == "note"


def test_the_exit_handler_knows_how_it_went() -> None:
    run = Harness(f"""
spec:
  entrypoint: leaf
  onExit: last
  templates:
  - name: last
    container: {{image: alpine, command: [echo, "{{{{workflow.status}}}} {{{{workflow.failures}}}}"]}}
{LEAVES}""")
    run.start()
    run.pod("wf").fail(exit_code=3)
    container = run.pod("wf.onExit").request.template.container
    assert container is not None
    assert container.command[1].startswith(
        'Failed "[{\\"displayName\\":\\"wf\\",\\"message\\":\\"main: Error (exit code 3)'
    )


@pytest.mark.parametrize(("end", "phase"), [("fail", "Failed"), ("error", "Error")])
def test_an_exit_handler_that_fails_spoils_a_success(end: str, phase: str) -> None:
    run = workflow("onExit: note")
    run.pod("wf").succeed()
    getattr(run.pod("wf.onExit"), end)()
    assert run.phase == phase


def test_a_stop_runs_the_exit_handlers_and_a_terminate_does_not() -> None:
    run = workflow("onExit: note")
    run.stop()
    assert run.running == ["wf.onExit"]
    run.pod("wf.onExit").succeed()
    assert (run.phase, run.message) == ("Failed", "Stopped with strategy 'Stop'")
    run = workflow("onExit: note")
    run.terminate()
    assert (run.phase, run.running) == ("Failed", [])
    run = workflow("onExit: note")
    run.pod("wf").succeed()
    run.terminate()
    assert (run.phase, run.running) == ("Failed", [])


def test_a_stop_does_not_end_an_exit_handler_that_runs() -> None:
    run = workflow("onExit: note")
    run.pod("wf").succeed()
    run.stop()
    assert run.running == ["wf.onExit"]
    run.pod("wf.onExit").succeed()
    assert run.phase == "Succeeded"


def test_hooks_of_the_workflow() -> None:
    run = workflow("""hooks:
      exit: {template: note}
      running: {template: note, expression: 'workflow.status == "Running"'}
      failed: {template: note, expression: 'workflow.status == "Failed"'}""")
    assert run.running == ["wf"]
    run.pod("wf").start()
    assert run.running == ["wf", "wf.hooks.running"]
    run.pod("wf").fail()
    assert run.running == ["wf.hooks.running", "wf.hooks.failed"]
    run.pod("wf.hooks.running").succeed()
    run.pod("wf.hooks.failed").succeed()
    assert run.running == ["wf.onExit"]
    run.pod("wf.onExit").succeed()
    assert run.phase == "Failed"


def test_an_exit_handler_with_steps_of_its_own_goes_on_after_a_stop() -> None:
    run = Harness(f"""
spec:
  entrypoint: leaf
  onExit: last
  templates:
  - name: last
    steps: [[{{name: x, template: note}}], [{{name: z, template: note}}]]
{LEAVES}""")
    run.start()
    run.stop()
    assert run.running == ["x"]
    run.pod("x").succeed()
    assert run.running == ["z"]
    run.pod("z").succeed()
    assert run.phase == "Failed"
    assert run.node("wf.onExit").phase == "Succeeded"


def test_a_suspended_workflow_runs_its_hooks_when_it_goes_on() -> None:
    run = dag("onExit: note")
    run.suspend()
    run.pod("a").succeed()
    assert run.running == []
    run.resume()
    assert run.running == ["a.onExit"]


@pytest.mark.parametrize("build", [steps, dag])
def test_a_step_that_cannot_be_run_has_no_exit(build: object) -> None:
    run = build("onExit: note, withParam: 'no list'")  # type: ignore[operator]
    assert "a.onExit" not in run.phases
    run = Harness(f"""
spec:
  entrypoint: main
  templates:
  - name: main
    steps: [[{{name: a, template: missing, onExit: note}}, {{name: b, template: leaf, onExit: note}}]]
{LEAVES}""")
    run.start()
    assert (run.phase, run.running, list(run.phases)) == ("Failed", [], ["wf", "[0]", "a"])


def test_a_hook_of_a_loop_is_no_part_of_it() -> None:
    run = dag("withItems: [1], hooks: {told: {template: note, expression: 'tasks.a.status == \"Running\"'}}")
    assert sorted(run.running) == ["a(0:1)", "a.hooks.told"]  # once for the loop, not for each of its items
    run.pod("a.hooks.told").fail()
    run.pod("a(0:1)").start()
    run.pod("a(0:1)").succeed()
    assert run.node("a").phase == "Succeeded"
    assert run.running == ["b"]
