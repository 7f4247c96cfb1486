"""Conditions → the workflows that meet them, a page at a time, newest first."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from msgspec import Struct

from argosy.errors import InvalidRequest
from argosy.ports.operation import Operation, Services
from argosy.ports.store import WorkflowQuery, WorkflowSummary

if TYPE_CHECKING:
    from argosy.language.node_selector import FieldSelector


class ListRequest(Struct, frozen=True, kw_only=True):
    """Which workflows. An empty `namespace` means all; `limit` 0 means no pages."""

    namespace: str = ""
    label_selector: str = ""
    field_selector: str = ""
    phases: Sequence[str] = ()
    name_prefix: str = ""
    created_after: datetime | None = None
    finished_before: datetime | None = None
    limit: int = 0
    continue_: str = ""


class ListResponse(Struct, frozen=True, kw_only=True):
    """A page, and the token for the next one: empty at the end."""

    items: list[WorkflowSummary]
    continue_: str = ""


def run(services: Services, request: ListRequest) -> ListResponse:
    """The page. Raises InvalidRequest for a selector that cannot be read or a field that cannot be selected by."""
    wanted = _conditions(request.field_selector)
    query = WorkflowQuery(
        namespace=request.namespace or None,
        label_selector=request.label_selector,
        phases=request.phases,
        name_prefix=request.name_prefix,
        created_after=request.created_after,
        finished_before=request.finished_before,
        limit=request.limit,
        continue_=request.continue_,
    )
    page = services.store.list(query)
    items = page.items if wanted is None else [item for item in page.items if wanted.matches(_fields(item))]
    return ListResponse(items=items, continue_=page.continue_)


def _fields(item: WorkflowSummary) -> dict[str, str]:
    return {"metadata.name": item.name, "metadata.namespace": item.namespace}


def _conditions(selector: str) -> FieldSelector | None:
    """A field selector, if there is one."""
    if not selector:
        return None
    from argosy.language.node_selector import parse_field_selector

    parsed = parse_field_selector(selector)
    for field, _, _ in parsed.terms:
        if field not in ("metadata.name", "metadata.namespace"):
            hint = "there are metadata.name and metadata.namespace; labels are for --selector"
            raise InvalidRequest(f"field label not supported: {field}", hint=hint)
    return parsed


OPERATION = Operation(
    name="list",
    summary="workflows, newest first",
    method="GET",
    path="/api/v1/workflows/{namespace}",
    request=ListRequest,
    run=run,
)
