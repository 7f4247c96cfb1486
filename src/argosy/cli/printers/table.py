"""Rows become lines with aligned columns."""

from __future__ import annotations

import re
from collections.abc import Sequence

ESCAPE = re.compile(r"\x1b\[[0-9;]*m")
LINE_BREAK = re.compile(r"\s*[\r\n]+\s*|\t")


def columns(rows: Sequence[Sequence[str]], gap: int) -> str:
    """The rows as text, with `gap` spaces between columns and none at the ends of lines."""
    cells = [[LINE_BREAK.sub(" ", cell) for cell in row] for row in rows]
    widths = [0] * max((len(row) for row in cells), default=0)
    for row in cells:
        for index, cell in enumerate(row):
            widths[index] = max(widths[index], width(cell))
    lines = ("".join(cell + " " * (widths[i] - width(cell) + gap) for i, cell in enumerate(row)) for row in cells)
    return "".join(f"{line.rstrip()}\n" for line in lines)


def width(text: str) -> int:
    """How many places a text takes on a terminal."""
    return len(ESCAPE.sub("", text)) if "\x1b" in text else len(text)
