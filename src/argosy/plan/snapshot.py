"""A workflow and the templates of other objects → the workflow with a copy of all of them that it can reach.

As in Argo, `status.storedWorkflowTemplateSpec` is the specification that runs where there is a `workflowTemplateRef`,
and `status.storedTemplates` has what is called from other objects. Argo copies each when a step first calls it; here
all are copied before the first step, so that nobody who edits a template changes a run, wherever that run has got to.

A reference with tags in it (`{{item.library}}`) is known only when its step runs. Until then it is a pattern: every
template that it can mean is copied.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Protocol

import msgspec

from argosy.errors import InvalidRequest
from argosy.model.meta import Metadata
from argosy.model.spec import WorkflowSpec
from argosy.model.template import DAGTask, LifecycleHook, Template, TemplateRef, WorkflowStep
from argosy.model.workflow import ClusterWorkflowTemplate, Workflow, WorkflowTemplate
from argosy.plan.globals import global_variables
from argosy.plan.merge import Object, join_specs, with_default_metadata, with_defaults

NAMESPACED, CLUSTER, LOCAL = "namespaced", "cluster", "local"
"""Argo's names for where a template is: in a WorkflowTemplate, a ClusterWorkflowTemplate, or the workflow itself."""
LABELS = {
    NAMESPACED: "workflows.argoproj.io/workflow-template",
    CLUSTER: "workflows.argoproj.io/cluster-workflow-template",
}
"""The labels of workflows that are made from a template: its name."""
TAG = re.compile(r"\{\{.*?\}\}", re.DOTALL)


class Library(Protocol):
    """The templates that there are, as the objects that hold them: `where` is NAMESPACED or CLUSTER."""

    def spec(self, where: str, name: str) -> WorkflowSpec | None:
        """The specification in an object, if it is there."""
        ...

    def names(self, where: str) -> Iterable[str]:
        """The names of all objects."""
        ...


class Shelf:
    """A Library of these objects."""

    def __init__(self, objects: Iterable[WorkflowTemplate | ClusterWorkflowTemplate] = ()) -> None:
        self._specs: dict[str, dict[str, WorkflowSpec]] = {NAMESPACED: {}, CLUSTER: {}}
        for each in objects:
            where = CLUSTER if isinstance(each, ClusterWorkflowTemplate) else NAMESPACED
            self._specs[where][each.metadata.name] = each.spec

    def spec(self, where: str, name: str) -> WorkflowSpec | None:
        """The specification in an object, if it is there."""
        return self._specs[where].get(name)

    def names(self, where: str) -> Iterable[str]:
        """The names of all objects."""
        return self._specs[where]


def take_snapshot(workflow: Workflow, library: Library, defaults: Object) -> Workflow:
    """The workflow as it will run. What is not in the library is left out: it is missed when it is called.

    What has been copied before stays. `defaults` are the setting workflowDefaults.
    """
    status = workflow.status
    reference, stored = workflow.spec.workflow_template_ref, status.stored_workflow_template_spec
    if reference is None:
        workflow = with_defaults(workflow, defaults)
    else:
        where = CLUSTER if reference.cluster_scope else NAMESPACED
        base = library.spec(where, reference.name)
        if stored is None and base is not None:
            stored = join_specs(workflow.spec, base, defaults)
        meta = with_default_metadata(workflow.metadata, defaults)
        meta = msgspec.structs.replace(meta, labels={**meta.labels, LABELS[where]: reference.name})
        workflow = msgspec.structs.replace(workflow, metadata=meta)
    found = _Reach(library, _variables(workflow, stored or workflow.spec)).of(stored or workflow.spec)
    status = msgspec.structs.replace(
        status, stored_templates=found | status.stored_templates, stored_workflow_template_spec=stored
    )
    return msgspec.structs.replace(workflow, status=status)


def scope_of(reference: TemplateRef) -> str:
    """The scope of the templates of the object that is referred to, as nodes have it: `namespaced/NAME`."""
    return f"{CLUSTER if reference.cluster_scope else NAMESPACED}/{reference.name}"


def holders_of(template: Template) -> Iterator[WorkflowStep | DAGTask]:
    """The steps or tasks of a template."""
    for group in template.steps:
        yield from group
    yield from template.dag.tasks if template.dag else ()


def with_pod_metadata(template: Template, shared: Metadata | None) -> Template:
    """The template with the `podMetadata` of the specification that it is in (addPodMetadata)."""
    if shared is None or not (shared.labels or shared.annotations):
        return template
    own = template.metadata
    meta = Metadata(labels=shared.labels | own.labels, annotations=shared.annotations | own.annotations)
    return msgspec.structs.replace(template, metadata=meta)


class _Reach:
    """What is reached, under Argo's keys: `namespaced/OBJECT/TEMPLATE`, `cluster/OBJECT/inline/STEP`."""

    def __init__(self, library: Library, variables: Mapping[str, str]) -> None:
        self.library, self.variables = library, variables
        self.found: dict[str, Template] = {}
        self.todo: list[tuple[str, Template]] = []

    def of(self, spec: WorkflowSpec) -> dict[str, Template]:
        """What the specification reaches in other objects."""
        self.todo += [(LOCAL, template) for template in spec.templates]
        for hook in spec.hooks.values():
            self._follow(LOCAL, hook)
        while self.todo:
            scope, template = self.todo.pop()
            for holder in holders_of(template):
                self._follow(scope, holder)
                for hook in (*holder.hooks.values(), LifecycleHook(template=holder.on_exit)):
                    self._follow(scope, hook)
        return self.found

    def _follow(self, scope: str, caller: WorkflowStep | DAGTask | LifecycleHook) -> None:
        if not isinstance(caller, LifecycleHook) and caller.inline is not None:
            if scope != LOCAL:
                self.found.setdefault(f"{scope}/inline/{caller.name}", caller.inline)
            self.todo.append((scope, caller.inline))
        elif caller.template_ref is not None:
            where, _, name = scope_of(caller.template_ref).partition("/")
            for each in self._meant(name, lambda: self.library.names(where)):
                self._copy(f"{where}/{each}", caller.template_ref.template)
        elif caller.template and scope != LOCAL:
            self._copy(scope, caller.template)

    def _copy(self, scope: str, wanted: str) -> None:
        where, _, name = scope.partition("/")
        spec = self.library.spec(where, name)
        if spec is None:
            return
        templates = {template.name: template for template in reversed(spec.templates)}
        for each in self._meant(wanted, lambda: templates):
            key = f"{scope}/{each}"
            if each in templates and key not in self.found:
                self.found[key] = with_pod_metadata(templates[each], spec.pod_metadata)
                self.todo.append((scope, self.found[key]))

    def _meant(self, text: str, names: Callable[[], Iterable[str]]) -> list[str]:
        """The names that a text can mean. Only where there are tags in it is it asked which names there are."""
        if "{{" not in text:
            return [text]
        known = [self.variables.get(tag[2:-2].strip(), "") for tag in TAG.findall(text)]
        parts = [re.escape(part) for part in TAG.split(text)]
        pattern = parts[0] + "".join(
            (re.escape(value) or ".*") + part for value, part in zip(known, parts[1:], strict=True)
        )
        return [name for name in names() if re.fullmatch(pattern, name, re.DOTALL)]


def _variables(workflow: Workflow, spec: WorkflowSpec) -> Mapping[str, str]:
    try:
        return global_variables(workflow, spec)
    except InvalidRequest:  # it cannot run, which is for others to say
        return {}
