"""Containers and scripts that may not run what was meant."""

from __future__ import annotations

import re
from collections.abc import Iterator

from argosy.plan.rules.advice.parts import SHELLS, Part, main_containers, note, own_visits, program_of
from argosy.plan.rules.problems import Problem
from argosy.plan.rules.walk import Walk

STOPS = re.compile(r"set\s+(-o\s+errexit|-[a-z]*e)|^#!.*\s-[a-z]*e", re.MULTILINE)


def check(walk: Walk) -> Iterator[Problem]:
    """Commands, arguments and sources."""
    for visit in own_visits(walk):
        for part in main_containers(visit):
            yield from _empty_words(part)
            if part.keys == ("script",):
                yield from _script(part)
            elif not part.container.command and not _default_command(part):
                message = f"{part.label} has no command: the image decides, and where there is no image nothing can run"
                yield note(part.visit, part.keys, message, level="info")


def _default_command(part: Part) -> bool:
    defaults = part.visit.owner.spec.template_defaults
    container = getattr(defaults, part.keys[0], None) if defaults and part.keys[0] in ("container", "script") else None
    return bool(container and container.command)


def _empty_words(part: Part) -> Iterator[Problem]:
    for field, words in (("command", part.container.command), ("args", part.container.args)):
        for index, word in enumerate(words):
            if not word.strip():
                message = f"{part.label}.{field}[{index}] is an empty text, and is passed as one"
                yield note(part.visit, (*part.keys, field, index), message, "remove it, or fill it in")


def _script(part: Part) -> Iterator[Problem]:
    visit, script = part.visit, part.container
    source = getattr(script, "source", "")
    if not source.strip():
        message = f"{part.label} has no source: it runs as a container would"
        yield note(visit, part.keys, message, "write container instead, or a source")
    if not script.command and not _default_command(part):
        message = f"{part.label} has no command: what runs the source is up to the image's entrypoint"
        yield note(visit, part.keys, message, "write command: [sh]")
    if script.args and source:
        message = f"{part.label}.args: the path of the source is passed after them"
        yield note(visit, (*part.keys, "args"), message, level="info")
    lines = [line for line in source.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    flags = any(re.fullmatch(r"-[a-z]*e[a-z]*", word) for word in script.command[1:])
    if program_of(script) in SHELLS and len(lines) > 1 and not flags and not STOPS.search(source):
        message = f"{part.label}.source goes on after a line that fails: only the last line's exit code counts"
        yield note(visit, (*part.keys, "source"), message, "begin it with: set -e", "info")
