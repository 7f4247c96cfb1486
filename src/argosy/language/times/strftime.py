"""`%Y-%m-%d` as `workflow.creationTimestamp` takes it: a few letters, and all else stays as it is."""

from __future__ import annotations

import re

from argosy.language.times.layouts import format_time
from argosy.language.times.moments import Time

LETTERS = {
    "A": "Monday",
    "B": "January",
    "H": "15",
    "I": "03",
    "L": ".000",
    "M": "04",
    "S": "05",
    "Y": "2006",
    "Z": "MST",
    "a": "Mon",
    "b": "Jan",
    "d": "02",
    "m": "01",
    "p": "PM",
    "y": "06",
    "z": "-0700",
}
"""The letters, each with the layout that writes it."""

_LETTER = re.compile("%(.)", re.DOTALL)


def strftime(text: str, time: Time) -> str:
    """`text` with each `%` and letter replaced by that part of `time`; `%%` is a percent sign."""

    def write(match: re.Match[str]) -> str:
        letter = match[1]
        layout = LETTERS.get(letter)
        return format_time(time, layout) if layout else "%" if letter == "%" else match[0]

    return _LETTER.sub(write, text)
