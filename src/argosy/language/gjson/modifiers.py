"""What a modifier makes of JSON: `@reverse`, `@flatten:{"deep":true}`.

Each takes JSON and its argument, "" for none, and gives JSON, or "" for nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from argosy.language import gojson
from argosy.language.gjson.layout import Layout, lay_out
from argosy.language.gjson.texts import (
    SPACE,
    first_value,
    is_true,
    kind_of,
    members,
    number_of,
    text_of,
    values_in,
    without_blanks,
)
from argosy.language.gomath import to_int64
from argosy.language.gotext import trim_space

Modifier = Callable[[str, str], str]
_NOT_BLANK = re.compile(r"[^ \t\r\n]+")


def _options(argument: str) -> dict[str, str]:
    return {text_of(key): value for key, value in members(first_value(argument))}


def _list(values: Iterator[str]) -> str:
    return f"[{','.join(values)}]"


def _object(pairs: Iterator[tuple[str, str]]) -> str:
    return f"{{{','.join(f'{key}:{value}' for key, value in pairs)}}}"


def _inside(text: str) -> str:
    """What is between the brackets of a list or an object."""
    text = text.strip(SPACE)
    return text[1:-1] if text[:1] in ("[", "{") and len(text) > 1 else text


def _pretty(text: str, argument: str) -> str:
    options = {"width": "80", "prefix": "", "indent": '"  "', "sortKeys": "false", **_options(argument)}
    layout = Layout(
        width=to_int64(number_of(text_of(options["width"]))),
        prefix=_NOT_BLANK.sub("", text_of(options["prefix"])),
        indent=_NOT_BLANK.sub("", text_of(options["indent"])),
        sort_keys=is_true(options["sortKeys"]),
    )
    return lay_out(text, layout)


def _reverse(text: str, _: str) -> str:
    value = first_value(text)
    match kind_of(value):
        case "list":
            return _list(reversed(list(values_in(value))))
        case "object":
            return _object(reversed(list(members(value))))
        case _:
            return text


def _flatten(text: str, argument: str) -> str:
    value = first_value(text)
    if kind_of(value) != "list":
        return text
    is_deep = is_true(_options(argument).get("deep", ""))

    def parts() -> Iterator[str]:
        for item in values_in(value):
            if kind_of(item) == "list":
                yield trim_space(_inside(_flatten(item, argument) if is_deep else item))
            else:
                yield item

    return _list(filter(None, parts()))


def _join(text: str, argument: str) -> str:
    value = first_value(text)
    if kind_of(value) != "list":
        return text
    objects = [item for item in values_in(value) if kind_of(item) == "object"]
    if is_true(_options(argument).get("preserve", "")):
        return f"{{{','.join(map(_inside, objects))}}}"
    joined: dict[str, tuple[str, str]] = {}
    for item in objects:
        for key, member in members(item):
            name = text_of(key)
            joined[name] = (joined[name][0] if name in joined else key, member)
    return _object(iter(joined.values()))


def _keys(text: str, _: str) -> str:
    value = first_value(text)
    match kind_of(value):
        case "object":
            return _list(key for key, _ in members(value))
        case "list":
            return _list("null" for _ in values_in(value))
        case _:
            return "[null]" if value else "[]"


def _values(text: str, _: str) -> str:
    value = first_value(text)
    match kind_of(value):
        case "object":
            return _list(member for _, member in members(value))
        case "list":
            return text
        case _:
            return f"[{value}]"


def _group(text: str, _: str) -> str:
    """`{"a":[1,2],"b":[3]}` becomes `[{"a":1,"b":3},{"a":2}]`."""
    value = first_value(text)
    if kind_of(value) != "object":
        return ""
    groups: list[list[tuple[str, str]]] = []
    for key, member in members(value):
        for index, item in enumerate(values_in(member) if kind_of(member) == "list" else ()):
            groups += [[]] if index == len(groups) else []
            groups[index].append((key, item))
    return _list(_object(iter(group)) for group in groups)


def _valid(text: str, _: str) -> str:
    return text if gojson.is_valid(text) else ""


MODIFIERS: dict[str, Modifier] = {
    "flatten": _flatten,
    "fromstr": lambda text, _: text_of(first_value(_valid(text, ""))),
    "group": _group,
    "join": _join,
    "keys": _keys,
    "pretty": _pretty,
    "reverse": _reverse,
    "this": lambda text, _: text,
    "tostr": lambda text, _: gojson.encode_string(text),
    "ugly": lambda text, _: without_blanks(text),
    "valid": _valid,
    "values": _values,
}
