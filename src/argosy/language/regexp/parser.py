"""The text of a pattern becomes a tree, by the rules and with the errors of Go's regexp/syntax (Perl flags).

Brackets may be nested 100 deep.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import NoReturn

from argosy.errors import ExpressionError
from argosy.language.regexp.characters import PERL, POSIX, CharacterSet, Test, unicode_test, variants

_DEEPEST = 100
_MOST_REPEATS = 1000
_REPEAT = re.compile(r"\{([0-9]+)(,([0-9]*))?\}", re.ASCII)
_GROUP_NAME = re.compile(r"[A-Za-z0-9_]+", re.ASCII)
_ESCAPES = {"a": "\a", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}


@dataclass(frozen=True, slots=True)
class One:
    """One character for which the test holds."""

    test: Test


@dataclass(frozen=True, slots=True)
class Where:
    """A place: `start`, `end`, `line-start`, `line-end`, `word` or `no-word`."""

    kind: str


@dataclass(frozen=True, slots=True)
class Sequence:
    """All parts, one after the other."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Either:
    """Any one of the parts."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Repeat:
    """A part, `least` times or more; `most` is None where there is no limit. A lazy one takes as few as it can."""

    part: Node
    least: int
    most: int | None
    lazy: bool = False


@dataclass(frozen=True, slots=True)
class Capture:
    """A part in brackets, whose match is remembered; groups are numbered from 1 and may have a name."""

    part: Node
    number: int
    name: str


Node = One | Where | Sequence | Either | Repeat | Capture


@dataclass(frozen=True, slots=True)
class _Flags:
    i: bool = False  # ignore case
    m: bool = False  # ^ and $ match at lines
    s: bool = False  # . matches a newline
    U: bool = False  # repeats are lazy, and those with a ? are not


def parse(pattern: str) -> Node:
    """The tree of a pattern; raises ExpressionError, `error parsing regexp: ...`."""
    parser = _Parser(pattern)
    tree = parser.alternatives(_Flags())
    if parser.position < len(pattern):
        _fail("unexpected )", pattern)
    return tree


def _fail(problem: str, part: str) -> NoReturn:
    raise ExpressionError(f"error parsing regexp: {problem}: `{part}`")


class _Parser:
    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        self.position = 0
        self.depth = 0
        self.groups = 0
        self.name = ""  # of the group that has just been opened

    def alternatives(self, flags: _Flags) -> Node:
        """Everything up to the closing bracket or the end."""
        self.depth += 1
        if self.depth > _DEEPEST:
            _fail("expression nests too deeply", self.pattern)
        branches: list[Node] = []
        parts: list[Node] = []
        last_repeat = -1  # where the repetition began that stands right before
        while (character := self._peek()) not in ("", ")"):
            start = self.position
            if character == "|":
                self.position += 1
                branches.append(Sequence(tuple(parts)))
                parts = []
            elif character in "*+?{" and (bounds := self._bounds()) is not None:
                if last_repeat >= 0:
                    _fail("invalid nested repetition operator", self.pattern[last_repeat : self.position])
                lazy = self.pattern[self.position - 1] == "?" and self.position - start > 1
                self._repeat(parts, bounds, lazy is not flags.U, self.pattern[start : self.position])
                last_repeat = start
                continue
            elif self.pattern.startswith("(?", self.position) and (changed := self._flags(flags)) is not None:
                flags, opens = changed
                if opens is not None:
                    parts.append(self._capture(opens) if self.name else self._group(opens))
            else:
                parts.extend(self._item(flags))
            last_repeat = -1
        self.depth -= 1
        branches.append(Sequence(tuple(parts)))
        return Either(tuple(branches)) if len(branches) > 1 else branches[0]

    def _peek(self) -> str:
        return self.pattern[self.position : self.position + 1]

    def _item(self, flags: _Flags) -> list[Node]:
        """A character, a class, a place, a group, or the characters between `\\Q` and `\\E`."""
        character = self._peek()
        if character == "\\":
            return self._escaped(flags)
        if character == "[":
            return [self._class(flags)]
        self.position += 1
        if character == "(":
            return [self._capture(flags)]
        if character == "^":
            return [Where("line-start" if flags.m else "start")]
        if character == "$":
            return [Where("line-end" if flags.m else "end")]
        if character == ".":
            return [One((lambda _: True) if flags.s else (lambda found: found != "\n"))]
        return [_literal(character, flags)]

    def _capture(self, flags: _Flags) -> Node:
        self.groups += 1
        number, name, self.name = self.groups, self.name, ""
        return Capture(self._group(flags), number, name)

    def _group(self, flags: _Flags) -> Node:
        node = self.alternatives(flags)
        if self._peek() != ")":
            _fail("missing closing )", self.pattern)
        self.position += 1
        return node

    def _bounds(self) -> tuple[int, int | None] | None:
        """Read `*`, `+`, `?` or `{2,3}` with the `?` that may follow; None where `{` is only itself."""
        start = self.position
        simple = {"*": (0, None), "+": (1, None), "?": (0, 1)}.get(self._peek())
        bounds: tuple[int, int | None]
        if simple is not None:
            bounds = simple
            self.position += 1
        else:
            match = _REPEAT.match(self.pattern, start)
            if match is None or any(len(number or "") > 1 and number.startswith("0") for number in match.group(1, 3)):
                return None
            least = int(match[1][:9])
            most = least if match[2] is None else int(match[3][:9]) if match[3] else None
            self.position = match.end()
            if max(least, most or 0) > _MOST_REPEATS or (most is not None and least > most):
                _fail("invalid repeat count", match.group())
            bounds = (least, most)
        if self._peek() == "?":
            self.position += 1
        return bounds

    def _repeat(self, parts: list[Node], bounds: tuple[int, int | None], lazy: bool, text: str) -> None:
        if not parts:
            _fail("missing argument to repetition operator", text)
        node = Repeat(parts[-1], *bounds, lazy)
        if _repeats(node) > _MOST_REPEATS:
            _fail("invalid repeat count", text)
        parts[-1] = node

    def _flags(self, flags: _Flags) -> tuple[_Flags, _Flags | None] | None:
        """Read `(?i)`, or the opening of `(?i:...)` and `(?P<name>...)`: the flags after it, and those inside."""
        start = self.position
        match = re.compile(r"\(\?P?<").match(self.pattern, start)
        if match and len(self.pattern) - start > 4:
            self._name(match.end())
            return flags, flags
        changed, sign, seen = flags, True, False
        self.position += 2
        while (character := self._peek()) != "":
            self.position += 1
            if character in "imsU":
                changed, seen = replace(changed, **{character: sign}), True
            elif character == "-" and sign:
                sign, seen = False, False
            elif character in ":)" and (sign or seen):
                return (changed, None) if character == ")" else (flags, changed)
            else:
                break
        return _fail("invalid or unsupported Perl syntax", self.pattern[start : self.position])

    def _name(self, start: int) -> None:
        opened = self.position
        end = self.pattern.find(">", start)
        if end < 0:
            _fail("invalid named capture", self.pattern[opened:])
        name = self.pattern[start:end]
        if not _GROUP_NAME.fullmatch(name):
            _fail("invalid named capture", self.pattern[opened : end + 1])
        self.name = name
        self.position = end + 1

    def _escaped(self, flags: _Flags) -> list[Node]:
        code = self.pattern[self.position + 1 : self.position + 2]
        places = {"A": "start", "z": "end", "b": "word", "B": "no-word"}
        if code in places and code:
            self.position += 2
            return [Where(places[code])]
        if code == "Q":
            end = self.pattern.find("\\E", self.position + 2)
            quoted = self.pattern[self.position + 2 : end if end >= 0 else len(self.pattern)]
            self.position = end + 2 if end >= 0 else len(self.pattern)
            return [_literal(character, flags) for character in quoted]
        characters = CharacterSet(fold=flags.i)
        if self._class_escape(characters):
            return [One(characters.contains)]
        return [_literal(self._character(), flags)]

    def _class_escape(self, characters: CharacterSet) -> bool:
        """Read `\\d`, `\\pL` and their like into the set; False where something else stands here."""
        code = self.pattern[self.position + 1 : self.position + 2] if self._peek() == "\\" else ""
        if code and code in "dswDSW":
            characters.add(PERL[code.lower()], negated=code.isupper())
            self.position += 2
            return True
        if not code or code not in "pP":
            return False
        start = self.position
        self.position += 3
        name = self.pattern[start + 2 : start + 3]
        if name == "{":
            end = self.pattern.find("}", start)
            if end < 0:
                _fail("invalid character class range", self.pattern[start:])
            name = self.pattern[start + 3 : end]
            self.position = end + 1
        test = unicode_test(name.removeprefix("^"))
        if test is None:
            _fail("invalid character class range", self.pattern[start : self.position])
        negated = (code == "P") is not name.startswith("^")
        characters.tests.append((lambda character: not test(character)) if negated else test)
        return True

    def _character(self) -> str:
        """Read an escaped character."""
        start = self.position
        if start + 1 >= len(self.pattern):
            _fail("trailing backslash at end of expression", "")
        code = self.pattern[start + 1]
        self.position += 2
        if code in _ESCAPES:
            return _ESCAPES[code]
        if match := re.compile(r"\\(?:0[0-7]{0,2}|[1-7][0-7]{1,2})").match(self.pattern, start):
            self.position = match.end()
            return chr(int(match.group()[1:], 8))
        if match := re.compile(r"\\x(?:([0-9a-fA-F]{2})|\{([0-9a-fA-F]+)\})").match(self.pattern, start):
            value = int((match[1] or match[2]).lstrip("0")[:8] or "0", 16)
            self.position = match.end()
            if value <= 0x10FFFF:
                return chr(value)
        if code.isascii() and not code.isalnum():
            return code
        if code == "x":
            self._skip_hex()
        return _fail("invalid escape sequence", self.pattern[start : self.position])

    def _skip_hex(self) -> None:
        """To where Go gives up on a `\\x`."""
        match = re.compile(r"\{[0-9a-fA-F]*.?|.{0,2}", re.DOTALL).match(self.pattern, self.position)
        self.position = match.end() if match else self.position

    def _class(self, flags: _Flags) -> Node:
        start = self.position
        self.position += 1
        characters = CharacterSet(fold=flags.i)
        if self._peek() == "^":
            characters.negated = True
            self.position += 1
        first = True
        while first or self._peek() != "]":
            first = False
            if self._posix(characters) or self._class_escape(characters):
                continue
            before = self.position
            low = high = self._class_character(start)
            if self._peek() == "-" and self.pattern[self.position + 1 : self.position + 2] not in ("]", ""):
                self.position += 1
                high = self._class_character(start)
                if high < low:
                    _fail("invalid character class range", self.pattern[before : self.position])
            characters.add(((low, high),))
        self.position += 1
        return One(characters.contains)

    def _class_character(self, start: int) -> str:
        character = self._peek()
        if not character:
            _fail("missing closing ]", self.pattern[start:])
        if character == "\\":
            return self._character()
        self.position += 1
        return character

    def _posix(self, characters: CharacterSet) -> bool:
        if not self.pattern.startswith("[:", self.position):
            return False
        end = self.pattern.find(":]", self.position + 2)
        if end < 0:
            return False
        name = self.pattern[self.position + 2 : end]
        if name.removeprefix("^") not in POSIX:
            _fail("invalid character class range", self.pattern[self.position : end + 2])
        characters.add(POSIX[name.removeprefix("^")], negated=name.startswith("^"))
        self.position = end + 2
        return True


def _literal(character: str, flags: _Flags) -> Node:
    if flags.i:
        forms = variants(character)
        return One(lambda found: found in forms)
    return One(lambda found: found == character)


def _repeats(node: Node) -> int:
    """The largest number of times that one thing is written out, which Go limits."""
    if isinstance(node, Repeat):
        times = node.least if node.most is None else node.most
        return max(times, 1) * _repeats(node.part)
    if isinstance(node, Capture):
        return _repeats(node.part)
    if isinstance(node, (Sequence, Either)):
        return max(map(_repeats, node.parts), default=1)
    return 1
