"""Sets of characters: what `.`, `[a-z]`, `\\d`, `\\pL` and `[[:alpha:]]` stand for."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field

Test = Callable[[str], bool]

_CATEGORIES = frozenset(
    "C Cc Cf Co Cs L Ll Lm Lo Lt Lu M Mc Me Mn N Nd Nl No P Pc Pd Pe Pf Pi Po Ps S Sc Sk Sm So Z Zl Zp Zs".split()  # noqa: SIM905
)
_SCRIPTS = {  # by how the names of their characters begin
    "Arabic": "ARABIC",
    "Armenian": "ARMENIAN",
    "Bengali": "BENGALI",
    "Cyrillic": "CYRILLIC",
    "Devanagari": "DEVANAGARI",
    "Georgian": "GEORGIAN",
    "Greek": "GREEK",
    "Han": "CJK",
    "Hangul": "HANGUL",
    "Hebrew": "HEBREW",
    "Hiragana": "HIRAGANA",
    "Katakana": "KATAKANA",
    "Latin": "LATIN",
    "Tamil": "TAMIL",
    "Thai": "THAI",
}
_DIGIT = (("0", "9"),)
_LOWER, _UPPER = (("a", "z"),), (("A", "Z"),)
_PUNCTUATION = (("!", "/"), (":", "@"), ("[", "`"), ("{", "~"))
Ranges = tuple[tuple[str, str], ...]
PERL: dict[str, Ranges] = {
    "d": _DIGIT,
    "s": (("\t", "\n"), ("\f", "\r"), (" ", " ")),
    "w": (*_DIGIT, *_UPPER, ("_", "_"), *_LOWER),
}
POSIX: dict[str, Ranges] = {
    "alnum": _DIGIT + _UPPER + _LOWER,
    "alpha": _UPPER + _LOWER,
    "ascii": (("\0", "\x7f"),),
    "blank": (("\t", "\t"), (" ", " ")),
    "cntrl": (("\0", "\x1f"), ("\x7f", "\x7f")),
    "digit": _DIGIT,
    "graph": (("!", "~"),),
    "lower": _LOWER,
    "print": ((" ", "~"),),
    "punct": _PUNCTUATION,
    "space": (("\t", "\r"), (" ", " ")),
    "upper": _UPPER,
    "word": PERL["w"],
    "xdigit": (*_DIGIT, ("A", "F"), ("a", "f")),
}


@dataclass
class CharacterSet:
    """Ranges and tests, any of which may hold; `negated` turns the whole around, `fold` ignores case."""

    fold: bool = False
    negated: bool = False
    ranges: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    tests: list[Test] = field(default_factory=list[Test])

    def add(self, ranges: Ranges, *, negated: bool = False) -> None:
        """Add ranges, or all characters outside of them."""
        if negated:
            self.tests.append(lambda character: not _in_ranges(character, ranges))
        else:
            self.ranges.extend(ranges)

    def contains(self, character: str) -> bool:
        """Whether a character is in the set."""
        return self._holds(character) is not self.negated

    def _holds(self, character: str) -> bool:
        for form in variants(character) if self.fold else (character,):
            if _in_ranges(form, self.ranges) or any(test(form) for test in self.tests):
                return True
        return False


def unicode_test(name: str) -> Test | None:
    """The test for a Unicode category, such as `L` or `Nd`, or a script; None where we know none of that name."""
    if name == "Any":
        return lambda _: True
    if name in _CATEGORIES:
        return lambda character: unicodedata.category(character).startswith(name)
    if name in _SCRIPTS:
        start = _SCRIPTS[name]
        return lambda character: unicodedata.name(character, "").startswith(start)
    return None


def variants(character: str) -> set[str]:
    """The characters that are the same but for their case: `k`, `K` and the Kelvin sign."""
    forms = {character, character.lower(), character.upper(), character.casefold()}
    forms |= {form.lower() for form in forms} | {form.upper() for form in forms}
    if "k" in forms:
        forms.add("\u212a")
    if "s" in forms:
        forms.add("\u017f")
    return {form for form in forms if len(form) == 1}


def _in_ranges(character: str, ranges: Ranges | list[tuple[str, str]]) -> bool:
    return any(low <= character <= high for low, high in ranges)
