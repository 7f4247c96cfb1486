"""argosy cluster-template"""

from __future__ import annotations

from argosy.cli.templates import group
from argosy.operations import templates

command = group(
    "ClusterWorkflowTemplate",
    "cluster workflow template",
    create=templates.CREATE_CLUSTER,
    get=templates.GET_CLUSTER,
    list_=templates.LIST_CLUSTER,
    update=templates.UPDATE_CLUSTER,
    delete=templates.DELETE_CLUSTER,
)
