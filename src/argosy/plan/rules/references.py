"""References: templates that are called have to be there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from argosy.language.names import EXIT
from argosy.model.template import DAGTask, LifecycleHook
from argosy.plan.rules.problems import Path, Problem, did_you_mean
from argosy.plan.rules.shapes import is_dynamic
from argosy.plan.rules.subject import Owner
from argosy.plan.rules.walk import Call, Place, Walk


def check(walk: Walk) -> Iterator[Problem]:
    """The entrypoint, and what steps, tasks and their hooks call."""
    yield from _workflow(walk)
    for call in (*walk.roots, *walk.calls):
        target = call.target
        if target.trouble:
            chain = f"{call.label} " if call.label else ""
            yield call.problem(target.at, f"{chain}{target.trouble}", target.hint)
        owner = call.caller.owner if call.caller else target.owner
        yield from _hooks(call, call.holder.on_exit, call.holder.hooks, owner)
    own = walk.subject.own
    place = Place(own.path, walk.subject.prefix, foreign=False)
    yield from _hooks(place, "", own.spec.hooks, walk.subject.base or own)


def _workflow(walk: Walk) -> Iterator[Problem]:
    subject, spec = walk.subject, walk.subject.spec
    place = Place(subject.own.path, subject.prefix, foreign=False)
    reference = spec.workflow_template_ref
    if reference is not None:
        if spec.templates:
            message = "Templates is invalid field in spec if workflow referred WorkflowTemplate reference"
            yield place.problem(("templates",), message, "give either templates or workflowTemplateRef")
        if subject.base is None and not is_dynamic(reference.name):
            kind = "clusterworkflowtemplate" if reference.cluster_scope else "workflowtemplate"
            known = [name for other, name in subject.libraries if other.lower() == kind]
            message = f'{kind}.argoproj.io "{reference.name}" not found'
            yield place.problem(("workflowTemplateRef", "name"), message, did_you_mean(reference.name, known))
    if not subject.is_template and not any(each.entrypoint for each in subject.specs):
        hint = "name the template to begin with"
        if len(spec.templates) == 1:
            hint = f"write entrypoint: {spec.templates[0].name}"
        if reference is None or subject.base is not None:
            yield place.problem((), "spec.entrypoint is required", hint)


def _hooks(place: Place, on_exit: str, hooks: Mapping[str, LifecycleHook], owner: Owner) -> Iterator[Problem]:
    """Hooks need an expression, though Argo does not ask it of a task's. Their templates it looks for when they run."""
    if on_exit:
        yield from _called(place, ("onExit",), on_exit, owner)
    label = place.label if isinstance(place, Call) else "hooks"
    of_task = isinstance(place, Call) and isinstance(place.holder, DAGTask)
    for name, hook in hooks.items():
        if name != EXIT and not hook.expression:
            hint = "say when it runs: expression: ... (a hook named exit needs none)"
            level = "warning" if of_task else "error"
            yield place.problem(("hooks", name), f"{label}.{name} Expression required", hint, level)
        if hook.template:
            yield from _called(place, ("hooks", name, "template"), hook.template, owner)


def _called(place: Place, keys: Path, name: str, owner: Owner) -> Iterable[Problem]:
    if is_dynamic(name) or name in owner.templates:
        return ()
    hint = did_you_mean(name, owner.templates)
    return (place.problem(keys, f"template name '{name}' undefined", hint, "warning"),)
