"""Manifests of Argo's own tests: what it accepts gives no error, and what it refuses is refused in its words.

The folder is ARGOSY_CORPUS, by default the one beside the project; skipped where it is not there.
"""

from __future__ import annotations

import functools
import json
import os
import re
from pathlib import Path
from typing import Any

import pytest

from argosy.model.codec import KINDS, Document, decode, read_documents
from argosy.model.conversion import convert, modern_documents
from argosy.model.embedded import embedded
from argosy.plan.rules import ADVICE, Problem, lint
from argosy.plan.rules.subject import Manifest
from tests.house.source import ROOT

CORPUS = Path(os.environ.get("ARGOSY_CORPUS", ROOT.parent / "shared" / "conformance"))
LINTED = ("Workflow", "WorkflowTemplate", "ClusterWorkflowTemplate", "CronWorkflow")
REFUSED_AT_LEAST = 59
"""How many of the manifests that Argo's validation refuses are refused in its words. It may only rise."""

RUNS = ("Succeeded", "Failed", "Error", "Running")
REFUSED_BEFORE_THEY_RUN = {"e2e/file--expectedfailures--empty-parameter-dag"}
"""Cases that end as Failed because Argo's controller refuses them as lint does."""

pytestmark = pytest.mark.skipif(not (CORPUS / "manifest.jsonl").exists(), reason="no corpus")


@functools.cache
def rows() -> list[dict[str, Any]]:
    lines = (CORPUS / "manifest.jsonl").read_text(encoding="utf-8").splitlines()
    return [row for row in map(json.loads, lines) if not row.get("yaml_parse_error")]


def group(name: str) -> list[dict[str, Any]]:
    return [row for row in rows() if row["path"].split("/")[1] == name]


@functools.cache
def manifests(path: str) -> list[Manifest]:
    """The manifests in a case, read as Argo's tests read them: a document without a kind is a Workflow."""
    documents = read_documents((CORPUS / path).read_text(encoding="utf-8"), strict=False)
    found = [decode(each, strict=False, convert=True, kind="Workflow") for each in documents if is_linted(each.kind)]
    assert all(type(each).__name__ in KINDS for each in found)
    return found


def is_linted(kind: str) -> bool:
    return kind in ("", *LINTED)


def errors(row: dict[str, Any]) -> list[Problem]:
    """The errors in the last manifest of a case, with the others given along."""
    *others, manifest = manifests(row["path"])
    expect = row["expect"]
    is_template = type(manifest).__name__ == "WorkflowTemplate"
    submitting = "Submit: true" in expect.get("opts", "") if is_template else expect.get("mode") == "submit-validate"
    written = read_documents((CORPUS / row["path"]).read_text(encoding="utf-8"), strict=False)[-1].data
    found = lint(manifest, others=others, submitting=submitting, written=written)
    return [problem for problem in found if problem.level == "error" and problem.rule != "unsupported"]


def test_what_argo_accepts_is_no_error() -> None:
    assert {row["id"]: found for row in group("validate-ok") if (found := errors(row))} == {}


def test_what_argo_refuses_is_refused_in_its_words() -> None:
    refused = [row["id"] for row in group("validate-bad") if is_refused(row)]
    assert len(refused) >= REFUSED_AT_LEAST


def is_refused(row: dict[str, Any]) -> bool:
    text = re.sub(r"\s+", " ", "\n".join(problem.message for problem in errors(row)))
    wanted = row["expect"].get("message_contains") or []
    parts = [wanted] if isinstance(wanted, str) else wanted
    return bool(text) and all(re.sub(r"\s+", " ", part) in text for part in parts)


def test_what_runs_has_no_errors() -> None:
    library = [each for name in ("examples", "e2e", "templates") for row in group(name) for each in readable(row)]
    templates = [each for each in library if type(each).__name__.endswith("Template")]
    wrong = {
        row["id"]: found
        for name in ("examples", "e2e")
        for row in group(name)
        if row["expect"].get("phase") in RUNS and row["id"] not in REFUSED_BEFORE_THEY_RUN
        for manifest in readable(row)
        if (found := [each for each in lint(manifest, others=[*readable(row), *templates]) if each.level == "error"])
    }
    assert wrong == {}


def readable(row: dict[str, Any]) -> list[Manifest]:
    return [] if "malformed" in row["id"] else manifests(row["path"])


def test_every_manifest_is_linted() -> None:
    """Nothing stops the rules, and no advice is an error."""
    found = [
        (row["id"], problem.rule)
        for row in rows()
        for document in documents(row)
        for problem in lint(decode(document, strict=False, convert=True, kind="Workflow"), written=document.data)
        if problem.level == "error" and problem.rule in ADVICE
    ]
    assert found == []
    assert sum(len(documents(row)) for row in rows()) > 1000


def documents(row: dict[str, Any]) -> list[Document]:
    """What can be checked in a case, in other objects too."""
    if "malformed" in row["id"] or not row["path"].endswith((".yaml", ".json")):
        return []
    found = read_documents((CORPUS / row["path"]).read_text(encoding="utf-8"), strict=False)
    inner = [each for document in found for each in (embedded(document) or [document])]
    return [each for each in inner if is_linted(each.kind)]


def test_every_manifest_is_converted() -> None:
    for row in rows():
        text = (CORPUS / row["path"]).read_text(encoding="utf-8")
        once = convert(text).text
        assert convert(once).text == once
        assert [each.data for each in read_documents(once, strict=False)] == modern_documents(text)
