"""Rules over several documents, and the order of what is found."""

from __future__ import annotations

from argosy.plan.rules import refusals
from tests.plan.manifests import (
    ECHO,
    HELLO,
    container,
    line,
    lines,
    manifest,
    objects,
    problems,
    steps,
    tasks,
    workflow,
)

LIBRARY = f"""kind: WorkflowTemplate
metadata: {{name: lib}}
spec:
  entrypoint: echo
  onExit: hello
  arguments: {{parameters: [{{name: message}}, {{name: size, value: small}}]}}
  workflowMetadata: {{labels: {{team: a}}}}
  templates:
{ECHO}{HELLO}
  - name: broken
    steps: [[{{name: x, template: nowhere}}]]
  - {{name: labelled, container: {{image: x, command: [echo, "{{{{workflow.labels.crew}}}}"]}}}}
"""
GOOD_LIBRARY = LIBRARY[: LIBRARY.index("  - name: broken")]
REFERENCE = "kind: Workflow\nspec:\n  workflowTemplateRef: {name: lib}\n"


def test_all_problems_come_in_one_pass_and_in_order() -> None:
    text = workflow(
        steps("name: b, template: nothing", "name: a, template: echo")
        + ECHO
        + "  - {name: c, container: {command: [echo, '{{inputs.parameters.x}}']}}\n"
        + "  - name: d\n    dag: {tasks: [{name: t, template: c, dependencies: [u]}]}\n",
        spec="  podGC: {strategy: x}",
    )
    assert [row.split(": ")[0] for row in lines(text)] == [
        "spec.podGC.strategy",
        "spec.templates[0].steps[0][0].template",
        "spec.templates[0].steps[1][0]",
        "spec.templates[2].container",
        "spec.templates[2].container.command[1]",
        "spec.templates[3].dag.tasks[0].dependencies[0]",
    ]


def test_eleven_comes_after_two() -> None:
    templates = "".join(f"  - {{name: t{index}, container: {{command: [x]}}}}\n" for index in range(12))
    found = problems(workflow(templates, entrypoint="t0"))
    assert [problem.path[2] for problem in found] == list(range(12))


def test_a_template_that_is_called_twice_is_looked_at_once_and_each_call_by_itself() -> None:
    text = workflow(
        steps("name: a, template: echo", "name: b, template: echo")
        + ECHO.replace("{{inputs.parameters.message}}", "{{inputs.parameters.massage}}")
    )
    assert [row.split(": ")[0] for row in lines(text)] == [
        "spec.templates[0].steps[0][0]",
        "spec.templates[0].steps[1][0]",
        "spec.templates[1].container.command[1]",
    ]


def test_the_way_to_a_problem_is_told() -> None:
    text = workflow(
        steps("name: outer, template: inner")
        + "  - name: inner\n    dag: {tasks: [{name: deep, template: echo}]}\n"
        + ECHO
    )
    (found,) = problems(text)
    assert found.message == (
        "templates.main.steps[0].outer templates.inner.tasks.deep templates.echo inputs.parameters.message was not "
        "supplied"
    )
    assert found.path == ("spec", "templates", 1, "dag", "tasks", 0)


def test_a_template_of_another_document() -> None:
    call = "name: a, templateRef: {name: lib, template: %s}, arguments: {parameters: [%s]}"
    good = workflow(steps(call % ("echo", "{name: message, value: x}")))
    assert lines(f"{LIBRARY}---\n{good}") == []
    misspelt = workflow(steps(call % ("ecko", "")))
    assert lines(f"{LIBRARY}---\n{misspelt}") == [
        "spec.templates[0].steps[0][0].templateRef.template: templates.main.steps[0].a template reference lib.ecko not "
        "found (did you mean 'echo'?)"
    ]
    missing = workflow(steps(call % ("echo", "")))
    assert "templates.echo inputs.parameters.message was not supplied" in lines(f"{LIBRARY}---\n{missing}")[0]
    other = workflow(steps((call % ("echo", "{name: message, value: x}")).replace("lib", "libs")))
    assert lines(f"{LIBRARY}---\n{other}")[0].endswith("(did you mean 'lib'?)")


