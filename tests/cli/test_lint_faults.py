# ruff: noqa: E501 (each row is one mistake, and what is said of it)
"""The mistakes that people make, one by one: each is found, at the level that it deserves, and where nothing else is."""

from __future__ import annotations

import json
from typing import NamedTuple

import pytest

from tests.cli.terminal import Terminal

TOP = "apiVersion: argoproj.io/v1alpha1\n"


class Fault(NamedTuple):
    """A manifest, and the level and the beginning of what is said about it."""

    text: str
    level: str
    message: str


def workflow(
    templates: str, spec: str = "entrypoint: main", kind: str = "Workflow", name: str = "generateName: w-"
) -> str:
    return f"{TOP}kind: {kind}\nmetadata: {{{name}}}\nspec:\n  {spec}\n  templates:\n{templates}"


def leaf(text: str = "echo", more: str = "", name: str = "main") -> str:
    command = json.dumps(["echo", text])
    return f"  - {{name: {name}, container: {{image: 'a:1', command: {command}}}{more and ', '}{more}}}\n"


def task(fields: str, kind: str = "dag") -> str:
    if kind == "steps":
        return (
            f"  - {{name: main, steps: [[{{name: one, template: echo}}], [{{name: two, template: echo, {fields}}}]]}}\n"
        )
    return f"  - {{name: main, dag: {{tasks: [{{name: one, template: echo}}, {{name: two, template: echo, {fields}}}]}}}}\n"


ECHO = "  - {name: echo, inputs: {parameters: [{name: x, default: ''}]}, container: {image: 'a:1', command: [echo, '{{inputs.parameters.x}}']}}\n"
NEEDY = ECHO.replace(", default: ''", "")
GIVEN = "arguments: {parameters: [{name: x, value: %s}]}"
CRON = (
    TOP
    + "kind: CronWorkflow\nmetadata: {name: c}\nspec:\n  %s\n  workflowSpec:\n    entrypoint: main\n    templates:\n  "
    + leaf()
)
TEMPLATE = {"kind": "WorkflowTemplate", "name": "name: t"}

