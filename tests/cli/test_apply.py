"""argosy apply: objects that workflows use."""

from __future__ import annotations

import pytest

from argosy.ports.store import ObjectKey
from tests.cli.terminal import HELLO, Terminal

CONFIG = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\ndata: {colour: red}\n"
SECRET = "{apiVersion: v1, kind: Secret, metadata: {name: a}, stringData: {x: z}}\n"
LIBRARY = """\
apiVersion: argoproj.io/v1alpha1
kind: WorkflowTemplate
metadata: {name: library}
spec:
  templates:
  - name: say
    container: {image: alpine, command: [echo]}
"""


def test_created_configured_unchanged(terminal: Terminal) -> None:
    assert terminal.argosy("apply", "-f", "-", stdin=CONFIG).out == "configmap/settings created\n"
    assert terminal.argosy("apply", "-f", "-", stdin=CONFIG).out == "configmap/settings unchanged\n"
    changed = CONFIG.replace("red", "green")
    assert terminal.argosy("apply", "--dry-run", "-", stdin=changed).out == "configmap/settings configured (dry run)\n"
    assert terminal.argosy("apply", "-", stdin=changed).out == "configmap/settings configured\n"
    kept = terminal.store.objects.get(ObjectKey("v1", "ConfigMap", "default", "settings"))
    assert (kept["data"], kept["metadata"]["namespace"]) == ({"colour": "green"}, "default")


def test_many_at_once(terminal: Terminal) -> None:
    folder = terminal.home / "folder"
    terminal.file(LIBRARY, "folder/library.yaml")
    terminal.file(f"{CONFIG}---\n{HELLO}", "folder/more.yaml")
    printed = terminal.argosy("apply", str(folder), "-n", "mine")
    assert printed.lines == [
        "workflowtemplate.argoproj.io/library created",
        "configmap/settings created",
        "workflow.argoproj.io/hello created",
    ]
    terminal.settle()
    assert terminal.store.get("mine", "hello").status.phase == "Succeeded"


def test_a_list(terminal: Terminal) -> None:
    items = "apiVersion: v1\nkind: List\nitems:\n- " + SECRET
    assert terminal.argosy("apply", "-", stdin=items).out == "secret/a created\n"
    assert terminal.store.objects.get(ObjectKey("v1", "Secret", "default", "a"))["data"] == {"x": "eg=="}


def test_kinds_that_live_outside_namespaces(terminal: Terminal) -> None:
    cluster = LIBRARY.replace("kind: W", "kind: ClusterW")
    assert terminal.argosy("apply", "-", stdin=cluster).out == "clusterworkflowtemplate.argoproj.io/library created\n"
    key = ObjectKey("argoproj.io/v1alpha1", "ClusterWorkflowTemplate", "", "library")
    assert "namespace" not in terminal.store.objects.get(key)["metadata"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (CONFIG.replace("apiVersion: v1\n", ""), "apiVersion is required"),
        (CONFIG.replace("metadata: {name: settings}\n", ""), "metadata is required"),
        (CONFIG.replace("name: settings", "generateName: a-"), "metadata.name is required"),
        (SECRET.replace("z", "3"), "-:1:66: stringData.x: expected a string"),
        (LIBRARY.replace("image:", "imge:"), '-:7:17: spec.templates[0].container.imge: unknown field "imge"'),
        (HELLO.replace("entrypoint: main", "entrypoint: nothing"), "-:6:3: "),
        (LIBRARY.replace("WorkflowTemplate", "WorkflowTemplat"), 'unknown kind "WorkflowTemplat"'),
    ],
)
def test_what_cannot_be_kept(text: str, message: str, terminal: Terminal) -> None:
    printed = terminal.argosy("apply", "-", stdin=text)
    assert (printed.code, printed.out) == (1, "")
    assert message in printed.err
    assert terminal.workflows() == []


def test_nothing_to_apply(terminal: Terminal) -> None:
    assert terminal.argosy("apply").code == 2
