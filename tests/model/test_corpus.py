"""Every manifest of the conformance cases is decoded without loss, or refused with an error that has a place."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from argosy.errors import ManifestError
from argosy.model.codec import decode, encode_json, encode_yaml, problems, read_documents
from argosy.model.values import any_string

CORPUS = Path(os.environ.get("ARGOSY_CORPUS") or Path(__file__).parents[2] / ".." / "shared" / "conformance")
CASES = sorted((CORPUS / "cases").glob("*/*.yaml"))
ZEROS: tuple[Any, ...] = (None, "", 0, False, [], {})


def differences(given: Any, found: Any, path: str = "") -> list[str]:
    """Where two values differ by more than a zero that is left out, or a scalar that was meant as a string."""
    if isinstance(given, dict | None) and isinstance(found, dict | None):
        given, found = given or {}, found or {}
        return [text for key in given | found for text in differences(given.get(key), found.get(key), f"{path}.{key}")]
    if isinstance(given, list) and isinstance(found, list) and len(given) == len(found):
        pairs = enumerate(zip(given, found, strict=True))
        return [text for index, (one, other) in pairs for text in differences(one, other, f"{path}[{index}]")]
    if given == found or (given in ZEROS and found in ZEROS) or any_string(given) == found:
        return []
    return [f"{path}: {given!r} became {found!r}"]


@pytest.mark.parametrize("path", CASES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_manifests_keep_everything(path: Path) -> None:
    try:
        documents = read_documents(path.read_text(), path.name)
    except ManifestError as error:
        assert error.line
        return
    for document in documents:
        found = problems(document, kind="Workflow")
        assert all(problem.line and problem.column and problem.path for problem in found)
        if not found:
            decoded = decode(document, kind="Workflow")
            data = {"apiVersion": "argoproj.io/v1alpha1", "kind": "Workflow", **document.data}
            assert differences(data, json.loads(encode_json(decoded))) == []
            assert decode(*read_documents(encode_yaml(decoded))) == decoded
