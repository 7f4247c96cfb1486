"""Variables: which tags can be read where."""

from __future__ import annotations

import pytest

from tests.plan.manifests import ECHO, HELLO, lines, workflow

OTHERS = (
    ECHO
    + HELLO
    + """
  - {name: wait, suspend: {}}
  - {name: server, daemon: true, container: {image: alpine}}
  - name: object
    resource: {action: get, manifest: "kind: ConfigMap"}
    outputs: {parameters: [{name: data, valueFrom: {jsonPath: "{.data}"}}]}
  - name: file
    container: {image: alpine}
    outputs:
      parameters: [{name: p, globalName: shared, valueFrom: {path: /p}}]
      artifacts: [{name: a, path: /a}]
  - {name: set, containerSet: {containers: [{name: main, image: alpine}]}}
"""
)
SPEC = """
  priority: 3
  arguments: {parameters: [{name: colour, value: red}]}
  workflowMetadata: {labels: {team: a}, labelsFrom: {late: {expression: x}}, annotations: {note: b}}
"""
LEAF = """
  - name: main
    inputs:
      parameters: [{name: x, default: "1"}]
      artifacts: [{name: f, path: /f, raw: {data: z}}]
    container: {image: alpine, command: [echo, "%s"]}
    outputs: {parameters: [{name: o, valueFrom: {path: /o}}]}
"""
STEPS = """
  - name: main
    inputs: {parameters: [{name: x, default: "1"}]}
    steps:
    - - {name: first, template: file}
      - {name: object, template: object}
    - - {name: loop, template: hello, withParam: "[1]"}
      - {name: sets, template: set, withItems: [a]}
      - {name: exits, template: hello, hooks: {exit: {template: hello}}}
    - - {name: me, template: echo, arguments: {parameters: [{name: message, value: "%s"}]}}
    - - {name: last, template: hello}
"""
DAG = """
  - name: main
    dag:
      tasks:
      - {name: before, template: file}
      - {name: daemon, template: server}
      - {name: beside, template: file}
      - {name: loop, template: hello, withItems: [{a: 1}, [2, 3]]}
      - {name: hooked, template: hello, hooks: {exit: {template: hello}}}
      - {name: between, template: hello, dependencies: [before, daemon, after]}
      - {name: after, template: hello, dependencies: [before]}
      - name: me
        template: echo
        dependencies: [between]
        arguments: {parameters: [{name: message, value: "v %s"}]}
"""
PLACES = {"leaf": LEAF, "steps": STEPS, "dag": DAG}
KNOWN = {
    "leaf": "inputs.parameters.x inputs.parameters inputs.artifacts.f inputs.artifacts.f.path pod.name node.name "
    "outputs.parameters.o.path retries lastRetry.exitCode workflow.name workflow.namespace workflow.uid "
    "workflow.status workflow.serviceAccountName workflow.mainEntrypoint workflow.priority workflow.parameters "
    "workflow.parameters.json workflow.parameters.colour workflow.labels workflow.labels.json "
    "workflow.labels.team workflow.labels.late "
    "workflow.annotations workflow.annotations.json workflow.annotations.note workflow.creationTimestamp "
    "workflow.creationTimestamp.Y workflow.creationTimestamp.RFC3339 workflow.scheduledTime workflow.duration "
    "steps.name tasks.name user.name foo item",
    "steps": "inputs.parameters.x steps.first.outputs.parameters.p steps.first.outputs.artifacts.a steps.first.id "
    "steps.first.outputs.result steps.first.exitCode steps.first.status steps.first.startedAt steps.first.finishedAt "
    "steps.first.hostNodeName steps.object.outputs.parameters.data steps.loop.outputs.parameters steps.sets.outputs."
    "result steps.loop.outputs.result steps.me.status workflow.outputs.parameters.shared item item.any",
    "dag": "tasks.before.outputs.result tasks.before.status tasks.between.status tasks.beside.outputs.parameters.p "
    "tasks.me.outputs.result tasks.daemon.ip tasks.loop.outputs.parameters tasks.hooked.status tasks.before.id "
    "workflow.outputs.parameters.shared",
}
UNKNOWN = {
    "leaf": "inputs.parameters.y inputs.artifacts.g.path workflow.parameters.size workflow.labels.crew workflow.env.x "
    "workflow.outputs.parameters.shared workflow.failures steps.first.id tasks.a.status item.a pod.ip",
    "steps": "steps.last.status steps.last.id steps.first.outputs.parameters.q steps.first.outputs.artifacts.b "
    "steps.object.outputs.result steps.first.ip steps.first.outputs.parameters steps.none.status steps.me.id "
    "tasks.first.id inputs.artifacts.f pod.name",
    "dag": "tasks.beside.status tasks.me.status tasks.before.ip tasks.none.id steps.before.id item.a "
    "tasks.before.outputs.parameters.q",
}


