"""argosy submit: what it makes of a manifest, what it prints, and how it ends."""

from __future__ import annotations

import json

import pytest

from tests.cli.terminal import FAILS, HELLO, Terminal

TWO = (
    HELLO.replace("name: hello", "generateName: first-")
    + "---\n"
    + HELLO.replace("name: hello", "generateName: second-")
)


def test_it_prints_the_workflow_and_goes_on_in_the_background(terminal: Terminal) -> None:
    printed = terminal.argosy("submit", terminal.file(HELLO))
    assert printed.code == 0
    assert printed.lines[:4] == [
        "Name:                hello",
        "Namespace:           default",
        "ServiceAccount:      unset (will run with the default ServiceAccount)",
        "Status:              Pending",
    ]
    assert printed.lines[-2:] == ["Parameters:", "  message:           hi"]
    terminal.settle()
    assert terminal.workflow().status.phase == "Succeeded"


def test_name_is_all_that_scripts_want(terminal: Terminal) -> None:
    printed = terminal.argosy("submit", "-", "-o", "name", stdin=HELLO.replace("name: hello", "generateName: hello-"))
    assert printed.lines == ["hello-00001"]


@pytest.mark.parametrize(("form", "start"), [("json", "{"), ("yaml", "apiVersion: argoproj.io/v1alpha1\n")])
def test_the_machine_readable_forms(form: str, start: str, terminal: Terminal) -> None:
    assert terminal.argosy("submit", "-", "-o", form, stdin=HELLO).out.startswith(start)


def test_wait_says_when_it_ended(terminal: Terminal) -> None:
    printed = terminal.argosy("submit", "-", "--wait", stdin=HELLO)
    assert printed.code == 0
    assert printed.lines[-1].startswith("hello Succeeded at 20")


def test_wait_for_one_that_fails(terminal: Terminal) -> None:
    terminal.outcomes["main"] = FAILS
    printed = terminal.argosy("submit", "-", "--wait", "-o", "name", stdin=HELLO)
    assert (printed.code, printed.lines) == (1, ["hello"])


def test_wait_says_why_it_failed(terminal: Terminal) -> None:
    terminal.outcomes["main"] = FAILS
    printed = terminal.argosy("submit", "-", "--wait", stdin=HELLO)
    assert printed.lines[-1].startswith("hello Failed at 20")
    assert "argosy: hello: main: Error (exit code 3)\nhint: argosy why hello\n" in printed.err


def test_an_unknown_field_of_the_metadata_is_warned_of_and_left_out(terminal: Terminal) -> None:
    printed = terminal.argosy(
        "submit", "-", "-o", "name", stdin=HELLO.replace("name: hello", "name: hello\n  label: {}")
    )
    assert (printed.code, printed.lines) == (0, ["hello"])
    assert 'argosy: warning: -:5:3: metadata.label: unknown field "label"; did you mean "labels"?' in printed.err


def test_watch_prints_the_tree_at_the_end(terminal: Terminal) -> None:
    terminal.outcomes["main"] = FAILS
    printed = terminal.argosy("submit", "-", "--watch", stdin=HELLO)
    assert printed.code == 1
    assert printed.lines[-1].split() == ["✖", "hello", "main", "hello", "0s", "main:", "Error", "(exit", "code", "3)"]


def test_several_files_and_documents(terminal: Terminal) -> None:
    printed = terminal.argosy("submit", terminal.file(TWO), terminal.file(HELLO, "b.yaml"), "-o", "name", "--wait")
    assert [line.rstrip("0123456789") for line in printed.lines] == ["first-", "second-", "hello"]
    assert {each.phase for each in terminal.workflows()} == {"Succeeded"}


def test_all_or_none(terminal: Terminal) -> None:
    bad = HELLO.replace("entrypoint: main", "entrypoint: nothing")
    printed = terminal.argosy("submit", terminal.file(HELLO), terminal.file(bad, "bad.yaml"))
    assert printed.code == 1
    assert "bad.yaml:" in printed.err
    assert terminal.workflows() == []


def test_other_kinds_are_left_out_with_a_warning(terminal: Terminal) -> None:
    config = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\n---\n"
    printed = terminal.argosy("submit", "-", "-o", "name", stdin=config + HELLO)
    assert (printed.code, printed.lines) == (0, ["hello"])
    assert "ConfigMap settings is not of kind Workflow" in printed.err


