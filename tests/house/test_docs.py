"""What the documents say of the project is true of it."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

import argosy
from argosy import config, errors
from argosy.cli.verbs import NOT_BUILT, VERBS
from argosy.plan.rules import ADVICE, RULES
from argosy.plan.support import BUILT
from tests.house.source import PACKAGE, ROOT, sources

DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("bench/*.md")])
LINK = re.compile(r"\]\((?!https?:|#)([^)#\s]+)")
VARIABLE = re.compile(r'environ(?:\.get\(|\[)"(\w+)"')
QUOTED = re.compile(r"`([^`\s]+)`")
FILE = re.compile(r"\.?[\w-][\w./-]*(/|\.(py|md|ya?ml|toml|sql|sh|json))")
COMMAND = re.compile(r"^ {4}(?:\$ )?\./dev (\w+)(?: (\w[\w-]*))?", re.MULTILINE)
WORKPLACE = re.compile(r"/work/(main|shared)|/tmp/venv|pythonhosted|\bpypi\.org|deb\.debian\.org")
MADE_LATER = frozenset({"config.yaml", "argosy.db", ".venv/"})
"""Files that the documents name and that are not the repository's."""


def named_files(text: str) -> Iterator[str]:
    """The files and folders that a document names in `code`, as far as they are plain names."""
    return (name for name in QUOTED.findall(text) if FILE.fullmatch(name) and name not in MADE_LATER)


@pytest.fixture(params=DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def document(request: pytest.FixtureRequest) -> Path:
    return request.param


def test_links_lead_somewhere(document: Path) -> None:
    links = LINK.findall(document.read_text(encoding="utf-8"))
    assert [link for link in links if not (document.parent / link).exists()] == []


def test_named_files_exist(document: Path) -> None:
    places = (document.parent, ROOT, PACKAGE)
    names = named_files(document.read_text(encoding="utf-8"))
    assert [name for name in names if not any((place / name).exists() for place in places)] == []


def test_no_workplace_is_named() -> None:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False).stdout
    files = [ROOT / name for name in listed.split("\0") if name and name != "tests/house/test_docs.py"]
    texts = {str(file.relative_to(ROOT)): file.read_bytes().decode(errors="replace") for file in files if file.exists()}
    assert [(name, found[0]) for name, text in texts.items() if (found := WORKPLACE.search(text))] == []


def test_changelog_has_this_version() -> None:
    assert f"\n## [{argosy.__version__}]" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_dev_has_the_commands_that_documents_show(document: Path) -> None:
    words = {word for word, _ in COMMAND.findall(document.read_text(encoding="utf-8"))}
    script = (ROOT / "dev").read_text(encoding="utf-8")
    verbs = set(re.findall(r"\w+", " ".join(re.findall(r"^([\w |]+)\)$", script, re.MULTILINE))))
    assert words <= verbs


@pytest.mark.parametrize("name", [name for name in vars(errors) if isinstance(getattr(errors, name), type)])
def test_every_error_is_documented(name: str) -> None:
    error = getattr(errors, name)
    assert [cells[2:] for cells in rows("docs/errors.md", name)] == [[str(error.http_status), str(error.exit_code)]]


@pytest.mark.parametrize("key", config.KEYS)
def test_every_setting_is_documented(key: str) -> None:
    assert len(rows("docs/settings.md", key)) == 1


def test_every_variable_is_documented() -> None:
    read = {name for source in sources("src") for name in VARIABLE.findall(source.text)}
    assert {name for name in read if len(rows("docs/settings.md", name)) != 1} == set()


@pytest.mark.parametrize("verb", [name for name, verb in VERBS.items() if not verb.hidden])
def test_every_verb_is_documented(verb: str) -> None:
    assert [cells[1] for cells in rows("docs/cli.md", verb)] == [VERBS[verb].help]


def test_the_verbs_that_are_said_to_be_missing_are_those() -> None:
    text = (
        (ROOT / "docs/cli.md").read_text(encoding="utf-8").partition("not built yet and say so:")[2].partition("##")[0]
    )
    assert set(QUOTED.findall(text)) == NOT_BUILT


def test_what_is_said_to_be_missing_is_missing() -> None:
    section = (ROOT / "README.md").read_text(encoding="utf-8").partition("\nNot built yet")[2].partition("\n## ")[0]
    words = set(re.findall(r"`(\w+)`", section))
    assert words
    assert words & {field for fields in BUILT.values() for field in fields} == set()


def test_tables_that_contributors_are_sent_to_exist() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    places = re.findall(r"`([A-Z_]+)` in `([\w./]+)`", text)
    assert len(places) > 5
    assert [(name, file) for name, file in places if name not in (PACKAGE / file).read_text(encoding="utf-8")] == []


def rows(document: str, name: str) -> list[list[str]]:
    """The cells of the rows of a document's tables that begin with `name`."""
    lines = (ROOT / document).read_text(encoding="utf-8").splitlines()
    return [[cell.strip() for cell in line.split("|")[1:-1]] for line in lines if line.startswith(f"| `{name}` |")]


@pytest.mark.parametrize("family", [*RULES, *ADVICE])
def test_every_family_of_rules_is_documented(family: str) -> None:
    assert len(rows("docs/lint.md", family)) == 1
