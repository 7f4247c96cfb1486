"""Secrets that stand in the manifest."""

from __future__ import annotations

import re
from collections.abc import Iterator

from argosy.plan.rules.advice.parts import all_containers, note, own_visits
from argosy.plan.rules.problems import Problem
from argosy.plan.rules.shapes import is_dynamic
from argosy.plan.rules.walk import Walk

SECRET = re.compile(
    r"(.*_)?(PASSWORD|PASSWD|SECRET|TOKEN|(API|PRIVATE|ACCESS|SECRET)_?KEY)",
    re.IGNORECASE,
)
HARMLESS = re.compile(r"true|false|[\d.]*|/.*|\$.*|https?://[^@]*", re.IGNORECASE)
"""Values that are no secrets: switches, numbers, files, variables, addresses."""


def check(walk: Walk) -> Iterator[Problem]:
    """The environment of every container."""
    for visit in own_visits(walk):
        for part in all_containers(visit):
            for index, variable in enumerate(part.container.env):
                value = variable.value
                if SECRET.fullmatch(variable.name) and not is_dynamic(value) and not HARMLESS.fullmatch(value):
                    message = f"{part.label}.env.{variable.name} looks like a secret, and stands in the manifest"
                    hint = "take it from a Secret: valueFrom: {secretKeyRef: {name: ..., key: ...}}"
                    yield note(visit, (*part.keys, "env", index, "value"), message, hint)
