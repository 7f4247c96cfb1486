"""Every operation of the API by name: the command line, the clients and the server read this table and nothing else."""

from __future__ import annotations

from typing import Any

from argosy.ports.operation import Operation
from argosy.registry import Table

OPERATIONS: Table[Operation[Any, Any]] = Table(
    "operation",
    {
        "apply": "argosy.operations.apply:OPERATION",
        "create-cluster-workflow-template": "argosy.operations.templates:CREATE_CLUSTER",
        "create-workflow-template": "argosy.operations.templates:CREATE",
        "create-sync-limit": "argosy.operations.sync:CREATE",
        "get-sync-limit": "argosy.operations.sync:GET",
        "update-sync-limit": "argosy.operations.sync:UPDATE",
        "delete-sync-limit": "argosy.operations.sync:DELETE",
        "delete": "argosy.operations.delete:OPERATION",
        "delete-cluster-workflow-template": "argosy.operations.templates:DELETE_CLUSTER",
        "delete-workflow-template": "argosy.operations.templates:DELETE",
        "evaluate": "argosy.operations.evaluate:OPERATION",
        "get": "argosy.operations.get:OPERATION",
        "get-cluster-workflow-template": "argosy.operations.templates:GET_CLUSTER",
        "get-workflow-template": "argosy.operations.templates:GET",
        "backfill-cron-workflow": "argosy.operations.backfill:OPERATION",
        "create-cron-workflow": "argosy.operations.cron:CREATE",
        "cron-engine": "argosy.operations.cron:ENGINE",
        "delete-cron-workflow": "argosy.operations.cron:DELETE",
        "get-cron-workflow": "argosy.operations.cron:GET",
        "list-cron-workflows": "argosy.operations.cron:LIST",
        "resume-cron-workflow": "argosy.operations.cron:RESUME",
        "suspend-cron-workflow": "argosy.operations.cron:SUSPEND",
        "update-cron-workflow": "argosy.operations.cron:UPDATE",
        "lint": "argosy.operations.lint:OPERATION",
        "list": "argosy.operations.list:OPERATION",
        "list-cluster-workflow-templates": "argosy.operations.templates:LIST_CLUSTER",
        "list-workflow-templates": "argosy.operations.templates:LIST",
        "locks": "argosy.operations.locks:OPERATION",
        "logs": "argosy.operations.logs:OPERATION",
        "resume": "argosy.operations.resume:OPERATION",
        "state": "argosy.operations.state:OPERATION",
        "stop": "argosy.operations.stop:OPERATION",
        "submit": "argosy.operations.submit:OPERATION",
        "submit-from": "argosy.operations.submit_from:OPERATION",
        "suspend": "argosy.operations.suspend:OPERATION",
        "terminate": "argosy.operations.terminate:OPERATION",
        "unfinished": "argosy.operations.unfinished:OPERATION",
        "update-cluster-workflow-template": "argosy.operations.templates:UPDATE_CLUSTER",
        "update-workflow-template": "argosy.operations.templates:UPDATE",
        "why": "argosy.operations.why:OPERATION",
    },
)
