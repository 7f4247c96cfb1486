"""argosy eval: expressions, texts and conditions, by themselves, in files, in workflows and in their nodes."""

from __future__ import annotations

import json

import pytest

from argosy.executors.fake import Outcome
from argosy.ports.pods import PodRequest
from tests.cli.terminal import HELLO, Terminal

STEPS = """\
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {name: flips, labels: {team: a}}
spec:
  entrypoint: main
  arguments: {parameters: [{name: colour, value: red}]}
  templates:
  - name: main
    steps:
    - - {name: flip, template: flip}
    - - {name: each, template: say, arguments: {parameters: [{name: text, value: "{{item}}"}]}, withItems: [one, two]}
    - - {name: last, template: say, arguments: {parameters: [{name: text, value: "{{steps.flip.outputs.result}}"}]}}
  - name: flip
    script: {image: alpine, command: [sh], source: echo heads}
    outputs: {parameters: [{name: side, valueFrom: {path: /side}}]}
  - name: say
    inputs: {parameters: [{name: text}]}
    container: {image: alpine, command: [echo, "{{inputs.parameters.text}}"]}
    outputs: {parameters: [{name: said, valueFrom: {path: /said}}]}
"""
TASKS = """\
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {name: tasks}
spec:
  entrypoint: main
  templates:
  - name: main
    dag:
      tasks:
      - {name: first, template: flip}
      - {name: loop, template: flip, depends: first, withItems: [1, 2]}
  - name: flip
    script: {image: alpine, command: [sh], source: echo heads}
    outputs: {parameters: [{name: side, valueFrom: {path: /side}}]}
"""


def value(terminal: Terminal, *words: str) -> str:
    printed = terminal.argosy("eval", *words)
    assert printed.code == 0, printed.err
    return printed.out.rstrip("\n")


def said(request: PodRequest) -> Outcome:
    return Outcome(parameters={"said": f"{request.template.inputs.parameters[0].value}!"})


@pytest.fixture
def flips(terminal: Terminal) -> Terminal:
    terminal.outcomes["flip"] = Outcome(result="heads", parameters={"side": "up"})
    terminal.outcomes["say"] = said
    terminal.submit(STEPS)
    return terminal


def test_by_itself(terminal: Terminal) -> None:
    assert value(terminal, "1 + 1") == "2"
    assert value(terminal, '"a" + "b"') == "ab"
    assert value(terminal, "[1, nil, 2.5]") == "[1,null,2.5]"
    assert value(terminal, "asInt(inputs.parameters.n) + 1", "-p", "inputs.parameters.n=2") == "3"
    assert value(terminal, "{{workflow.parameters.a}}-{{item}}", "-p", "a=b", "-p", "item=c") == "b-c"
    assert value(terminal, "{{a}} {{=1 + 1}}") == "{{a}} 2"
    assert value(terminal, '"{{item}}" {{=item + "\\"" + \'é\'}}', "-p", 'item=a "b"') == '"a "b"" a "b""é'
    assert value(terminal, 'now().Year() > 2000 and sprig.randAlpha(3) != ""') == "true"


def test_nothing_is_kept(terminal: Terminal) -> None:
    home = terminal.home / "fresh"
    assert terminal.argosy("--home", str(home), "eval", "1").code == 0
    assert not home.exists()


def test_conditions(terminal: Terminal) -> None:
    assert value(terminal, "--when", "{{item}} == a", "-p", "item=a") == "true"
    assert value(terminal, "--when", "b == a") == "false"
    printed = terminal.argosy("eval", "--when", "--explain", "{{item}} == a", "-p", "item=a b")
    assert printed.lines == ['{{item}} = "a b" (string)', "when: a b == a"]
    assert (printed.code, "Invalid 'when' expression 'a b == a'" in printed.err) == (1, True)


def test_parts(terminal: Terminal) -> None:
    assert value(terminal, "--explain", "asInt(item) * 2 > 3", "-p", "item=2").splitlines() == [
        "(asInt(item) * 2) > 3 = true (bool)",
        "  asInt(item) * 2 = 4 (int)",
        "    asInt(item) = 2 (int)",
        '      item = "2" (string)',
        "true",
    ]
    printed = terminal.argosy("eval", "--explain", "{{workflow.naem}} {{=item}} {{=1 +}}", "-p", "item=2")
    assert (printed.code, "failed to evaluate expression" in printed.err) == (1, True)
    assert printed.lines == [
        "{{workflow.naem}}: not known, so it stays as it is; did you mean {{workflow.name}}?",
        '{{=item}} = "2" (string)',
        '  item = "2" (string)',
        "{{=1 +}}: unexpected token EOF (1:3)",
    ]