def test_what_is_wrong_in_another_document_is_told_where_it_is_called() -> None:
    text = workflow(steps("name: a, templateRef: {name: lib, template: broken}"))
    assert lines(f"{LIBRARY}---\n{text}") == [
        "spec.templates[0].steps[0][0]: templates.main.steps[0].a templates.broken.steps[0].x template name 'nowhere' "
        "undefined"
    ]


def test_labels_that_a_library_counts_on_may_come_from_the_workflow_or_the_settings() -> None:
    text = workflow(steps("name: a, templateRef: {name: lib, template: labelled}"))
    (found,) = problems(f"{LIBRARY}---\n{text}")
    assert (found.level, found.path) == ("warning", ("spec", "templates", 0, "steps", 0, 0))
    assert [problem.level for problem in problems(LIBRARY) if "crew" in problem.message] == ["warning"]
    (found,) = problems(workflow("  - {name: main, container: {image: '{{workflow.labels.crew}}'}}"))
    assert found.level == "error"


def test_labels_of_a_library_do_not_reach_those_who_call_its_templates() -> None:
    text = workflow(steps("name: a, templateRef: {name: lib, template: labelled}"))
    reference = REFERENCE + "  arguments: {parameters: [{name: message, value: x}]}\n  entrypoint: labelled\n"
    library = LIBRARY.replace("template: nowhere", "template: hello")
    hint = "WorkflowTemplate 'lib' has it, but does not pass it on: give it to the workflow"
    for carrying, caller in (
        (library.replace("{team: a}", "{crew: a}"), text),
        (library.replace("metadata: {name: lib}", "metadata: {name: lib, labels: {crew: a}}"), reference),
    ):
        (found,) = problems(f"{carrying}---\n{caller}")
        assert (found.level, found.hint) == ("error", hint)
    assert lines(f"{library.replace('{team: a}', '{crew: a}')}---\n{reference}") == []


def test_cluster_templates_are_others() -> None:
    cluster = GOOD_LIBRARY.replace("kind: WorkflowTemplate", "kind: ClusterWorkflowTemplate")
    call = "name: a, templateRef: {name: lib, template: hello%s}"
    assert lines(f"{cluster}---\n{workflow(steps(call % ', clusterScope: true'))}") == []
    assert "not found" in lines(f"{cluster}---\n{workflow(steps(call % ''))}")[0]


def test_argo_does_not_look_for_images_in_the_defaults_of_a_cluster_template() -> None:
    library = "kind: %s\nmetadata: {name: lib}\nspec:\n  templateDefaults: {container: {image: x}}\n"
    library += "  templates: [{name: t, container: {command: [z]}}]\n"
    call = workflow(steps("name: a, templateRef: {name: lib, template: t, clusterScope: %s}"))
    assert lines(f"{library % 'WorkflowTemplate'}---\n{call % 'false'}") == []
    (found,) = lines(f"{library % 'ClusterWorkflowTemplate'}---\n{call % 'true'}")
    assert "templates.t.container.image may not be empty" in found


def test_a_template_may_refer_to_itself() -> None:
    text = LIBRARY.replace("template: nowhere", "templateRef: {name: lib, template: hello}")
    assert [row for row in lines(text) if "not found" in row] == []


def test_a_workflow_that_is_a_template_with_arguments() -> None:
    given = REFERENCE + "  arguments: {parameters: [{name: message, value: x}]}\n"
    assert lines(f"{GOOD_LIBRARY}---\n{given}") == []
    assert lines(f"{GOOD_LIBRARY}---\n{given}  entrypoint: hello\n") == []
    assert lines(f"{GOOD_LIBRARY}---\n{given}  entrypoint: hallo\n") == [
        "spec.workflowTemplateRef: template reference lib.hallo not found (did you mean 'hello'?)"
    ]
    assert lines(f"{GOOD_LIBRARY}---\n{REFERENCE}") == [
        "info spec.workflowTemplateRef: spec.arguments.message.value or spec.arguments.message.valueFrom is required "
        "(give it when you submit: -p message=VALUE)",
        "spec.workflowTemplateRef: templates.echo inputs.parameters.message was not supplied "
        "(write it under arguments, or give inputs.parameters.message a default)",
    ]


