"""Texts on the command line become values."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import click

UNITS = {"ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
PARTS = re.compile(r"(\d+(?:\.\d+)?)(ms|s|m|h|d|w)")


class Duration(click.ParamType):
    """`90s`, `1h30m`, `1d`."""

    name = "duration"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> timedelta:
        """The span of time."""
        if isinstance(value, timedelta):
            return value
        if not PARTS.sub("", value) and value:
            return timedelta(seconds=sum(float(number) * UNITS[unit] for number, unit in PARTS.findall(value)))
        return self.fail(f"{value!r} is no duration: write 30s, 10m, 3h or 1d", param, ctx)


DURATION = AGE = Duration()
