"""What advice looks at: the manifest's own templates, the containers in them, and the tags of a text."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple, TypeAlias, cast

from argosy.language.tags import compile_text
from argosy.model.kubernetes import Container
from argosy.model.template import ContainerNode, ScriptTemplate, UserContainer
from argosy.plan.rules.problems import Level, Path, Problem
from argosy.plan.rules.walk import Call, Place, Visit, Walk

AnyContainer: TypeAlias = Container | ScriptTemplate | ContainerNode | UserContainer

SHELLS = frozenset({"sh", "bash", "ash", "dash", "zsh", "ksh"})


class Part(NamedTuple):
    """A container of a template; `keys` lead to it from there, `label` names it."""

    visit: Visit
    keys: Path
    label: str
    container: AnyContainer


def note(place: Place, keys: Path, message: str, hint: str = "", level: Level = "warning") -> Problem:
    """Advice at a place below this one; unlike an error it is not told with the way that led there."""
    return Problem(level, place.at(*keys), message, hint)


def own_visits(walk: Walk) -> Iterator[Visit]:
    """The templates of this document, of those that have one type."""
    return (visit for visit in walk.visits if not visit.foreign and len(visit.types) == 1)


def own_calls(walk: Walk) -> Iterator[Call]:
    """The steps and tasks of this document."""
    return (call for visit in own_visits(walk) for call in visit.calls)


def main_containers(visit: Visit) -> Iterator[Part]:
    """The containers that do a template's work."""
    template = visit.template
    for field in ("container", "script"):
        container = getattr(template, field)
        if container is not None:
            yield Part(visit, (field,), f"{visit.label}.{field}", container)
    for index, container in enumerate(template.container_set.containers if template.container_set else []):
        keys = ("containerSet", "containers", index)
        yield Part(visit, keys, f"{visit.label}.containerSet.containers.{container.name}", container)


def all_containers(visit: Visit) -> Iterator[Part]:
    """The containers of a template, with those beside the main one."""
    yield from main_containers(visit)
    for field, others in (("initContainers", visit.template.init_containers), ("sidecars", visit.template.sidecars)):
        for index, container in enumerate(others):
            yield Part(visit, (field, index), f"{visit.label}.{field}.{container.name}", container)


def program_of(container: AnyContainer) -> str:
    """The name of the program that the container runs, without its folder; "" where the image decides."""
    return posixpath.basename(container.command[0]) if container.command else ""


def name_tags(text: str) -> list[str]:
    """The names in the simple tags of a text, each once."""
    if "{{" not in text:
        return []
    return list(dict.fromkeys(tag.strip() for tag in compile_text(text).tags if not tag.startswith("=")))


def expression_tags(text: str) -> list[str]:
    """The expressions in the tags of a text."""
    if "{{=" not in text:
        return []
    return [tag[1:] for tag in compile_text(text).tags if tag.startswith("=")]


def written(document: Any, path: Path) -> Any:
    """What is written at a path of plain data, None where nothing is."""
    for part in path:
        try:
            document = document[part]
        except (LookupError, TypeError):
            return None
    return document


def entries(data: Any) -> Iterable[tuple[str | int, Any]]:
    """The entries of a mapping or a list of plain data; nothing for what is neither."""
    if isinstance(data, dict):
        return cast(dict[str | int, Any], data).items()
    return enumerate(cast(list[Any], data)) if isinstance(data, list) else ()
