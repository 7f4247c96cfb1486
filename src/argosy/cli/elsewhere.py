"""A workflow that is not in the namespace of names without one, though nobody has chosen a namespace.

On one machine a namespace is no wall: a manifest that names one is run there, and who then asks for the workflow by its
name means that one. It is found there, which is said.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from msgspec.structs import replace

from argosy.errors import NotFound
from argosy.operations.list import OPERATION as LIST
from argosy.operations.list import ListRequest
from argosy.operations.target import LATEST
from argosy.ports.operation import Client, Operation

Response = TypeVar("Response")
ONE_WORKFLOW = "/api/v1/workflows/{namespace}/{name}"


def call(client: Client, operation: Operation[Any, Response], request: Any, say: Callable[[str], None]) -> Response:
    """Do an operation on the workflow of this name where it is. Raises what it raises."""
    try:
        return client.call(operation, request)
    except NotFound:
        found = _namespace(client, request.name) if operation.path.startswith(ONE_WORKFLOW) else ""
        if found in ("", request.namespace):
            raise
        say(f"{request.name} is in namespace {found}")
        return client.call(operation, replace(request, namespace=found))


def _namespace(client: Client, name: str) -> str:
    """The namespace of the newest workflow of this name, or of all; empty where there is none."""
    prefix = "" if name == LATEST else name
    page = client.call(LIST, ListRequest(name_prefix=prefix, limit=0 if prefix else 1))
    return next((each.namespace for each in page.items if name in (LATEST, each.name)), "")
