"""A step or task as it is written → the same with its references to other steps resolved, and whether it is to run.

As resolveReferences in Argo's steps.go and resolveDependencyReferences in its dag.go do it: `when` first, and where it
is false nothing else is looked at.
"""

from __future__ import annotations

from typing import NamedTuple

import msgspec

from argosy.language.govaluate import evaluate_when
from argosy.language.tags import Lookup, replace
from argosy.model.template import DAGTask, WorkflowStep
from argosy.plan.substituted import decode

ENCODER = msgspec.json.Encoder()
STEP_DECODER, TASK_DECODER = msgspec.json.Decoder(WorkflowStep), msgspec.json.Decoder(DAGTask)
STRICT = ("steps", "tasks")


class Call(NamedTuple):
    """A step or task that is ready: `proceed` is False where its `when` is."""

    holder: WorkflowStep | DAGTask
    proceed: bool


def resolve_call(holder: WorkflowStep | DAGTask, lookup: Lookup) -> Call:
    """Substitute what the step or task reads of others. Raises ExpressionError where that is not there."""
    if holder.when:
        when = msgspec.json.decode(replace(ENCODER.encode(holder.when).decode(), lookup, strict_prefixes=STRICT))
        if not evaluate_when(when):
            return Call(msgspec.structs.replace(holder, when=when), False)
    bare = msgspec.structs.replace(holder, hooks={}) if holder.hooks else holder
    text = ENCODER.encode(bare).decode()
    if "{{" not in text:
        return Call(holder, True)
    text = replace(text, lookup, strict_prefixes=STRICT)
    resolved = decode(TASK_DECODER, text) if isinstance(holder, DAGTask) else decode(STEP_DECODER, text)
    resolved.hooks = holder.hooks
    return Call(resolved, True)
