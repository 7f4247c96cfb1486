"""argosy template and cluster-template, and workflows that are made from what they keep."""

from __future__ import annotations

import json

import pytest

from tests.cli.terminal import HELLO, Terminal

LIBRARY = """\
apiVersion: argoproj.io/v1alpha1
kind: WorkflowTemplate
metadata: {name: lib, labels: {team: red}}
spec:
  entrypoint: say
  arguments: {parameters: [{name: message, value: hi}]}
  templates:
  - name: say
    container: {image: alpine, command: [echo, "{{workflow.parameters.message}}"]}
"""
CLUSTER = LIBRARY.replace("kind: W", "kind: ClusterW")
CALLER = """\
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {name: caller}
spec:
  entrypoint: main
  arguments: {parameters: [{name: message, value: hi}]}
  templates:
  - name: main
    steps: [[{name: wait, inline: {suspend: {}}}], [{name: say, templateRef: {name: lib, template: say}}]]
"""
KINDS = pytest.mark.parametrize(
    ("verb", "kind", "text"),
    [
        ("template", "WorkflowTemplate", LIBRARY),
        ("cluster-template", "ClusterWorkflowTemplate", CLUSTER),
        ("cwft", "ClusterWorkflowTemplate", CLUSTER),
        ("cwftmpl", "ClusterWorkflowTemplate", CLUSTER),
    ],
)


@KINDS
def test_a_life(verb: str, kind: str, text: str, terminal: Terminal) -> None:
    created = terminal.argosy(verb, "create", "-", stdin=text)
    assert (created.code, created.lines[0]) == (0, "Name:                lib")
    assert created.lines[-1].startswith("Created:             ")
    again = terminal.argosy(verb, "create", "-", stdin=text)
    assert (again.code, again.err) == (1, f'argosy: error: {kind.lower()}s.argoproj.io "lib" already exists\n')
    changed = terminal.argosy(verb, "update", "-", "-o", "json", stdin=text.replace("value: hi", "value: ho"))
    assert json.loads(changed.out)["spec"]["arguments"]["parameters"][0]["value"] == "ho"
    kept = json.loads(terminal.argosy(verb, "get", "lib", "-o", "json").out)
    assert (kept["kind"], kept["metadata"]["name"]) == (kind, "lib")
    assert terminal.argosy(verb, "update", "-", "-o", "name", stdin=json.dumps(kept)).out == "lib\n"
    assert terminal.argosy(verb, "list").lines == ["NAME", "lib"]
    assert terminal.argosy(verb, "list", "-o", "name", "-l", "team=red").out == "lib\n"
    assert terminal.argosy(verb, "list", "-o", "name", "-l", "team=blue").out == ""
    assert terminal.argosy(verb, "delete", "lib").out == f"{kind} 'lib' deleted\n"
    missing = f'argosy: error: {kind.lower()}s.argoproj.io "lib" not found\n'
    for words in (["get", "lib"], ["delete", "lib"]):
        assert terminal.argosy(verb, *words).err == missing
    assert terminal.argosy(verb, "update", "-", stdin=text).err == missing


def test_namespaces(terminal: Terminal) -> None:
    terminal.argosy("template", "create", "-", "-n", "mine", stdin=LIBRARY)
    terminal.argosy("template", "create", "-", stdin=LIBRARY.replace("name: lib", "name: other, namespace: theirs"))
    assert terminal.argosy("template", "list", "-o", "name").out == ""
    assert terminal.argosy("template", "list", "-A").lines == [
        "NAMESPACE   NAME",
        "mine        lib",
        "theirs      other",
    ]
    assert terminal.argosy("template", "get", "lib", "-n", "mine").lines[1] == "Namespace:           mine"
    assert terminal.argosy("template", "delete", "--all", "-n", "mine").code == 0
    assert terminal.argosy("template", "list", "-A", "-o", "name").out == "other\n"


@KINDS
def test_one_that_breaks_a_rule_is_not_kept(verb: str, kind: str, text: str, terminal: Terminal) -> None:
    del kind
    file = terminal.file(text.replace("entrypoint: say", "entrypoint: shout"), "bad.yaml")
    for write in ("create", "update"):
        printed = terminal.argosy(verb, write, file)
        assert (printed.code, printed.out) == (1, "")
        assert "bad.yaml:5:3: " in printed.err and "shout" in printed.err
    assert terminal.argosy(verb, "list", "-o", "name").out == ""
    assert terminal.argosy(verb, "lint", file).code == 1
    assert terminal.argosy(verb, "lint", terminal.file(text, "good.yaml")).code == 0


def test_other_kinds_are_left_out(terminal: Terminal) -> None:
    printed = terminal.argosy("template", "create", "-", "-o", "name", stdin=f"{HELLO}---\n{LIBRARY}")
    assert (printed.code, printed.out) == (0, "lib\n")
    assert "Workflow hello is not of kind WorkflowTemplate and left out" in printed.err
    printed = terminal.argosy("cluster-template", "create", "-", stdin=LIBRARY)
    assert (printed.code, printed.out) == (1, "")
    assert "No cluster workflow template found in given files" in printed.err


