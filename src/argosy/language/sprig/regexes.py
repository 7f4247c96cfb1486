"""sprig's functions on regular expressions, which are RE2's."""

from __future__ import annotations

from argosy.errors import ExpressionError
from argosy.language.expr.arithmetic import join_text
from argosy.language.expr.values import NilStrings, Strings
from argosy.language.gotext import quote
from argosy.language.regexp import compile_regexp
from argosy.language.regexp.finder import Finder, compile_finder, quote_meta

__all__ = ["quote_meta"]


def _compiled(pattern: str) -> Finder:
    """regexp.MustCompile, with its error."""
    try:
        return compile_finder(pattern)
    except ExpressionError as error:
        shown = f"`{pattern}`" if _fits_backquotes(pattern) else quote(pattern)
        raise ExpressionError(f"regexp: Compile({shown}): {error.message}") from None


def _fits_backquotes(text: str) -> bool:
    """strconv.CanBackquote."""
    return not any(
        character in "`\x7f\ufeff" or (character < " " and character != "\t") or "\ud800" <= character <= "\udfff"
        for character in text
    )


def must_match(pattern: str, text: str) -> bool:
    """Whether the pattern is found."""
    return compile_regexp(pattern).search(text)


def match(pattern: str, text: str) -> bool:
    """Whether the pattern is found; a bad one never is."""
    try:
        return must_match(pattern, text)
    except ExpressionError:
        return False


def find_all(pattern: str, text: str, count: int) -> Strings:
    """All matches, or the first few."""
    return _find_all(_compiled(pattern), text, count)


def must_find_all(pattern: str, text: str, count: int) -> Strings:
    """All matches, or the first few."""
    return _find_all(compile_finder(pattern), text, count)


def _find_all(finder: Finder, text: str, count: int) -> Strings:
    found = Strings(text[match[0] : match[1]] for match in finder.find_all(text, max(count, -1)))
    return found or NilStrings()


def find(pattern: str, text: str) -> str:
    """The first match."""
    return _find(_compiled(pattern), text)


def must_find(pattern: str, text: str) -> str:
    """The first match."""
    return _find(compile_finder(pattern), text)


def _find(finder: Finder, text: str) -> str:
    match = finder.find(text)
    return text[match[0] : match[1]] if match else ""


def replace_all(pattern: str, text: str, replacement: str) -> str:
    """With every match replaced; `$1` is a group."""
    return _replace_all(_compiled(pattern), text, replacement)


def must_replace_all(pattern: str, text: str, replacement: str) -> str:
    """With every match replaced; `$1` is a group."""
    return _replace_all(compile_finder(pattern), text, replacement)


def _replace_all(finder: Finder, text: str, replacement: str) -> str:
    return join_text(finder.replace_all(text, lambda match: finder.expand(replacement, text, match)))


def replace_all_literal(pattern: str, text: str, replacement: str) -> str:
    """With every match replaced; `$` is only itself."""
    return join_text(_compiled(pattern).replace_all(text, lambda _: replacement))


def must_replace_all_literal(pattern: str, text: str, replacement: str) -> str:
    """With every match replaced; `$` is only itself."""
    return join_text(compile_finder(pattern).replace_all(text, lambda _: replacement))


def split(pattern: str, text: str, count: int) -> Strings:
    """The parts between matches."""
    return _split(_compiled(pattern), text, count)


def must_split(pattern: str, text: str, count: int) -> Strings:
    """The parts between matches."""
    return _split(compile_finder(pattern), text, count)


def _split(finder: Finder, text: str, count: int) -> Strings:
    return NilStrings() if count == 0 else Strings(finder.split(text, max(count, -1)))
