"""WorkflowTemplates and ClusterWorkflowTemplates: kept, shown, replaced, removed, all by the same operations.

CronWorkflows have these too, and some more (argosy.operations.cron).

As in Argo, one that breaks a rule is not kept.
"""

from __future__ import annotations

from functools import partial
from typing import Any, NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from argosy.errors import InvalidRequest
from argosy.model.codec import decode_lenient, to_builtins
from argosy.model.cron import CronWorkflow
from argosy.model.kinds import GROUP_VERSION
from argosy.model.meta import ObjectMeta
from argosy.model.workflow import ClusterWorkflowTemplate, WorkflowTemplate
from argosy.operations.checks import Refused, check
from argosy.operations.names import check_namespace, new_name
from argosy.ports.operation import Operation, Services
from argosy.ports.store import ObjectKey

AnyTemplate = WorkflowTemplate | ClusterWorkflowTemplate | CronWorkflow


class TemplateRequest(Struct, frozen=True, kw_only=True):
    """Which template; a ClusterWorkflowTemplate is in no namespace."""

    namespace: str = ""
    name: str


class TemplatePutRequest(Struct, frozen=True, kw_only=True):
    """A template to keep; it is in this namespace where it names none."""

    namespace: str = ""
    template: Any


class TemplateListRequest(Struct, frozen=True, kw_only=True, rename={"label_selector": "labelSelector"}):
    """Which templates. An empty namespace means all."""

    namespace: str = ""
    label_selector: str = ""


class TemplateListResponse(Struct, frozen=True, kw_only=True):
    """The templates, by namespace and name."""

    items: list[Any]


class Kind(NamedTuple):
    """One of the kinds."""

    model: type[AnyTemplate]
    namespaced: bool

    def namespace(self, *choices: str) -> str:
        """Where an object of the kind is: the first that is named."""
        return next((each for each in choices if each), "default") if self.namespaced else ""

    def key(self, request: TemplateRequest) -> ObjectKey:
        """Which object is meant."""
        return ObjectKey(GROUP_VERSION, self.model.__name__, self.namespace(request.namespace), request.name)


def _create(kind: Kind, services: Services, request: TemplatePutRequest) -> AnyTemplate:
    """Keep a new one. Raises AlreadyExists, Refused for one that breaks a rule."""
    template = checked(kind, services, request)
    return decode_lenient(services.store.objects.create(to_builtins(template)), kind.model)


def _get(kind: Kind, services: Services, request: TemplateRequest) -> AnyTemplate:
    """The template. Raises NotFound."""
    return decode_lenient(services.store.objects.get(kind.key(request)), kind.model)


def _list(kind: Kind, services: Services, request: TemplateListRequest) -> TemplateListResponse:
    """Those that the selector matches. Raises InvalidRequest for one that cannot be read."""
    namespace = request.namespace or None if kind.namespaced else None
    found = services.store.objects.list(GROUP_VERSION, kind.model.__name__, namespace)
    items = [decode_lenient(each, kind.model) for each in found]
    if request.label_selector:
        from argosy.language.selectors import parse_selector

        selector = parse_selector(request.label_selector)
        items = [each for each in items if selector.matches(each.metadata.labels)]
    return TemplateListResponse(items=items)


def _update(kind: Kind, services: Services, request: TemplatePutRequest) -> AnyTemplate:
    """Put it in the place of the one of its name, whatever that is like now. Raises NotFound, Refused."""
    template = checked(kind, services, request)
    meta = template.metadata
    now = services.store.objects.get(kind.key(TemplateRequest(namespace=meta.namespace, name=meta.name)))
    version = now["metadata"].get("resourceVersion", "")
    template = replace(template, metadata=replace(meta, resource_version=version))
    return decode_lenient(services.store.objects.replace(to_builtins(template)), kind.model)


def _delete(kind: Kind, services: Services, request: TemplateRequest) -> AnyTemplate:
    """Remove it; gives what it was. Raises NotFound."""
    return decode_lenient(services.store.objects.delete(kind.key(request)), kind.model)


def checked(kind: Kind, services: Services, request: TemplatePutRequest) -> AnyTemplate:
    """The object with its name and namespace. Raises Refused for one that breaks a rule, InvalidRequest."""
    template = request.template
    if not isinstance(template, kind.model):
        raise InvalidRequest(f"expected a {kind.model.__name__}, found a {type(template).__name__}")
    meta: ObjectMeta = template.metadata
    namespace = kind.namespace(meta.namespace, request.namespace)
    if kind.namespaced:
        check_namespace(namespace)
    meta = replace(meta, name=new_name(meta, services.new_suffix), namespace=namespace)
    template = replace(template, api_version=GROUP_VERSION, kind=kind.model.__name__, metadata=meta)
    problems = [problem for problem in check(services, template) if problem.level == "error"]
    if problems:
        raise Refused(problems)
    return template


def operations_for(kind: Kind, prefix: str, path: str) -> tuple[Operation[Any, Any], ...]:
    """The five operations of a kind: create, get, list, update, delete."""
    one, words = f"{path}/{{name}}", prefix.replace("-", " ")
    return (
        Operation(f"create-{prefix}", f"keep a {words}", "POST", path, TemplatePutRequest, partial(_create, kind)),
        Operation(f"get-{prefix}", f"a {words}", "GET", one, TemplateRequest, partial(_get, kind)),
        Operation(f"list-{prefix}s", f"{words}s", "GET", path, TemplateListRequest, partial(_list, kind)),
        Operation(f"update-{prefix}", f"replace a {words}", "PUT", path, TemplatePutRequest, partial(_update, kind)),
        Operation(f"delete-{prefix}", f"remove a {words}", "DELETE", one, TemplateRequest, partial(_delete, kind)),
    )


CREATE, GET, LIST, UPDATE, DELETE = operations_for(
    Kind(WorkflowTemplate, True), "workflow-template", "/api/v1/workflow-templates/{namespace}"
)
CREATE_CLUSTER, GET_CLUSTER, LIST_CLUSTER, UPDATE_CLUSTER, DELETE_CLUSTER = operations_for(
    Kind(ClusterWorkflowTemplate, False), "cluster-workflow-template", "/api/v1/cluster-workflow-templates"
)
