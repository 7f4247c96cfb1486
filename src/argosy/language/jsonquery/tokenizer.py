"""A path is cut into the texts of its tokens: `$.a[0]..b` is `$`, `a`, `[0]`, `..`, `b` (token.Tokenize).

Quotation marks and brackets are counted rather than matched, as in the original, and square brackets over the whole
path.
"""

from __future__ import annotations

from argosy.errors import ExpressionError
from argosy.language.gotext import utf8


def tokenize(path: str) -> list[str]:
    """The tokens' texts; raises ExpressionError, `unexpected token 'x' at index 0`."""
    if not path or path[0] not in "$@":
        raise ExpressionError(f"unexpected token '{path[:1]}' at index 0")
    if len(path) > 1 and path[1] not in ".[":
        raise ExpressionError(f"unexpected token '{chr(utf8(path[1])[0])}' at index 1")
    cutter = _Cutter(path[0])
    for character in path[1:]:
        cutter.take(character)
    return cutter.finish()


class _Cutter:
    """`text` is the token so far; `counts` counts quotes and brackets in it, `square` square ones in the whole path."""

    def __init__(self, first: str) -> None:
        self.tokens = [first]
        self.text = ""
        self.counts = dict.fromkeys("'()", 0)
        self.square = dict.fromkeys("[]", 0)

    def take(self, character: str) -> None:
        if not self.text:
            self.counts = dict.fromkeys("'()", 0)
        for counts in (self.counts, self.square):
            if character in counts:
                counts[character] += 1
        self.text += character
        if self.text == "..":
            self._end("..")
        elif character == "[":
            self._open_bracket()
        elif "[" in self.text:
            if character == "]" and not self._is_inside() and self.square["["] == self.square["]"]:
                self._end(self.text.removeprefix("."))
        elif character == "." and self.text != "." and not self._is_inside():
            self._end(self.text[:-1].removeprefix("."), ".")

    def finish(self) -> list[str]:
        if self.text:
            self.tokens.append(self.text.removeprefix("."))
        return self.tokens

    def _open_bracket(self) -> None:
        if self.text not in ("[", ".[") and self.text.count("[") == 1:
            self._end(self.text[:-1].removeprefix("."), "[")

    def _is_inside(self) -> bool:
        """Whether we are in quotes or in an expression."""
        return self.counts["'"] % 2 == 1 or self.counts["("] != self.counts[")"]

    def _end(self, token: str, rest: str = "") -> None:
        self.tokens.append(token)
        self.text = rest
