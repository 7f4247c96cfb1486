"""A step or task as it is written → what is to be run of it: references resolved, `when` decided, loops expanded.

As resolveReferences in Argo's steps.go and resolveDependencyReferences in its dag.go do it: `when` first, and where it
is false nothing else is looked at. A `when` that only an item decides is looked at again for each. A `withParam` that
turns out to be empty text makes no loop: the step or task is run once.
"""

from __future__ import annotations

from typing import NamedTuple

import msgspec

from argosy.errors import ExpressionError, InvalidRequest
from argosy.language.govaluate import evaluate_when
from argosy.language.scopes import World
from argosy.language.tags import UnresolvedTag
from argosy.model.kinds import ERROR, SKIPPED
from argosy.model.template import DAGTask, WorkflowStep
from argosy.plan.artifacts import ArtifactScope, resolve_arguments
from argosy.plan.loops import expand, is_loop, items_of
from argosy.plan.substitution import decode, substitute

ENCODER = msgspec.json.Encoder()
STEP_DECODER, TASK_DECODER = msgspec.json.Decoder(WorkflowStep), msgspec.json.Decoder(DAGTask)
STRICT = ("steps", "tasks")
NO_ITEMS = "Skipped, empty params"


class Call(NamedTuple):
    """A step or task that is ready. `outcome` is empty where it is to run, else the phase of what does not: why not."""

    holder: WorkflowStep | DAGTask
    outcome: str = ""
    message: str = ""


def resolve_calls(holder: WorkflowStep | DAGTask, scope: ArtifactScope, world: World | None) -> list[Call]:
    """What is to be run of a step or task: one call, or one for each item of its loop.

    Raises InvalidRequest where something that it reads of others is not there, or does not fit.
    """
    resolved, proceed = _resolve_or_say_so(holder, scope, world)
    if not is_loop(resolved):
        return [Call(resolved) if proceed else _skipped(resolved)]
    try:
        items = list(items_of(resolved))
    except InvalidRequest:
        if proceed:
            raise
        items = []
    if not items:
        return [Call(resolved, SKIPPED, NO_ITEMS)]
    return [_decided(each) for each in expand(resolved, items, scope, world, allow_unresolved=not proceed)]


def _resolve_or_say_so(
    holder: WorkflowStep | DAGTask, scope: ArtifactScope, world: World | None
) -> tuple[WorkflowStep | DAGTask, bool]:
    """Of a step, an error says that it came of resolving what the step reads, but for a tag that nothing resolves."""
    try:
        return _resolve(holder, scope, world)
    except InvalidRequest as error:
        if isinstance(error, UnresolvedTag) or isinstance(holder, DAGTask):
            raise
        raise InvalidRequest(f"failed to resolve references: {error.message}") from None


def _resolve(
    holder: WorkflowStep | DAGTask, scope: ArtifactScope, world: World | None
) -> tuple[WorkflowStep | DAGTask, bool]:
    """The step or task with its references resolved, and whether its `when` lets it run."""
    if holder.when:
        text = substitute(ENCODER.encode(holder.when).decode(), scope, world, strict_prefixes=STRICT)
        when: str = msgspec.json.decode(text)
        try:
            if not evaluate_when(when):
                return msgspec.structs.replace(holder, when=when), False
        except ExpressionError:
            if not is_loop(holder):
                raise
    bare = msgspec.structs.replace(holder, hooks={}) if holder.hooks else holder
    text = ENCODER.encode(bare).decode()
    resolved = holder
    if "{{" in text:
        text = substitute(text, scope, world, strict_prefixes=STRICT)
        resolved = decode(TASK_DECODER, text) if isinstance(holder, DAGTask) else decode(STEP_DECODER, text)
        resolved.hooks = holder.hooks
    return (_with_artifacts(resolved, scope, world) if resolved.arguments.artifacts else resolved), True


def _with_artifacts(
    holder: WorkflowStep | DAGTask, scope: ArtifactScope, world: World | None
) -> WorkflowStep | DAGTask:
    is_step = isinstance(holder, WorkflowStep)
    try:
        arguments = resolve_arguments(holder.arguments, scope, world, lenient=is_step)
    except InvalidRequest as error:
        raise InvalidRequest(f"unable to resolve references: {error.message}" if is_step else error.message) from None
    return holder if arguments is holder.arguments else msgspec.structs.replace(holder, arguments=arguments)


def _decided(holder: WorkflowStep | DAGTask) -> Call:
    try:
        return Call(holder) if not holder.when or evaluate_when(holder.when) else _skipped(holder)
    except ExpressionError as error:
        return Call(holder, ERROR, error.message)


def _skipped(holder: WorkflowStep | DAGTask) -> Call:
    return Call(holder, SKIPPED, f"when '{holder.when}' evaluated false")
