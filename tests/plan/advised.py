"""Advice family by family: a manifest, and the lines that are said about it; none where it is fine."""

from __future__ import annotations

import json

from tests.plan.manifests import ECHO, HELLO, container, steps, tasks, workflow

RESULT = """
  - name: flip
    script: {image: alpine, command: [sh], source: 'echo heads'}
"""
QUOTES = "put both sides in quotes: '{{...}}' == 'text'"
CRON = (
    "kind: CronWorkflow\nmetadata: {%s}\nspec:\n  schedules: ['%s']\n%s\n  workflowSpec:\n    entrypoint: main\n"
    "    templates: [{name: main, container: {image: alpine}}]"
)
LIBRARY = "kind: WorkflowTemplate\nmetadata: {%s}\nspec:\n%s  templates:\n%s"
TEXTS = "variables are texts: write asInt(...) around it, or compare it with a text in quotes"


def when(condition: str, spec: str = "") -> str:
    """A step with this condition, after a step `flip` and beside a parameter `colour`."""
    rows = ("name: flip, template: flip", f'name: b, template: hello, when: "{condition}"')
    return workflow(steps(*rows) + RESULT + HELLO, spec=spec)


def needs(needed: str, value: str) -> str:
    """A task `b` that waits for `needed`, with this argument, beside tasks `a` and `c`."""
    rows = (
        "name: a, template: flip",
        f"name: b, template: echo, depends: '{needed}', arguments: {{parameters: [{{name: message, "
        f"value: {value!r}}}]}}",
        "name: c, template: flip, depends: a",
    )
    return workflow(tasks(*rows) + RESULT + ECHO)


def script(source: str, command: str = "[sh]", more: str = "") -> str:
    """A script with an input x."""
    return workflow(
        "  - name: main\n    inputs: {parameters: [{name: x, default: a}, {name: z, default: a, enum: [a]}]}\n"
        f"    script: {{image: alpine, command: {command}, source: {json.dumps(source)}{more}}}"
    )


def words(command: str, args: str) -> str:
    """A container with an input x."""
    return workflow(
        container("inputs: {parameters: [{name: x, default: a}]}").replace(
            "{image: alpine}", f"{{image: alpine, command: {command}, args: {args}}}"
        )
    )


def text_of(what: str, program: str, field: str = "source") -> str:
    return (
        f"warning spec.templates[0].{field}: templates.main.{field.partition('.')[0]}: {what} in the "
        f"text of {program}: "
        "a value with quotes in it, or with commands, becomes part of it"
    )


def expression(text: str, template: str = "") -> str:
    """A container that prints the value of an expression."""
    tag = json.dumps(f"{{{{={text}}}}}")
    return workflow(
        "  - name: main\n    inputs: {parameters: [{name: count, default: '1'}], artifacts: [{name: f, path: /f, "
        f"raw: {{data: x}}}}]}}\n    container: {{image: alpine, command: [echo], args: [{tag}]}}\n{template}",
        spec="  arguments: {parameters: [{name: colour, value: red}]}",
    )


def expected(message: str, hint: str = "") -> str:
    return f"warning spec.templates[0].container.args[0]: templates.main: {message}{hint and f' ({hint})'}"


