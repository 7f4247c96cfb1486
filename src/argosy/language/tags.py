"""Tags: text with `{{name}}` in it becomes text with values in it.

Argo substitutes in the JSON of a template, so values are escaped to fit into a JSON string. A text is split once
(`compile_text`); substituting it again costs a look-up for each tag and a join. The rules are those of Argo's
util/template:

1. A tag runs from `{{` to the next `}}`, whatever is between them; an unclosed one is an error.
2. `{{=...}}` is an expression; every other tag is a name, with any space around it dropped.
3. A value is escaped by Go's strconv.Quote. It is not scanned for tags again.
4. A tag whose name is not known stays as it is, unless it has to be resolved (`allow_unresolved`, `strict_prefixes`).
5. `{{a.{{b}}}}` is the tag `a.{{b` followed by `}}`: if `b` is known, its value is put in and `{{a.value}}` is left.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Final

from argosy.errors import ExpressionError, NotSupported
from argosy.language import gojson
from argosy.language.gotext import escape, quote, trim_space

_OPEN, _CLOSE = "{{", "}}"
_NO_EXPRESSIONS = "expression tags {{=...}} are not supported yet"
_NOT_IN_JSON = re.compile(r"\\[^bfnrtu\"\\/]")


class Missing(enum.Enum):
    """The type of `MISSING`, which a look-up returns for a name that it does not know."""

    MISSING = enum.auto()


MISSING: Final = Missing.MISSING

Lookup = Callable[[str], object]
"""Name -> its value, None for an output that is absent for good, or MISSING. Only a string can be substituted."""

MustResolve = Callable[[str], bool]
"""Whether a name that is not known is an error."""

EvaluateExpression = Callable[[str, "MustResolve | None"], "str | None"]
"""Expression -> the JSON-escaped text to put in, or None to leave the tag.

