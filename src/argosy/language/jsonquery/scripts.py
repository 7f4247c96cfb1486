"""The expressions in brackets of a path become values (script/standard).

Values are texts half of the time: a string from the document comes in single quotes, a number is what parses as one.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

from argosy.errors import ExpressionError, InvalidRequest
from argosy.language import gomath
from argosy.language.govalues import format_value, is_list, is_object, parse_float, parse_int
from argosy.language.jsonquery.parser import Operator, Path, Script, Token
from argosy.language.regexp import compile_regexp

Apply = Callable[[tuple[Token, ...]], Any]
_TRUE = ("1", "t", "T", "TRUE", "true", "True")
_FALSE = ("0", "f", "F", "FALSE", "false", "False")
_SPECIAL_FLOATS = {"inf": math.inf, "infinity": math.inf, "nan": math.nan}


def evaluate(script: Script, root: Any, current: Any, apply: Apply) -> Any:
    """The value of an expression; `apply` applies a path to `current`. Raises ExpressionError."""
    evaluation = _Evaluation({"$": root, "@": current, "nil": None, "null": None}, apply)
    if script.root is not None:
        return evaluation.operand(script.root)
    if script.text in evaluation.names:
        return evaluation.names[script.text]
    for read in (evaluation.number, evaluation.boolean):
        try:
            return read(script.text)
        except ExpressionError:
            continue
    return script.text


def unquoted(text: str) -> str:
    """A text without the quotation marks around it."""
    return text[1:-1] if len(text) > 1 and text[0] == text[-1] and text[0] in "'\"" else text


class _Evaluation:
    """`names` are the texts that stand for a value."""

    def __init__(self, names: Mapping[str, Any], apply: Apply) -> None:
        self.names, self.apply = names, apply

    def operand(self, argument: Any) -> Any:
        """The value of an operator or a path; any other argument is its own."""
        if isinstance(argument, Path):
            value = self.apply(argument.tokens)
            if not isinstance(value, str) or (len(value) > 1 and value[0] == value[-1] == "'"):
                return value
            return f"'{value}'"
        return self._operator(argument) if isinstance(argument, Operator) else argument

    def _value(self, argument: Any) -> Any:
        value = self.operand(argument)
        return self.names[value] if isinstance(value, str) and value in self.names else value

    def number(self, argument: Any) -> float:
        text = format_value(self._value(_given(argument)))
        value = parse_float(text)
        if value is None:
            value = _SPECIAL_FLOATS.get(text.lower().lstrip("+-")) if text.lower() != "-nan" else None
            if value is None:
                raise ExpressionError("invalid argument. expected number")
            value = -value if text.startswith("-") else value
        return value

    def integer(self, argument: Any) -> int:
        try:
            return parse_int(format_value(self._value(_given(argument))))
        except ExpressionError as error:
            if not error.message.startswith("strconv"):
                raise
            raise ExpressionError("invalid argument. expected integer") from None

    def boolean(self, argument: Any) -> bool:
        value = self._value(argument)
        text = "false" if value is None else format_value(value)
        if text not in _TRUE + _FALSE:
            raise ExpressionError("invalid argument. expected boolean")
        return text in _TRUE

    def text(self, argument: Any) -> str:
        """A string in single quotes, another value as it prints."""
        value = self.operand(_given(argument))
        if not isinstance(value, str):
            return format_value(value)
        if value in self.names:
            return format_value(self.names[value])
        return f"'{value[1:-1]}'" if len(value) > 1 and value[0] == value[-1] == '"' else value

    def elements(self, argument: Any) -> list[Any]:
        value = self.operand(_given(argument))
        if isinstance(value, str):
            if value[:1] + value[-1:] in ("{}", "[]"):  # and it is no JSON, or it would be a text no longer
                raise ExpressionError("invalid argument")
            value = self.names.get(value, value)
        value = _given(value)
        if is_object(value):
            return list(value.values())
        if is_list(value):
            return value
        raise ExpressionError("invalid argument. expected array, map, or slice")

    def _operator(self, operator: Operator) -> Any:
        left, right = operator.left, operator.right
        symbol = operator.symbol
        if symbol == "!":
            return not self.boolean(right)
        if symbol in ("&&", "||"):
            both = self.boolean(left), self.boolean(right)
            return all(both) if symbol == "&&" else any(both)
        if symbol in ("==", "!="):
            return self._equal(left, right) is (symbol == "==")
        if symbol in ("in", "not in"):
            return self._is_in(left, right) is (symbol == "in")
        if symbol == "=~":
            return self._matches(left, right)
        if symbol == "%":
            return _remainder(self.integer(left), self.integer(right))
        return _ARITHMETIC[symbol](self.number(left), self.number(right))

    def _equal(self, left: Any, right: Any) -> bool:
        try:
            return self.number(left) == self.number(right)
        except ExpressionError:
            return self.text(left) == self.text(right)

    def _is_in(self, left: Any, right: Any) -> bool:
        item: Any = left
        for read in (self.number, self.text, self.boolean):
            try:
                item = read(left)
                break
            except ExpressionError:
                continue
        return any(type(element) is type(item) and element == item for element in self.elements(right))

    def _matches(self, left: Any, right: Any) -> bool:
        text, pattern = (_without_single_quotes(self.text(side)) for side in (left, right))
        try:
            return compile_regexp(pattern).search(text)
        except ExpressionError:
            raise ExpressionError("invalid argument. expected a valid regexp") from None


_ARITHMETIC: dict[str, Callable[[float, float], Any]] = {
    "<": lambda left, right: left < right,
    "<=": lambda left, right: left <= right,
    ">": lambda left, right: left > right,
    ">=": lambda left, right: left >= right,
    "+": lambda left, right: left + right,
    "-": lambda left, right: left - right,
    "*": lambda left, right: left * right,
    "/": gomath.divide,
    "**": gomath.power,
}


def _given(argument: Any) -> Any:
    if argument is None:
        raise ExpressionError("invalid argument. is nil")
    return argument


def _without_single_quotes(text: str) -> str:
    return text[1:-1] if len(text) > 1 and text[0] == text[-1] == "'" else text


def _remainder(left: int, right: int) -> int:
    if right == 0:  # a panic in Go: no filter takes it for a no
        raise InvalidRequest("runtime error: integer divide by zero")
    return abs(left) % abs(right) * (-1 if left < 0 else 1)
