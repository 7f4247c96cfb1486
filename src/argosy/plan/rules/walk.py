"""A manifest → the templates that it reaches, each once, with the steps and tasks that call them.

The order and the words are those of Argo's validation, which goes the way that a run would go:

1. It begins with the entrypoint, then the exit handler, then every template by itself.
2. At each step or task it looks at the template that is called before it goes on, if it has not been there.
3. What it finds is told with the way that led there: `templates.main.steps[0].a templates.a ...`.
4. An output with a global name is known from the moment at which a step or task with that output has been looked at.

What is found in another document is told at the step or task that led there.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from argosy.model.arguments import Arguments
from argosy.model.template import DAGTask, Template, WorkflowStep
from argosy.plan.rules.dependencies import dependencies_of, in_order_of_need
from argosy.plan.rules.problems import Level, Path, Problem
from argosy.plan.rules.shapes import is_dynamic, types_of
from argosy.plan.rules.subject import Owner, Subject
from argosy.plan.rules.targets import Target, named, target_of

FAILURES = "workflow.failures"


class Place:
    """Where in the document something is told, and what stands before the message."""

    def __init__(self, path: Path, chain: str, *, foreign: bool) -> None:
        self.path, self.chain, self.foreign = path, chain, foreign

    def at(self, *keys: str | int) -> Path:
        """A place below this one; this one itself where it only stands for one in another document."""
        return self.path if self.foreign else (*self.path, *keys)

    def problem(self, keys: Path, message: str, hint: str = "", level: Level = "error") -> Problem:
        """A problem at a place below this one."""
        return Problem(level, self.at(*keys), f"{self.chain}{message}", hint)


class Call(Place):
    """A step or task that calls a template; the entrypoint and the like too, with a `caller` of None.

    `label` is how Argo names it. `arguments` is None where somebody else will give them, so that all are known.
    `moment` is when it has been looked at.
    """

    def __init__(self, place: Place, holder: WorkflowStep | DAGTask, target: Target, label: str = "") -> None:
        super().__init__(place.path, place.chain, foreign=place.foreign)
        self.holder, self.target, self.label = holder, target, label
        self.caller: Visit | None = None
        self.arguments: Arguments | None = holder.arguments
        self.position = self.moment = 0
        self.visit: Visit | None = None

    @property
    def behind(self) -> str:
        """What stands before messages about the template that is called."""
        return f"{self.chain}{self.label} " if self.label else self.chain


class Root(Call):
    """Where the looking begins: `field` is "entrypoint", "onExit" or "templates"."""

    field = "templates"


class Visit(Place):
    """A template that is looked at; `call` led there. `opened` and `closed` are moments."""

    def __init__(self, call: Call, template: Template, opened: int) -> None:
        target = call.target
        inline = target.path == ("inline",)
        foreign = call.foreign or (target.owner.foreign and not inline)
        path = call.at("inline") if inline else target.path
        super().__init__(call.path if foreign else path, call.behind, foreign=foreign)
        self.template, self.call, self.owner = template, call, target.owner
        self.outer = call if inline else None
        self.opened = self.closed = opened
        self.types = types_of(template)
        self.calls: list[Call] = []

    @property
    def label(self) -> str:
        """How Argo names the template."""
        return f"templates.{self.template.name}"


class Walk:
    """Everything that was come by. `globals` has the moments from which outputs with a global name are known."""

    def __init__(self, subject: Subject) -> None:
        self.subject = subject
        self.roots: list[Root] = []
        self.visits: list[Visit] = []
        self.globals: dict[str, int] = {}
        self._clock = itertools.count(1)
        self._seen: set[int] = set()
        for root in _roots(subject):
            if root.field == "onExit":
                self.globals.setdefault(FAILURES, next(self._clock))
            self.roots.append(root)
            self._follow(root)

    @property
    def calls(self) -> Iterator[Call]:
        """Every step and task."""
        return (call for visit in self.visits for call in visit.calls)

    def _follow(self, root: Call) -> None:
        stack = [(root, self._enter(root))]
        while stack:
            call, calls = stack[-1]
            following = next(calls, None)
            if following is None:
                stack.pop()
                self._leave(call)
            else:
                stack.append((following, self._enter(following)))

    def _enter(self, call: Call) -> Iterator[Call]:
        template = call.target.template
        if template is None or id(template) in self._seen:
            return iter(())
        self._seen.add(id(template))
        visit = call.visit = Visit(call, template, next(self._clock))
        self.visits.append(visit)
        if len(visit.types) == 1:
            visit.calls = [_with_caller(call, visit, index) for index, call in enumerate(_calls(self.subject, visit))]
        return iter(visit.calls)

    def _leave(self, call: Call) -> None:
        if call.visit is not None:
            call.visit.closed = next(self._clock)
        call.moment = next(self._clock)
        if call.target.template is not None:
            for name in _global_outputs(call.target.template):
                self.globals.setdefault(name, next(self._clock))


def _with_caller(call: Call, visit: Visit, position: int) -> Call:
    call.caller, call.position = visit, position
    return call


def _calls(subject: Subject, visit: Visit) -> Iterator[Call]:
    """The steps or tasks of a template."""
    for index, group in enumerate(visit.template.steps):
        for number, step in enumerate(group):
            place = Place(visit.at("steps", index, number), visit.chain, foreign=visit.foreign)
            yield Call(place, step, target_of(subject, visit.owner, step), f"{visit.label}.steps[{index}].{step.name}")
    tasks = visit.template.dag.tasks if visit.template.dag else []
    graph = {task.name: tuple(dependencies_of(task)) for task in tasks}
    rank = {name: number for number, name in enumerate(in_order_of_need(graph))}
    for index, task in sorted(enumerate(tasks), key=lambda pair: rank[pair[1].name]):
        place = Place(visit.at("dag", "tasks", index), visit.chain, foreign=visit.foreign)
        yield Call(place, task, target_of(subject, visit.owner, task), f"{visit.label}.tasks.{task.name}")


def _roots(subject: Subject) -> Iterator[Root]:
    base = subject.base or subject.own
    if subject.spec.workflow_template_ref and not subject.base:
        return
    entrypoint = next((spec.entrypoint for spec in subject.specs if spec.entrypoint), "")
    on_exit = next((spec.on_exit for spec in subject.specs if spec.on_exit), "")
    for field, name in (("entrypoint", entrypoint), ("onExit", on_exit)):
        if name:
            root = _root(subject, base, field, _named_by_workflow(base, name))
            root.field = field
            root.arguments = None if subject.is_template and field == "entrypoint" else subject.arguments
            yield root
    for index, template in enumerate(base.spec.templates):
        target = Target(template, base, (*base.path, "templates", index))
        root = _root(subject, base, "templates", target)
        root.label, root.arguments = f"templates.{template.name}", None
        yield root


def _root(subject: Subject, base: Owner, field: str, target: Target) -> Root:
    path = target.path if field == "templates" else (*subject.own.path, field)
    if base.foreign:
        path = (*subject.own.path, "workflowTemplateRef")
    return Root(Place(path, subject.prefix, foreign=base.foreign), WorkflowStep(), target)


def _named_by_workflow(base: Owner, name: str) -> Target:
    target = named(base, name)
    if target.trouble and base.foreign:
        return target._replace(trouble=f"template reference {base.name}.{name} not found", at=())
    return target._replace(at=())


def _global_outputs(template: Template) -> Iterator[str]:
    """The names under which the outputs of a template are outputs of the workflow; `*` for any, known at run time."""
    for kind, outputs in (("parameters", template.outputs.parameters), ("artifacts", template.outputs.artifacts)):
        for output in outputs:
            if output.global_name:
                name = "*" if is_dynamic(output.global_name) else output.global_name
                yield f"workflow.outputs.{kind}.{name}"
