"""Habits of good manifests. Each of these is missing in a third of all manifests, so nobody hears of it unasked."""

from __future__ import annotations

from collections.abc import Iterator

from argosy.plan.rules.advice.parts import Part, all_containers, note, own_visits
from argosy.plan.rules.problems import Problem
from argosy.plan.rules.shapes import is_dynamic
from argosy.plan.rules.walk import Place, Walk


def check(walk: Walk) -> Iterator[Problem]:
    """The workflow, then its containers."""
    subject = walk.subject
    place = Place(subject.own.path, subject.prefix, foreign=False)
    generated = subject.own.metadata.generate_name
    if generated and not generated.endswith("-"):
        message = f"generateName {generated!r} does not end in a dash"
        yield Problem("style", ("metadata", "generateName"), message, f"write {generated}-")
    if not subject.is_template:
        yield from _limits(walk, place)
    for visit in own_visits(walk):
        for part in all_containers(visit):
            yield from _container(part)


def _limits(walk: Walk, place: Place) -> Iterator[Problem]:
    specs, templates = walk.subject.specs, [visit.template for visit in walk.visits]
    deadlines = [each.active_deadline_seconds for each in (*specs, *templates)]
    if not any(deadline is not None for deadline in deadlines) and not any(each.timeout for each in templates):
        message = "there is no activeDeadlineSeconds: it may hang for ever"
        yield note(place, (), message, "write spec.activeDeadlineSeconds", "style")
    if not any(spec.ttl_strategy for spec in specs):
        message = "there is no ttlStrategy: finished workflows pile up"
        yield note(place, (), message, "write spec.ttlStrategy.secondsAfterCompletion", "style")


def _container(part: Part) -> Iterator[Problem]:
    visit, image = part.visit, part.container.image
    if part.container.resources is None and visit.template.pod_resources is None:
        yield note(visit, part.keys, f"{part.label} has no resources", "write requests and limits", "style")
    if not image or is_dynamic(image) or "@" in image:
        return
    _, colon, tag = image.rpartition("/")[2].partition(":")
    if not colon:
        yield note(visit, (*part.keys, "image"), f"{part.label}.image {image!r} has no tag", level="style")
    elif tag == "latest":
        message = f"{part.label}.image {image!r} is another one tomorrow"
        yield note(visit, (*part.keys, "image"), message, "name a version", "style")
