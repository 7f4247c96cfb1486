"""Manifests for tests of rules, and what is found in them as lines of text."""

from __future__ import annotations

from typing import Any

from argosy.model.codec import decode, path_text, read_documents
from argosy.plan.rules import ADVICE, Problem, lint

ECHO = """
  - name: echo
    inputs: {parameters: [{name: message}]}
    container: {image: alpine, command: [echo, "{{inputs.parameters.message}}"]}
    outputs: {parameters: [{name: out, valueFrom: {path: /out}}]}
"""
HELLO = """
  - name: hello
    container: {image: alpine, command: [echo, hello]}
"""


def workflow(templates: str, *, entrypoint: str = "main", spec: str = "") -> str:
    """A Workflow with these templates; `spec` is what else its specification has."""
    return (
        f"kind: Workflow\nmetadata: {{name: wf}}\nspec:\n  entrypoint: {entrypoint}\n{spec}\n  templates:\n{templates}"
    )


def container(fields: str = "") -> str:
    """A template `main` with a container, and these fields beside it."""
    return f"  - {{name: main, container: {{image: alpine}}{fields and ', '}{fields}}}"


def tasks(*rows: str) -> str:
    """A DAG template `main` with these tasks."""
    return "  - name: main\n    dag:\n      tasks:\n" + "".join(f"      - {{{row}}}\n" for row in rows)


def steps(*rows: str) -> str:
    """A steps template `main` with these steps, one after the other."""
    return "  - name: main\n    steps:\n" + "".join(f"    - - {{{row}}}\n" for row in rows)


def objects(text: str) -> list[Any]:
    """The objects of a YAML text; a document without a kind is a Workflow."""
    return [decode(document, kind="Workflow") for document in read_documents(text, strict=False)]


def problems(text: str, *, submitting: bool = False) -> list[Problem]:
    """What is wrong with the last document, beside those before it. Advice, and what is not built yet, do not count."""
    found = everything(text, submitting=submitting)
    return [problem for problem in found if problem.rule != "unsupported" and problem.rule not in ADVICE]


def everything(text: str, *, submitting: bool = False) -> list[Problem]:
    """All that is found in the last document, beside those before it."""
    *others, manifest = objects(text)
    written = read_documents(text, strict=False)[-1].data
    return lint(manifest, others=others, submitting=submitting, written=written)


def advice(text: str, family: str) -> list[str]:
    """The advice of one family on the last document, as lines."""
    return [line(problem) for problem in everything(text) if problem.rule == family]


def line(problem: Problem) -> str:
    """A problem as `path: message`, after its level where it is no error, and before its hint in parentheses."""
    level = "" if problem.level == "error" else f"{problem.level} "
    hint = f" ({problem.hint})" if problem.hint else ""
    return f"{level}{path_text(problem.path)}: {problem.message}{hint}"


def lines(text: str, *, submitting: bool = False) -> list[str]:
    """What is wrong with the last document, as lines."""
    return [line(problem) for problem in problems(text, submitting=submitting)]


def manifest(text: str) -> Any:
    """The last object of a YAML text."""
    return objects(text)[-1]
