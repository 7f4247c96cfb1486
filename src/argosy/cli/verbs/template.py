"""argosy template"""

from __future__ import annotations

from argosy.cli.templates import group
from argosy.operations import templates

command = group(
    "WorkflowTemplate",
    "workflow template",
    create=templates.CREATE,
    get=templates.GET,
    list_=templates.LIST,
    update=templates.UPDATE,
    delete=templates.DELETE,
)