def test_unknown_fields(terminal: Terminal) -> None:
    text = LIBRARY.replace("entrypoint: say", "entrypoint: say\n  colour: red")
    assert 'unknown field "colour"' in terminal.argosy("template", "create", "-", stdin=text).err
    assert terminal.argosy("template", "create", "-", "--strict=false", "-o", "name", stdin=text).out == "lib\n"


def test_usage(terminal: Terminal) -> None:
    assert terminal.argosy("template").out.startswith("Usage: argosy template")
    for words in (["delete"], ["get"], ["create"], ["nonsense"]):
        assert terminal.argosy("template", *words).code == 2


@pytest.mark.parametrize(
    ("source", "label", "text"),
    [
        ("workflowtemplate/lib", "workflow-template", LIBRARY),
        ("wftmpl/lib", "workflow-template", LIBRARY),
        ("clusterworkflowtemplate/lib", "cluster-workflow-template", CLUSTER),
        ("cwft/lib", "cluster-workflow-template", CLUSTER),
    ],
)
def test_a_workflow_that_is_made_from_one(source: str, label: str, text: str, terminal: Terminal) -> None:
    terminal.argosy("apply", "-", stdin=text)
    words = ("submit", "--from", source, "-p", "message=ho", "--wait", "-o", "name")
    (name,) = terminal.argosy(*words).lines
    assert name.startswith("lib-")
    workflow = terminal.store.get("default", name)
    assert workflow.status.phase == "Succeeded"
    assert workflow.metadata.labels[f"workflows.argoproj.io/{label}"] == "lib"
    stored = workflow.status.stored_workflow_template_spec
    assert stored is not None and stored.arguments.parameters[0].value == "ho"
    shown = terminal.argosy("get", name).out
    assert "  message:           ho\n" in shown


def test_a_workflow_that_is_made_from_a_cron_workflow(terminal: Terminal) -> None:
    cron = {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "CronWorkflow",
        "metadata": {"name": "nightly"},
        "spec": {
            "schedules": ["0 0 * * *"],
            "workflowMetadata": {"labels": {"from": "cron"}},
            "workflowSpec": {
                "entrypoint": "main",
                "templates": [{"name": "main", "container": {"image": "alpine", "command": ["true"]}}],
            },
        },
    }
    terminal.argosy("apply", "-", stdin=json.dumps(cron))
    printed = terminal.argosy("submit", "--from", "cronwf/nightly", "--name", "now", "--wait", "-o", "name")
    assert (printed.code, printed.out) == (0, "now\n")
    meta = terminal.store.get("default", "now").metadata
    assert meta.labels["workflows.argoproj.io/cron-workflow"] == "nightly" and meta.labels["from"] == "cron"
    assert [(owner.kind, owner.name) for owner in meta.owner_references] == [("CronWorkflow", "nightly")]
    assert "workflows.argoproj.io/scheduled-time" in meta.annotations


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("lib", "resource identifier 'lib' is malformed. Should be `kind/name`, e.g. cronwf/hello-world-cwf"),
        ("pod/lib", "Resource kind 'pod' is not supported for submitting"),
        ("wftmpl/nobody", 'workflowtemplates.argoproj.io "nobody" not found'),
        ("wftmpl/lib", "spec.arguments.more.value or spec.arguments.more.valueFrom is required"),
    ],
)
def test_what_nothing_can_be_made_from(source: str, message: str, terminal: Terminal) -> None:
    terminal.argosy("apply", "-", stdin=LIBRARY.replace("{name: message,", "{name: more}, {name: message,"))
    printed = terminal.argosy("submit", "--from", source)
    assert (printed.code, printed.out) == (1, "")
    assert f"argosy: error: {message}" in printed.err


def test_a_dry_run_of_one(terminal: Terminal) -> None:
    terminal.argosy("apply", "-", stdin=LIBRARY)
    for flag in ("--dry-run", "--server-dry-run"):
        printed = json.loads(terminal.argosy("submit", "--from", "wftmpl/lib", flag, "-o", "json").out)
        assert printed["spec"]["workflowTemplateRef"] == {"name": "lib"}
        assert "storedWorkflowTemplateSpec" not in printed.get("status", {})


def test_what_is_edited_does_not_change_what_runs(terminal: Terminal) -> None:
    terminal.argosy("template", "create", "-", stdin=LIBRARY)
    terminal.argosy("submit", "-", stdin=CALLER)
    terminal.settle()
    terminal.argosy("template", "delete", "lib")
    terminal.argosy("resume", "caller")
    terminal.settle()
    workflow = terminal.store.get("default", "caller")
    assert workflow.status.phase == "Succeeded"
    assert list(workflow.status.stored_templates) == ["namespaced/lib/say"]
    assert terminal.argosy("submit", "-", "--name", "late", stdin=CALLER).code == 1
