"""What a step or task can read of the ones before it: `steps.NAME.outputs.result`, `tasks.NAME.status`, ...

The names are those of buildLocalScope in Argo's workflow/controller/operator.go.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import NamedTuple

import msgspec

from argosy.errors import ExpressionError, InvalidRequest, NotFound
from argosy.language.gotext import quote
from argosy.language.govalues import format_value
from argosy.language.scopes import Scope, World
from argosy.language.tags import MISSING, resolve_variable
from argosy.model.arguments import Arguments, Artifact, Outputs, Parameter
from argosy.model.kinds import OMITTED, RETRY, SKIPPED
from argosy.model.status import NodeStatus
from argosy.model.template import DAGTask, Template, WorkflowStep
from argosy.plan.arguments import ABSENT
from argosy.plan.artifacts import ArtifactScope, resolve_outputs
from argosy.plan.substitution import evaluate_value, substitute
from argosy.templates.aggregates import aggregate
from argosy.templates.base import NodeContext, is_hook

PARAMETER = "outputs.parameters."
ARTIFACT = "outputs.artifacts."
INPUT_ARTIFACT = "inputs.artifacts."
FACTS = ("id", "startedAt", "finishedAt", "ip", "status", "hostNodeName", "exitCode", "outputs.result")


class Producer(NamedTuple):
    """A node that can be read and the step or task that it is of; `children` where that is a loop."""

    node: NodeStatus
    holder: WorkflowStep | DAGTask
    children: Iterable[NodeStatus] | None = None


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
    """The variables of one step or task: those of the producers it may read, its template's inputs, the workflow's.

    `prefix` is "steps." or "tasks."; `find` gives the producer of a name, None where it may not be read; `names` are
    the names that may be. `aggregates` keeps what loops give, by the id of the node. It is an ArtifactScope.
    """

    def __init__(
        self,
        context: NodeContext,
        prefix: str,
        find: Callable[[str], Producer | None],
        names: Callable[[], Iterable[str]],
        aggregates: dict[str, dict[str, str]],
    ) -> None:
        self.context, self.prefix, self.find, self._names = context, prefix, find, names
        self._aggregates = aggregates

    def lookup(self, name: str) -> object:
        """The variable's value: MISSING where there is none of that name.

        None is an output of a skipped producer that declares no default: it is absent for good (Argo 4.0.7's rule).
        """
        value = self._read(name)
        return self.context.variables.lookup(name) if value is MISSING else value

    def names(self, prefix: str) -> Iterator[str]:
        """The names that begin with a prefix, each once."""
        yield from (name for name in self._own_names(prefix) if name.startswith(prefix))
        yield from self.context.variables.names(prefix)

    def artifact(self, name: str) -> Artifact | None:
        """The artifact of that name, or None."""
        if name.startswith(INPUT_ARTIFACT):
            return _named(self.context.template.inputs.artifacts, name.removeprefix(INPUT_ARTIFACT))
        producer_name, _, field = name.removeprefix(self.prefix).partition(".")
        if not name.startswith(self.prefix) or not field.startswith(ARTIFACT):
            return self.context.variables.artifact(name)
        producer = self.find(producer_name)
        return _named(self._artifacts(producer), field.removeprefix(ARTIFACT)) if producer else None

    def artifact_names(self, prefix: str) -> Iterator[str]:
        """The names of artifacts that begin with the prefix."""
        names = [f"{INPUT_ARTIFACT}{each.name}" for each in self.context.template.inputs.artifacts]
        for producer_name in self._names() if prefix.startswith(self.prefix) else ():
            producer = self.find(producer_name)
            artifacts = self._artifacts(producer) if producer else ()
            names += (f"{self.prefix}{producer_name}.{ARTIFACT}{each.name}" for each in artifacts)
        yield from (name for name in names if name.startswith(prefix))
        yield from self.context.variables.artifact_names(prefix)

    def _artifacts(self, producer: Producer) -> list[Artifact]:
        """The artifacts of a producer. Of a step that was skipped they are kept nowhere; a task that was has none."""
        if producer.children is not None:
            return []
        node = self._facts_of(producer.node)
        if node.outputs is None and self.prefix == "steps.":
            return [Artifact(name=each.name) for each in self._declared(producer).artifacts]
        return node.outputs.artifacts if node.outputs else []

    def _own_names(self, prefix: str) -> Iterator[str]:
        """Names of this scope's own among which are all that begin with the prefix."""
        yield from (f"inputs.parameters.{each.name}" for each in self.context.template.inputs.parameters)
        if not (prefix.startswith(self.prefix) or self.prefix.startswith(prefix)):
            return
        wanted = prefix.removeprefix(self.prefix).partition(".")[0] if prefix.startswith(self.prefix) else ""
        for producer_name in (wanted,) if wanted else self._names():
            producer = self.find(producer_name)
            if producer is not None:
                yield from (f"{self.prefix}{producer_name}.{field}" for field in self._fields(producer))

    def _fields(self, producer: Producer) -> Iterator[str]:
        node = self._facts_of(producer.node)
        yield from (field for field in FACTS if node_variable(node, field) is not None)
        if producer.children is not None:
            yield from self._aggregate(producer)
        elif node.outputs is not None:
            yield from (f"{PARAMETER}{each.name}" for each in node.outputs.parameters if each.value is not None)
        else:
            yield from (f"{PARAMETER}{each.name}" for each in self._declared(producer).parameters)

    def _read(self, name: str) -> object:
        if name.startswith("inputs.parameters."):
            wanted = name.removeprefix("inputs.parameters.")
            found = (each.value for each in self.context.template.inputs.parameters if each.name == wanted)
            return next((value for value in found if value is not None), MISSING)
        if not name.startswith(self.prefix):
            return MISSING
        producer_name, _, field = name[len(self.prefix) :].partition(".")
        producer = self.find(producer_name)
        if producer is None:
            return MISSING
        if producer.children is not None and field in (values := self._aggregate(producer)):
            return values[field]
        value = node_variable(producer.node if field == "status" else self._facts_of(producer.node), field)
        return self._skipped(producer, field) if value is None else value

    def _facts_of(self, node: NodeStatus) -> NodeStatus:
        """The node that speaks for this one: of a retry, its last try (possiblyGetRetryChildNode)."""
        if node.type != RETRY:
            return node
        tries = [child for child in map(self.context.get, node.children) if not is_hook(child)]
        if node.daemoned:  # while a daemon is tried again, it is where it was
            tries = [each for each in tries if each.pod_ip] or tries
        return tries[-1] if tries else node

    def _aggregate(self, producer: Producer) -> dict[str, str]:
        key = f"{producer.node.id}.{producer.holder.name}"
        if key not in self._aggregates:
            children = list(producer.children or ())
            self._aggregates[key] = aggregate(children) if children else {}
        return self._aggregates[key]

    def _skipped(self, producer: Producer, field: str) -> object:
        """The output of a node that did not run: its default, or None, which is absent for good."""
        if not field.startswith(PARAMETER):
            return MISSING
        name = field.removeprefix(PARAMETER)
        found = next((each for each in self._declared(producer).parameters if each.name == name), None)
        if found is None:
            return MISSING
        return found.value_from.default if found.value_from else None

    def _declared(self, producer: Producer) -> Outputs:
        """The outputs that a node which was skipped would have had."""
        node = producer.node
        if node.outputs is not None or node.phase not in (SKIPPED, OMITTED):
            return Outputs()
        try:
            return self.context.planned(producer.holder).template.outputs
        except NotFound:
            return Outputs()

    def mark_absent(self, holder: WorkflowStep | DAGTask) -> WorkflowStep | DAGTask:
        """The step or task with arguments that are nothing but a skipped producer's output taken as not given."""
        arguments = self.mark_absent_arguments(holder.arguments)
        return holder if arguments is holder.arguments else msgspec.structs.replace(holder, arguments=arguments)

    def mark_absent_arguments(self, arguments: Arguments) -> Arguments:
        """The same for the arguments of any call."""
        parameters = [self._absent(parameter) for parameter in arguments.parameters]
        if all(new is old for new, old in zip(parameters, arguments.parameters, strict=True)):
            return arguments
        return msgspec.structs.replace(arguments, parameters=parameters)

    def _absent(self, parameter: Parameter) -> Parameter:
        text = parameter.value or ""
        if not (text.startswith("{{") and text.endswith("}}")) or "{{" in text[2:]:
            return parameter
        if self._read(text[2:-2].strip()) is not None:
            return parameter
        return msgspec.structs.replace(parameter, value=ABSENT)


def _named(artifacts: Iterable[Artifact], name: str) -> Artifact | None:
    return next((each for each in artifacts if each.name == name), None)


def template_outputs(template: Template, scope: ArtifactScope, world: World | None) -> Outputs | None:
    """The outputs of a steps or dag template out of its children (getTemplateOutputsFromScope).

    None where it declares none. Raises InvalidRequest for one that can't be resolved and has no default.
    """
    if not template.outputs.parameters and not template.outputs.artifacts:
        return None
    parameters = [_output(parameter, scope, world) for parameter in template.outputs.parameters]
    return Outputs(parameters=parameters, artifacts=resolve_outputs(template, scope, world))


def _output(parameter: Parameter, scope: Scope, world: World | None) -> Parameter:
    source = parameter.value_from
    if source is None:
        raise InvalidRequest("output parameters must have a valueFrom specified")
    try:
        value = (
            _evaluate(source.expression, scope, world)
            if source.expression
            else _resolve(source.parameter, scope, world)
        )
    except InvalidRequest:
        if source.default is None:
            raise
        value = source.default
    if value is None:
        value = source.default
    if value is None:
        absent = f"{quote(source.parameter)} is an absent optional (skipped/omitted node output with no default)"
        raise InvalidRequest(f"output parameter {quote(parameter.name)}: {absent}")
    return msgspec.structs.replace(parameter, value=value, value_from=None)


def _evaluate(expression: str, scope: Scope, world: World | None) -> str:
    value = evaluate_value(expression, scope, world)
    if value is None:
        raise ExpressionError(f"failed to evaluate expression {quote(expression)}")
    return format_value(value)


def _resolve(reference: str, scope: Scope, world: World | None) -> str | None:
    inside = reference.strip().removeprefix("{{").lstrip()
    if inside.startswith("=") or "{{" in inside:
        return substitute(reference, scope, world, raw=True)
    value = resolve_variable(reference.strip(), scope.lookup)
    return value if isinstance(value, str) else None