def said(place: str, tag: str) -> list[str]:
    return lines(workflow(PLACES[place] % f"{{{{{tag}}}}}" + OTHERS, spec=SPEC))


@pytest.mark.parametrize(("place", "tag"), [(place, tag) for place, tags in KNOWN.items() for tag in tags.split()])
def test_can_be_read(place: str, tag: str) -> None:
    assert said(place, tag) == []


@pytest.mark.parametrize(("place", "tag"), [(place, tag) for place, tags in UNKNOWN.items() for tag in tags.split()])
def test_cannot_be_read(place: str, tag: str) -> None:
    (found,) = said(place, tag)
    assert f"failed to resolve {{{{{tag}}}}}" in found


@pytest.mark.parametrize(
    ("place", "tag", "hint"),
    [
        ("leaf", "inputs.parameters.y", ""),
        ("leaf", "workflow.parameters.color", "did you mean {{workflow.parameters.colour}}?"),
        ("leaf", "input.parameters.x", None),
        ("steps", "steps.frist.status", "did you mean {{steps.first.status}}?"),
        ("steps", "tasks.first.id", "in a steps template it is {{steps.first.id}}"),
        ("dag", "steps.before.id", "in a DAG it is {{tasks.before.id}}"),
        ("dag", "tasks.before.outputs.results", "did you mean {{tasks.before.outputs.result}}?"),
    ],
)
def test_the_hint(place: str, tag: str, hint: str | None) -> None:
    found = said(place, tag)
    assert [text.endswith(f"({hint})") if hint else "(" not in text for text in found] == (
        [] if hint is None else [True]
    )


@pytest.mark.parametrize(
    "text", ["{{ workflow.nme }}", "{{= workflow.nme }}", "{{workflow.{{x}}}}", "{{", "}}{{", "{{x"]
)
def test_space_counts_for_nothing_and_expressions_are_for_others(text: str) -> None:
    found = lines(workflow(LEAF % text))
    assert found == (
        [
            "spec.templates[0].container.command[1]: templates.main: failed to resolve {{ workflow.nme }} "
            "(did you mean {{workflow.name}}?)"
        ]
        if text == "{{ workflow.nme }}"
        else []
    )


def test_keys_hold_tags_too() -> None:
    text = workflow("  - {name: main, container: {image: x}, nodeSelector: {'{{inputs.parameters.zone}}': a}}")
    assert lines(text) == [
        'spec.templates[0].nodeSelector["{{inputs.parameters.zone}}"]: templates.main: failed to resolve '
        "{{inputs.parameters.zone}}"
    ]


def test_outputs_of_a_group_are_read_once_all_have_ended() -> None:
    group = "    outputs: {parameters: [{name: o, valueFrom: {parameter: '{{%s}}'}}]}\n"
    assert lines(workflow(STEPS % "x" + group % "steps.last.id" + OTHERS)) == []
    assert lines(workflow(DAG % "x" + group % "tasks.me.outputs.result" + OTHERS)) == []
    for template, tag in ((STEPS, "steps.none.id"), (DAG, "tasks.before.status")):
        (found,) = lines(workflow(template % "x" + group % tag + OTHERS))
        place = "spec.templates[0].outputs.parameters[0].valueFrom.parameter: templates.main.outputs"
        assert found.startswith(f"{place} failed to resolve {{{{{tag}}}}}")


