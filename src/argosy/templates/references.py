"""What a step or task can read of the ones before it: `steps.NAME.outputs.result`, `tasks.NAME.status`, ...

The names are those of buildLocalScope in Argo's workflow/controller/operator.go.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import msgspec

from argosy.errors import InvalidRequest, NotFound
from argosy.language.tags import MISSING, Lookup, replace
from argosy.model.arguments import Outputs, Parameter
from argosy.model.kinds import OMITTED, SKIPPED
from argosy.model.status import NodeStatus
from argosy.model.template import DAGTask, Template, WorkflowStep
from argosy.plan.arguments import ABSENT
from argosy.templates.base import NodeContext

Producer = tuple[NodeStatus, WorkflowStep | DAGTask]
"""A finished node and the step or task that it is of."""

PARAMETER = "outputs.parameters."


def _stamp(moment: datetime | None) -> str | None:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ") if moment else None


def node_variable(node: NodeStatus, field: str) -> str | None:
    """One fact of a node by the name that it has in a tag, or None where the node does not have it."""
    outputs = node.outputs or Outputs()
    if field.startswith(PARAMETER):
        name = field.removeprefix(PARAMETER)
        return next((each.value for each in outputs.parameters if each.name == name), None)
    simple = {
        "id": node.id,
        "startedAt": _stamp(node.started_at),
        "finishedAt": _stamp(node.finished_at),
        "ip": node.pod_ip or None,
        "status": node.phase or None,
        "hostNodeName": node.host_node_name or None,
        "exitCode": outputs.exit_code,
        "outputs.result": outputs.result,
    }
    return simple.get(field)


class References:
    """The variables of one step or task: those of the producers it may read, then those of the workflow.

    `prefix` is "steps." or "tasks."; `find` gives the producer of a name, None where it may not be read.
    """

    def __init__(self, context: NodeContext, prefix: str, find: Callable[[str], Producer | None]) -> None:
        self.context, self.prefix, self.find = context, prefix, find

    def lookup(self, name: str) -> object:
        """The variable's value: MISSING where there is none of that name.

        None is an output of a skipped producer that declares no default: it is absent for good (Argo 4.0.7's rule).
        """
        value = self._read(name)
        return self.context.variables(name) if value is MISSING else value

    def _read(self, name: str) -> object:
        if not name.startswith(self.prefix):
            return MISSING
        producer_name, _, field = name[len(self.prefix) :].partition(".")
        producer = self.find(producer_name)
        if producer is None:
            return MISSING
        node, holder = producer
        value = node_variable(node, field)
        return self._skipped(node, holder, field) if value is None else value

    def _skipped(self, node: NodeStatus, holder: WorkflowStep | DAGTask, field: str) -> object:
        if node.outputs is not None or node.phase not in (SKIPPED, OMITTED) or not field.startswith(PARAMETER):
            return MISSING
        try:
            declared = self.context.planned(holder).template.outputs.parameters
        except NotFound:
            return MISSING
        name = field.removeprefix(PARAMETER)
        found = next((each for each in declared if each.name == name), None)
        if found is None:
            return MISSING
        return found.value_from.default if found.value_from else None

    def mark_absent(self, holder: WorkflowStep | DAGTask) -> WorkflowStep | DAGTask:
        """The step or task with arguments that are nothing but a skipped producer's output taken as not given."""
        arguments = [self._absent(parameter) for parameter in holder.arguments.parameters]
        if all(new is old for new, old in zip(arguments, holder.arguments.parameters, strict=True)):
            return holder
        changed = msgspec.structs.replace(holder.arguments, parameters=arguments)
        return msgspec.structs.replace(holder, arguments=changed)

    def _absent(self, parameter: Parameter) -> Parameter:
        text = parameter.value or ""
        if not (text.startswith("{{") and text.endswith("}}")) or "{{" in text[2:]:
            return parameter
        if self._read(text[2:-2].strip()) is not None:
            return parameter
        return msgspec.structs.replace(parameter, value=ABSENT)


def template_outputs(template: Template, lookup: Lookup) -> Outputs | None:
    """The outputs of a steps or dag template out of its children (getTemplateOutputsFromScope).

    None where it declares none. Raises InvalidRequest for one that can't be resolved and has no default.
    """
    if not template.outputs.parameters:
        return None
    return Outputs(parameters=[_output(parameter, lookup) for parameter in template.outputs.parameters])


def _output(parameter: Parameter, lookup: Lookup) -> Parameter:
    source = parameter.value_from
    if source is None:
        raise InvalidRequest("output parameters must have a valueFrom specified")
    try:
        value = _resolve(source.parameter, lookup)
    except InvalidRequest:
        if source.default is None:
            raise
        value = source.default
    return msgspec.structs.replace(parameter, value=value, value_from=None)


def _resolve(reference: str, lookup: Lookup) -> str:
    name = reference.strip()
    name = name.removeprefix("{{").removesuffix("}}").strip() if name.startswith("{{") else name
    if "{{" in name:
        return replace(reference, lookup, raw=True)
    value = lookup(name)
    if not isinstance(value, str):
        raise InvalidRequest(f"Unable to resolve: {reference}")
    return value