ADVISED: dict[str, list[tuple[str, list[str]]]] = {
    "conditions": [
        (
            when("{{steps.flip.outputs.result}} == heads"),
            [
                "warning spec.templates[0].steps[1][0].when: templates.main.steps[1].b.when has "
                "{{steps.flip.outputs.result}} without quotes: it cannot be read where the output is empty, or has "
                "blanks or signs in it (write '{{steps.flip.outputs.result}}' == 'heads')"
            ],
        ),
        (
            when("{{steps.flip.outputs.result}} == heads && true"),
            [
                "warning spec.templates[0].steps[1][0].when: templates.main.steps[1].b.when has "
                "{{steps.flip.outputs.result}} without quotes: it cannot be read where the output is empty, or has "
                f"blanks or signs in it ({QUOTES})"
            ],
        ),
        (
            when("{{workflow.name}} == foo-bar"),
            [
                "warning spec.templates[0].steps[1][0].when: templates.main.steps[1].b.when cannot be read, whatever "
                "its tags become: Failed to evaluate 'when' expresion 'x == foo-bar': Value 'foo' cannot be used with "
                f"the modifier '-', it is not a number ({QUOTES})"
            ],
        ),
        (
            when("{{workflow.parameters.c}} == x", "  arguments: {parameters: [{name: c, value: a b}]}"),
            [
                "warning spec.templates[0].steps[1][0].when: templates.main.steps[1].b.when cannot be read, whatever "
                "its tags become: Invalid 'when' expression 'a b == x': Cannot transition token types from VARIABLE "
                f"[a] to VARIABLE [b] ({QUOTES})"
            ],
        ),
        (when("'{{steps.flip.outputs.result}}' == 'heads'"), []),
        (when("{{steps.flip.outputs.result}} > 3"), []),
        (when("{{steps.flip.outputs.result}} == 3"), []),
        (when("{{workflow.name}} == foo"), []),
        (when("{{steps.flip.status}} == Succeeded"), []),
        (when("{{workflow.name"), []),
        (when("a == b"), []),
    ],
    "expressions": [
        (
            expression("inputs.parameters.count + 1"),
            [expected("invalid operation: + (mismatched types string and int)", TEXTS)],
        ),
        (
            expression('inputs.parameters["count"] == 1'),
            [expected("invalid operation: == (mismatched types string and int) (never true)", TEXTS)],
        ),
        (
            expression("imputs.parameters.count"),
            [expected("expression 'imputs.parameters.count': unknown name imputs, at 1", "did you mean 'inputs'?")],
        ),
        (expression("1 +"), [expected("expression '1 +': unexpected token EOF, at 3")]),
        (
            expression("inputs.parameters.coumt"),
            [expected("there is no inputs.parameters.coumt", "did you mean inputs.parameters.count?")],
        ),
        (
            expression("workflow.parameters.color"),
            [expected("there is no workflow.parameters.color", "did you mean workflow.parameters.colour?")],
        ),
        (
            expression("'x'", '    retryStrategy: {expression: "lastRetry.exitCode > 1"}'),
            [
                "warning spec.templates[0].retryStrategy.expression: templates.main: invalid operation: > (mismatched "
                f"types string and int) ({TEXTS})"
            ],
        ),
        (
            workflow(
                steps("name: a, template: hello, hooks: {late: {template: hello, expression: 'steps.b.status == 1'}}")
                + HELLO
            ),
            [
                "warning spec.templates[0].steps[0][0].hooks.late.expression: templates.main.steps[0].a: invalid "
                f"operation: == (mismatched types string and int) (never true) ({TEXTS})",
                "warning spec.templates[0].steps[0][0].hooks.late.expression: templates.main.steps[0].a: there is no "
                "steps.b.status",
            ],
        ),
        (
            workflow(container(), spec="  hooks: {late: {template: main, expression: workflow.status == Failed}}"),
            ["warning spec.hooks.late.expression: expression 'workflow.status == Failed': unknown name Failed, at 20"],
        ),
        (
            workflow(
                "  - name: main\n    data: {source: {artifactPaths: {name: a, s3: {bucket: b}}}, "
                "transformation: [{expression: 'filter(data, {# endsWith \"a\"})'}]}"
            ),
            [],
        ),
        (expression("(" * 300), [expected(f"expression {'(' * 300!r}: the expression is nested too deeply")]),
        (expression("asInt(inputs.parameters.count) + 1"), []),
        (expression('inputs.parameters.count == "1" && workflow.parameters.colour != nil'), []),
        (expression("toJson(inputs.parameters)"), []),
        (expression("inputs.artifacts.f.path"), []),
        (expression('retries + "x"'), []),
        (expression("sprig.trim(inputs.parameters.count)"), []),
        (workflow(container("podSpecPatch: '{{=}}'")).replace("{{=}}", "{{inputs"), []),
        (
            workflow("  - name: main\n    http: {url: x, successCondition: 'response.statusCode == 200'}"),
            [],
        ),
        (
            workflow("  - name: main\n    http: {url: x, successCondition: '{{=response.statusCode}} == 200'}"),
            [],
        ),
        (
            workflow(
                steps(
                    "name: a, inline: {container: {image: x, args: ['{{=1 + inputs.parameters.x}}'], "
                    "command: [a]}, inputs: {parameters: [{name: x, default: y}]}}"
                )
            ),
            [
                "warning spec.templates[0].steps[0][0].inline.container.args[0]: templates.: invalid operation: + "
                f"(mismatched types int and string) ({TEXTS})"
            ],
        ),
    ],
    "waits": [
        (
            needs("a", "x {{tasks.c.outputs.result}}"),
            [
                "warning spec.templates[0].dag.tasks[1].arguments.parameters[0].value: templates.main.tasks.b reads of "
                "task 'c', which it does not wait for: the value may not be there (add 'c' to its depends or "
                "dependencies)"
            ],
        ),
        (
            needs("a", "{{=tasks.b.outputs.result}} {{=tasks}} {{=1 +}}"),
            [
                "warning spec.templates[0].dag.tasks[1].arguments.parameters[0].value: templates.main.tasks.b reads "
                "its own outputs, which are not there before it has run"
            ],
        ),
        (needs("a", "{{tasks.c.outputs.result}}"), []),
        (needs("c", "{{tasks.a.outputs.result}} {{=tasks.c.status}} {{tasks.name}} {{tasks.d.outputs.result}}"), []),
        (
            workflow(
                tasks(
                    "name: a, template: hello, hooks: {exit: {template: echo, arguments: {parameters: [{name: message, "
                    "value: 'x {{tasks.a.status}}'}]}}}"
                )
                + HELLO
                + ECHO
            ),
            [],
        ),
    ],
    "loop_items": [
        (
            workflow(steps("name: a, template: hello, withItems: [1]") + HELLO),
            ["info spec.templates[0].steps[0][0]: templates.main.steps[0].a: nothing in the loop reads {{item}}"],
        ),
        (
            workflow(
                steps("name: a, template: echo, arguments: {parameters: [{name: message, value: '{{item}}'}]}") + ECHO
            ),
            [
                "warning spec.templates[0].steps[0][0].arguments.parameters[0].value: templates.main.steps[0].a: "
                "{{item}} stays as it is, there is no loop (add withItems or withParam)"
            ],
        ),
        (
            workflow(
                container().replace("{image: alpine}", "{image: alpine, args: ['{{tasks[\"x\"].outputs.result}}']}")
            ),
            [
                'warning spec.templates[0].container.args[0]: {{tasks["x"].outputs.result}} is an expression, but the '
                'tag has no = (write {{=tasks["x"].outputs.result}})'
            ],
        ),
        (
            workflow(steps("name: 'a-{{workflow.name}}', template: hello") + HELLO),
            [
                "info spec.templates[0].steps[0][0].name: templates.main.steps[0].a-{{workflow.name}}: a variable in a "
                "name: Argo fills it in, tools that only read the manifest do not"
            ],
        ),
        (
            workflow(container("outputs: {artifacts: [{name: '{{workflow.name}}', path: /x}, {name: b, path: /b}]}")),
            [
                "info spec.templates[0].outputs.artifacts[0].name: templates.main: a variable in a name: Argo fills it "
                "in, tools that only read the manifest do not"
            ],
        ),
        (workflow(steps("name: a, template: hello, withItems: [1], when: '{{item}} == 1'") + HELLO), []),
        (workflow(steps("name: a, template: hello, withItems: [{a: 1}], when: '{{=item.a}} == 1'") + HELLO), []),
        (workflow(steps("name: a, withItems: [1], inline: {container: {image: x, args: ['{{item}}']}}")), []),
        (workflow(container().replace("alpine}", "alpine, args: ['{{.Values.x}} {{response[0]}}']}")), []),
    ],
    "injection": [
        (
            script("echo {{inputs.parameters.x}}"),
            [
                text_of("{{inputs.parameters.x}}", "sh", "script.source")
                + ' (pass it by env: {name: X, value: "{{inputs.parameters.x}}"}, and write "$X")'
            ],
        ),
        (
            script("print('{{inputs.parameters.x}}')", "[/usr/bin/python3]"),
            [
                text_of("{{inputs.parameters.x}}", "python3", "script.source")
                + ' (pass it by env: {name: X, value: "{{inputs.parameters.x}}"}, and write os.environ["X"])'
            ],
        ),
        (
            script("{{inputs.parameters}} {{workflow.parameters}} {{item}} {{item.a}} {{=1}} {{workflow.name}}", "[]"),
            [
                text_of(
                    "{{inputs.parameters}}, {{workflow.parameters}}, {{item}} and 1 more", "a program", "script.source"
                )
                + ' (pass it by env: {name: PARAMETERS, value: "{{inputs.parameters}}"}, and write "$PARAMETERS")'
            ],
        ),
        (
            words("[sh, -ec]", "['echo {{inputs.parameters.x}}']"),
            [
                text_of("{{inputs.parameters.x}}", "sh", "container.args[0]")
                + ' (pass it by env: {name: X, value: "{{inputs.parameters.x}}"}, and write "$X")'
            ],
        ),
        (
            words("[psql]", "[-c, 'select {{inputs.parameters.x}}']"),
            [
                text_of("{{inputs.parameters.x}}", "psql", "container.args[1]").replace("the text of psql", "SQL")
                + " (pass it as a variable of the query, not as its text: psql -v x=... and :'x')"
            ],
        ),
        (words("[sh, -c]", "['{{inputs.parameters.x}}']"), []),
        (words("[sh, -c]", "['echo $1', sh, '{{inputs.parameters.x}}']"), []),
        (words("[echo]", "[-c, 'a {{inputs.parameters.x}}']"), []),
        (script("echo {{inputs.parameters.z}} {{workflow.name}}"), []),
    ],
    "scripts": [
        (
            workflow(container()),
            [
                "info spec.templates[0].container: templates.main.container has no command: the image decides, and "
                "where there is no image nothing can run"
            ],
        ),
        (
            words("[echo]", "['', a]"),
            [
                "warning spec.templates[0].container.args[0]: templates.main.container.args[0] is an "
                "empty text, and is "
                "passed as one (remove it, or fill it in)"
            ],
        ),
        (
            script("", "[]"),
            [
                "warning spec.templates[0].script: templates.main.script has no source: it runs as a container would "
                "(write container instead, or a source)",
                "warning spec.templates[0].script: templates.main.script has no command: what runs the source is up to "
                "the image's entrypoint (write command: [sh])",
            ],
        ),
        (
            script("a", "[python]", ", args: [x]"),
            [
                "info spec.templates[0].script.args: templates.main.script.args: the path of the "
                "source is passed after "
                "them"
            ],
        ),
        (
            script("# two\na\nb"),
            [
                "info spec.templates[0].script.source: templates.main.script.source goes on after a line that fails: "
                "only the last line's exit code counts (begin it with: set -e)"
            ],
        ),
        (script("set -eu\na\nb"), []),
        (script("a\nb", "[bash, -ex]"), []),
        (script("# one\na"), []),
        (script("a\nb", "[python]"), []),
        (
            workflow(container(), spec="  templateDefaults: {container: {command: [x]}}"),
            [],
        ),
        (
            workflow("  - {name: main, containerSet: {containers: [{name: main, image: x}]}}"),
            [
                "info spec.templates[0].containerSet.containers[0]: templates.main.containerSet.containers.main has no "
                "command: the image decides, and where there is no image nothing can run"
            ],
        ),
    ],
    "retries": [
        (
            workflow(steps("name: a, template: hello") + "    retryStrategy: {limit: 1}\n" + HELLO),
            [
                "info spec.templates[0].retryStrategy: templates.main.retryStrategy: a failure repeats all of it, what "
                "has succeeded as well (give the templates that it calls a retryStrategy, where that is enough)"
            ],
        ),
        (workflow(container("retryStrategy: {limit: 1}")), []),
    ],
}
