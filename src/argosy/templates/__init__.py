"""One file per template type: its rules and its behaviour. TEMPLATE_TYPES is the table of them.

A new type is one file that has a `HANDLER`, and one row here: the attribute of Template that says it.
"""

from __future__ import annotations

from argosy.registry import Table
from argosy.templates.base import TemplateHandler

TEMPLATE_TYPES: Table[TemplateHandler] = Table(
    "template type",
    {
        "container": "argosy.templates.container:HANDLER",
        "steps": "argosy.templates.steps:HANDLER",
        "dag": "argosy.templates.dag:HANDLER",
        "script": "argosy.templates.script:HANDLER",
        "container_set": "argosy.templates.container_set:HANDLER",
        "resource": "argosy.templates.resource:HANDLER",
        "suspend": "argosy.templates.suspend:HANDLER",
    },
)
