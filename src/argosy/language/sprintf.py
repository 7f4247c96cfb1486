"""Go's `fmt.Sprintf` with one integer: `"host-%03d"` and 7 make `"host-007"` (the `format` of `withSequence`).

Mistakes in a format are no errors in Go; they show in the result, and so they do here: `%s` gives `%!s(int=7)`.
"""

from __future__ import annotations

from dataclasses import dataclass

from argosy.language.gotext import quote_rune, to_rune

_BASES = {"d": 10, "v": 10, "b": 2, "o": 8, "O": 8, "x": 16, "X": 16}
_PREFIXES = {2: "0b", 8: "0", 16: "0x"}
_WIDEST = 1_000_000  # Go ignores a width or precision beyond this


def sprintf(template: str, value: int) -> str:
    """`template` with its verbs replaced by the integer `value`, by Go's rules for a single operand."""
    return _Printer(template, value).run()


@dataclass(slots=True)
class _Flags:
    sharp: bool = False
    zero: bool = False
    plus: bool = False
    minus: bool = False
    space: bool = False
    width: int | None = None
    precision: int | None = None

    def set(self, character: str) -> bool:
        """Turn on the flag that `character` stands for; False when it stands for none."""
        name = {"#": "sharp", "0": "zero", "+": "plus", "-": "minus", " ": "space"}.get(character)
        if name is not None:
            setattr(self, name, True)
        return name is not None

    def pad(self, text: str) -> str:
        if self.width is None:
            return text
        if self.minus:
            return text.ljust(self.width)
        return text.rjust(self.width, "0" if self.zero else " ")


class _Printer:
    """One pass over one format. `used` counts the operands taken: 0, or 1 and more when there are none left."""

    def __init__(self, template: str, value: int) -> None:
        self.template, self.value = template, value
        self.position = 0
        self.used = 0
        self.reordered = False
        self.index_is_good = True
        self.index_was_given = False

    def run(self) -> str:
        parts: list[str] = []
        while (start := self.template.find("%", self.position)) >= 0:
            parts.append(self.template[self.position : start])
            self.position = start + 1
            parts.append(self._directive())
        parts.append(self.template[self.position :])
        if not self.reordered and self.used == 0:
            parts.append(f"%!(EXTRA int={self.value})")
        return "".join(parts)

    def _directive(self) -> str:
        """What one `%...verb` becomes: flags, [index], width, .precision, [index], verb."""
        flags = _Flags()
        self.index_is_good, self.index_was_given = True, False
        while self._peek() and flags.set(self._peek()):
            self.position += 1
        self._argument_index()
        complaints = self._width(flags) + self._precision(flags)
        if not self.index_was_given:
            self._argument_index()
        verb = self._peek()
        if not verb:
            return complaints + "%!(NOVERB)"
        self.position += 1
        if verb == "%":
            return complaints + "%"
        if not self.index_is_good:
            return f"{complaints}%!{verb}(BADINDEX)"
        if self.used > 0:
            return f"{complaints}%!{verb}(MISSING)"
        self.used += 1
        return complaints + _format_verb(flags, verb, self.value)

    def _peek(self) -> str:
        return self.template[self.position : self.position + 1]

    def _width(self, flags: _Flags) -> str:
        if self._peek() == "*":
            self.position += 1
            self.index_was_given = False
            flags.width = self._take_operand()
            if flags.width is None:
                return "%!(BADWIDTH)"
            if flags.width < 0:
                flags.width, flags.minus, flags.zero = -flags.width, True, False
            return ""
        flags.width = self._number()
        if self.index_was_given and flags.width is not None:
            self.index_is_good = False
        return ""

    def _precision(self, flags: _Flags) -> str:
        if self._peek() != "." or self.position + 1 == len(self.template):
            return ""
        self.position += 1
        if self.index_was_given:
            self.index_is_good = False
        self._argument_index()
        if self._peek() == "*":
            self.position += 1
            self.index_was_given = False
            flags.precision = self._take_operand()
            if flags.precision is not None and flags.precision < 0:
                flags.precision = None
            return "%!(BADPREC)" if flags.precision is None else ""
        flags.precision = self._number() or 0
        return ""

    def _take_operand(self) -> int | None:
        self.used += 1
        return self.value if self.used == 1 and abs(self.value) <= _WIDEST else None

    def _number(self) -> int | None:
        start = self.position
        while self._peek() and self._peek() in "0123456789":
            self.position += 1
        if start == self.position:
            return None
        digits = self.template[start : self.position].lstrip("0") or "0"
        return int(digits) if len(digits) <= 7 and int(digits) <= _WIDEST else None

    def _argument_index(self) -> None:
        """Read `[n]`: there is one operand, so n is 1 or wrong."""
        if self._peek() != "[":
            self.index_was_given = False
            return
        self.reordered = True
        end = self.template.find("]", self.position)
        inner = self.template[self.position + 1 : end] if end >= 0 else ""
        self.position = end + 1 if end >= 0 else self.position + 1
        is_number = inner.isascii() and inner.isdigit()
        self.index_was_given = is_number
        if is_number and inner.lstrip("0") == "1":
            self.used = 0
        else:
            self.index_is_good = False


def _format_verb(flags: _Flags, verb: str, value: int) -> str:
    if verb == "v":
        flags.plus = flags.sharp = False
    if verb in _BASES:
        return _format_integer(flags, verb, value)
    if verb == "c":
        return flags.pad(to_rune(value))
    if verb == "q":
        return flags.pad(quote_rune(value))
    if verb == "U":
        return _format_unicode(flags, value)
    if verb == "T":
        return flags.pad("int")
    return f"%!{verb}(int={_format_integer(flags, 'd', value)})"


def _format_integer(flags: _Flags, verb: str, value: int) -> str:
    base = _BASES[verb]
    sign = "-" if value < 0 else "+" if flags.plus else " " if flags.space else ""
    least_digits = 0
    if flags.precision is not None:
        if flags.precision == 0 and value == 0:
            return " " * (flags.width or 0)
        least_digits = flags.precision
    elif flags.zero and not flags.minus and flags.width is not None:
        least_digits = flags.width - len(sign)
    digits = format(abs(value), {2: "b", 8: "o", 10: "d", 16: "x"}[base]).rjust(least_digits, "0")
    prefix = "0o" if verb == "O" else ""
    if flags.sharp and not (base == 8 and digits.startswith("0")):
        prefix += _PREFIXES.get(base, "")
    text = prefix + digits
    flags.zero = False
    return flags.pad(sign + (text.upper() if verb == "X" else text))


def _format_unicode(flags: _Flags, value: int) -> str:
    width = max(4, flags.precision or 0)
    text = f"U+{value & 0xFFFFFFFFFFFFFFFF:0{width}X}"
    if flags.sharp and 0 <= value <= 0x10FFFF and to_rune(value).isprintable():
        text += f" '{to_rune(value)}'"
    flags.zero = False
    return flags.pad(text)
