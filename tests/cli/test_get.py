"""argosy get, watch and wait: one workflow, as it is and until it ends."""

from __future__ import annotations

import json

import pytest

from tests.cli.terminal import FAILS, HELLO, SLOW, WAITING, Terminal

STEPS = """\
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {name: steps}
spec:
  entrypoint: main
  templates:
  - name: main
    steps:
    - - {name: good, template: good}
      - {name: bad, template: bad}
  - name: good
    container: {image: alpine, command: ["true"]}
  - name: bad
    container: {image: alpine, command: ["false"]}
"""


REMEMBERED = """\
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {name: memo}
spec:
  entrypoint: main
  templates:
  - name: main
    steps:
    - - {name: one, template: work}
    - - {name: two, template: work}
      - {name: plain, template: free}
  - name: work
    memoize: {key: k, cache: {configMap: {name: kept}}}
    RETRY
    container: {image: alpine, command: ["true"]}
  - name: free
    container: {image: alpine, command: ["true"]}
"""


@pytest.fixture
def failed(terminal: Terminal) -> Terminal:
    terminal.outcomes["bad"] = FAILS
    terminal.submit(STEPS)
    return terminal


def test_the_tree(failed: Terminal) -> None:
    printed = failed.argosy("get", "steps")
    assert printed.code == 0
    assert [line.split()[:3] for line in printed.lines[-4:]] == [
        ["STEP", "TEMPLATE", "PODNAME"],
        ["✖", "steps", "main"],
        ["└─┬─✖", "bad", "bad"],
        ["└─✔", "good", "good"],
    ]


@pytest.mark.parametrize("form", [(), ("-o", "short"), ("-o", "wide")])
@pytest.mark.parametrize("retry", ["", "retryStrategy: {limit: 2}"])
def test_the_tree_says_what_was_remembered(retry: str, form: tuple[str, ...], terminal: Terminal) -> None:
    terminal.submit(REMEMBERED.replace("RETRY", retry))
    lines = terminal.argosy("get", "memo", *form).lines
    rows = {name: next(line for line in lines if f" {name}" in line) for name in ("one", "two", "plain")}
    assert "not cached before: kept had no k" in rows["one"]
    assert " cached: kept has k" in rows["two"]
    assert "cached" not in rows["plain"]
    assert lines[-5].split()[-1] == {"short": "NODENAME", "wide": "NODENAME"}.get(form[-1] if form else "", "MESSAGE")


def test_the_retry_says_it_where_it_is_shown(terminal: Terminal) -> None:
    terminal.outcomes["work"] = FAILS
    terminal.submit(REMEMBERED.replace("RETRY", "retryStrategy: {limit: 1}"))
    told = [line for line in terminal.argosy("get", "memo").lines if "cached" in line]
    assert len(told) == 1
    assert told[0].endswith("No more retries left; not cached before: kept had no k")
    assert " one " in told[0]


@pytest.mark.parametrize(
    "selector", [["--status", "Failed"], ["--node-field-selector", "phase=Failed,templateName=bad"]]
)
def test_only_some_nodes(selector: list[str], failed: Terminal) -> None:
    printed = failed.argosy("get", "steps", "-o", "short", *selector)
    assert "bad" in printed.lines[-1]
    assert "good" not in printed.out


def test_two_selectors(failed: Terminal) -> None:
    printed = failed.argosy("get", "steps", "--status", "Failed", "--node-field-selector", "phase=Failed")
    assert printed.code == 2
    assert "cannot use both --status and --node-field-selector" in printed.err


def test_a_selector_that_is_none(failed: Terminal) -> None:
    printed = failed.argosy("get", "steps", "--node-field-selector", "phase")
    assert (printed.code, "invalid selector" in printed.err) == (1, True)


def test_json_is_argos(failed: Terminal) -> None:
    printed = failed.argosy("get", "steps", "-o", "json")
    shown = json.loads(printed.out)
    assert printed.out.startswith('{\n    "apiVersion": "argoproj.io/v1alpha1",\n')
    assert shown["status"]["phase"] == "Failed"
    assert {each["displayName"] for each in shown["status"]["nodes"].values()} == {"steps", "[0]", "good", "bad"}