FAULTS = {
    "1 a field of old versions": Fault(
        workflow(leaf(more="resubmitPendingPods: true")), "error", 'spec.templates[0].resubmitPendingPods: unknown field'
    ),
    "1 another": Fault(
        workflow(leaf(), "entrypoint: main\n  ttlSecondsAfterFinished: 3"), "error", "spec.ttlSecondsAfterFinished: unknown"
    ),
    "2 schedule": Fault(CRON % "schedule: '* * * * *'", "error", 'spec.schedule: unknown field "schedule"; did you mean'),
    "2 mutex": Fault(
        workflow(leaf(more="synchronization: {mutex: {name: a}}")), "error", "spec.templates[0].synchronization.mutex: unknown"
    ),
    "3 an unknown field": Fault(
        workflow(leaf().replace("command", "commands")), "error", 'spec.templates[0].container.commands: unknown field'
    ),
    "4 not YAML": Fault("Here is the manifest:\n```yaml\n" + workflow(leaf()) + "```\n", "error", "not valid YAML"),
    "5 an input that is not declared": Fault(
        workflow(leaf("{{inputs.parameters.x}}")), "error", "templates.main: failed to resolve {{inputs.parameters.x}}"
    ),
    "6 a label that nobody sets": Fault(
        workflow(leaf("{{workflow.labels.x}}")), "error", "templates.main: failed to resolve {{workflow.labels.x}}"
    ),
    "7 a value that is not given": Fault(
        workflow(task("depends: one") + NEEDY), "error", "templates.main.tasks.one templates.echo inputs.parameters.x was not"
    ),
    "8 a template that is not there": Fault(
        workflow(task("depends: one").replace("template: echo", "template: ecco", 1) + ECHO),
        "error",
        "templates.main.tasks.one template name 'ecco' undefined",
    ),
    "9 a parameter of the workflow": Fault(
        workflow(leaf("{{workflow.parameters.x}}")), "error", "templates.main: failed to resolve {{workflow.parameters.x}}"
    ),
    "10 a task that was renamed": Fault(
        workflow(task(GIVEN % "'{{tasks.three.outputs.result}}'") + ECHO), "error", "templates.main.tasks.two failed to resolve"
    ),
    "11 an artifact": Fault(
        workflow(leaf(more="inputs: {artifacts: [{name: a, path: /a}]}")), "error", "templates.main inputs.artifacts.a was not"
    ),
    "12 a wrong type": Fault(workflow(leaf().replace('["echo", "echo"]', "echo")), "error", "spec.templates[0].container.command: expected a list"),
    "13 an invented variable": Fault(
        workflow(leaf("{{workflow.env.x}}")), "error", "templates.main: failed to resolve {{workflow.env.x}}"
    ),
    "14 steps in a DAG": Fault(
        workflow(task(f"depends: one, {GIVEN % repr('{{steps.one.outputs.result}}')}") + ECHO),
        "error",
        "templates.main.tasks.two failed to resolve {{steps.one.outputs.result}}",
    ),
    "15 no templates": Fault(f"{TOP}kind: Workflow\nmetadata: {{generateName: w-}}\nspec: {{entrypoint: main}}\n", "error", "template name 'main' undefined"),
    "16 the entrypoint": Fault(workflow(leaf(), "entrypoint: mian"), "error", "template name 'mian' undefined"),
    "17 a template without a type": Fault(workflow("  - {name: main, container: }\n"), "error", "template 'main' type is unknown"),
    "18 an item without a loop": Fault(
        workflow(task(GIVEN % "'{{item.x}}'", "steps") + ECHO), "error", "templates.main.steps failed to resolve {{item.x}}"
    ),
    "19 a text to go over": Fault(
        workflow(task("withItems: '{{workflow.name}}'") + ECHO), "error", "spec.templates[0].dag.tasks[1].withItems: expected a list"
    ),
    "20 an entrypoint that needs something": Fault(
        workflow(NEEDY, "entrypoint: echo"), "error", "templates.echo inputs.parameters.x was not supplied"
    ),
    "20 in a template": Fault(
        workflow(NEEDY, "entrypoint: echo", **TEMPLATE), "info", "entrypoint 'echo' needs parameters.x, which only a caller"
    ),
    "21 pasted into a program": Fault(
        workflow(leaf().replace('["echo", "echo"]', '[sh, -c, "echo {{workflow.parameters.x}}"]'), "entrypoint: main\n  arguments: {parameters: [{name: x, value: a}]}"),
        "warning",
        "templates.main.container: {{workflow.parameters.x}} in the text of sh",
    ),
    "22 an argument that is dropped": Fault(
        workflow(task("depends: one, arguments: {parameters: [{name: z, value: a}]}") + ECHO),
        "warning",
        "templates.main.tasks.two.arguments.parameters.z is no input of template 'echo'",
    ),
    "23 a mount without a volume": Fault(
        workflow(leaf().replace("image:", "volumeMounts: [{name: v, mountPath: /v}], image:")), "warning", "templates.main mounts 'v'"
    ),
    "24 an empty argument": Fault(
        workflow(leaf("")), "warning", "templates.main.container.command[1] is an empty text"
    ),
    "25 an undeclared parameter in a template": Fault(
        workflow(leaf("{{workflow.parameters.x}}"), **TEMPLATE), "warning", "workflow.parameters.x is not declared"
    ),
    "26 an output without quotes": Fault(
        workflow(task("depends: one, when: '{{tasks.one.outputs.result}} == a'") + ECHO), "warning", "templates.main.tasks.two.when has"
    ),
    "27 a parameter that is not used": Fault(
        workflow(leaf(), "entrypoint: main\n  arguments: {parameters: [{name: x, value: a}]}"), "warning", "parameter 'x' is not used"
    ),
    "28 a template that is not used": Fault(workflow(leaf() + ECHO), "warning", "template 'echo' is not used"),
    "29 an output in a place nobody looks at": Fault(
        workflow(task("arguments: {artifacts: [{name: a, raw: {data: 'x {{tasks.one.outputs.result}}'}}]}") + ECHO.replace("parameters: [{name: x, default: ''}]", "parameters: [{name: x, default: ''}], artifacts: [{name: a, path: /a, optional: true}]")),
        "warning",
        "templates.main.tasks.two reads of task 'one', which it does not wait for",
    ),
    "30 capitals": Fault(workflow(leaf(name="printIt"), "entrypoint: printIt"), "warning", "templates.printIt: pods are named after"),
    "31 a name that ends in a dash": Fault(workflow(leaf(), name="name: w-"), "warning", "'w-' ends in a dash"),
    "32 a script without source": Fault(
        workflow("  - {name: main, script: {image: 'a:1', command: [sh]}}\n"), "warning", "templates.main.script has no source"
    ),
    "33 generateName on a template": Fault(
        workflow(leaf(), kind="WorkflowTemplate"), "warning", "a WorkflowTemplate with generateName"
    ),
    "34 a script without command": Fault(
        workflow("  - {name: main, script: {image: 'a:1', source: x}}\n"), "warning", "templates.main.script has no command"
    ),
    "35 an item without a loop": Fault(
        workflow(task(GIVEN % "'{{item}}'", "steps") + ECHO), "warning", "templates.main.steps[1].two: {{item}} stays as it is"
    ),
    "36 a fixed name": Fault(
        workflow("  - {name: main, resource: {action: create, manifest: 'metadata: {name: x}'}}\n"), "warning", "templates.main.resource creates 'x'"
    ),
    "37 a secret": Fault(
        workflow(leaf().replace("image:", "env: [{name: DB_PASSWORD, value: hunter2}], image:")), "warning", "templates.main.container.env.DB_PASSWORD looks"
    ),
    "38 an expression in a simple tag": Fault(
        workflow(leaf('{{tasks["x"].outputs.result}}')), "warning", '{{tasks["x"].outputs.result}} is an expression'
    ),
    "39 a number where text is due": Fault(
        workflow(task(f"depends: one, {GIVEN % 3}") + ECHO), "warning", "value: 3 is no text"
    ),
    "40 a library": Fault(workflow(leaf(), "priority: 1", **TEMPLATE), "info", "there is no entrypoint: this is a library"),
    "41 a container without command": Fault(
        workflow("  - {name: main, container: {image: 'a:1'}}\n"), "info", "templates.main.container has no command"
    ),
    "42 a fixed name of a workflow": Fault(workflow(leaf(), name="name: w"), "info", "workflow 'w' can be submitted once"),
    "43 a retry of everything": Fault(
        workflow(task("depends: one").replace("name: main", "name: main, retryStrategy: {limit: 2}") + ECHO), "info", "templates.main.retryStrategy: a failure"
    ),
    "44 a script that goes on": Fault(
        workflow('  - {name: main, script: {image: "a:1", command: [sh], source: "a\\nb"}}\n'), "info", "templates.main.script.source goes on"
    ),
    "45 no time zone": Fault(CRON % "schedules: ['0 6 * * *']", "info", "there is no timezone"),
    "46 a script with args": Fault(
        workflow("  - {name: main, script: {image: 'a:1', command: [sh], source: x, args: [z]}}\n"), "info", "templates.main.script.args"
    ),
    "47 a variable in a name": Fault(
        workflow(task("depends: one").replace("name: two", "name: 'a-{{workflow.name}}'") + ECHO), "info", "templates.main.tasks.a-{{workflow.name}}: a variable in a name"
    ),
    "48 runs that overlap": Fault(CRON % "schedules: ['0 * * * *']", "info", "there is no concurrencyPolicy"),
    "49 an item that is not used": Fault(
        workflow(task("depends: one, withItems: [a]") + ECHO), "info", "templates.main.tasks.two: nothing in the loop reads {{item}}"
    ),
    "50 no resources": Fault(workflow(leaf()), "style", "templates.main.container has no resources"),
    "51 no deadline": Fault(workflow(leaf()), "style", "there is no activeDeadlineSeconds"),
    "52 no time to live": Fault(workflow(leaf()), "style", "there is no ttlStrategy"),
    "53 no tag": Fault(workflow(leaf().replace("a:1", "a")), "style", "templates.main.container.image 'a' has no tag"),
    "54 the latest": Fault(workflow(leaf().replace("a:1", "a:latest")), "style", "templates.main.container.image 'a:latest'"),
    "55 no dash": Fault(workflow(leaf(), name="generateName: w"), "style", "generateName 'w' does not end in a dash"),
}  # fmt: skip
FINE = {
    "a workflow": workflow(leaf()),
    "a DAG": workflow(task(f"depends: one, {GIVEN % repr('{{tasks.one.outputs.result}}')}") + ECHO),
    "a loop": workflow(task(f"depends: one, {GIVEN % repr('{{item}}')}, withItems: [a]") + ECHO),
    "tags of others": workflow(leaf("{{$.x}} {{ .Values.y }} {{response.body}} ${x}")),
    "a template": workflow(leaf(), **TEMPLATE),
    "a cron workflow": CRON % "schedules: ['0 6 * * *']\n  timezone: Europe/Berlin\n  concurrencyPolicy: Forbid",
}


def found(terminal: Terminal, text: str, level: str) -> list[tuple[str, str]]:
    printed = terminal.argosy("lint", "--offline", "-o", "json", "--level", level, "-", stdin=text)
    return [(each["level"], each["message"]) for each in json.loads(printed.out) if each["rule"] != "unsupported"]


@pytest.mark.parametrize("fault", FAULTS.values(), ids=list(FAULTS))
def test_fault(fault: Fault, terminal: Terminal) -> None:
    level, message = fault.level, fault.message
    told = found(terminal, fault.text, level)
    assert [row for row in told if row[0] == level and row[1].startswith(message)] != [], told
    worse = [row for row in told if row[0] != level]
    assert worse == [] or level == "style", worse


@pytest.mark.parametrize("text", FINE.values(), ids=list(FINE))
def test_fine(text: str, terminal: Terminal) -> None:
    assert found(terminal, text, "info") == []