The expression comes with JSON's escapes still in it. The second argument is None where anything may stay unresolved.
"""


class UnresolvedTag(ExpressionError):
    """A name in a tag has no value yet: Argo tries again later instead of failing (IsMissingVariableErr)."""


class CompiledText:
    """A text split at its tags: `literals[0] tags[0] literals[1] tags[1] ... literals[-1]`."""

    __slots__ = ("_is_json", "literals", "tags", "text", "unclosed")

    def __init__(self, text: str) -> None:
        self.text = text
        literals: list[str] = []
        tags: list[str] = []
        position = 0
        while (start := text.find(_OPEN, position)) >= 0 and (end := text.find(_CLOSE, start + 2)) >= 0:
            literals.append(text[position:start])
            tags.append(text[start + 2 : end])
            position = end + 2
        self.literals: tuple[str, ...] = (*literals, text[position:])
        self.tags = tuple(tags)
        self.unclosed = start >= 0
        self._is_json: bool | None = None

    def check_closed(self) -> None:
        """Raise ExpressionError if a tag is not closed."""
        if self.unclosed:
            rest = self.literals[-1].partition(_OPEN)[2]
            place = f"in the template={quote(self.text)} starting from {quote(rest)}"
            raise ExpressionError(f"Cannot find end tag={quote(_CLOSE)} {place}")

    def replace(
        self,
        lookup: Lookup,
        *,
        allow_unresolved: bool = False,
        strict_prefixes: Sequence[str] | None = None,
        raw: bool = False,
        evaluate_expression: EvaluateExpression | None = None,
    ) -> str:
        """The text with its tags replaced; `lookup` is called for the names that occur, and no others.

        With `strict_prefixes` (such as `["steps", "tasks"]`) a tag must be resolved if it begins with one of them as
        a whole dotted part; artifacts may still stay. Without, every tag must be, unless `allow_unresolved`.
        `raw` means that the text is not JSON: it is not checked before or after.

        Raises UnresolvedTag for a tag that must be resolved and cannot be now, ExpressionError for one that never
        can be or for invalid JSON, NotSupported for an expression where there is no `evaluate_expression`.
        """
        if not raw and not self._text_is_json():
            raise ExpressionError("cannot do template replacements with invalid JSON")
        self.check_closed()
        if not self.tags:
            return self.text
        if strict_prefixes is not None:
            must_resolve = _strict(tuple(strict_prefixes))
            artifacts_may_stay = True
        else:
            must_resolve = None if allow_unresolved else _always
            artifacts_may_stay = allow_unresolved
        parts = [self.literals[0]]
        for tag, literal in zip(self.tags, self.literals[1:], strict=True):
            if tag.startswith("="):
                parts.append(_replace_expression(tag, must_resolve, evaluate_expression))
            else:
                parts.append(_replace_name(tag, lookup, must_resolve, artifacts_may_stay))
            parts.append(literal)
        result = "".join(parts)
        if not raw and not self._result_is_json(parts, result):
            raise ExpressionError("cannot finish template replacement because the result was invalid JSON")
        return result

    def _text_is_json(self) -> bool:
        if self._is_json is None:
            self._is_json = gojson.is_valid(self.text)
        return self._is_json

    def _result_is_json(self, parts: list[str], result: str) -> bool:
        """Tags of a valid JSON text lie inside its strings: only odd escapes in a value or a quote can break it."""
        suspicious = any('"' in tag for tag in self.tags) or any(
            "\\" in value and _NOT_IN_JSON.search(value) for value in parts[1::2]
        )
        return not suspicious or gojson.is_valid(result)


@lru_cache(maxsize=1024)
def compile_text(text: str) -> CompiledText:
    """`text` split at its tags, kept for the next time."""
    return CompiledText(text)


def tags_of(text: str) -> list[str]:
    """The names in the simple tags, in order and as written, space included; expressions are left out.

    Raises ExpressionError where a tag is not closed.
    """
    compiled = compile_text(text)
    compiled.check_closed()
    return [tag for tag in compiled.tags if not tag.startswith("=")]


def replace(
    text: str,
    lookup: Lookup,
    *,
    allow_unresolved: bool = False,
    strict_prefixes: Sequence[str] | None = None,
    raw: bool = False,
    evaluate_expression: EvaluateExpression | None = None,
) -> str:
    """`compile_text` and `CompiledText.replace` in one."""
    return compile_text(text).replace(
        lookup,
        allow_unresolved=allow_unresolved,
        strict_prefixes=strict_prefixes,
        raw=raw,
        evaluate_expression=evaluate_expression,
    )


def resolve_variable(reference: str, lookup: Lookup) -> object:
    """The value of a text that is one reference, with or without braces, such as an artifact's `from` (ResolveVar).

    Raises ExpressionError where the name is not known, NotSupported for an expression.
    """
    name = trim_space(reference.removeprefix(_OPEN).removesuffix(_CLOSE))
    if name.startswith("="):
        raise NotSupported(_NO_EXPRESSIONS)
    value = lookup(name)
    if value is MISSING:
        raise ExpressionError(f"Unable to resolve: {quote(name)}")
    return value


def _always(_name: str) -> bool:
    return True


@lru_cache(maxsize=64)
def _strict(prefixes: tuple[str, ...]) -> MustResolve | None:
    if not prefixes:
        return None
    pattern = re.compile(rf"(?:{'|'.join(map(re.escape, prefixes))})(?:\.|\Z)")
    return lambda name: pattern.match(name) is not None


def _replace_expression(tag: str, must_resolve: MustResolve | None, evaluate: EvaluateExpression | None) -> str:
    if evaluate is None:
        raise NotSupported(_NO_EXPRESSIONS)
    expression = tag[1:].replace("\\u003c", "<").replace("\\u003e", ">").replace("\\u0026", "&")
    result = evaluate(expression, must_resolve)
    return f"{{{{={expression}}}}}" if result is None else result


def _replace_name(tag: str, lookup: Lookup, must_resolve: MustResolve | None, artifacts_may_stay: bool) -> str:
    name = trim_space(tag)
    value = lookup(name)
    if isinstance(value, str):
        return escape(value)
    if value is None:
        absent = "output is an absent optional (skipped/omitted node with no default)"
        raise ExpressionError(f"unable to substitute {{{{{tag}}}}}: {absent}")
    if value is not MISSING:
        raise UnresolvedTag(f"failed to resolve {{{{{tag}}}}} to string")
    if (nested := _replace_nested(tag, lookup)) is not None:
        return nested
    if must_resolve is not None and must_resolve(name) and not (artifacts_may_stay and ".outputs.artifacts." in name):
        raise UnresolvedTag(f"failed to resolve {{{{{tag}}}}}")
    return f"{{{{{tag}}}}}"


def _replace_nested(tag: str, lookup: Lookup) -> str | None:
    """Rule 5; None where there is no tag inside the tag or its name is not known."""
    outer, opened, inner = tag.rpartition(_OPEN)
    if not opened or not outer:
        return None
    value = lookup(inner)
    if value is None:
        message = f"unable to substitute nested tag {{{{{tag}}}}}: {quote(inner)} is an absent optional"
        raise ExpressionError(message)
    return f"{{{{{outer}{escape(value)}" if isinstance(value, str) else None
