"""Some workflows → those of them that still run: what somebody who waits asks after every change."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from argosy.ports.operation import Operation, Services


class UnfinishedRequest(Struct, frozen=True, kw_only=True):
    """Which workflows."""

    uids: Sequence[str]


class UnfinishedResponse(Struct, frozen=True, kw_only=True):
    """Those that have not finished. One that is not among them has, or is gone."""

    uids: Sequence[str]


def run(services: Services, request: UnfinishedRequest) -> UnfinishedResponse:
    """Those that have not finished."""
    running = frozenset(services.store.unfinished())
    return UnfinishedResponse(uids=[uid for uid in request.uids if uid in running])


OPERATION = Operation(
    name="unfinished",
    summary="which of some workflows still run",
    method="GET",
    path="/api/v1/unfinished",
    request=UnfinishedRequest,
    run=run,
)
