"""What can be read where: the names that a tag may hold in a template, a step or a task.

The rules are those of Argo's validation (resolveAllVariables), which looks only at tags that begin in a way that it
knows: the rest may be somebody else's, and stays as it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, cast

from argosy.language.variables import fixed_names, roots
from argosy.model.meta import ObjectMeta
from argosy.model.spec import WorkflowSpec
from argosy.model.template import DAGTask, Template, WorkflowStep
from argosy.plan.rules.dependencies import dependencies_of, is_behind
from argosy.plan.rules.shapes import gives_result, has_exit_hook, is_leaf, is_loop, is_pod, type_of, types_of
from argosy.plan.rules.subject import Subject
from argosy.plan.rules.walk import Call, Visit, Walk

ROOTS = tuple(f"{root}." for root in sorted(roots(checked=True)))
ALWAYS = tuple({name if name != "outputs.result" else "outputs." for name in fixed_names("any", "")})
OF_EVERY_NODE = fixed_names("given", "steps.<step>.")
OF_WORKFLOW = fixed_names("given", "workflow.")


def is_looked_at(tag: str) -> bool:
    """Whether the tag begins like one of Argo's, and is not made of other tags."""
    return tag.startswith(ROOTS) and "{{" not in tag


class Globals:
    """The variables of the workflow: those that are there from the beginning, and outputs with a global name."""

    def __init__(self, walk: Walk) -> None:
        self.walk = walk
        subject = walk.subject
        self.names = frozenset(f"workflow.{name}" for name in _workflow_names(subject))
        self.any_parameter = subject.is_template

    def knows(self, tag: str, moment: int) -> bool:
        """Whether a tag that begins with `workflow.` is known at that moment of the walk."""
        if tag in self.names or (self.any_parameter and tag.startswith("workflow.parameters")):
            return True
        known = self.walk.globals
        kind = ".".join(tag.split(".", 3)[:3])
        return min(known.get(tag, moment), known.get(f"{kind}.*", moment)) < moment

    def near(self, moment: int) -> Iterator[str]:
        """Every name that is known, for hints."""
        yield from self.names
        yield from (name for name, since in self.walk.globals.items() if since < moment)


def _workflow_names(subject: Subject) -> Iterator[str]:
    yield from OF_WORKFLOW
    parameters = subject.arguments.parameters
    if parameters:
        yield from ("parameters", "parameters.json")
    yield from (f"parameters.{parameter.name}" for parameter in parameters)
    yield from carried(subject.metadata, *subject.specs)
    if subject.spec.priority is not None:
        yield "priority"


def carried(metadata: ObjectMeta, *specs: WorkflowSpec) -> Iterator[str]:
    """The labels and annotations that an object has, and gives to workflows that are made of it."""
    yield from (f"annotations.{name}" for name in metadata.annotations)
    yield from (f"labels.{name}" for name in metadata.labels)
    for wanted in (spec.workflow_metadata for spec in specs if spec.workflow_metadata):
        yield from (f"annotations.{name}" for name in wanted.annotations)
        yield from (f"labels.{name}" for name in (*wanted.labels, *wanted.labels_from))


def own_names(template: Template) -> set[str]:
    """What a template can read of itself."""
    inputs = template.inputs
    names = {f"inputs.parameters.{parameter.name}" for parameter in inputs.parameters} | {"inputs.parameters"}
    names |= {f"inputs.artifacts.{artifact.name}" for artifact in inputs.artifacts}
    if is_leaf(template):
        names |= {f"inputs.artifacts.{artifact.name}.path" for artifact in inputs.artifacts}
    return names | {"pod.name"} if is_pod(template) else names


class Producers:
    """The steps or tasks of one template, as those that read of them."""

    def __init__(self, visit: Visit) -> None:
        self.prefix = "tasks." if type_of(visit.template) == "dag" else "steps."
        self.by_name: dict[str, Call] = {}
        for call in visit.calls:
            self.by_name.setdefault(call.holder.name, call)
        self.graph: Mapping[str, tuple[str, ...]] = {
            call.holder.name: tuple(dependencies_of(call.holder))
            for call in visit.calls
            if isinstance(call.holder, DAGTask)
        }
        self._facts: dict[tuple[int, bool], frozenset[str] | None] = {}

    def knows(self, tag: str, reader: Call | None) -> bool:
        """Whether the tag names something of a step or task. Without `reader`: once all of them have ended."""
        name, _, field = tag.removeprefix(self.prefix).partition(".")
        call = self.by_name.get(name)
        if call is None:
            return False
        if isinstance(call.holder, DAGTask):
            if field == "status":
                return bool(call.holder.hooks) or (reader is not None and self.is_ancestor(reader, name))
            return self.gives(call, field)
        if reader is None or call.position < reader.position:
            return field == "status" or self.gives(call, field)
        return call is reader and (field == "status" or (has_exit_hook(call.holder) and self.gives(call, field)))

    def gives(self, call: Call, field: str) -> bool:
        """Whether the nodes of a step or task have this fact. Of a template that is not known, all is."""
        template, loop = call.target.template, is_loop(call.holder)
        if template is None:
            return True
        key = (id(template), loop)
        if key not in self._facts:
            self._facts[key] = facts_of(template, loop=loop) if types_of(template) else None
        facts = self._facts[key]
        return facts is None or field in facts

    def is_ancestor(self, reader: Call, name: str) -> bool:
        """Whether the reader waits for the task of that name."""
        return is_behind(self.graph, reader.holder.name, name)

    def near(self) -> Iterator[str]:
        """Every name that could be meant, for hints."""
        for name, call in self.by_name.items():
            template = call.target.template
            facts = facts_of(template, loop=is_loop(call.holder)) if template else OF_EVERY_NODE
            yield from (f"{self.prefix}{name}.{fact}" for fact in (*facts, "status"))


