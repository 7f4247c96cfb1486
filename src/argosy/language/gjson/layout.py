"""JSON is laid out over lines (github.com/tidwall/pretty): `@pretty`."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count

from argosy.language.gjson.texts import first_value, kind_of, members, text_of, values_in
from argosy.language.gotext import utf8


@dataclass(frozen=True, slots=True)
class Layout:
    """How. `width` is in bytes: a list without objects that is not wider stays on its line; 0 for never."""

    width: int
    prefix: str
    indent: str
    sort_keys: bool

    def line(self, depth: int) -> str:
        """What a line begins with."""
        return self.prefix + self.indent * depth


def lay_out(text: str, layout: Layout) -> str:
    """The first value of a text, laid out, with a newline at its end."""
    laid_out = layout.prefix + _value(first_value(text), layout, 0, len(layout.prefix))
    return laid_out and laid_out + "\n"


def _value(value: str, layout: Layout, depth: int, column: int) -> str:
    """A value that begins at a column."""
    match kind_of(value):
        case "object":
            return _object(value, layout, depth)
        case "list":
            room = layout.width - column
            line = _single_line(value) if layout.width > 0 and room > 3 else None
            return line if line is not None and len(utf8(line)) <= room else _list(value, layout, depth)
        case _:
            return value


def _single_line(value: str) -> str | None:
    """A list on one line; None where it has an object in it."""
    parts: list[str] = []
    for item in values_in(value):
        line = _single_line(item) if kind_of(item) == "list" else item
        if line is None or kind_of(item) == "object":
            return None
        parts.append(line)
    return f"[{', '.join(parts)}]"


def _list(value: str, layout: Layout, depth: int) -> str:
    """Each element on its own line. The first one's column counts the line break, as it does in pretty."""
    line = layout.line(depth + 1)
    columns = (len(line) + (not index) for index in count())
    items = [
        line + _value(item, layout, depth + 1, column) for item, column in zip(values_in(value), columns, strict=False)
    ]
    return _closed("[", items, "]", layout.line(depth))


def _object(value: str, layout: Layout, depth: int) -> str:
    pairs = list(members(value))
    if layout.sort_keys:
        pairs.sort(key=lambda pair: text_of(pair[0]))
    lines: list[str] = []
    for key, member in pairs:
        line = f"{layout.line(depth + 1)}{key}: "
        lines.append(line + _value(member, layout, depth + 1, 1 + len(utf8(line))))
    return _closed("{", lines, "}", layout.line(depth))


def _closed(opener: str, lines: list[str], closer: str, last: str) -> str:
    return opener + "\n" + ",\n".join(lines) + "\n" + last + closer if lines else opener + closer