def test_no_workflow_at_all(terminal: Terminal) -> None:
    printed = terminal.argosy("submit", "-", stdin="apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\n")
    assert printed.code == 1
    assert "argosy: error: no workflow found in given files" in printed.err


def test_parameters_come_first_also_those_that_nobody_declared(terminal: Terminal) -> None:
    terminal.submit(HELLO, "-p", "other=1", "-p", "message=a=b")
    found = terminal.workflow().spec.arguments.parameters
    assert [(each.name, each.value) for each in found] == [("other", "1"), ("message", "a=b")]


def test_a_parameter_file(terminal: Terminal) -> None:
    values = terminal.file('message: from file\ncount: 3\nlist: [1, "a"]\nmap: {b: 1, a: true}\n', "values.yaml")
    terminal.submit(HELLO, "-f", values, "-p", "message=mine")
    found = {each.name: each.value for each in terminal.workflow().spec.arguments.parameters}
    assert found == {"message": "mine", "count": "3", "list": '[1,"a"]', "map": '{"a":true,"b":1}'}


def test_what_is_said_beside_the_manifest(terminal: Terminal) -> None:
    terminal.submit(
        HELLO + "  - name: other\n    container: {image: alpine, command: [ls]}\n",
        *("--name", "renamed", "--entrypoint", "other", "--serviceaccount", "me"),
        *("--labels", "a=1,b=2", "--priority", "7", "--scheduled-time", "2026-01-02T03:04:05Z"),
    )
    workflow = terminal.workflow("renamed")
    assert (workflow.spec.entrypoint, workflow.spec.service_account_name, workflow.spec.priority) == ("other", "me", 7)
    assert workflow.metadata.labels.items() >= {"a": "1", "b": "2"}.items()
    assert workflow.metadata.annotations["workflows.argoproj.io/scheduled-time"] == "2026-01-02T03:04:05Z"


def test_generate_name(terminal: Terminal) -> None:
    manifest = HELLO.replace("name: hello", "generateName: a-")
    printed = terminal.argosy("submit", "-", "--generate-name", "b-", "-o", "name", stdin=manifest)
    assert printed.out.startswith("b-")


def test_dry_run_creates_nothing(terminal: Terminal) -> None:
    manifest = HELLO.replace("name: hello", "generateName: hello-")
    printed = terminal.argosy("submit", "-", "--dry-run", "-o", "json", "-p", "message=x", stdin=manifest)
    shown = json.loads(printed.out)
    assert shown["metadata"] == {"generateName": "hello-", "namespace": "default"}
    assert shown["spec"]["arguments"]["parameters"] == [{"name": "message", "value": "x"}]
    assert terminal.workflows() == []


def test_server_dry_run_shows_what_would_be_set(terminal: Terminal) -> None:
    printed = terminal.argosy("submit", "-", "--server-dry-run", "-o", "json", stdin=HELLO)
    assert json.loads(printed.out)["metadata"].keys() >= {"uid", "creationTimestamp", "name"}
    assert terminal.workflows() == []


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--watch", "--wait"], "--wait cannot be combined with --watch"),
        (["--dry-run"], "--dry-run should have an output option"),
        (["--server-dry-run"], "--server-dry-run should have an output option"),
        (["--dry-run", "--server-dry-run", "-o", "json"], "--dry-run cannot be combined with --server-dry-run"),
        (["--dry-run", "--wait", "-o", "json"], "--wait cannot be combined with --dry-run"),
        (["--server-dry-run", "--watch", "-o", "json"], "--watch cannot be combined with --server-dry-run"),
        (["--from", "wftmpl/x"], "cannot combine --from with file arguments"),
        (["-p", "x"], "expected parameter of the form: NAME=VALUE. Received: x"),
        (["-o", "xml"], "'xml' is not one of 'name', 'json', 'yaml', 'wide'"),
        (["--priority", "high"], "'high' is not a valid integer"),
    ],
)
def test_flags_that_cannot_be(words: list[str], message: str, terminal: Terminal) -> None:
    printed = terminal.argosy("submit", "-", *words, stdin=HELLO)
    assert printed.code == 2
    assert message in printed.err
    assert "hint: see argosy submit --help" in printed.err


