"""argosy lint: files and folders, kinds, forms, and what it takes for an error."""

from __future__ import annotations

import json

import pytest

from tests.cli.terminal import HELLO, Terminal

GOOD = HELLO.replace("name: hello", "generateName: hello-")
BAD = GOOD.replace("entrypoint: main", "entrypoint: nothing")
LIBRARY = """\
apiVersion: argoproj.io/v1alpha1
kind: WorkflowTemplate
metadata: {name: library}
spec:
  templates:
  - name: say
    container: {image: alpine, command: [echo]}
"""
USES_LIBRARY = """\
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: uses-}
spec:
  entrypoint: main
  templates:
  - name: main
    steps:
    - - name: say
        templateRef: {name: library, template: say}
"""
CRON = """\
kind: CronWorkflow
metadata:
  name: c
spec:
  schedules: ["*/5 * * * *"]
  concurrencyPolicy: Forbid
  workflowSpec:
    entrypoint: main
    templates:
    - name: main
      container: {image: alpine, command: [echo]}
"""


@pytest.mark.parametrize("offline", [[], ["--offline"]])
def test_good_ones(offline: list[str], terminal: Terminal) -> None:
    printed = terminal.argosy("lint", *offline, terminal.file(GOOD))
    assert (printed.code, printed.out) == (0, "✔ no linting errors found!\n")


def test_bad_ones(terminal: Terminal) -> None:
    path = terminal.file(BAD)
    printed = terminal.argosy("lint", path)
    assert printed.code == 1
    assert printed.lines[0] == f"{path}:"
    assert printed.lines[1].startswith(f'   ✖ {path}:6:3 in "hello-" (Workflow): ')
    assert printed.lines[2:4] == ["       6 |   entrypoint: nothing", "         |   ^"]
    assert printed.lines[-1] == "✖ 1 linting errors found!"


def test_one_line_each_for_programs(terminal: Terminal) -> None:
    path = terminal.file(BAD)
    printed = terminal.argosy("lint", "-o", "simple", "--level", "error", path)
    assert printed.code == 1
    assert len(printed.lines) == 1
    assert printed.out.startswith(f'{path}:6:3: in "hello-" (Workflow): ')


def test_a_folder(terminal: Terminal) -> None:
    terminal.file(GOOD, "folder/a.yaml")
    terminal.file(BAD, "folder/below/b.yml")
    terminal.file("{", "folder/notes.txt")
    terminal.file("[1]", "folder/list.json")
    terminal.file("a: b", "folder/values.yaml")
    printed = terminal.argosy("lint", "-o", "simple", "--level", "error", str(terminal.home / "folder"))
    assert printed.code == 1
    assert [line.partition(":")[0].rpartition("/")[2] for line in printed.lines] == ["b.yml"]


def test_standard_input(terminal: Terminal) -> None:
    printed = terminal.argosy("lint", "--offline", "-", stdin=HELLO + "---\n" + BAD)
    assert printed.code == 1
    assert '22:3 in "hello-" (Workflow)' in printed.out


def test_everything_that_is_wrong_at_once(terminal: Terminal) -> None:
    wrong = HELLO.replace("entrypoint", "entrypont").replace("image: alpine", "image: 3")
    printed = terminal.argosy("lint", "-", stdin=wrong)
    assert printed.code == 1
    assert 'unknown field "entrypont"; did you mean "entrypoint"?' in printed.out
    assert "expected a string, found the number 3" in printed.out


def test_unknown_fields_may_be_let_pass(terminal: Terminal) -> None:
    odd = HELLO.replace("spec:", "spec:\n  colour: red")
    assert terminal.argosy("lint", "-", stdin=odd).code == 1
    assert terminal.argosy("lint", "--strict=false", "-", stdin=odd).code == 0
    assert terminal.argosy("lint", "--no-strict", "-", stdin=odd).code == 0


def test_what_is_not_yaml(terminal: Terminal) -> None:
    printed = terminal.argosy("lint", "-", stdin="a: b: c")
    assert printed.code == 1
    assert printed.lines[:2] == ["-:", "   ✖ -:1:5 not valid YAML: mapping values are not allowed in this context"]


def test_nothing_to_lint(terminal: Terminal) -> None:
    config = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\n"
    for words in (["-"], ["--kinds", "workflowtemplates", "-"]):
        printed = terminal.argosy("lint", *words, stdin=config if words == ["-"] else HELLO)
        assert printed.code == 1
        assert printed.lines[-1] + "\n" == "✖ found nothing to lint in the specified paths, failing...\n"


