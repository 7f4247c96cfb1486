"""What kind of thing a template or an artifact is, as Argo's validation asks it."""

from __future__ import annotations

from argosy.language.names import EXIT
from argosy.model.kinds import TEMPLATE_FIELDS
from argosy.model.template import DAGTask, Template, WorkflowStep

LEAVES = frozenset({"container", "container_set", "script", "resource", "data", "http", "plugin"})
PODS = frozenset({"container", "container_set", "script", "resource", "data"})
TYPE_NAMES = {
    "container": "Container",
    "container_set": "ContainerSet",
    "steps": "Steps",
    "dag": "DAG",
    "script": "Script",
    "resource": "Resource",
    "data": "Data",
    "suspend": "Suspend",
    "http": "HTTP",
    "plugin": "Plugin",
}
JSON_NAMES = {"container_set": "containerSet"}


def types_of(template: Template) -> list[str]:
    """The fields of the template that say its type: exactly one, where it is valid."""
    return [field for field in TEMPLATE_FIELDS if getattr(template, field) not in (None, [])]


def type_of(template: Template) -> str:
    """The field that says the template's type, the first where there are more, or "" (Template.GetType)."""
    return next(iter(types_of(template)), "")


def is_leaf(template: Template) -> bool:
    """Whether it does something itself; a suspend template does not count (Template.IsLeaf)."""
    return type_of(template) in LEAVES


def is_pod(template: Template) -> bool:
    """Whether it runs in a pod of its own (Template.IsPodType)."""
    return type_of(template) in PODS


def gives_result(template: Template) -> bool:
    """Whether its nodes have `outputs.result` and `exitCode` (Template.HasOutput)."""
    kind = type_of(template)
    if kind == "container_set":
        return has_main(template)
    return kind in ("container", "script", "data", "http", "plugin")


def has_main(template: Template) -> bool:
    """Whether its container set has a container called `main`."""
    containers = template.container_set.containers if template.container_set else []
    return any(container.name == "main" for container in containers)


def is_loop(holder: WorkflowStep | DAGTask) -> bool:
    """Whether its outputs are gathered into lists, in the eyes of Argo's validation: not for a sequence."""
    return bool(holder.with_items or holder.with_param)


def has_exit_hook(holder: WorkflowStep | DAGTask) -> bool:
    """Whether something runs when the step or task has ended."""
    return bool(holder.on_exit) or EXIT in holder.hooks


def is_dynamic(text: str) -> bool:
    """Whether there is a tag in the text, so that its value is not known before the run."""
    return "{{" in text