def facts_of(template: Template, *, loop: bool) -> frozenset[str]:
    """The facts that can be read of the nodes of a template (addOutputsToScope)."""
    facts: set[str] = {*OF_EVERY_NODE}
    if template.daemon:
        facts.add("ip")
    if gives_result(template) or (loop and type_of(template) == "container_set"):
        facts |= {"outputs.result", "exitCode"}
    if loop:
        facts.add("outputs.parameters")
    facts |= {f"outputs.parameters.{parameter.name}" for parameter in template.outputs.parameters}
    return frozenset(facts | {f"outputs.artifacts.{artifact.name}" for artifact in template.outputs.artifacts})


class Items:
    """What the loops of one template go over, by the position from which on it can be read.

    In a steps template Argo's validation knows an item from its step on to the end, in a DAG only in its task.
    """

    def __init__(self, visit: Visit) -> None:
        self.lasts = type_of(visit.template) != "dag"
        self.keys: dict[str, list[int]] = {}
        for call in visit.calls:
            for key in _item_keys(call.holder):
                self.keys.setdefault(key, []).append(call.position)

    def knows(self, tag: str, reader: Call | None) -> bool:
        """Whether the tag names a part of an item."""
        if reader is None:
            return False
        positions = [*self.keys.get(tag.removeprefix("item."), ()), *self.keys.get("*", ())]
        return (
            any(position <= reader.position for position in positions) if self.lasts else reader.position in positions
        )


def _item_keys(holder: WorkflowStep | DAGTask) -> Iterator[str]:
    for item in holder.with_items:
        if isinstance(item, dict):
            yield from cast(dict[str, Any], item)
        elif isinstance(item, list):
            yield from (f"[{index}]" for index in range(len(cast(list[Any], item))))
    if holder.with_param:
        yield "*"


class Context:
    """What can be read in one template. `outer` is that of the template in which an inline one stands."""

    def __init__(self, visit: Visit, variables: Globals, outer: Context | None) -> None:
        self.visit, self.globals, self.outer = visit, variables, outer
        self.names = own_names(visit.template)
        self.producers, self.items = Producers(visit), Items(visit)

    def knows(self, tag: str, reader: Call | None, moment: int) -> bool:
        """Whether the tag can be replaced: in a step or task, or without `reader` in the template itself."""
        if tag.startswith(ALWAYS) or tag in self.names or self._of_inline(tag, reader):
            return True
        if tag.startswith("workflow."):
            return self.globals.knows(tag, moment)
        if tag.startswith("item.") and self.items.knows(tag, reader):
            return True
        if tag.startswith(self.producers.prefix) and self.producers.knows(tag, reader):
            return True
        return self.outer is not None and self.outer.knows(tag, self.visit.call, moment)

    def _of_inline(self, tag: str, reader: Call | None) -> bool:
        """The inputs of an inline template can be read in all of the step or task."""
        inline = reader.holder.inline if reader else None
        return inline is not None and tag in {f"inputs.parameters.{each.name}" for each in inline.inputs.parameters}

    def near(self, moment: int) -> Iterator[str]:
        """Every name that could be meant, for hints."""
        yield from self.names
        yield from self.globals.near(moment)
        yield from self.producers.near()
        if self.outer is not None:
            yield from self.outer.near(moment)


def contexts_of(walk: Walk) -> Iterator[Context]:
    """The context of every template that is visited."""
    variables = Globals(walk)
    contexts: dict[int, Context] = {}
    for visit in walk.visits:
        caller = visit.outer.caller if visit.outer else None
        context = Context(visit, variables, contexts.get(id(caller)) if caller else None)
        contexts[id(visit)] = context
        yield context
