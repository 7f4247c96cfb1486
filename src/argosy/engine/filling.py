"""Filling in: the template that a step or task names, with the arguments of one node put in."""

from __future__ import annotations

import re
from typing import NamedTuple

from argosy.engine.context import Context
from argosy.engine.deadlines import check_timeouts
from argosy.engine.pods import own_variables
from argosy.engine.state import State
from argosy.engine.world import NodeWorld
from argosy.errors import InvalidRequest
from argosy.language.scopes import ChainScope, MapScope
from argosy.model.arguments import Arguments, ValueFrom
from argosy.model.kinds import TEMPLATE_FIELDS
from argosy.model.policies import RetryStrategy
from argosy.model.status import NodeStatus
from argosy.model.template import DAGTask, Template, WorkflowStep
from argosy.plan.arguments import instantiate
from argosy.plan.resolve import PlannedTemplate
from argosy.templates import TEMPLATE_TYPES
from argosy.templates.base import DEPTH_EXCEEDED, TemplateHandler

MAX_DEPTH = 100
DISPLAY_NAME = "workflows.argoproj.io/display-name"
DISPLAY_NAMES = re.compile("[a-zA-Z0-9][a-zA-Z0-9-.]{0,61}[a-zA-Z0-9]")


class Filled(NamedTuple):
    """A template with the arguments of one node put in."""

    planned: PlannedTemplate
    template: Template
    handler: TemplateHandler
    retry: RetryStrategy | None


def fill_in(
    state: State, name: str, holder: WorkflowStep | DAGTask, boundary: Context | None, node: NodeStatus | None
) -> Filled:
    """The template for the node of that name: `node` itself where it exists. Raises InvalidRequest and NotFound."""
    if boundary is not None and boundary.depth + 1 >= MAX_DEPTH:
        raise InvalidRequest(DEPTH_EXCEEDED)
    planned = state.resolved.find(holder, boundary.plan_of_node if boundary else None)
    handler = handler_of(planned.template)
    retry = planned.template.retry_strategy or state.resolved.spec.retry_strategy
    pod_template = planned.template.name if handler.runs_pod and retry is None else None
    own = own_variables(state.resolved.name, name, holder, pod_template)
    world = NodeWorld(f"{state.resolved.uid}:{name}", (node and node.started_at) or state.now)
    arguments = holder.arguments
    if node is not None and node.inputs is not None:
        arguments = Arguments(parameters=node.inputs.parameters, artifacts=node.inputs.artifacts)
    scope = ChainScope(MapScope(own), state.variables)

    def read(source: ValueFrom | None) -> str | None:
        return state.resolved.config_values.value(source, scope, world)

    template = instantiate(planned.template, arguments, scope, world, read)
    check_timeouts(template)
    check_display_name(template)
    return Filled(planned, template, handler, template.retry_strategy or retry)


def check_display_name(template: Template) -> None:
    """Raise InvalidRequest for a display name that Argo would not take."""
    name = template.annotations.get(DISPLAY_NAME, "")
    if name and not DISPLAY_NAMES.fullmatch(name):
        raise InvalidRequest(f"displayName must match the regex ^{DISPLAY_NAMES.pattern}$")


def handler_of(template: Template) -> TemplateHandler:
    """The handler of a template's type. Raises InvalidRequest for a template that has none, or one not built yet."""
    for field in TEMPLATE_FIELDS:
        if getattr(template, field) not in (None, []):
            if field not in TEMPLATE_TYPES:
                raise InvalidRequest(f"not supported yet: templates of type {field}")
            return TEMPLATE_TYPES[field]
    raise InvalidRequest(f"Template '{template.name}' missing specification")