def test_yaml(failed: Terminal) -> None:
    assert failed.argosy("get", "steps", "-o", "yaml").out.startswith(
        "apiVersion: argoproj.io/v1alpha1\nkind: Workflow\n"
    )


def test_names_of_several(terminal: Terminal) -> None:
    terminal.submit()
    terminal.submit(WAITING)
    assert terminal.argosy("get", "hello", "@latest", "-o", "name").lines == ["hello", "waiting"]


def test_ascii(failed: Terminal) -> None:
    assert "`-+-Failed bad" in failed.argosy("get", "steps", "--no-utf8").out


def test_colours(failed: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR")
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert "\x1b[31m✖\x1b[0m" in failed.argosy("get", "steps").out
    assert "\x1b" not in failed.argosy("get", "steps", "--no-color").out
    monkeypatch.setenv("TERM", "dumb")
    assert "\x1b" not in failed.argosy("get", "steps").out


@pytest.mark.parametrize("verb", ["get", "watch", "wait", "logs", "suspend", "resume", "stop", "terminate"])
@pytest.mark.parametrize("name", ["nothing", "@latest"])
def test_one_that_is_not_there(verb: str, name: str, terminal: Terminal) -> None:
    printed = terminal.argosy(verb, name)
    assert (printed.code, printed.out) == (1, "")
    assert printed.err == f'argosy: error: workflows.argoproj.io "{name}" not found\n'


def test_of_another_namespace(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    terminal.submit(HELLO, "--namespace", "other")
    assert terminal.argosy("get", "hello", "-n", "default").code == 1
    assert terminal.argosy("get", "hello", "-n", "other", "-o", "name").out == "hello\n"
    assert terminal.argosy("-n", "other", "get", "hello", "-o", "name").out == "hello\n"
    monkeypatch.setenv("ARGO_NAMESPACE", "other")
    assert terminal.argosy("get", "hello", "-o", "name").out == "hello\n"


@pytest.mark.parametrize("name", ["hello", "@latest"])
def test_it_is_found_in_another_namespace_where_nobody_chose_one(name: str, terminal: Terminal) -> None:
    terminal.submit(HELLO, "--namespace", "other")
    printed = terminal.argosy("get", name, "-o", "name")
    assert (printed.code, printed.out, printed.err) == (0, "hello\n", f"argosy: {name} is in namespace other\n")


def test_the_namespace_that_is_meant_goes_first(terminal: Terminal) -> None:
    terminal.submit(HELLO)
    terminal.submit(HELLO, "--namespace", "other")
    assert "Namespace:           default" in terminal.argosy("get", "@latest").lines


def test_watch(terminal: Terminal) -> None:
    terminal.outcomes["main"] = SLOW
    terminal.submit()
    printed = terminal.argosy("watch", "@latest")
    assert printed.code == 0
    assert printed.out.count("STEP ") == 1
    assert printed.lines[-1].startswith(" ✔ hello")


def test_watch_one_that_has_failed(failed: Terminal) -> None:
    assert failed.argosy("watch", "steps").code == 1


def test_wait(terminal: Terminal) -> None:
    terminal.outcomes["main"] = SLOW
    terminal.submit()
    terminal.submit(HELLO, "--name", "other")
    printed = terminal.argosy("wait", "hello", "other")
    assert printed.code == 0
    assert [line.split()[:3] for line in printed.lines] == [["hello", "Succeeded", "at"], ["other", "Succeeded", "at"]]


def test_wait_for_one_that_failed(failed: Terminal) -> None:
    failed.submit()
    printed = failed.argosy("wait", "hello", "steps")
    assert (printed.code, [line.split()[1] for line in printed.lines]) == (1, ["Succeeded", "Failed"])


def test_wait_for_what_is_not_there(terminal: Terminal) -> None:
    assert terminal.argosy("wait", "nothing", "--ignore-not-found").code == 0
    assert terminal.argosy("wait").code == 0


@pytest.mark.parametrize("verb", ["wait", "watch"])
def test_interrupted(verb: str, terminal: Terminal) -> None:
    terminal.submit(WAITING)
    terminal.interrupt = True
    printed = terminal.argosy(verb, "waiting")
    assert printed.code == 130
    assert printed.err == "argosy: waiting runs on in the background; to come back: argosy watch waiting\n"
