"""`@csv`, `@base64` and the other formats, and the functions on regular expressions."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from typing import Any

from argosy.errors import ExpressionError
from argosy.language.gotext import quote, utf8
from argosy.language.govalues import is_list, is_object
from argosy.language.jq.encoding import described, to_json
from argosy.language.jq.errors import JqError
from argosy.language.jq.functions import Function, Functions, refused, spoiled, text_of
from argosy.language.jq.nodes import Run
from argosy.language.regexp.finder import Finder, compile_finder

_UNRESERVED = frozenset("-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
_HTML = str.maketrans({"<": "&lt;", ">": "&gt;", "&": "&amp;", "'": "&apos;", '"': "&quot;"})
_CSV = str.maketrans({'"': '""', "\0": "\\0"})
_TSV = str.maketrans({"\t": "\\t", "\r": "\\r", "\n": "\\n", "\\": "\\\\", "\0": "\\0"})
_SHELL = str.maketrans({"'": "'\\''", "\0": "\\0"})


def _on_text(function: Callable[[str], str]) -> Callable[[Run, Any], str]:
    return lambda run, value: function(text_of(run, value))


def _row(name: str, separator: str, escape: Callable[[str], str]) -> Callable[[Run, Any], str]:
    def function(run: Run, value: Any) -> str:
        if name == "sh" and not is_list(value):
            value = [value]
        if not is_list(value):
            raise refused(f"@{name}", value)
        cells: list[str] = []
        for item in value:
            if is_list(item) or is_object(item):
                raise JqError(f"@{name} cannot format an array including: {described(item)}")
            if isinstance(item, str):
                cells.append(escape(item))
                continue
            shown = to_json(item, run)
            cells.append("" if shown == "null" and name != "sh" else shown)
        return separator.join(cells)

    return function


def _base64_decoded(run: Run, value: Any) -> str:
    text = text_of(run, value)
    text = text.partition("=")[0]
    data = "".join(character for character in text if character not in "\r\n")
    for position, character in enumerate(text):
        if not (character.isascii() and (character.isalnum() or character in "+/\r\n")):
            place = len(utf8(text[:position]))
            raise spoiled("@base64d", value, f"illegal base64 data at input byte {place}")
    if len(data) % 4 == 1:
        raise spoiled("@base64d", value, f"illegal base64 data at input byte {len(text) - 1}")
    return base64.b64decode(data + "=" * (-len(data) % 4)).decode("utf-8", "surrogateescape")


def _percent_encoded(text: str) -> str:
    return "".join(chr(byte) if chr(byte) in _UNRESERVED else f"%{byte:02X}" for byte in utf8(text))


def _percent_decoded(run: Run, value: Any) -> str:
    data, decoded, position = utf8(text_of(run, value)), bytearray(), 0
    while position < len(data):
        if data[position] != ord("%"):
            decoded.append(data[position])
            position += 1
            continue
        part = data[position : position + 3]
        try:
            decoded += binascii.unhexlify(part[1:]) if len(part) == 3 else b""
        except binascii.Error:
            part = part[:3]
            raise _bad_escape(value, part) from None
        if len(part) < 3:
            raise _bad_escape(value, part)
        position += 3
    return decoded.decode("utf-8", "surrogateescape")


def _bad_escape(value: Any, part: bytes) -> JqError:
    return spoiled("@urid", value, f"invalid URL escape {quote(part.decode('utf-8', 'surrogateescape'))}")


def _match(run: Run, value: Any, pattern: Any, flags: Any, is_test: Any) -> Any:
    name = "test" if is_test else "match"
    if not (isinstance(value, str) and isinstance(pattern, str) and (flags is None or isinstance(flags, str))):
        raise refused(name, value, pattern, flags)
    finder = _finder(pattern, flags or "")
    if is_test:
        return finder.find(value) is not None
    names = {group: group_name for group_name, group in finder.names.items()}
    found: list[Any] = []
    for match in finder.find_all(value, -1 if "g" in (flags or "") else 1):
        run.spend(len(match))
        captures = [_capture(value, match, group, names.get(group)) for group in range(1, len(match) // 2)]
        whole = _capture(value, match, 0, None)
        del whole["name"]
        found.append({**whole, "captures": captures})
    return found


def _capture(text: str, match: tuple[int, ...], group: int, name: str | None) -> dict[str, Any]:
    start, end = match[2 * group], match[2 * group + 1]
    if start < 0:
        return {"name": name, "offset": -1, "length": 0, "string": None}
    return {"name": name, "offset": start, "length": end - start, "string": text[start:end]}


def _finder(pattern: str, flags: str) -> Finder:
    if any(flag not in "gim" for flag in flags):
        raise JqError(f"unsupported regular expression flag: {quote(flags)}")
    pattern = ("(?s)" if "m" in flags else "") + ("(?i)" if "i" in flags else "") + pattern
    try:
        return compile_finder(pattern)
    except ExpressionError as error:
        raise JqError(f"invalid regular expression {quote(pattern)}: {error.message}") from None


def _captures(_: Run, value: Any) -> dict[str, Any]:
    if not is_list(value):
        raise JqError(f"expected an array but got: {described(value)}")
    return {
        capture["name"]: capture.get("string")
        for capture in value
        if is_object(capture) and isinstance(capture.get("name"), str)
    }


FORMATS: Functions = {
    "text": text_of,
    "json": lambda run, value: to_json(value, run),
    "html": _on_text(lambda text: text.translate(_HTML)),
    "uri": _on_text(_percent_encoded),
    "urid": _percent_decoded,
    "csv": _row("csv", ",", lambda text: f'"{text.translate(_CSV)}"'),
    "tsv": _row("tsv", "\t", lambda text: text.translate(_TSV)),
    "sh": _row("sh", " ", lambda text: f"'{text.translate(_SHELL)}'"),
    "base64": _on_text(lambda text: base64.b64encode(utf8(text)).decode()),
    "base64d": _base64_decoded,
}


def _format(run: Run, value: Any, name: Any) -> Any:
    if not isinstance(name, str):
        raise refused("format", name)
    if name not in FORMATS:
        raise JqError(f"format not defined: @{name}")
    return FORMATS[name](run, value)


FUNCTIONS: dict[str, Function] = {"_match/3": _match, "_captures/0": _captures, "format/1": _format}
