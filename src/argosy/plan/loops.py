"""A step or task that is run for each of many items → one for each (expandStep and expandTask in Argo)."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from argosy.errors import ExpressionError
from argosy.language import gojson
from argosy.language.items import Item, parse_items, sequence
from argosy.language.names import child_name
from argosy.language.scopes import ChainScope, MapScope, Scope, World
from argosy.model.policies import Sequence
from argosy.model.template import DAGTask, LifecycleHook, WorkflowStep
from argosy.plan.substitution import decode, substitute

ENCODER = msgspec.json.Encoder()
STEP_DECODER, TASK_DECODER = msgspec.json.Decoder(WorkflowStep), msgspec.json.Decoder(DAGTask)
HOOKS_DECODER = msgspec.json.Decoder(dict[str, LifecycleHook])


def is_loop(holder: WorkflowStep | DAGTask) -> bool:
    """Whether the step or task is run for each of many items."""
    return bool(holder.with_items or holder.with_param or holder.with_sequence is not None)


def items_of(holder: WorkflowStep | DAGTask) -> Iterable[Item]:
    """The items, in their order. Raises ExpressionError where they can't be read."""
    if holder.with_items:
        return [Item(gojson.encode(item)) for item in holder.with_items]
    if holder.with_param:
        try:
            return parse_items(holder.with_param)
        except ExpressionError as error:
            text = holder.with_param.strip()
            raise ExpressionError(
                f"withParam value could not be parsed as a JSON list: {text}: {error.message}"
            ) from None
    return _numbers(holder.with_sequence or Sequence())


def expand(
    holder: WorkflowStep | DAGTask, items: Iterable[Item], scope: Scope, world: World | None, *, allow_unresolved: bool
) -> list[WorkflowStep | DAGTask]:
    """One step or task for each item, named `name(0:item)`. Raises ExpressionError for a tag that nothing resolves."""
    bare = msgspec.structs.replace(holder, with_items=[], with_param="", with_sequence=None, hooks={})
    text, hooks = ENCODER.encode(bare).decode(), ENCODER.encode(holder.hooks).decode()
    expanded: list[WorkflowStep | DAGTask] = []
    for index, item in enumerate(items):
        own = MapScope(item.variables())
        one = msgspec.structs.replace(bare)
        if "{{" in text:
            filled = substitute(text, ChainScope(own, scope), world, allow_unresolved=allow_unresolved)
            one = decode(TASK_DECODER, filled) if isinstance(holder, DAGTask) else decode(STEP_DECODER, filled)
        one.name, one.template = child_name(holder.name, index, item.name_text), holder.template
        one.hooks = holder.hooks
        if "{{" in hooks:
            one.hooks = decode(HOOKS_DECODER, substitute(hooks, own, world, allow_unresolved=True))
        expanded.append(one)
    return expanded


def _numbers(wanted: Sequence) -> Iterable[Item]:
    start, end, count = (None if each is None else str(each) for each in (wanted.start, wanted.end, wanted.count))
    return sequence(start=start, end=end, count=count, template=wanted.format)
