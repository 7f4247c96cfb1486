"""Every operation of the API by name: the command line, the clients and the server read this table and nothing else."""

from __future__ import annotations

from typing import Any

from argosy.ports.operation import Operation
from argosy.registry import Table

OPERATIONS: Table[Operation[Any, Any]] = Table(
    "operation",
    {
        "apply": "argosy.operations.apply:OPERATION",
        "delete": "argosy.operations.delete:OPERATION",
        "evaluate": "argosy.operations.evaluate:OPERATION",
        "get": "argosy.operations.get:OPERATION",
        "lint": "argosy.operations.lint:OPERATION",
        "list": "argosy.operations.list:OPERATION",
        "logs": "argosy.operations.logs:OPERATION",
        "resume": "argosy.operations.resume:OPERATION",
        "state": "argosy.operations.state:OPERATION",
        "stop": "argosy.operations.stop:OPERATION",
        "submit": "argosy.operations.submit:OPERATION",
        "suspend": "argosy.operations.suspend:OPERATION",
        "terminate": "argosy.operations.terminate:OPERATION",
        "unfinished": "argosy.operations.unfinished:OPERATION",
    },
)
