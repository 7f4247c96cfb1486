"""Loops: a step or task for each item, and what those after it read of them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from argosy.testing import Harness

from . import manifests

FAN = """
spec:
  entrypoint: main
  templates:
  - name: main
    steps:
    - - name: fan
        template: leaf
        arguments: {parameters: [{name: v, value: "{{item}}"}]}
        LOOP
    - - {name: after, template: leaf, arguments: {parameters: [{name: v, value: "{{steps.fan.outputs.result}}"}]}}
  - name: leaf
    inputs: {parameters: [{name: v}]}
    container: {image: alpine, command: [echo, "{{inputs.parameters.v}}"]}
"""


def loop(text: str) -> Harness:
    run = Harness(FAN.replace("LOOP", text))
    run.start()
    return run


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("withItems: [a, b]", ["fan(0:a)", "fan(1:b)"]),
        ("withItems: [1, 2.5, true]", ["fan(0:1)", "fan(1:2.5)", "fan(2:true)"]),
        ("withItems: [{x: 1, b: two}]", ["fan(0:b:two,x:1)"]),
        ("withItems: [[1, 2], [3]]", ["fan(0:[1 2])", "fan(1:[3])"]),
        ('withParam: \'["x", {"a": 1}]\'', ["fan(0:x)", "fan(1:a:1)"]),
        ("withSequence: {count: 3}", ["fan(0:0)", "fan(1:1)", "fan(2:2)"]),
        ("withSequence: {start: 5, end: 3, format: 'n%02d'}", ["fan(0:n05)", "fan(1:n04)", "fan(2:n03)"]),
    ],
)
def test_a_step_for_each_item(text: str, names: list[str]) -> None:
    run = loop(text)
    assert run.running == names
    assert [node.boundary_id for node in run.nodes.values()][2:] == ["wf"] * len(names)
    assert run.node("[0]").children == [run.node(name).id for name in names]


def test_the_results_of_a_loop_are_a_list_in_the_order_of_the_items() -> None:
    run = loop("withItems: [a, b, c]")
    run.pod("fan(2:c)").succeed(result="3")
    run.pod("fan(0:a)").succeed(result='{"k": "<v>"}')
    run.pod("fan(1:b)").succeed(result='"two"')
    assert run.pod("after").request.template.inputs.parameters[0].value == '[{"k":"\\u003cv\\u003e"},"two",3]'


@pytest.mark.parametrize("text", ["withParam: '[]'", "withSequence: {count: 0}"])
def test_no_items_no_steps(text: str) -> None:
    run = loop(text)
    assert (run.node("fan").type, run.node("fan").phase) == ("Skipped", "Skipped")
    assert run.node("fan").message == "Skipped, empty params"


def test_items_that_are_no_list_are_an_error() -> None:
    run = loop("withParam: 'no list'")
    assert run.phase == "Failed"
    assert run.node("[0]").phase == "Error"
    assert run.node("[0]").message.startswith("withParam value could not be parsed as a JSON list: no list: invalid")


def test_results_that_are_no_json_are_an_error_of_those_that_read_them() -> None:
    reader = 'name: c, depends: a, arguments: {parameters: [{name: message, value: "{{tasks.a.outputs.result}}"}]}'
    run = Harness(manifests.dag("name: a, withItems: [1]", "name: b, depends: a", reader))
    run.start()
    run.pod("a(0:1)").succeed(result="tails")
    assert (run.running, run.phases["c"]) == (["b"], "Error")


def test_a_condition_that_an_item_makes_unreadable_is_an_error_of_that_item() -> None:
    run = Harness(manifests.dag("name: a, withItems: [q t, b], when: '{{item}} == b'"))
    run.start()
    broken = run.node("a(0:q t)")
    assert broken.phase == "Error"
    assert broken.message.startswith("Invalid 'when' expression 'q t == b': ")
    run.pod("a(1:b)").succeed()
    assert run.phase == "Error"


@pytest.mark.parametrize("last", ["error", "fail"])
def test_a_loop_that_had_begun_them_all_ends_after_a_stop_as_its_items_did(last: str) -> None:
    run = Harness(manifests.dag("name: a, withItems: [1, 2]", "name: z"))
    run.start()
    getattr(run.pod("a(1:2)"), last)()
    run.terminate()
    assert run.node("a").phase == run.node("a(1:2)").phase


@pytest.mark.parametrize("build", [manifests.steps, manifests.dag])
def test_a_list_that_turns_out_to_be_empty_text_makes_no_loop(build: Callable[..., str]) -> None:
    prefix, wait = ("steps", "") if build is manifests.steps else ("tasks", ", depends: before")
    after = f'name: after, withParam: "{{{{{prefix}.before.outputs.result}}}}"{wait}'
    run = Harness(build(["name: before"], [after]) if build is manifests.steps else build("name: before", after))
    run.start()
    run.pod("before").succeed(result="")
    assert run.running == ["after"]


def test_when_decides_for_each_item() -> None:
    run = loop("{withItems: [1, 2, 3], when: '{{item}} != 2'}".strip("{}").replace(", when", "\n        when"))
    assert run.running == ["fan(0:1)", "fan(2:3)"]
    assert run.node("fan(1:2)").message == "when '2 != 2' evaluated false"


def test_when_that_is_false_skips_every_item() -> None:
    run = loop("withItems: [1, 2]\n        when: 'a == b'")
    assert run.phases["fan(0:1)"] == run.phases["fan(1:2)"] == "Skipped"


def test_when_that_cannot_be_read_is_an_error_of_its_item() -> None:
    run = loop("withItems: [1, 'a b']\n        when: '{{item}} == 1'")
    assert run.node("fan(1:a b)").phase == "Error"
    assert run.node("[0]").phase == "Error"


DAG = """
spec:
  entrypoint: main
  templates:
  - name: main
    dag:
      tasks:
      - {name: first, template: leaf}
      - {name: fan, template: leaf, dependencies: [first], withParam: "{{tasks.first.outputs.result}}"}
      - {name: last, template: leaf, depends: DEPENDS}
  - name: leaf
    outputs: {parameters: [{name: p, valueFrom: {path: /tmp/p}}]}
    container: {image: alpine, command: [echo]}
