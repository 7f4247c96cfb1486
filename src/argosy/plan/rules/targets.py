"""A step or task, or the entrypoint → the template that it calls, or why there is none."""

from __future__ import annotations

from typing import NamedTuple

from argosy.model.template import DAGTask, Template, TemplateRef, WorkflowStep
from argosy.plan.rules.problems import Path, did_you_mean
from argosy.plan.rules.shapes import is_dynamic
from argosy.plan.rules.subject import Owner, Subject


class Target(NamedTuple):
    """A template that is called, or None with the `trouble`; None without trouble is known at run time only.

    `path` leads to it from the top of its document, and from the step or task for an inline one. `at` is the field of
    the step or task that the trouble is about.
    """

    template: Template | None
    owner: Owner
    path: Path = ()
    trouble: str = ""
    hint: str = ""
    at: Path = ()


def target_of(subject: Subject, owner: Owner, holder: WorkflowStep | DAGTask) -> Target:
    """What the step or task calls, in the words of Argo's validateTemplateHolder where it cannot be."""
    if holder.template_ref is not None:
        return _referred(subject, owner, holder.template_ref, holder.template)
    if holder.inline is not None:
        return Target(holder.inline, owner, ("inline",))
    if not holder.template:
        hint = "write template, templateRef or inline"
        return Target(None, owner, trouble="failed to get a template", hint=hint)
    return named(owner, holder.template)


def named(owner: Owner, name: str) -> Target:
    """The template of that name in the same document."""
    index = owner.templates.get(name)
    if index is None:
        hint = did_you_mean(name, owner.templates)
        return Target(None, owner, trouble=f"template name '{name}' undefined", hint=hint, at=("template",))
    return Target(owner.spec.templates[index], owner, (*owner.path, "templates", index))


def _referred(subject: Subject, owner: Owner, reference: TemplateRef, name: str) -> Target:
    if name:
        return Target(None, owner, trouble="template name cannot be specified with templateRef", at=("template",))
    if not reference.name:
        return Target(None, owner, trouble="resource name is required", at=("templateRef",))
    if not reference.template:
        return Target(None, owner, trouble="template name is required", at=("templateRef",))
    if is_dynamic(reference.name) or is_dynamic(reference.template):
        return Target(None, owner)
    library = subject.library(reference)
    if library is not None and reference.template in library.templates:
        return named(library, reference.template)
    trouble = f"template reference {reference.name}.{reference.template} not found"
    if library is not None:
        hint = did_you_mean(reference.template, library.templates)
        return Target(None, owner, trouble=trouble, hint=hint, at=("templateRef", "template"))
    kind = "ClusterWorkflowTemplate" if reference.cluster_scope else "WorkflowTemplate"
    names = [name for other, name in subject.libraries if other == kind]
    hint = did_you_mean(reference.name, names) or f"there is no {kind} {reference.name!r} here"
    return Target(None, owner, trouble=trouble, hint=hint, at=("templateRef", "name"))
