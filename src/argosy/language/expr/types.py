"""Go's types, by the names that its errors print, and what the checker knows of an expression's value."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from itertools import accumulate

_INTEGERS = frozenset(
    ("int", "int8", "int16", "int32", "int64", "uint", "uint8", "uint16", "uint32", "uint64", "uintptr")
)
_FLOATS = frozenset(("float32", "float64"))
_NAMED_KINDS = {
    "error": "interface",
    "interface {}": "interface",
    "semver.Version": "struct",
    "sprig.certificate": "struct",
    "struct {}": "struct",
    "time.Duration": "int64",
    "time.Location": "struct",
    "time.Month": "int",
    "time.Time": "struct",
    "time.Weekday": "int",
}
_NILABLE = ("chan", "func", "interface", "map", "ptr", "slice")


class Type:
    """A type. `elem` is that of a list's or map's values, `key` of a map's keys; the rest is for functions."""

    __slots__ = ("elem", "is_float", "is_integer", "key", "kind", "name", "params", "results", "variadic")

    def __init__(self, name: str) -> None:
        self.name = name
        self.is_integer, self.is_float = name in _INTEGERS, name in _FLOATS
        self.elem: Type | None = None
        self.key: Type | None = None
        self.params: tuple[Type, ...] = ()
        self.results: tuple[Type, ...] = ()
        self.variadic = False
        if name.startswith("func("):
            self.kind = "func"
            _parse_function(self, name)
        elif name.startswith("map["):
            end = _closing(name, 3, "[]")
            self.kind, self.key, self.elem = "map", go_type(name[4:end]), go_type(name[end + 1 :])
        elif name.startswith("["):
            end = name.index("]")
            self.kind, self.elem = "slice" if end == 1 else "array", go_type(name[end + 1 :])
        elif name.startswith("*"):
            self.kind, self.elem = "ptr", go_type(name[1:])
        else:
            self.kind = _NAMED_KINDS.get(name, name)

    def __repr__(self) -> str:
        return self.name

    def assignable_to(self, target: Type) -> bool:
        """Whether Go assigns a value of this type to a variable of that one."""
        return self.name == target.name or target.name == "interface {}"


@cache
def go_type(name: str) -> Type:
    """The type of a name; the same one each time."""
    return Type(name)


def _parse_function(function: Type, name: str) -> None:
    """Read `func(string, ...int) (bool, error)`."""
    end = _closing(name, 4, "()")
    params = _split(name[5:end])
    results = name[end + 1 :].strip()
    if results.startswith("("):
        results = results[1:-1]
    function.variadic = bool(params) and params[-1].startswith("...")
    if function.variadic:
        params[-1] = "[]" + params[-1][3:]
    function.params = tuple(map(go_type, params))
    function.results = tuple(map(go_type, _split(results)))


def _closing(name: str, start: int, pair: str) -> int:
    """Where the bracket that opens at `start` is closed."""
    depths = accumulate((character == pair[0]) - (character == pair[1]) for character in name[start:])
    return start + list(depths).index(0)


def _split(names: str) -> list[str]:
    parts: list[str] = []
    depth = start = 0
    for index, character in enumerate(names):
        depth += (character in "([{") - (character in ")]}")
        if character == "," and depth == 0:
            parts.append(names[start:index].strip())
            start = index + 1
    last = names[start:].strip()
    return [*parts, last] if last else parts


ANY = go_type("interface {}")
BOOL = go_type("bool")
INT = go_type("int")
FLOAT = go_type("float64")
STRING = go_type("string")
BYTES = go_type("[]uint8")
LIST = go_type("[]interface {}")
MAP = go_type("map[string]interface {}")
ANY_MAP = go_type("map[interface {}]interface {}")
GROUPS = go_type("map[interface {}][]interface {}")
TIME = go_type("time.Time")
DURATION = go_type("time.Duration")
LOCATION = go_type("*time.Location")


class Nature:
    """What is known of a value before the run (expr's checker/nature).

    `type` is None for a value that is unknown or, with `nil`, nil. `ref` is the nature of a list's items or of a
    predicate's result where that says more than the type; `function` names the built-in function that a value is.
    """

    __slots__ = ("function", "is_method", "nil", "ref", "type")

    def __init__(
        self,
        type: Type | None,  # noqa: A002 - what it is
        *,
        nil: bool = False,
        ref: Nature | None = None,
        function: str = "",
        is_method: bool = False,
    ) -> None:
        self.type, self.nil, self.ref, self.function, self.is_method = type, nil, ref, function, is_method

    def __str__(self) -> str:
        return "unknown" if self.type is None else self.type.name

    @property
    def kind(self) -> str:
        """Go's kind of the type, "" where it is not known."""
        return "" if self.type is None else self.type.kind

    @property
    def is_unknown(self) -> bool:
        """Whether nothing is known: a value of a map, or what an unknown function gives."""
        return not self.nil if self.type is None else self.type is ANY

    @property
    def is_integer(self) -> bool:
        """Whether it is one of the plain integer types."""
        return self.type is not None and self.type.is_integer

    @property
    def is_float(self) -> bool:
        """Whether it is one of the plain floating-point types."""
        return self.type is not None and self.type.is_float

    @property
    def is_number(self) -> bool:
        """Whether it is a plain integer or floating-point type; a duration is not."""
        return self.is_integer or self.is_float

    @property
    def is_array(self) -> bool:
        """Whether it is a list."""
        return self.kind in ("slice", "array")

    def deref(self) -> Nature:
        """What a pointer points to; the same where it is none."""
        if self.type is not None and self.type.kind == "ptr":
            return nature_of(self.type.elem)
        return self

    def elem(self) -> Nature:
        """The nature of a list's items or a map's values."""
        if self.is_array and self.ref is not None:
            return self.ref
        return nature_of(None if self.type is None else self.type.elem)

    def assignable_to(self, target: Nature) -> bool:
        """Whether a value of this nature can be given where that one is wanted."""
        if self.nil and target.kind in _NILABLE:
            return True
        return self.type is not None and target.type is not None and self.type.assignable_to(target.type)

    def comparable_to(self, other: Nature) -> bool:
        """Whether `==` makes sense of the two."""
        return (
            self.is_unknown
            or other.is_unknown
            or self.nil
            or other.nil
            or (self.is_number and other.is_number)
            or (self.is_array and other.is_array)
            or self.assignable_to(other)
        )

    def maybe(self, other: Nature, *checks: Check) -> bool:
        """Whether one is unknown and the other unknown as well, or of one of the kinds (MaybeCompatible)."""
        if self.is_unknown:
            return other.is_unknown or any(check(other) for check in checks)
        return other.is_unknown and any(check(self) for check in checks)

    def list_of(self) -> Nature:
        """A list of such values."""
        return Nature(LIST, ref=self)


Check = Callable[[Nature], bool]

UNKNOWN = Nature(None)
NIL = Nature(None, nil=True)
_NATURES: dict[Type, Nature] = {}


def nature_of(type_: Type | None) -> Nature:
    """The nature of a value of a type; unknown where there is none."""
    if type_ is None:
        return UNKNOWN
    nature = _NATURES.get(type_)
    if nature is None:
        nature = _NATURES[type_] = Nature(type_)
    return nature
