"""What a workflow says of itself: `{{workflow.creationTimestamp.Y}}`."""

from __future__ import annotations

import pytest

from argosy.model.codec import decode, read_documents
from argosy.model.workflow import Workflow
from argosy.plan.globals import global_variables

WORKFLOW = """
kind: Workflow
metadata: {name: w, creationTimestamp: "2026-01-05T15:04:09Z"}
spec: {entrypoint: main}
"""


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("", "2026-01-05T15:04:09Z"),
        (".RFC3339", "2026-01-05T15:04:09Z"),
        (".s", "1767625449"),
        (".A", "Monday"),
        (".b", "Jan"),
        (".d", "05"),
        (".I", "03"),
        (".L", ".000"),
        (".p", "PM"),
        (".y", "26"),
        (".Z", "UTC"),
        (".z", "+0000"),
        (".F", "2026-01-05"),
        (".j", "005"),
    ],
)
def test_when_it_was_made(name: str, text: str) -> None:
    workflow = decode(*read_documents(WORKFLOW))
    assert isinstance(workflow, Workflow)
    assert global_variables(workflow, workflow.spec)[f"workflow.creationTimestamp{name}"] == text
