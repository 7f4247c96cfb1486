"""A text with tags, an expression or a `when` → what it is in a workflow, in one of its nodes, or by itself."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from msgspec import Struct, json, structs

from argosy.engine.world import NodeWorld
from argosy.errors import ExpressionError, InvalidRequest
from argosy.language.environment import environment_of
from argosy.language.expr import ExprError, compile_expression
from argosy.language.expr.trace import shown, trace
from argosy.language.govaluate import evaluate_when
from argosy.language.scopes import ChainScope, MapScope, Scope
from argosy.language.tags import MISSING, compile_text
from argosy.model.meta import ObjectMeta
from argosy.model.requests import SubmitOpts
from argosy.model.workflow import Workflow
from argosy.operations.options import with_options
from argosy.operations.scopes import find_node, node_scope, workflow_scope
from argosy.operations.target import find
from argosy.plan.rules.problems import did_you_mean_tag
from argosy.plan.substitution import substitute
from argosy.ports.operation import Operation, Services


class EvalRequest(Struct, frozen=True, kw_only=True):
    """A text, and where it stands: in the workflow `name` of the store, or in `manifest`; in its node, if one is named.

    `parameters` are `NAME=VALUE`: of a variable where the name has a dot, else of the workflow's arguments. With
    `when`, the text is a condition of a step; else one with `{{` is a text, and one without an expression.
    """

    text: str
    namespace: str = ""
    name: str = ""
    manifest: Any = None
    node: str = ""
    parameters: Sequence[str] = ()
    when: bool = False


class Traced(Struct, frozen=True, kw_only=True):
    """A part of an expression, or a tag of a text, with its value as JSON and its type; or why it has none."""

    depth: int
    text: str
    value: str = ""
    type: str = ""
    error: str = ""


class EvalResponse(Struct, frozen=True, kw_only=True):
    """The value: as text, as JSON, and its Go type. Where there is none, `error` says why, and `parts` show where."""

    text: str = ""
    json: str = ""
    type: str = ""
    error: str = ""
    hint: str = ""
    parts: Sequence[Traced] = ()


def run(services: Services, request: EvalRequest) -> EvalResponse:
    """Evaluate it. Raises NotFound for a workflow or node that is not there."""
    workflow = find(services, request.namespace, request.name) if request.name else request.manifest
    return evaluate(request, workflow, services.clock.now(), services.new_uid())


def evaluate(request: EvalRequest, workflow: Workflow | None, now: datetime, seed: str) -> EvalResponse:
    """The same without a store."""
    world = NodeWorld(seed, now)
    try:
        scope = _scope(request, workflow, now)
        if request.when or "{{" in request.text:
            return _text(request, scope, world)
        return _expression(request.text, scope, world)
    except ExpressionError as error:
        return EvalResponse(error=error.message, hint=error.hint)


def _scope(request: EvalRequest, workflow: Workflow | None, now: datetime) -> Scope:
    dotted: dict[str, object] = {}
    plain: list[str] = []
    for text in request.parameters:
        name, equal, value = text.partition("=")
        if not equal:
            raise InvalidRequest(f"expected parameter of the form: NAME=VALUE, found: {text}")
        if "." in name or name in ("item", "retries"):
            dotted[name] = value
        else:
            plain.append(text)
    given = with_options(workflow or Workflow(metadata=ObjectMeta()), SubmitOpts(parameters=plain))
    scope: Scope = workflow_scope(given, now)
    if request.node:
        if workflow is None:
            raise InvalidRequest("a node needs its workflow", hint="name it: --workflow NAME")
        scope = ChainScope(MapScope(node_scope(given, find_node(given, request.node))), scope)
    return ChainScope(MapScope(dotted), scope)


def _expression(text: str, scope: Scope, world: NodeWorld) -> EvalResponse:
    program = compile_expression(text)
    environment = environment_of(scope, program.usage)
    parts: list[Traced] = []
    try:
        parts = [Traced(**part._asdict()) for part in trace(text, environment, world)]
        value = program.evaluate(environment, world)
    except ExprError as error:
        return EvalResponse(error=error.message, parts=parts, hint=_hint(error, scope))
    encoded, kind = shown(value)
    return EvalResponse(text=value if isinstance(value, str) else encoded, json=encoded, type=kind, parts=parts)


def _hint(error: ExprError, scope: Scope) -> str:
    name = error.problem.removeprefix("unknown name ")
    if name == error.problem:
        return ""
    roots = sorted({each.partition(".")[0] for each in scope.names("")})
    return f"there are: {', '.join(roots)}"


def _text(request: EvalRequest, scope: Scope, world: NodeWorld) -> EvalResponse:
    compiled = compile_text(request.text)
    parts = [part for tag in dict.fromkeys(compiled.tags) for part in _tag(tag, scope, world)]
    try:
        encoded = json.encode(request.text).decode()  # tags are replaced in JSON, as in a manifest
        text: str = json.decode(substitute(encoded, scope, world, allow_unresolved=True))
        if not request.when:
            return EvalResponse(text=text, json=shown(text)[0], type="string", parts=parts)
        parts.append(Traced(depth=0, text=text, type="when"))
        value = "true" if evaluate_when(text) else "false"
    except ExpressionError as error:
        return EvalResponse(error=error.message, hint=error.hint, parts=parts)
    return EvalResponse(text=value, json=value, type="bool", parts=parts)


def _tag(tag: str, scope: Scope, world: NodeWorld) -> list[Traced]:
    """What a tag is, and for an expression its parts."""
    if tag.startswith("="):
        try:
            answer = _expression(tag[1:], scope, world)
        except ExpressionError as error:
            return [Traced(depth=0, text=f"{{{{{tag}}}}}", error=error.message.splitlines()[0])]
        error = answer.error.splitlines()[0] if answer.error else ""
        head = Traced(depth=0, text=f"{{{{{tag}}}}}", value=answer.json, type=answer.type, error=error)
        return [head, *(structs.replace(part, depth=part.depth + 1) for part in answer.parts)]
    value = scope.lookup(tag.strip())
    if value is MISSING:
        hint = did_you_mean_tag(tag.strip(), scope.names(""))
        error = f"not known, so it stays as it is{hint and '; '}{hint}"
        return [Traced(depth=0, text=f"{{{{{tag}}}}}", error=error)]
    encoded, kind = shown(value)
    return [Traced(depth=0, text=f"{{{{{tag}}}}}", value=encoded, type=kind)]


OPERATION = Operation(
    name="evaluate",
    summary="what an expression or a text is in a workflow",
    method="POST",
    path="/api/v1/workflows/{namespace}/{name}/evaluate",
    request=EvalRequest,
    run=run,
)