"""


def dag(depends: str = "fan", items: str = '["a", "b"]') -> Harness:
    run = Harness(DAG.replace("DEPENDS", depends))
    run.start()
    run.pod("first").succeed(result=items)
    return run


def test_a_loop_of_a_dag_is_a_task_group() -> None:
    run = dag()
    assert run.running == ["fan(0:a)", "fan(1:b)"]
    group = run.node("fan")
    assert (group.type, group.phase) == ("TaskGroup", "Running")
    assert run.node("first").children == [group.id]
    assert group.children == [run.node("fan(0:a)").id, run.node("fan(1:b)").id]
    assert {node.boundary_id for node in run.nodes.values() if node.name != "wf"} == {"wf"}
    run.pod("fan(0:a)").succeed()
    assert group.phase == "Running"
    run.pod("fan(1:b)").succeed()
    assert group.phase == "Succeeded"
    assert run.node("last").id in run.node("fan(0:a)").children
    assert run.node("last").id in run.node("fan(1:b)").children


@pytest.mark.parametrize(
    ("depends", "codes", "phase"),
    [
        ("fan.AnySucceeded", (0, 1), "Pending"),
        ("fan.AnySucceeded", (1, 1), "Omitted"),
        ("fan.AllFailed", (1, 1), "Pending"),
        ("fan.AllFailed", (0, 1), "Omitted"),
        ("fan.Failed", (0, 1), "Pending"),
        ("fan", (0, 0), "Pending"),
    ],
)
def test_the_words_about_loops(depends: str, codes: tuple[int, int], phase: str) -> None:
    run = dag(depends)
    for name, code in zip(("fan(0:a)", "fan(1:b)"), codes, strict=True):
        if code:
            run.pod(name).fail(exit_code=code)
        else:
            run.pod(name).succeed()
    assert run.node("last").phase == phase


def test_no_items_skip_the_task() -> None:
    run = dag(items="[]")
    assert (run.node("fan").type, run.node("fan").phase) == ("Skipped", "Skipped")
    assert run.running == ["last"]


def test_the_outputs_of_a_loop_are_read_by_name() -> None:
    run = Harness(
        DAG.replace(
            "depends: DEPENDS",
            'dependencies: [fan], arguments: {parameters: [{name: all, value: "{{tasks.fan.outputs.parameters}}"},'
            ' {name: one, value: "{{tasks.fan.outputs.parameters.p}}"},'
            " {name: many, value: \"{{=len(fromJson(tasks.fan.outputs['parameters']))}}\"}]}",
        ).replace(
            "- name: leaf\n",
            "- name: leaf\n    inputs: {parameters: [{name: all, default: ''}, {name: one, default: ''}]}\n",
        )
    )
    run.start()
    run.pod("first").succeed(result="[1, 2]")
    run.pod("fan(0:1)").succeed(parameters={"p": "x"})
    run.pod("fan(1:2)").succeed(parameters={"p": "y"})
    inputs = {each.name: each.value for each in run.pod("last").request.template.inputs.parameters}
    assert inputs == {"all": '[{"p":"x"},{"p":"y"}]', "one": '["x","y"]'}


def test_a_loop_over_a_template_with_steps() -> None:
    run = Harness("""
spec:
  entrypoint: main
  templates:
  - name: main
    dag: {tasks: [{name: fan, template: inner, withItems: [a, b]}]}
  - name: inner
    steps: [[{name: s, template: leaf}]]
  - name: leaf
    container: {image: alpine, command: [echo]}
""")
    run.start()
    assert list(run.nodes) == [
        "wf",
        "wf.fan",
        "wf.fan(0:a)",
        "wf.fan(1:b)",
        "wf.fan(0:a)[0]",
        "wf.fan(0:a)[0].s",
        "wf.fan(1:b)[0]",
        "wf.fan(1:b)[0].s",
    ]
    run.run_all()
    assert run.phase == "Succeeded"
