"""What a test file says: which manifest, what its pods do, and what is to come of it.

manifest: deploy.yaml
tests:
- name: what fails is cleaned up
  parameters: {target: staging}
  pods:
    build: {seconds: 60, outputs: {image: "app:7"}}
    deploy: [{exitCode: 2}, {}]
  resume: {approve: 1h}
  expect:
    phase: Succeeded
    nodes:
      clean-up: {phase: Succeeded, inputs: {image: "app:7"}}
    absent: [notify]
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, TypeVar

import msgspec
from msgspec import Struct, field

from argosy.errors import InvalidRequest
from argosy.model.codec import read_documents

T = TypeVar("T")


class Stub(Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    """What one try of a pod does: it begins after `pending` seconds, runs for `seconds`, and ends.

    With `error` the machine fails it, not its program. `outputs` are its output parameters.
    """

    seconds: float = 0.0
    pending: float = 0.0
    exit_code: int = 0
    result: str | None = None
    outputs: dict[str, str] = {}
    message: str = ""
    error: str = ""


class NodeExpectation(Struct, frozen=True, forbid_unknown_fields=True):
    """What is to become of a node; what is left out may be anything. `message` is a part of its message."""

    phase: str = ""
    message: str = ""
    type: str = ""
    result: str | None = None
    inputs: dict[str, str] = {}
    outputs: dict[str, str] = {}
    children: int | None = None


class Expectation(Struct, frozen=True, forbid_unknown_fields=True):
    """What is to come of a run. Nodes are named by display name, or by full name; `seconds` is how long it takes."""

    phase: str = "Succeeded"
    message: str = ""
    seconds: float | None = None
    nodes: dict[str, NodeExpectation | str] = {}
    absent: list[str] = []
    order: list[str] = []
    outputs: dict[str, str] = {}


class Script(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What happens in a run. `pods` are stubs by display name, node name or template; a list is one for each try.

    `resume` says after how long suspend nodes are resumed, by display name.
    """

    pods: dict[str, Stub | list[Stub]] = {}
    resume: dict[str, str] = {}


class Case(Script, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One run, and what is to come of it."""

    name: str
    parameters: dict[str, str] = {}
    expect: Expectation = field(default_factory=Expectation)


class TestFile(Struct, frozen=True, forbid_unknown_fields=True):
    """A manifest, by its path from the test file, and the runs to make of it."""

    __test__ = False

    manifest: str
    tests: list[Case]


def read_test_file(path: Path) -> dict[str, Any]:
    """The test file as data. Raises InvalidRequest for one that can't be read."""
    try:
        documents = read_documents(path.read_text(encoding="utf-8"), str(path))
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidRequest(f"{path}: can't be read: {error}") from None
    if len(documents) != 1:
        raise InvalidRequest(f"{path}: a test file is one document, there are {len(documents)}")
    return documents[0].data


def understood(path: Path, data: dict[str, Any], kind: type[T]) -> T:
    """The data as a test file of this kind. Raises InvalidRequest, with what is wrong and where."""
    try:
        return msgspec.convert(data, kind, strict=False)
    except msgspec.ValidationError as error:
        raise InvalidRequest(
            f"{path}: {error}".replace("`$", "`").replace("`.", "`"), hint="see docs/testing.md"
        ) from None
