"""Label selectors: `app=web,tier in (a,b),!old,size>3` becomes a test of labels.

The syntax, its limits and its errors are Kubernetes' (apimachinery, pkg/labels): `>` and `<` compare whole numbers, and
a key or a value that could not be a label is refused.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, NoReturn

from argosy.errors import ExpressionError
from argosy.language.gotext import quote, utf8
from argosy.language.govalues import parse_int

Lookup = Callable[[str], "str | None"]
"""Key -> its value, None where there is none."""

_NAME = "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]"
_SUBDOMAIN = r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*"
_NAME_RULE = (
    "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character"
)
_NAME_ERROR = f"{_NAME_RULE} (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '{_NAME}')"
_VALUE_ERROR = (
    f"a valid label must be an empty string or {_NAME_RULE.removeprefix('must ')}"
    f" (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '({_NAME})?')"
)
_SUBDOMAIN_ERROR = (
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and"
    f" end with an alphanumeric character (e.g. 'example.com', regex used for validation is '{_SUBDOMAIN}')"
)
_EXACT = ("=", "==", "!=", "gt", "lt")
_BINARY = {"in": "in", "notin": "notin", "=": "=", "==": "==", "!=": "!=", ">": "gt", "<": "lt"}
_TOKEN = re.compile(r"(==|!=|[=!(),<>])|([^=!(),<> \t\r\n]+)")


@dataclass(frozen=True, slots=True)
class Requirement:
    """One condition. `operator` is `=`, `==`, `!=`, `in`, `notin`, `gt`, `lt`, `exists` or `!`."""

    key: str
    operator: str
    values: tuple[str, ...] = ()

    def matches(self, lookup: Lookup) -> bool:
        """Whether the labels meet it; `!=` and `notin` hold where the key is missing."""
        value = lookup(self.key)
        if self.operator in ("exists", "!"):
            return (value is None) is (self.operator == "!")
        if value is None:
            return self.operator in ("!=", "notin")
        if self.operator in ("gt", "lt"):
            return self._compare(value)
        return (value in self.values) is (self.operator not in ("!=", "notin"))

    def _compare(self, value: str) -> bool:
        try:
            ours, limit = parse_int(value), parse_int(self.values[0])
        except ExpressionError:
            return False
        return ours > limit if self.operator == "gt" else ours < limit

    def __str__(self) -> str:
        values = ",".join(sorted(self.values))
        if self.operator in ("in", "notin"):
            return f"{self.key} {self.operator} ({values})"
        if self.operator in ("exists", "!"):
            return f"{self.operator.removeprefix('exists')}{self.key}"
        return f"{self.key}{ {'gt': '>', 'lt': '<'}.get(self.operator, self.operator) }{values}"


@dataclass(frozen=True, slots=True)
class Selector:
    """Requirements, sorted by key, all of which have to hold. Without any, it matches everything."""

    requirements: tuple[Requirement, ...] = ()

    def matches(self, labels: Mapping[str, str]) -> bool:
        """Whether the labels meet all requirements."""
        return all(requirement.matches(labels.get) for requirement in self.requirements)

    def __str__(self) -> str:
        return ",".join(map(str, self.requirements))


def parse_selector(text: str) -> Selector:
    """A selector from its text; raises ExpressionError in Kubernetes' words (labels.Parse)."""
    return _selector(_Parser(text).parse())


def selector_of(match_labels: Mapping[str, str], match_expressions: Sequence[Mapping[str, object]] = ()) -> Selector:
    """A selector from an object's `matchLabels` and `matchExpressions` (LabelSelectorAsSelector).

    An expression has a `key`, an `operator` (In, NotIn, Exists, DoesNotExist) and `values`. Raises ExpressionError.
    """
    operators = {"In": "in", "NotIn": "notin", "Exists": "exists", "DoesNotExist": "!"}
    requirements = [_requirement(key, "=", (value,)) for key, value in match_labels.items()]
    for expression in match_expressions:
        operator = str(expression.get("operator", ""))
        if operator not in operators:
            raise ExpressionError(f"{quote(operator)} is not a valid label selector operator")
        values = expression.get("values")
        texts = tuple(map(str, values)) if isinstance(values, (list, tuple)) else ()  # pyright: ignore
        requirements.append(_requirement(str(expression.get("key", "")), operators[operator], texts))
    return _selector(requirements)


def _selector(requirements: list[Requirement]) -> Selector:
    return Selector(tuple(sorted(requirements, key=lambda requirement: requirement.key)))


