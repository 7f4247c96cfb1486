"""Argo's own controller tests, replayed on the pure machine with fake pods.

ARGOSY_CORPUS names the folder with the cases, in the form of `manifest.jsonl`; without any the tests are skipped.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from tests.conformance.replay import cases, replay

FOLDER = Path(os.environ.get("ARGOSY_CORPUS", "../shared/conformance"))
CASES = list(cases(FOLDER)) if (FOLDER / "manifest.jsonl").exists() else []
LEAST = 0.95
UNMET = {
    "RetryParamsOverride": "a label is no string",
    "HTTPTemplateWithoutServiceAccount": "templates of type http are not built",
    "MaxDepth": "the test sets the greatest depth, in words that were not translated",
    "SuspendResume": "the test suspends the workflow, in words that were not translated",
    "SuspendTemplate": "the test resumes the node, in words that were not translated",
    "SuspendTemplateWithFailedResume": "the test fails the node, in words that were not translated",
    "SuspendTemplateWithFilteredResume": "the test resumes the node, in words that were not translated",
    "ResubmitParamsOverride": "the test resubmits the workflow, in words that were not translated",
}
"""Cases with an assertion that does not hold, and why."""


def name(row: dict[str, Any]) -> str:
    return row["id"].partition("/")[2]


@pytest.mark.parametrize("row", CASES, ids=name)
def test_case(row: dict[str, Any]) -> None:
    if name(row) in UNMET:
        pytest.xfail(UNMET[name(row)])
    _, wrong = replay(FOLDER, row)
    assert wrong == []


@pytest.mark.skipif(not CASES, reason="there is no corpus here")
def test_nearly_all_assertions_hold() -> None:
    played = [row for row in CASES if name(row) != "RetryParamsOverride"]
    results = [replay(FOLDER, row) for row in played]
    looked_at, wrong = sum(count for count, _ in results), sum(len(lines) for _, lines in results)
    print(f"{looked_at - wrong} of {looked_at} assertions hold")
    assert looked_at - wrong >= LEAST * looked_at
