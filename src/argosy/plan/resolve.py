"""A workflow as it was submitted → the one that runs: references found, defaults merged, its own variables set.

What comes out never changes. The machine reads nothing else, so there is one copy of the truth.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cached_property

import msgspec

from argosy.errors import InvalidRequest, NotFound
from argosy.language.scopes import MapScope
from argosy.model.spec import WorkflowSpec
from argosy.model.template import DAGTask, Template, WorkflowStep
from argosy.model.workflow import Workflow
from argosy.plan.config_values import ConfigValues
from argosy.plan.globals import global_variables
from argosy.plan.merge import with_template_defaults
from argosy.plan.snapshot import LOCAL, holders_of, scope_of
from argosy.plan.substitution import decode, substitute
from argosy.ports.configmaps import ReadConfigMap, no_config_maps

ENCODER = msgspec.json.Encoder()
SPEC_DECODER = msgspec.json.Decoder(WorkflowSpec)
RESULT_READ = re.compile(r"""(?:steps|tasks)(?:\.([^.{}'"\s]+)|\[\\?['"]([^'"\\]+)\\?['"]\])\.outputs\.result""")

PLACEMENT = "argosy.internal/executor"
"""The annotation of a workflow whose leaves run on another executor than the engine's own: its name."""

TemplateHolder = WorkflowStep | DAGTask
"""Whatever names a template to run: a step or a task (and, for the entrypoint, a step without a name)."""


class PlannedTemplate:
    """A template as it is written, and what can be known once for all its nodes. `scope` is Argo's templateScope."""

    def __init__(self, template: Template, scope: str) -> None:
        self.template = template
        self.scope = scope

    @cached_property
    def results_read(self) -> frozenset[str]:
        """The steps or tasks in it whose `outputs.result` its own text reads.

        Only these keep their standard output as a result (hasOutputResultRef in Argo's operator.go).
        """
        text = ENCODER.encode(self.template).decode()
        return frozenset(dotted or quoted for dotted, quoted in RESULT_READ.findall(text))

    @cached_property
    def inlines(self) -> dict[str, Template]:
        """The templates that stand in its steps and tasks themselves, by the name of these, as they are written."""
        return {each.name: each.inline for each in holders_of(self.template) if each.inline is not None}


class ResolvedWorkflow:
    """What a run needs to know of its workflow; immutable.

    `spec` is the merged specification with the workflow's variables substituted everywhere but in its templates.
    """

    def __init__(
        self, workflow: Workflow, spec: WorkflowSpec, variables: Mapping[str, str], values: ConfigValues
    ) -> None:
        self.name, self.namespace, self.uid = (
            workflow.metadata.name,
            workflow.metadata.namespace,
            workflow.metadata.uid,
        )
        self.spec = spec
        self.placement = workflow.metadata.annotations.get(PLACEMENT, "")
        self.variables, self.config_values = variables, values
        # in Argo a specification that was merged out of several has no name
        self.scope = f"{LOCAL}/" if workflow.spec.workflow_template_ref else f"{LOCAL}/{self.name}"
        self.bare_spec = msgspec.structs.replace(spec, templates=[], suspend=None, shutdown="")
        self._local = {template.name: template for template in reversed(spec.templates)}
        self._stored = workflow.status.stored_templates
        self._planned: dict[str, PlannedTemplate] = {}

    def find(self, holder: TemplateHolder, caller: PlannedTemplate | None = None) -> PlannedTemplate:
        """The template that a step or task of `caller` calls; the entrypoint has no caller. Raises NotFound."""
        scope = caller.scope if caller else self.scope
        if holder.inline is not None:
            return self._plan(self._inline(holder.name, holder.inline, caller), scope)
        reference = holder.template_ref
        if reference is not None:
            scope = scope_of(reference)
        name = reference.template if reference else holder.template
        key = f"{scope}/{name}"
        if key not in self._planned:
            found = self._local.get(name) if scope == self.scope else self._stored.get(key)
            if found is None:
                where = f" in workflow template {scope.partition('/')[2]}" if scope != self.scope else ""
                raise NotFound(f"template {name} not found{where}")
            self._planned[key] = self._plan(found, scope)
        return self._planned[key]

    def _inline(self, name: str, given: Template, caller: PlannedTemplate | None) -> Template:
        """In a template of another object one is taken as it is written, with nothing of its step substituted."""
        if caller is None or caller.scope == self.scope:
            return given
        return caller.inlines.get(name, given)

    def _plan(self, template: Template, scope: str) -> PlannedTemplate:
        return PlannedTemplate(with_template_defaults(template, self.spec.template_defaults), scope)


def resolve(workflow: Workflow, read: ReadConfigMap = no_config_maps) -> ResolvedWorkflow:
    """Resolve a workflow whose name, namespace and uid are set.

    The templates of others that it uses have to be in its status (argosy.plan.snapshot). Raises InvalidRequest where
    something that the run needs is missing, NotFound for the template that it is made from.
    """
    spec = workflow.status.stored_workflow_template_spec or workflow.spec
    reference = workflow.spec.workflow_template_ref
    if reference is not None and spec is workflow.spec:
        kind = "clusterworkflowtemplate" if reference.cluster_scope else "workflowtemplate"
        raise NotFound(f'{kind}.argoproj.io "{reference.name}" not found')
    if not spec.entrypoint:
        raise InvalidRequest("spec.entrypoint is required", hint="name the template to begin with")
    values = ConfigValues(workflow.metadata.namespace, read)
    given = values.fill(spec.arguments.parameters, MapScope({"workflow.name": workflow.metadata.name}))
    spec = msgspec.structs.replace(spec, arguments=msgspec.structs.replace(spec.arguments, parameters=given))
    variables = global_variables(workflow, spec)
    text = ENCODER.encode(msgspec.structs.replace(spec, templates=[])).decode()
    if "{{" in text:
        templates = spec.templates
        text = substitute(text, MapScope(variables), None, allow_unresolved=True)
        spec = decode(SPEC_DECODER, text)
        spec.templates = templates
    return ResolvedWorkflow(workflow, spec, variables, values)