def _requirement(key: str, operator: str, values: tuple[str, ...]) -> Requirement:
    """A requirement whose key, operator and values fit each other (labels.NewRequirement)."""
    problems: list[str] = []
    if found := _key_problems(key):
        problems.append(f"key: Invalid value: {quote(key)}: {found}")
    if operator in ("in", "notin") and not values:
        problems.append("values: Invalid value: null: for 'in', 'notin' operators, values set can't be empty")
    if operator in ("exists", "!") and values:
        shown = json.dumps(values, ensure_ascii=False, separators=(",", ":"))
        problems.append(f"values: Invalid value: {shown}: values set must be empty for exists and does not exist")
    for index, value in enumerate(values):
        if operator in ("gt", "lt") and not _is_integer(value):
            rule = "for 'Gt', 'Lt' operators, the value must be an integer"
            problems.append(f"values[{index}]: Invalid value: {quote(value)}: {rule}")
    for index, value in enumerate(values):
        if found := _value_problems(value):
            problems.append(f"values[{index}][{key}]: Invalid value: {quote(value)}: {found}")
    if problems:
        raise ExpressionError(problems[0] if len(problems) == 1 else f"[{', '.join(problems)}]")
    return Requirement(key, operator, values)


def _is_integer(value: str) -> bool:
    try:
        parse_int(value)
    except ExpressionError:
        return False
    return True


def _key_problems(key: str) -> str:
    """What is wrong with a label's key, "" if nothing is."""
    prefix, slash, name = key.rpartition("/")
    if "/" in prefix:
        return (
            f"a valid label key {_NAME_ERROR} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')"
        )
    problems: list[str] = []
    if slash and not prefix:
        problems.append("prefix part must be non-empty")
    elif slash:
        if len(utf8(prefix)) > 253:
            problems.append("prefix part must be no more than 253 bytes")
        if not re.fullmatch(_SUBDOMAIN, prefix):
            problems.append(f"prefix part {_SUBDOMAIN_ERROR}")
    if not name:
        problems.append("name part must be non-empty")
    elif len(utf8(name)) > 63:
        problems.append("name part must be no more than 63 bytes")
    if not re.fullmatch(_NAME, name):
        problems.append(f"name part {_NAME_ERROR}")
    return "; ".join(problems)


def _value_problems(value: str) -> str:
    problems: list[str] = []
    if len(utf8(value)) > 63:
        problems.append("must be no more than 63 bytes")
    if value and not re.fullmatch(_NAME, value):
        problems.append(_VALUE_ERROR)
    return "; ".join(problems)


class _Token(NamedTuple):
    """`is_word` tells a key or a value (`in` may be one) from a symbol; the end is an empty symbol."""

    text: str
    is_word: bool = False


class _Parser:
    def __init__(self, text: str) -> None:
        self.tokens = [_Token(match[1] or match[2], match[1] is None) for match in _TOKEN.finditer(text.split("\0")[0])]
        self.tokens.append(_Token(""))
        self.position = 0

    def parse(self) -> list[Requirement]:
        requirements: list[Requirement] = []
        while self._peek() != _Token(""):
            if not self._starts_requirement():
                self._fail(self._peek(), "expected: !, identifier, or 'end of string'")
            try:
                requirements.append(self._requirement())
            except ExpressionError as error:
                raise ExpressionError(f"unable to parse requirement: {error}") from None
            token = self._next()
            if token.text == "":
                break
            if token != _Token(","):
                self._fail(token, "expected: ',' or 'end of string'")
            if not self._starts_requirement():
                self._fail(self._peek(), "expected: identifier after ','")
        return requirements

    def _peek(self) -> _Token:
        return self.tokens[self.position]

    def _next(self) -> _Token:
        token = self.tokens[self.position]
        self.position = min(self.position + 1, len(self.tokens) - 1)
        return token

    def _fail(self, token: _Token, expected: str) -> NoReturn:
        raise ExpressionError(f"found '{token.text}', {expected}")

    def _starts_requirement(self) -> bool:
        return self._peek().is_word or self._peek().text == "!"

    def _requirement(self) -> Requirement:
        negated = self._peek() == _Token("!")
        if negated:
            self._next()
        key = self._next()
        if not key.is_word:
            self._fail(key, "expected: identifier")
        if found := _key_problems(key.text):
            raise ExpressionError(f"<nil>: Invalid value: {quote(key.text)}: {found}")
        if negated or self._at_end():
            return _requirement(key.text, "!" if negated else "exists", ())
        operator = self._next()
        if operator.text not in _BINARY:
            self._fail(operator, "expected: in, notin, =, ==, !=, gt, lt")
        values = self._values() if operator.text in ("in", "notin") else (self._value(),)
        return _requirement(key.text, _BINARY[operator.text], values)

    def _at_end(self) -> bool:
        return self._peek() in (_Token(""), _Token(","))

    def _value(self) -> str:
        if self._at_end():
            return ""
        token = self._next()
        if not token.is_word:
            self._fail(token, "expected: identifier")
        return token.text

    def _values(self) -> tuple[str, ...]:
        """The values in brackets, each once, sorted; nothing between two commas is an empty one."""
        opening = self._next()
        if opening != _Token("("):
            raise ExpressionError(f"found '{opening.text}' expected: '('")
        values: set[str] = set()
        first = self._peek()
        if not (first.is_word or first.text in (",", ")")) or first.text == "":
            self._fail(first, "expected: ',', ')' or identifier")
        while True:
            if self._peek().is_word:
                values.add(self._next().text)
            else:
                values.add("")
            token = self._next()
            if token == _Token(")"):
                return tuple(sorted(values))
            if token != _Token(","):
                self._fail(token, "expected: ',' or ')'")