def test_only_one_can_be_watched(terminal: Terminal) -> None:
    printed = terminal.argosy("submit", "-", "--watch", stdin=TWO)
    assert (printed.code, terminal.workflows()) == (2, [])
    assert "cannot watch more than one workflow" in printed.err


def test_nothing_to_submit(terminal: Terminal) -> None:
    assert terminal.argosy("submit").code == 2


def test_what_has_no_effect_is_said_once(terminal: Terminal) -> None:
    manifest = HELLO.replace("image: alpine", "image: alpine\n      resources: {limits: {cpu: 1}}")
    printed = terminal.argosy("submit", "-", "-o", "name", stdin=manifest)
    assert printed.lines == ["hello"]
    assert printed.err.splitlines() == [
        "argosy: warning: without effect on this machine (--strict makes it an error):",
        "  resources: 1 template (main)",
    ]
    assert terminal.argosy("submit", "-", "-q", "--name", "b", stdin=manifest).err == ""
    assert terminal.argosy("--loglevel", "error", "submit", "-", "--name", "c", stdin=manifest).err == ""


def test_strict_makes_it_an_error(terminal: Terminal) -> None:
    manifest = HELLO.replace("image: alpine", "image: alpine\n      resources: {limits: {cpu: 1}}")
    printed = terminal.argosy("submit", "-", "--strict", stdin=manifest)
    assert (printed.code, terminal.workflows()) == (1, [])
    assert "argosy: error: without effect here: resources: 1 template (main)" in printed.err
    assert terminal.argosy("submit", "-", "--strict=false", stdin=manifest).code == 0


def test_a_name_that_is_taken(terminal: Terminal) -> None:
    terminal.submit()
    printed = terminal.argosy("submit", "-", stdin=HELLO)
    assert (printed.code, printed.out) == (1, "")
    assert 'workflows.argoproj.io "hello" already exists' in printed.err


@pytest.mark.parametrize("name", ["Hello", "a_b", "-a", "a" * 64])
def test_a_name_that_cannot_be(name: str, terminal: Terminal) -> None:
    printed = terminal.argosy("submit", "-", "--name", name, stdin=HELLO)
    assert printed.code == 1
    assert name in printed.err


def test_every_mistake_with_its_place_and_its_line(terminal: Terminal) -> None:
    path = terminal.file(HELLO.replace("entrypoint", "entrypont").replace("image: alpine", "image: 3"))
    printed = terminal.argosy("submit", path)
    assert (printed.code, printed.out) == (1, "")
    assert printed.err.splitlines() == [
        f'argosy: error: {path}:6:3: spec.entrypont: unknown field "entrypont"; did you mean "entrypoint"?',
        "    6 |   entrypont: main",
        "          ^",
        f"argosy: error: {path}:14:7: spec.templates[0].container.image: expected a string, found the number 3",
        "   14 |       image: 3",
        "              ^",
        "hint: put it in quotes",
    ]


def test_a_rule_that_is_broken_has_a_place_too(terminal: Terminal) -> None:
    path = terminal.file(HELLO.replace("entrypoint: main", "entrypoint: nothing"))
    printed = terminal.argosy("submit", path)
    assert printed.code == 1
    assert printed.err.startswith(f"argosy: error: {path}:6:3: ")
    assert "    6 |   entrypoint: nothing\n" in printed.err


def test_what_is_not_built_is_refused_by_name(terminal: Terminal) -> None:
    printed = terminal.argosy(
        "submit",
        "-",
        stdin=HELLO.replace("entrypoint: main", "entrypoint: main\n  artifactGC: {strategy: Never}"),
    )
    assert printed.code == 1
    assert "-:7:3: " in printed.err
    assert "not supported yet: spec.artifactGC" in printed.err


def test_interrupted_it_runs_on(terminal: Terminal) -> None:
    terminal.interrupt = True
    printed = terminal.argosy("submit", "-", "-n", "other", "--wait", "-q", stdin=HELLO)
    assert printed.code == 130
    assert printed.err == ("argosy: hello runs on in the background; to come back: argosy watch hello -n other\n")