def test_only_some_kinds(terminal: Terminal) -> None:
    both = BAD + "---\n" + LIBRARY
    assert terminal.argosy("lint", "--kinds", "workflowtemplates", "-", stdin=both).code == 0
    assert terminal.argosy("lint", "--kinds", "wftmpl,workflows", "-", stdin=both).code == 1
    printed = terminal.argosy("lint", "--kinds", "pods", "-", stdin=both)
    assert (printed.code, "unknown kind: pods; there are workflows, " in printed.err) == (2, True)


def test_references_to_what_is_in_other_files(terminal: Terminal) -> None:
    using, library = terminal.file(USES_LIBRARY, "using.yaml"), terminal.file(LIBRARY, "library.yaml")
    alone = terminal.argosy("lint", "--offline", using)
    assert (alone.code, "library" in alone.out) == (1, True)
    together = terminal.argosy("lint", "--offline", using, library)
    assert (together.code, "✖" in together.out) == (0, False)


def test_references_to_what_is_in_the_store(terminal: Terminal) -> None:
    terminal.argosy("apply", "-", stdin=LIBRARY)
    assert terminal.argosy("lint", "-", stdin=USES_LIBRARY).code == 0
    assert terminal.argosy("lint", "--offline", "-", stdin=USES_LIBRARY).code == 1


def test_offline_keeps_nothing(terminal: Terminal) -> None:
    home = terminal.home / "fresh"
    assert terminal.argosy("--home", str(home), "lint", "--offline", terminal.file(HELLO)).code == 0
    assert not home.exists()


def test_the_place_of_a_tag(terminal: Terminal) -> None:
    script = GOOD.replace(
        'command: [echo, "{{workflow.parameters.message}}"]', "args:\n      - |\n        a\n        {{inputs.x}}"
    )
    printed = terminal.argosy("lint", "-o", "simple", "--level", "error", "-", stdin=script)
    assert printed.lines == [
        '-:18:9: in "hello-" (Workflow): templates.main: failed to resolve {{inputs.x}}',
    ]
    printed = terminal.argosy(
        "lint", "-o", "simple", "--level", "error", "-", stdin=script.replace("{{inputs", "{{ inputs")
    )
    assert printed.lines[0].startswith("-:18:9: ")


def test_fields_of_older_versions(terminal: Terminal) -> None:
    cron = CRON.replace("schedules: [", "schedule: ").replace("]\n", "\n", 1)
    printed = terminal.argosy("lint", "-o", "simple", "--level", "error", "-", stdin=cron)
    assert printed.lines == [
        '-:5:3: in "c" (CronWorkflow): spec.schedule: unknown field "schedule"; did you mean "schedules"?',
    ]
    assert (
        "hint: write schedules, which is a list: `argosy convert` does it"
        in terminal.argosy("lint", "-", stdin=cron).out
    )
    printed = terminal.argosy("lint", "--no-strict", "-", stdin=cron)
    assert "cron workflow must have at least one schedule" in printed.out


def test_levels(terminal: Terminal) -> None:
    def levels(*words: str) -> set[str]:
        found = json.loads(
            terminal.argosy("lint", "-o", "json", *words, "-", stdin=BAD.replace("generateName", "name")).out
        )
        return {each["level"] for each in found}

    assert levels("--level", "error") == {"error"}
    assert levels("--level", "warning") == {"error", "warning"}
    assert levels() == {"error", "warning", "info"}
    assert levels("--level", "style") == {"error", "warning", "info", "style"}


def test_a_list_for_programs(terminal: Terminal) -> None:
    printed = terminal.argosy("lint", "-o", "json", "--level", "error", "-", stdin=BAD)
    assert (printed.code, json.loads(printed.out)) == (
        1,
        [
            {
                "file": "-",
                "line": 6,
                "column": 3,
                "level": "error",
                "rule": "references",
                "object": '"hello-" (Workflow)',
                "message": "template name 'nothing' undefined",
                "hint": "",
            }
        ],
    )


def test_annotations_for_github(terminal: Terminal) -> None:
    path = terminal.file(BAD.replace("nothing", "Main").replace("hello-", "hello-%"), "a,b.yaml")
    printed = terminal.argosy("lint", "-o", "github", "--level", "info", path)
    assert printed.lines[0] == (
        f'::error file={path.replace(",", "%2C")},line=6,col=3,title=argosy references::in "hello-%25" (Workflow): '
        "template name 'Main' undefined%0Ahint: did you mean 'main'?"
    )
    assert printed.lines[1].startswith("::warning file=")
    assert terminal.argosy("lint", "-o", "github", "-", stdin=GOOD).out == "no linting errors found!\n"


