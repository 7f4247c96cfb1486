"""What a pod is counted to have used: what it asked for, times how long it ran (util/resource in Argo)."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Final

from argosy.errors import InvalidRequest
from argosy.language.quantities import parse_quantity
from argosy.model.template import Template

ASSUMED: Final = {"cpu": "100m", "memory": "100Mi"}
"""What is taken for asked where a container asks for nothing."""
UNITS: Final = {
    "memory": parse_quantity("100Mi"),
    "storage": parse_quantity("10Gi"),
    "ephemeral-storage": parse_quantity("10Gi"),
}
ONE: Final = Fraction(1)


def resources_used(template: Template, seconds: float) -> dict[str, int]:
    """Seconds by resource, each of its unit: a CPU, 100 MiB of memory, 10 GiB of storage."""
    container = template.container or template.script
    wanted = container.resources if container is not None else None
    asked = {**ASSUMED, **(wanted.limits if wanted else {}), **(wanted.requests if wanted else {})}
    used: dict[str, int] = {}
    for name, quantity in asked.items():
        try:
            share = parse_quantity(str(quantity)) / UNITS.get(name, ONE)
        except InvalidRequest:
            continue
        used[name] = math.floor(share * int(max(0.0, seconds)))
    return used
