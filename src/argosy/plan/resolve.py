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
from argosy.plan.globals import global_variables
from argosy.plan.substitution import decode, substitute

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


class ResolvedWorkflow:
    """What a run needs to know of its workflow; immutable.

    `spec` is the merged specification with the workflow's variables substituted everywhere but in its templates.
    """

    def __init__(self, workflow: Workflow, spec: WorkflowSpec, variables: Mapping[str, str]) -> None:
        self.name, self.namespace, self.uid = (
            workflow.metadata.name,
            workflow.metadata.namespace,
            workflow.metadata.uid,
        )
        self.spec = spec
        self.placement = workflow.metadata.annotations.get(PLACEMENT, "")
        self.variables = variables
        self.scope = f"local/{self.name}"
        self.bare_spec = msgspec.structs.replace(spec, templates=[], suspend=None, shutdown="")
        self._templates = {template.name: PlannedTemplate(template, self.scope) for template in spec.templates}

    def find(self, holder: TemplateHolder) -> PlannedTemplate:
        """The template that a step or task names. Raises NotFound."""
        if holder.inline is not None:
            return PlannedTemplate(holder.inline, self.scope)
        planned = self._templates.get(holder.template)
        if planned is None:
            raise NotFound(f"template {holder.template} not found")
        return planned


def resolve(workflow: Workflow) -> ResolvedWorkflow:
    """Resolve a workflow whose name, namespace and uid are set.

    Raises InvalidRequest where something that the run needs is missing.
    """
    spec = workflow.spec
    if not spec.entrypoint:
        raise InvalidRequest("spec.entrypoint is required", hint="name the template to begin with")
    variables = global_variables(workflow, spec)
    text = ENCODER.encode(msgspec.structs.replace(spec, templates=[])).decode()
    if "{{" in text:
        templates = spec.templates
        text = substitute(text, MapScope(variables), None, allow_unresolved=True)
        spec = decode(SPEC_DECODER, text)
        spec.templates = templates
    return ResolvedWorkflow(workflow, spec, variables)