OTHERS = {
    "a trigger of a Sensor": "kind: Sensor\nspec:\n  triggers:\n  - template:\n      argoWorkflow:\n        source:\n"
    "          resource:\n%s",
    "a List": "kind: List\nitems:\n- a: b\n-\n%s",
    "a text": "kind: HealthCheck\nspec:\n  workflow:\n    resource:\n      source:\n        inline: |\n%s",
}


@pytest.mark.parametrize("outer", OTHERS.values(), ids=list(OTHERS))
def test_workflows_inside_other_objects(outer: str, terminal: Terminal) -> None:
    spaces = " " * 12
    text = outer % "".join(f"{spaces}{line}\n" for line in BAD.splitlines())
    line = outer.count("\n") + 6
    printed = terminal.argosy("lint", "-o", "simple", "--level", "error", "-", stdin=text)
    assert printed.lines == [f"-:{line}:15: in \"hello-\" (Workflow): template name 'nothing' undefined"]


def test_a_list_of_workflows_need_not_say_what_they_are(terminal: Terminal) -> None:
    inner = "".join(f"  {line}\n" for line in BAD.splitlines() if not line.startswith(("kind", "apiVersion")))
    printed = terminal.argosy(
        "lint", "-o", "simple", "--level", "error", "-", stdin=f"kind: WorkflowList\nitems:\n-\n{inner}"
    )
    assert printed.lines == ["-:7:5: in \"hello-\" (Workflow): template name 'nothing' undefined"]


def test_placeholders_of_others(terminal: Terminal) -> None:
    objects = BAD.replace(
        "entrypoint: nothing", "entrypoint: ${ENTRY}\n  parallelism: ${{COUNT}}\n  priority: ${{GONE}}"
    )
    inner = "".join(f"  {line}\n" for line in objects.splitlines())
    parameters = "parameters: [{name: ENTRY, value: main}, {name: COUNT, value: '3'}, 7]"
    printed = terminal.argosy(
        "lint", "--level", "error", "-", stdin=f"kind: Template\n{parameters}\nobjects:\n-\n{inner}"
    )
    assert "✖ 1 linting errors found!" in printed.out
    assert 'priority: expected a whole number, found the string "${{GONE}}"' in printed.out
    trial = GOOD.replace("value: hi", "value: ${trialParameters.rate} $HOME ${x}")
    inner = "".join(f"      {line}\n" for line in trial.splitlines())
    printed = terminal.argosy("lint", "-", stdin=f"kind: Experiment\nspec:\n  trialTemplate:\n    trialSpec:\n{inner}")
    assert printed.out == "✔ no linting errors found!\n"


def test_escapes_of_json(terminal: Terminal) -> None:
    text = r'{"kind": "Workflow", "metadata": {"annotations": {"a": "\ud83d\ude00"}}, "spec": {"entry": "x"}}'
    printed = terminal.argosy("lint", "-o", "simple", "--level", "error", "-", stdin=text)
    assert printed.lines[0].startswith('-:1:83: in "object #1" (Workflow): spec.entry: unknown field "entry"')


def test_texts_that_are_no_workflow(terminal: Terminal) -> None:
    assert "nothing to lint" in terminal.argosy("lint", "-", stdin="kind: List\nitems: [{kind: {}}]").out
    for text in ("kind: Workflow", "kind: Workflow\n{{{", "kind: Workflow\napiVersion: v1", "- kind: Workflow"):
        config = f"kind: ConfigMap\ndata:\n  a: {json.dumps(text)}\n"
        assert "nothing to lint" in terminal.argosy("lint", "-", stdin=config).out


def test_noise_of_a_cluster(terminal: Terminal) -> None:
    noise = GOOD.replace("metadata:\n", "metadata:\n  creationTimestamp: null\n  resourceVersion: '3'\n  uid: x\n")
    noise = noise.replace(
        "container:",
        "name: ''\n    inputs: {}\n    outputs: {}\n    metadata: {}\n"
        "    container:\n      name: ''\n      resources: {}",
    )
    noise = noise.replace("  - name: main\n    name: ''\n", "  - name: main\n")
    text = "\ufeff" + (noise + "status: {startedAt: null, finishedAt: null, phase: Succeeded}\n").replace("\n", "\r\n")
    printed = terminal.argosy("lint", "-", stdin=text)
    assert printed.out == "✔ no linting errors found!\n"