def test_a_reference_and_templates_exclude_each_other() -> None:
    given = (
        REFERENCE + "  arguments: {parameters: [{name: message, value: x}]}\n  templates: [{name: a, suspend: {}}]\n"
    )
    assert lines(f"{GOOD_LIBRARY}---\n{given}") == [
        "spec.templates: Templates is invalid field in spec if workflow referred WorkflowTemplate reference "
        "(give either templates or workflowTemplateRef)"
    ]


def test_a_reference_to_what_has_no_entrypoint() -> None:
    library = GOOD_LIBRARY.replace("  entrypoint: echo\n", "")
    assert "spec: spec.entrypoint is required (name the template to begin with)" in lines(f"{library}---\n{REFERENCE}")


def test_a_misspelt_reference() -> None:
    assert lines(f"{GOOD_LIBRARY}---\n{REFERENCE.replace('lib', 'libs')}") == [
        "spec.workflowTemplateRef.name: workflowtemplate.argoproj.io \"libs\" not found (did you mean 'lib'?)"
    ]
    assert lines(REFERENCE.replace("lib", "'{{workflow.name}}'")) == []


def test_a_template_by_itself_needs_neither_entrypoint_nor_arguments() -> None:
    bare = GOOD_LIBRARY.replace("  entrypoint: echo\n", "")
    assert lines(GOOD_LIBRARY) == lines(bare) == []
    (found,) = problems(bare, submitting=True)
    assert found.message.startswith("spec.arguments.message.value or")
    assert lines(bare.replace("[echo, hello]", "['{{workflow.parameters.any}}']")) == []


def test_long_names_of_templates() -> None:
    for kind, words in (("WorkflowTemplate", "workflow"), ("ClusterWorkflowTemplate", "cluster workflow")):
        text = GOOD_LIBRARY.replace("WorkflowTemplate", kind, 1).replace("name: lib", f"name: {'b' * 64}", 1)
        (found,) = problems(text)
        assert found.message.startswith(f"{words} template name")


def test_a_cron_workflow_is_a_workflow_within() -> None:
    text = (
        "kind: CronWorkflow\nmetadata: {name: c}\nspec:\n  schedules: ['0 * * * *']\n"
        "  workflowMetadata: {labels: {a: b}}\n"
        "  workflowSpec:\n    entrypoint: main\n    arguments: {parameters: [{name: x}]}\n    templates:\n"
        "    - {name: main, container: {image: '{{workflow.labels.a}} {{workflow.scheduledTime}} {{workflow.nme}}'}}\n"
    )
    assert lines(text) == [
        "spec.workflowSpec.arguments.parameters[0]: cannot validate Workflow: spec.arguments.x.value or "
        "spec.arguments.x.valueFrom is required (give it when you submit: -p x=VALUE)",
        "spec.workflowSpec.templates[0].container.image: cannot validate Workflow: templates.main: failed to resolve "
        "{{workflow.nme}} (did you mean {{workflow.name}}?)",
    ]


def test_when_it_is_submitted_all_values_have_to_be_there() -> None:
    text = workflow(container(), spec="  arguments: {parameters: [{name: x}]}")
    assert [problem.level for problem in problems(text)] == ["info"]
    (found,) = problems(text, submitting=True)
    assert (found.level, found.message) == (
        "error",
        "spec.arguments.x.value or spec.arguments.x.valueFrom is required",
    )


