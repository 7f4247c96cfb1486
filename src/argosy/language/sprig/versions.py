"""Semantic versions and what is required of them: `>=1.2, <2`, `^1.2`, `1.x || 3` (Masterminds/semver)."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, NamedTuple

from argosy.errors import ExpressionError
from argosy.language.expr.values import Version
from argosy.language.gotext import quote, utf8

_LONGEST_VERSION, _LONGEST_CONSTRAINT, _MOST_GROUPS = 256, 512, 32
_EXTRA = r"(-([0-9A-Za-z\-]+(\.[0-9A-Za-z\-]+)*))?(\+([0-9A-Za-z\-]+(\.[0-9A-Za-z\-]+)*))?"
_VERSION = re.compile(rf"v?([0-9]+)(\.[0-9]+)?(\.[0-9]+)?{_EXTRA}\Z")
_WILD = rf"v?([0-9|xX*]+)(\.[0-9|xX*]+)?(\.[0-9|xX*]+)?{_EXTRA}"
_OPERATOR = r"!=|>=|=>|<=|=<|~>|=|>|<|~|\^|"
_CONSTRAINT = re.compile(rf"({_OPERATOR})\s*({_WILD})", re.ASCII)
_RANGE = re.compile(rf"\s*({_WILD})\s+-\s+({_WILD})\s*", re.ASCII)
_MOST_NUMBER = (1 << 64) - 1


class _Constraint(NamedTuple):
    """`dirty`: a part is left open, which `open_minor` and `open_patch` say more about."""

    version: Version
    operator: str
    dirty: bool
    open_minor: bool
    open_patch: bool


def parse_version(text: str) -> Version:
    """A version; `v1.2` is 1.2.0. Raises ExpressionError, `invalid semantic version`."""
    if len(utf8(text)) > _LONGEST_VERSION:
        raise ExpressionError(f"version string is too long (max {_LONGEST_VERSION} bytes)")
    match = _VERSION.match(text)
    if match is None:
        raise ExpressionError("invalid semantic version")
    major, minor, patch = (_number(part.removeprefix(".")) if part else 0 for part in match.group(1, 2, 3))
    prerelease, metadata = match[5] or "", match[8] or ""
    if any(part.isdecimal() and len(part) > 1 and part[0] == "0" for part in prerelease.split(".")):
        raise ExpressionError("version segment starts with 0")
    return Version((major, minor, patch), prerelease, metadata, text)


def _number(digits: str) -> int:
    if int(digits) > _MOST_NUMBER:
        problem = f"strconv.ParseUint: parsing {quote(digits)}: value out of range"
        raise ExpressionError(f"error parsing version segment: {problem}")
    return int(digits)


def order_of(version: Version) -> Any:
    """By which versions are compared; one without a prerelease is above those with one."""
    parts = [_part_order(part) for part in version.prerelease.split(".")] if version.prerelease else []
    return version.numbers, not version.prerelease, parts


def _part_order(part: str) -> tuple[bool, int, str]:
    is_number = part.isdecimal() and int(part) <= _MOST_NUMBER
    return not is_number, int(part) if is_number else 0, "" if is_number else part


def compare(constraint: str, version: str) -> bool:
    """Whether a version meets a constraint. Raises ExpressionError."""
    groups = _parse(constraint)
    parsed = parse_version(version)
    return any(_meets(group, parsed) for group in groups)


def _meets(group: list[_Constraint], version: Version) -> bool:
    """All constraints; a prerelease only if one of them has a prerelease, too."""
    if version.prerelease and not any(constraint.version.prerelease for constraint in group):
        return False
    return all(_CHECKS[constraint.operator](version, constraint) for constraint in group)


def _parse(text: str) -> list[list[_Constraint]]:
    if len(utf8(text)) > _LONGEST_CONSTRAINT:
        raise ExpressionError(f"constraint string is too long (max {_LONGEST_CONSTRAINT} bytes)")
    for match in _RANGE.finditer(text):
        text = text.replace(match.group(), f">= {match[1]}, <= {match[11]} ", 1)
    groups = text.split("||")
    if len(groups) > _MOST_GROUPS:
        raise ExpressionError(f"too many constraint groups (max {_MOST_GROUPS})")
    return [_parse_group(group) for group in groups]


def _parse_group(group: str) -> list[_Constraint]:
    if not _is_valid(group):
        raise ExpressionError(f"improper constraint: {quote(group)}")
    return [_parse_constraint(match) for match in _CONSTRAINT.finditer(group)]


def _is_valid(group: str) -> bool:
    """Constraints with commas or spaces between them, read from left to right."""
    position = len(group) - len(group.lstrip(" \t\n\f\r"))
    part = re.compile(rf"({_OPERATOR})\s*{_WILD}\s*", re.ASCII)
    is_first = True
    while is_first or position < len(group):
        if not is_first:
            separator = re.compile(r",\s*").match(group, position)
            if separator is not None:
                position = separator.end()
            elif not group[position - 1].isspace():
                return False
        match = part.match(group, position)
        if match is None:
            return False
        position, is_first = match.end(), False
    return True


def _parse_constraint(match: re.Match[str]) -> _Constraint:
    major, minor, patch, extra = match[3], match[4] or "", match[5] or "", match[6] or ""
    dirty = open_minor = open_patch = False
    written = match[2]
    if _is_open(major):
        written, dirty = f"0.0.0{extra}", True
    elif _is_open(minor):
        written, dirty, open_minor = f"{major}.0.0{extra}", True, True
    elif _is_open(patch):
        written, dirty, open_patch = f"{major}{minor}.0{extra}", True, True
    try:
        version = parse_version(written)
    except ExpressionError:
        raise ExpressionError("constraint parser error") from None
    return _Constraint(version, match[1], dirty, open_minor, open_patch)


def _is_open(part: str) -> bool:
    return part.removeprefix(".") in ("", "x", "X", "*")


def _not_equal(version: Version, constraint: _Constraint) -> bool:
    if constraint.dirty:
        wanted = constraint.version
        if wanted.numbers[0] != version.numbers[0]:
            return True
        if constraint.open_minor:
            return False
        if wanted.numbers[1] != version.numbers[1]:
            return True
        if constraint.open_patch:
            return _prerelease_order(version) != _prerelease_order(wanted)
        if wanted.numbers[2] != version.numbers[2]:
            return True
    return order_of(version) != order_of(constraint.version)


def _prerelease_order(version: Version) -> Any:
    return order_of(version)[1:]


def _greater(version: Version, constraint: _Constraint) -> bool:
    wanted = constraint.version
    if not constraint.dirty:
        return order_of(version) > order_of(wanted)
    if version.numbers[0] != wanted.numbers[0]:
        return version.numbers[0] > wanted.numbers[0]
    if constraint.open_minor:
        return False
    if constraint.open_patch:
        return version.numbers[1] > wanted.numbers[1]
    return order_of(version) > order_of(wanted)


def _less_or_equal(version: Version, constraint: _Constraint) -> bool:
    wanted = constraint.version
    if not constraint.dirty:
        return order_of(version) <= order_of(wanted)
    if version.numbers[0] > wanted.numbers[0]:
        return False
    is_above = version.numbers[0] == wanted.numbers[0] and version.numbers[1] > wanted.numbers[1]
    return not is_above or constraint.open_minor


def _tilde(version: Version, constraint: _Constraint) -> bool:
    wanted = constraint.version
    if order_of(version) < order_of(wanted):
        return False
    if wanted.numbers == (0, 0, 0) and not constraint.open_minor and not constraint.open_patch:
        return True
    if version.numbers[0] != wanted.numbers[0]:
        return False
    return version.numbers[1] == wanted.numbers[1] or constraint.open_minor


def _equal(version: Version, constraint: _Constraint) -> bool:
    if constraint.dirty:
        return _tilde(version, constraint)
    return order_of(version) == order_of(constraint.version)


def _caret(version: Version, constraint: _Constraint) -> bool:
    wanted = constraint.version
    if order_of(version) < order_of(wanted):
        return False
    if wanted.numbers[0] > 0 or constraint.open_minor:
        return version.numbers[0] == wanted.numbers[0]
    if version.numbers[0] > 0:
        return False
    if wanted.numbers[1] > 0 or constraint.open_patch:
        return version.numbers[1] == wanted.numbers[1]
    return version.numbers[1] == 0 and version.numbers[2] == wanted.numbers[2]


def _greater_or_equal(version: Version, constraint: _Constraint) -> bool:
    return order_of(version) >= order_of(constraint.version)


_CHECKS: dict[str, Callable[[Version, _Constraint], bool]] = {
    "": _equal,
    "=": _equal,
    "!=": _not_equal,
    ">": _greater,
    "<": lambda version, constraint: order_of(version) < order_of(constraint.version),
    ">=": _greater_or_equal,
    "=>": _greater_or_equal,
    "<=": _less_or_equal,
    "=<": _less_or_equal,
    "~": _tilde,
    "~>": _tilde,
    "^": _caret,
}
