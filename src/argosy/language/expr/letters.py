"""Upper and lower case as Go's strings package has them: one character for one character."""

from __future__ import annotations

from argosy.language.gotext import is_space


def _upper(character: str) -> str:
    for changed in (character.upper(), character.title()):
        if len(changed) == 1:
            return changed
    return character


def _lower(character: str) -> str:
    changed = character.lower()
    return changed if len(changed) == 1 else changed[0]


def _mended(text: str) -> str:
    """Bytes that are no UTF-8 become the replacement character, as in strings.Map."""
    return "".join("\ufffd" if "\ud800" <= character <= "\udfff" else character for character in text)


def to_upper(text: str) -> str:
    """strings.ToUpper: `ß` stays, as there is no one letter for it."""
    return text.upper() if text.isascii() else "".join(map(_upper, _mended(text)))


def to_lower(text: str) -> str:
    """strings.ToLower."""
    return text.lower() if text.isascii() else "".join(map(_lower, _mended(text)))


def to_title(text: str) -> str:
    """strings.Title: the first letter of each word is a capital one; `it's` becomes `It'S`."""
    titled: list[str] = []
    before = " "
    for character in _mended(text):
        titled.append(_title(character) if _separates(before) else character)
        before = character
    return "".join(titled)


def _title(character: str) -> str:
    changed = character.title()
    return changed if len(changed) == 1 else character


def _separates(character: str) -> bool:
    if character.isascii():
        return not (character.isalnum() or character == "_")
    if character.isalpha() or character.isdecimal():
        return False
    return is_space(character)


def upper_character(character: str) -> str:
    """unicode.ToUpper."""
    return _upper(character)


def lower_character(character: str) -> str:
    """unicode.ToLower."""
    return _lower(character)


def title_character(character: str) -> str:
    """unicode.ToTitle."""
    return _title(character)