def test_errors(terminal: Terminal) -> None:
    printed = terminal.argosy("eval", "--explain", 'asInt("x") + 1')
    assert (printed.code, printed.lines) == (
        1,
        ['asInt("x") + 1: invalid operation: int(x)', '  asInt("x"): invalid operation: int(x)'],
    )
    assert "argosy: error: invalid operation: int(x) (1:1)\n | asInt" in printed.err
    printed = terminal.argosy("eval", "itme", "-p", "item=1")
    assert (printed.code, "hint: there are: item, workflow" in printed.err) == (1, True)
    assert terminal.argosy("eval", "1", "-p", "item").code == 1
    assert terminal.argosy("eval", "1", "--node", "a").code == 1
    assert terminal.argosy("eval", "1", "-w", "a", "-f", "b").code == 2
    assert terminal.argosy("eval", "1", "-w", "gone").code == 1


def test_for_programs(terminal: Terminal) -> None:
    printed = terminal.argosy("eval", "-o", "json", "[item]", "-p", "item=a")
    part = {"depth": 0, "text": "[item]", "value": '["a"]', "type": "[]interface {}", "error": ""}
    found = json.loads(printed.out)
    assert (found["value"], found["type"], found["parts"][0]) == (["a"], "[]interface {}", part)
    assert json.loads(terminal.argosy("eval", "-o", "json", "0.0 / 0").out)["value"] == "NaN"
    printed = terminal.argosy("eval", "-o", "json", "1 +")
    assert (printed.code, json.loads(printed.out)["value"]) == (1, None)


def test_in_a_file(terminal: Terminal) -> None:
    path = terminal.file(HELLO)
    assert value(terminal, "{{workflow.name}}: {{workflow.parameters.message}}", "-f", path) == "hello: hi"
    assert value(terminal, "workflow.parameters.message", "-f", path, "-p", "message=you") == "you"
    generated = terminal.file(HELLO.replace("name: hello", "generateName: hello-"), "b.yaml")
    assert value(terminal, "workflow.name", "-f", generated) == "hello-xxxxx"
    template = terminal.file(
        HELLO.replace("kind: Workflow", "kind: WorkflowTemplate").replace("value: hi", ""), "t.yaml"
    )
    assert value(terminal, "workflow.mainEntrypoint", "-f", template) == "main"
    assert terminal.argosy("eval", "1", "-f", terminal.file("kind: ConfigMap", "c.yaml")).code == 1


def test_in_a_workflow(flips: Terminal) -> None:
    assert value(
        flips, "{{workflow.status}} {{workflow.labels.team}} {{workflow.parameters.colour}}", "-w", "@latest"
    ) == ("Succeeded a red")


def test_in_a_node(flips: Terminal) -> None:
    def at(node: str, text: str) -> str:
        return value(flips, "-w", "flips", "--node", node, text)

    assert at("flip", "{{outputs.parameters.side}} {{outputs.result}} {{exitCode}} {{steps.name}}") == "up heads 0 flip"
    assert at("last", "{{inputs.parameters.text}} {{steps.flip.status}} {{steps.flip.outputs.parameters.side}}") == (
        "heads Succeeded up"
    )
    assert at("each(1:two)", "{{item}} {{inputs.parameters.text}}") == "two two"
    assert at("flips", "steps.flip.outputs.result") == "heads"
    assert at("flips", "{{steps.each.outputs.parameters.said}} {{=steps.last.status}}") == '["one!","two!"] Succeeded'
    assert at("flips[0].flip", "{{node.name}}") == "flips[0].flip"
    assert at("flip", "pod.name").startswith("flips-flip-")


def test_in_a_task(flips: Terminal) -> None:
    flips.submit(TASKS)

    def at(node: str, text: str) -> str:
        return value(flips, "-w", "tasks", "--node", node, text)

    assert at("loop(0:1)", "{{tasks.first.outputs.parameters.side}} {{tasks.name}} {{item}}") == "up loop 1"
    assert at("tasks", "{{tasks.loop.outputs.parameters.side}} {{tasks.loop.status}}") == '["up","up"] Succeeded'


def test_nodes_that_are_not_there(flips: Terminal) -> None:
    printed = flips.argosy("eval", "1", "-w", "flips", "--node", "flop")
    assert (printed.code, "hint: there are: " in printed.err) == (1, True)