def test_why_it_cannot_run_here() -> None:
    text = workflow(container("volumes: [{name: a, nfs: {}}]"), spec="  arguments: {parameters: [{name: x}]}")
    assert [line(problem) for problem in refusals(manifest(text))] == [
        "spec.arguments.parameters[0]: spec.arguments.x.value or spec.arguments.x.valueFrom is required "
        "(give it when you submit: -p x=VALUE)",
        "spec.templates[0].volumes[0].nfs: not supported yet: spec.templates[0].volumes[0].nfs",
    ]
    *others, last = objects(
        f"{GOOD_LIBRARY}---\n{workflow(steps('name: a, templateRef: {name: lib, template: hello}'))}"
    )
    assert refusals(last, others=others) == []


def test_yaml_in_a_manifest_says_where_it_is_wrong() -> None:
    (found,) = problems(workflow("  - {name: main, resource: {action: create, manifest: 'a: [b'}}"))
    assert found.message == "templates.main.resource.manifest must be a valid yaml"
    assert found.hint.startswith("line ")


def test_what_has_no_name_is_no_matter() -> None:
    text = (
        "  - {name: main, container: {image: x}, inputs: {parameters: [{value: a}], artifacts: [{path: /a, raw: {}}]}}"
    )
    assert [problem.message.rpartition(".")[2] for problem in problems(workflow(text))] == ["name is required"] * 2


def test_hadoop_asks_for_much() -> None:
    text = workflow(container("inputs: {artifacts: [{name: a, path: /a, hdfs: %s}]}"))

    def said(place: str) -> list[str]:
        return [problem.message.replace("templates.main.inputs.artifacts.a.", "") for problem in problems(text % place)]

    assert said("{addresses: [x], path: /p, hdfsUser: u}") == []
    assert said("{path: p}")[:3] == [
        "hdfs.addresses is required",
        "hdfs.path must be a absolute file path",
        "either hdfs.hdfsUser, hdfs.krbCCacheSecret or hdfs.krbKeytabSecret is required",
    ]
    assert said("{addresses: [x], hdfsUser: u}") == ["hdfs.path is required"]
    assert said("{addresses: [x], path: /p, krbKeytabSecret: {name: s}, krbUsername: u, krbRealm: r}") == [
        "hdfs.krbServicePrincipalName, hdfs.krbConfigConfigMap, hdfs.krbUsername and hdfs.krbRealm are required with "
        "hdfs.krbKeytabSecret"
    ]
    assert said("{addresses: [x], path: /p, krbCCacheSecret: {name: s}}") == [
        "hdfs.krbServicePrincipalName and hdfs.krbConfigConfigMap are required with hdfs.krbCCacheSecret"
    ]


def test_names_of_arguments_are_looked_at_too() -> None:
    given = "name: a, template: echo, arguments: {parameters: [{name: message, value: x}, {name: 'b c', value: d}]}"
    assert [line.split(": ")[0] for line in lines(workflow(steps(given) + ECHO))] == [
        "warning spec.templates[0].steps[0][0].arguments.parameters[1]",
        "spec.templates[0].steps[0][0].arguments.parameters[1].name",
    ]


def test_a_hook_without_a_template_is_told_by_nobody() -> None:
    assert lines(workflow(steps("name: a, template: hello, hooks: {exit: {expression: 'true'}}") + HELLO)) == []


def test_each_circle_is_told_once() -> None:
    rows = ("a: [b, c]", "b: [a]", "c: [a]", "d: [e]", "e: [d]")
    text = workflow(
        tasks(
            *(
                f"name: {name}, template: hello, dependencies: {others}"
                for name, others in (r.split(": ") for r in rows)
            )
        )
        + HELLO
    )
    assert [problem.message.rpartition(": ")[2] for problem in problems(text)] == ["a -> b -> a", "d -> e -> d"]


def test_a_chain_of_thousands_of_templates_is_no_matter() -> None:
    count = 3000
    rows = [f"  - {{name: t{n}, steps: [[{{name: s, template: t{n + 1}}}]]}}\n" for n in range(count)]
    assert lines(workflow("".join(rows) + f"  - {{name: t{count}, suspend: {{}}}}\n", entrypoint="t0")) == []