def test_targets_may_be_inputs() -> None:
    (found,) = lines(workflow(DAG % "x" + "      target: '{{inputs.parameters.t}}'\n" + OTHERS))
    assert found == ("spec.templates[0].dag.target: templates.main.targets failed to resolve {{inputs.parameters.t}}")
    given = "    inputs: {parameters: [{name: t, default: me}]}\n"
    assert lines(workflow(DAG % "x" + "      target: '{{inputs.parameters.t}}'\n" + given + OTHERS)) == []


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("{{tasks.beside.outputs.result}}", "missing dependency 'beside' for parameter 'message'"),
        ("{{tasks.before.outputs.result}}", ""),
        ("{{tasks.name}}", ""),
    ],
)
def test_what_is_read_has_to_be_waited_for(value: str, found: str) -> None:
    expected = [
        "spec.templates[0].dag.tasks[7].arguments.parameters[0]: templates.main.tasks.me "
        f"{found} (write dependencies: [between, beside])"
    ]
    assert lines(workflow(DAG.replace("v %s", value) + OTHERS)) == (expected if found else [])


def test_the_hint_of_what_to_wait_for_speaks_the_same_way() -> None:
    text = DAG.replace("v %s", "{{tasks.beside.outputs.result}}")
    for old, new in (("[before, daemon, after]", "before"), ("[before]", "before"), ("[between]", "between")):
        text = text.replace(f"dependencies: {old}", f"depends: {new}")
    (found,) = lines(workflow(text + OTHERS))
    assert found.endswith("(write depends: between && beside)")
    (found,) = lines(workflow(text.replace("        depends: between\n", "") + OTHERS))
    assert found.endswith("(write dependencies: [beside])")


def test_artifacts_need_their_producer_too() -> None:
    read = "  - {name: read, container: {image: x}, inputs: {artifacts: [{name: f, path: /f}]}}\n"
    task = "      - {name: you, template: read, arguments: {artifacts: [{name: f, from: '{{tasks.%s}}'}]}}\n"
    (found,) = lines(workflow(DAG % "x" + task % "before.outputs.artifacts.a" + OTHERS + read))
    assert "missing dependency 'before' for artifact 'f'" in found
    (found,) = lines(workflow(DAG % "x" + task % "before.outputs.artifacts.b" + OTHERS + read))
    assert "failed to resolve {{tasks.before.outputs.artifacts.b}}" in found


def test_items_are_known_by_their_keys() -> None:
    loop = "      - {name: you, template: echo, %s, arguments: {parameters: [{name: message, value: '{{item.%s}}'}]}}\n"
    for items, key, good in (
        ("withItems: [{a: 1}, {b: 2}]", "b", True),
        ("withItems: [{a: 1}]", "c", False),
        ("withItems: [[1, 2]]", "[1]", True),
        ("withItems: [1]", "a", False),
        ("withParam: '[]'", "a", True),
        ("withSequence: {count: 1}", "a", False),
    ):
        assert (lines(workflow(DAG % "x" + loop % (items, key) + OTHERS)) == []) is good, (items, key)


def test_an_item_lasts_to_the_end_of_a_steps_template() -> None:
    text = STEPS.replace('withParam: "[1]"', "withItems: [{a: 1}]")
    assert lines(workflow(text % "{{item.a}}" + OTHERS)) == []
    (found,) = lines(
        workflow(text.replace("template: object}", "template: object, when: '{{item.a}} == 1'}") % "x" + OTHERS)
    )
    assert "failed to resolve {{item.a}}" in found


def test_a_step_with_an_exit_hook_can_read_its_own_outputs() -> None:
    hook = "hooks: {exit: {template: echo, arguments: {parameters: [{name: message, value: '{{steps.exits.%s}}'}]}}}"
    text = STEPS.replace("hooks: {exit: {template: hello}}", hook)
    assert lines(workflow(text.replace("%s", "outputs.result", 1) % "x" + OTHERS)) == []
    (found,) = lines(workflow(text.replace("%s", "ip", 1) % "x" + OTHERS))
    assert "failed to resolve {{steps.exits.ip}}" in found


