"""Steps: groups one after the other, and the recursion that they are used for."""

from __future__ import annotations

from argosy.testing import Harness

from .manifests import ECHO, steps

COINFLIP = """
spec:
  entrypoint: coinflip
  templates:
  - name: coinflip
    steps:
    - - {name: flip, template: flip}
    - - {name: heads, template: heads, when: "{{steps.flip.outputs.result}} == heads"}
      - {name: tails, template: coinflip, when: "{{steps.flip.outputs.result}} == tails"}
  - name: flip
    script: {image: python, command: [python3], source: "print('heads')"}
  - name: heads
    container: {image: alpine, command: [echo, "it was heads"]}
"""


def test_groups_run_one_after_the_other() -> None:
    run = Harness(steps(["name: a"], ["name: b1", "name: b2"], ["name: c"]))
    run.start()
    assert run.running == ["a"]
    run.pod("a").succeed()
    assert run.running == ["b1", "b2"]
    run.pod("b2").succeed()
    assert run.started == []
    run.pod("b1").succeed()
    assert run.started == ["c"]
    run.pod("c").succeed()
    assert run.phase == "Succeeded"


def test_the_nodes_are_argos() -> None:
    run = Harness(steps(["name: a"], ["name: b"]))
    run.start()
    run.run_all()
    assert [(n.name, n.display_name, n.type) for n in run.nodes.values()] == [
        ("wf", "wf", "Steps"),
        ("wf[0]", "[0]", "StepGroup"),
        ("wf[0].a", "a", "Pod"),
        ("wf[1]", "[1]", "StepGroup"),
        ("wf[1].b", "b", "Pod"),
    ]
    assert run.node("wf").children == [run.node("wf[0]").id]
    assert run.node("wf[0].a").children == [run.node("wf[1]").id]
    assert run.node("wf").outbound_nodes == [run.node("wf[1].b").id]
    assert {node.boundary_id for node in run.nodes.values()} == {"", "wf"}


def test_a_group_waits_for_all_its_steps_and_then_fails_the_rest() -> None:
    run = Harness(steps(["name: a", "name: b"], ["name: c"]))
    run.start()
    run.pod("a").fail()
    assert run.phase == "Running"
    run.pod("b").succeed()
    message = f"child '{run.node('a').id}' failed"
    assert run.node("[0]").phase == "Failed"
    assert (run.phase, run.message) == ("Failed", message)
    assert "c" not in run.phases


def test_an_error_of_a_step_makes_the_steps_failed() -> None:
    run = Harness(steps(["name: a"]))
    run.start()
    run.pod("a").error()
    assert run.node("a").phase == "Error"
    assert run.node("wf").phase == "Failed"


def test_continue_on() -> None:
    run = Harness(steps(["name: a, continueOn: {failed: true}", "name: b, continueOn: {error: true}"], ["name: c"]))
    run.start()
    run.pod("a").fail()
    run.pod("b").error()
    assert run.running == ["c"]
    run.pod("c").succeed()
    assert run.phase == "Succeeded"


def test_a_coin_that_shows_heads_at_once() -> None:
    run = Harness(COINFLIP)
    run.start()
    run.pod("flip").succeed(result="heads")
    assert run.node("tails").phase == "Skipped"
    run.pod("heads").succeed()
    assert run.phase == "Succeeded"


def test_a_coin_that_shows_tails_twice() -> None:
    run = Harness(COINFLIP)
    run.start()
    run.pod("flip").succeed(result="tails")
    run.pod("wf[1].tails[0].flip").succeed(result="tails")
    run.pod("wf[1].tails[1].tails[0].flip").succeed(result="heads")
    run.pod("heads").succeed()
    assert run.phase == "Succeeded"
    assert run.node("wf[1].tails[1].tails").type == "Steps"


def test_a_recursion_without_end_is_ended() -> None:
    run = Harness(
        """
spec:
  entrypoint: again
  templates:
  - name: again
    steps:
    - - {name: again, template: again}
"""
    )
    run.start()
    assert run.phase == "Failed"
    deepest = max(run.nodes.values(), key=lambda node: len(node.name))
    assert (deepest.phase, deepest.type) == ("Error", "Skipped")
    assert deepest.message.startswith("Maximum recursion depth exceeded")


def test_a_step_that_cannot_be_run_ends_its_group_at_once() -> None:
    run = Harness(steps(["name: a, template: nobody"], ["name: b"]))
    run.start()
    assert run.node("wf[0]").phase == "Error"
    assert (
        run.node("wf[0]").message == "step group deemed errored due to child wf[0].a error: template nobody not found"
    )
    assert run.phase == "Failed"


def test_a_condition_that_cannot_be_read_says_where_that_came_of() -> None:
    run = Harness(steps(["name: a"], ["name: b, when: '{{steps.a.outputs.result}} == a'"]))
    run.start()
    run.pod("a").succeed(result='q"t')
    assert run.message == "failed to resolve references: Invalid 'when' expression 'q\"t == a': Unclosed string literal"


def test_what_ran_beside_a_step_that_could_not_is_stopped() -> None:
    run = Harness(steps(["name: a", "name: b, template: nobody"]))
    run.start()
    assert run.phase == "Failed"
    assert run.stopped == ["a"]
    assert run.node("a").phase == "Failed"


def test_empty_steps_succeed() -> None:
    run = Harness("spec: {entrypoint: main, templates: [{name: main, steps: []}]}")
    run.start()
    assert run.phase == "Error"
    assert run.message == "error in entry template execution: Template 'main' missing specification"


def test_outputs_of_steps_and_a_parameter_passed_on() -> None:
    run = Harness(
        """
spec:
  entrypoint: main
  templates:
  - name: main
    outputs:
      parameters: [{name: said, valueFrom: {parameter: "{{steps.say.outputs.result}}"}}]
    steps:
    - - {name: say, template: echo, arguments: {parameters: [{name: message, value: hi}]}}
"""
        + ECHO
    )
    run.start()
    run.pod("say").succeed(result="hi")
    found = run.node("wf").outputs
    assert found is not None
    assert found.parameters[0].value == "hi"


def test_a_skipped_producer_gives_its_default_or_the_consumers() -> None:
    run = Harness(
        """
spec:
  entrypoint: main
  templates:
  - name: main
    steps:
    - - {name: ask, template: ask, when: "1 == 2"}
    - - name: use
        template: echo
        arguments:
          parameters: [{name: message, value: "{{steps.ask.outputs.parameters.with-default}}"}]
      - name: fall-back
        template: echo
        arguments:
          parameters: [{name: message, value: "{{steps.ask.outputs.parameters.without}}"}]
  - name: ask
    outputs:
      parameters:
      - {name: with-default, valueFrom: {path: /tmp/x, default: from the producer}}
      - {name: without, valueFrom: {path: /tmp/y}}
    container: {image: alpine, command: ["true"]}
"""
        + ECHO
    )
    run.start()
    commands = {name: run.pod(name).request.template.container for name in run.running}
    assert commands["use"] is not None
    assert commands["use"].command == ["echo", "from the producer"]
    assert commands["fall-back"] is not None
    assert commands["fall-back"].command == ["echo", "hello"]
