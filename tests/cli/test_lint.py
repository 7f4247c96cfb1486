"""argosy lint: files and folders, kinds, forms, and what it takes for an error."""

from __future__ import annotations

import pytest

from tests.cli.terminal import HELLO, Terminal

BAD = HELLO.replace("entrypoint: main", "entrypoint: nothing")
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


@pytest.mark.parametrize("offline", [[], ["--offline"]])
def test_good_ones(offline: list[str], terminal: Terminal) -> None:
    printed = terminal.argosy("lint", *offline, terminal.file(HELLO))
    assert (printed.code, printed.out) == (0, "✔ no linting errors found!\n")


def test_bad_ones(terminal: Terminal) -> None:
    path = terminal.file(BAD)
    printed = terminal.argosy("lint", path)
    assert printed.code == 1
    assert printed.lines[0] == f"{path}:"
    assert printed.lines[1].startswith('   ✖ 6:3 in "hello" (Workflow): ')
    assert printed.lines[-1] == "✖ 1 linting errors found!"


def test_one_line_each_for_programs(terminal: Terminal) -> None:
    path = terminal.file(BAD)
    printed = terminal.argosy("lint", "-o", "simple", path)
    assert printed.code == 1
    assert len(printed.lines) == 1
    assert printed.out.startswith(f'{path}:6:3: in "hello" (Workflow): ')


def test_a_folder(terminal: Terminal) -> None:
    terminal.file(HELLO, "folder/a.yaml")
    terminal.file(BAD, "folder/below/b.yml")
    terminal.file("{", "folder/notes.txt")
    printed = terminal.argosy("lint", "-o", "simple", str(terminal.home / "folder"))
    assert printed.code == 1
    assert [line.partition(":")[0].rpartition("/")[2] for line in printed.lines] == ["b.yml"]


def test_standard_input(terminal: Terminal) -> None:
    printed = terminal.argosy("lint", "--offline", "-", stdin=HELLO + "---\n" + BAD)
    assert printed.code == 1
    assert '22:3 in "hello" (Workflow)' in printed.out


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
    assert printed.lines[:2] == ["-:", "   ✖ 1:5 not valid YAML: mapping values are not allowed in this context"]


def test_nothing_to_lint(terminal: Terminal) -> None:
    config = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\n"
    for words in (["-"], ["--kinds", "workflowtemplates", "-"]):
        printed = terminal.argosy("lint", *words, stdin=config if words == ["-"] else HELLO)
        assert printed.code == 1
        assert printed.out == "✖ found nothing to lint in the specified paths, failing...\n"


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