INLINE = """
  - name: main
    inputs: {parameters: [{name: x, default: "1"}]}
    steps:
    - - {name: first, template: hello}
    - - name: second
        arguments: {parameters: [{name: z, value: a}]}
        inline:
          inputs: {parameters: [{name: z}]}
          container: {image: alpine, command: [echo, "%s"]}
"""


@pytest.mark.parametrize(
    ("tag", "good"),
    [("inputs.parameters.x", 1), ("inputs.parameters.z", 1), ("steps.first.id", 1), ("inputs.parameters.u", 0)],
)
def test_an_inline_template_reads_what_is_around_it(tag: str, good: int) -> None:
    found = lines(workflow(INLINE % f"{{{{{tag}}}}}" + HELLO))
    place = "spec.templates[0].steps[1][0].inline.container.command[1]: "
    chain = "templates.main.steps[1].second templates.:"
    assert [row.split(" (")[0] for row in found] == (
        []
        if good
        else [
            f"{place}templates.main.steps failed to resolve {{{{{tag}}}}}",
            f"{place}{chain} failed to resolve {{{{{tag}}}}}",
        ]
    )


def test_failures_are_for_exit_handlers() -> None:
    bye = "  - {name: bye, container: {image: x, command: [echo, '{{workflow.failures}} {{workflow.status}}']}}"
    main = "  - {name: main, container: {image: x}}\n"
    assert lines(workflow(main + bye, spec="  onExit: bye")) == []
    (found,) = lines(workflow(main + bye))
    assert "templates.bye templates.bye: failed to resolve {{workflow.failures}}" in found


def test_an_output_whose_global_name_is_not_known_yet_may_be_any() -> None:
    text = """
  - name: main
    steps:
    - - {name: a, template: make, arguments: {parameters: [{name: as, value: result}]}}
    - - {name: b, template: echo, arguments: {parameters: [{name: message, value: "{{workflow.outputs.%s}}"}]}}
  - name: make
    inputs: {parameters: [{name: as}]}
    container: {image: x}
    outputs: {parameters: [{name: p, globalName: "{{inputs.parameters.as}}", valueFrom: {path: /p}}]}
"""
    assert lines(workflow(text % "parameters.result" + ECHO)) == []
    (found,) = lines(workflow(text % "artifacts.result" + ECHO))
    assert "failed to resolve {{workflow.outputs.artifacts.result}}" in found


def test_what_the_entrypoint_gets_by_itself_is_looked_at() -> None:
    text = """
  - name: main
    inputs:
      parameters: [{name: x, value: "%s"}]
      artifacts: [{name: f, path: /f, s3: {key: "%s"}}]
    container: {image: x}
"""
    good, bad = "{{workflow.name}}", "{{workflow.nam}}"
    assert lines(workflow(text % (good, good))) == []
    assert len(lines(workflow(text % (bad, bad)))) == 2
    given = "  arguments: {parameters: [{name: x, value: a}], artifacts: [{name: f, raw: {data: a}}]}"
    assert lines(workflow(text % (bad, bad), spec=given)) == []
    called = "  - {name: start, steps: [[{name: a, template: main}]]}\n"
    assert lines(workflow(called + text % (bad, bad), entrypoint="start")) == []


def test_a_template_that_is_not_known_gives_anything() -> None:
    text = """
  - name: main
    steps:
    - - {name: a, templateRef: {name: "{{workflow.name}}", template: x}}
    - - {name: b, template: nowhere}
    - - {name: c, template: nothing}
    - - name: d
        template: echo
        arguments: {parameters: [{name: message, value: "{{steps.a.outputs.result}} {{steps.b.ip}} {{steps.c.ip}}"}]}
  - {name: nothing}
"""
    assert [row.split(": ")[0] for row in lines(workflow(text + ECHO))] == [
        "spec.templates[0].steps[1][0].template",
        "spec.templates[1]",
    ]
