"""Go's values in Python's clothes, so that an integer is no float, a duration no number, and an unknown object nothing.

| Go | Python |
|---|---|
| nil, bool, int, float64, string | None, bool, int, float, str |
| []interface {}, map[string]interface {}, []uint8 | list, dict, bytes |
| everything else | a class of this module, most of them one of the above with another name |

A string's bytes that are not UTF-8 are kept as surrogates, as Python's surrogateescape has them. A value of any other
Python class has no type here, and every operation refuses it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, TypeGuard

from argosy.language.expr.errors import Panic, fail
from argosy.language.expr.types import ANY_MAP, DURATION, GROUPS, LOCATION, TIME, Type, go_type
from argosy.language.times import Location, Time

_LARGEST = 1 << 24  # characters, an item of a list counting for eight


class Int64(int):
    """An int64, where int is meant to be something else."""


class Int32(int):
    """An int32."""


class Uint8(int):
    """A byte of a string."""


class Uint64(int):
    """An uint64."""


class Duration(int):
    """A time.Duration, in nanoseconds."""


class Month(int):
    """A time.Month, from 1."""


class Weekday(int):
    """A time.Weekday, from 0, which is Sunday."""


class Ints(list[int]):
    """A []int."""


class Strings(list[str]):
    """A []string."""


class Floats(list[float]):
    """A []float64."""


class Lists(list[list[Any]]):
    """A [][]interface {}."""


class Pair(list[Any]):
    """A [2]interface {}."""


class Pairs(list[Pair]):
    """A [][2]interface {}."""


class StringMap(dict[str, str]):
    """A map[string]string."""


class NilList(list[Any]):
    """A []interface {} that is nil: like an empty list, but `null` in JSON."""


class NilStrings(Strings):
    """A []string that is nil."""


class NilMap(dict[str, Any]):
    """A map[string]interface {} that is nil, which nothing can be put into."""


class Members(frozenset[Any]):
    """A set to look up in, made from a list of literals: a map[int]struct {} or map[string]struct {}."""

    __slots__ = ()


class Unhashable(Panic):
    """What can be no key of a map."""

    def __init__(self, type_: str) -> None:
        super().__init__(f"runtime error: hash of unhashable type {type_}")
        self.type = type_


class AnyMap:
    """A map[interface {}]interface {}, or for `groupBy` a map[interface {}][]interface {}.

    Its keys are told apart by type and value: 1, 1.0 and true are three. Raises Panic for a key that is a list or map.
    """

    __slots__ = ("entries", "is_groups")

    def __init__(self, *, is_groups: bool = False) -> None:
        self.entries: dict[tuple[object, Any], tuple[Any, Any]] = {}
        self.is_groups = is_groups

    def __len__(self) -> int:
        return len(self.entries)

    def items(self) -> Iterator[tuple[Any, Any]]:
        """Keys and values, in the order in which they came."""
        yield from self.entries.values()

    def set(self, key: Any, value: Any) -> None:
        """Put a value in."""
        self.entries[_map_key(key)] = (key, value)

    def get(self, key: Any, default: Any = None) -> Any:
        """The value of a key."""
        return self.entries.get(_map_key(key), (None, default))[1]


def _map_key(key: Any) -> tuple[object, Any]:
    if isinstance(key, (list, dict, AnyMap, bytes)) and not isinstance(key, Pair):
        raise Unhashable(type_name(key))
    kind = key.__class__
    return kind, tuple(map(_map_key, key)) if isinstance(key, Pair) else key


class Function:
    """A function that expressions can call: its Go type, and what it does in Python.

    `call` gets as many arguments as the type says, each of the type it says; a missing one is nil's zero value. With
    `needs_state` the state of the evaluation comes first.
    """

    __slots__ = ("call", "name", "needs_state", "type")

    def __init__(self, name: str, type_: Type, call: Callable[..., Any], *, needs_state: bool = False) -> None:
        self.name, self.type, self.call, self.needs_state = name, type_, call, needs_state


class Version:
    """A *semver.Version."""

    __slots__ = ("metadata", "numbers", "original", "prerelease")

    def __init__(self, numbers: tuple[int, int, int], prerelease: str, metadata: str, original: str) -> None:
        self.numbers, self.prerelease, self.metadata, self.original = numbers, prerelease, metadata, original

    def __str__(self) -> str:
        text = ".".join(map(str, self.numbers))
        return (
            text + (f"-{self.prerelease}" if self.prerelease else "") + (f"+{self.metadata}" if self.metadata else "")
        )


TYPES: dict[object, Type] = {
    bool: go_type("bool"),
    int: go_type("int"),
    float: go_type("float64"),
    str: go_type("string"),
    bytes: go_type("[]uint8"),
    list: go_type("[]interface {}"),
    dict: go_type("map[string]interface {}"),
    Int64: go_type("int64"),
    Int32: go_type("int32"),
    Uint8: go_type("uint8"),
    Uint64: go_type("uint64"),
    Duration: DURATION,
    Month: go_type("time.Month"),
    Weekday: go_type("time.Weekday"),
    Ints: go_type("[]int"),
    Strings: go_type("[]string"),
    Floats: go_type("[]float64"),
    Lists: go_type("[][]interface {}"),
    Pair: go_type("[2]interface {}"),
    Pairs: go_type("[][2]interface {}"),
    StringMap: go_type("map[string]string"),
    NilList: go_type("[]interface {}"),
    NilStrings: go_type("[]string"),
    NilMap: go_type("map[string]interface {}"),
    Members: go_type("map[string]struct {}"),
    Time: TIME,
    Location: LOCATION,
    Version: go_type("*semver.Version"),
}
NILS = frozenset((type(None), NilList, NilStrings, NilMap))
"""The classes whose values `??` and `?.` take for nil."""
INTEGERS = (int, Int64, Int32, Uint8, Uint64)


def is_list(value: Any) -> TypeGuard[list[Any]]:
    """Whether it is a list of any type."""
    return isinstance(value, list)


def is_map(value: Any) -> TypeGuard[dict[str, Any]]:
    """Whether it is a map with strings for keys."""
    return isinstance(value, dict)


def measure(value: Any) -> None:
    """Refuse a value that is too large to walk through: one that holds itself many times over takes little memory.

    Raises Panic.
    """
    waiting, size = [value], 0
    while waiting:
        part = waiting.pop()
        if isinstance(part, str):
            size += len(part)
        elif is_list(part):
            size += 8 * len(part)
            waiting += part
        elif isinstance(part, (dict, AnyMap)):
            size += 8 * len(part)  # pyright: ignore[reportUnknownArgumentType]
            for key, item in part.items():  # pyright: ignore[reportUnknownVariableType]
                waiting += (key, item)  # pyright: ignore[reportUnknownArgumentType]
        if size > _LARGEST:
            fail("memory budget exceeded")


def type_of(value: Any) -> Type | None:
    """The Go type of a value, None for nil. Raises Panic for what is no value here."""
    kind = value.__class__
    type_ = TYPES.get(kind)
    if type_ is not None or value is None:
        return type_
    if isinstance(value, AnyMap):
        return GROUPS if value.is_groups else ANY_MAP
    if isinstance(value, Function):
        return value.type
    raise Panic("a value of this kind cannot be used in an expression")


def type_name(value: Any) -> str:
    """The type as `%T` prints it: `[]interface {}`, `<nil>`."""
    type_ = type_of(value)
    return "<nil>" if type_ is None else type_.name


def kind_name(value: Any) -> str:
    """The kind as reflect prints it: `slice`, `invalid` for nil."""
    type_ = type_of(value)
    return "invalid" if type_ is None else type_.kind


def bad_conversion(value: Any, wanted: str) -> Panic:
    """The error of a type assertion: `interface conversion: interface {} is int, not bool`."""
    return Panic(
        f"interface conversion: interface {{}} is {'nil' if value is None else type_name(value)}, not {wanted}"
    )


def as_string(value: Any) -> str:
    """The value, if it is a string."""
    if type(value) is str:
        return value
    raise bad_conversion(value, "string")


def as_bool(value: Any) -> bool:
    """The value, if it is a boolean."""
    if type(value) is bool:
        return value
    raise bad_conversion(value, "bool")


def wrap(value: int) -> int:
    """An integer as 64 bits hold it."""
    if -0x8000000000000000 <= value <= 0x7FFFFFFFFFFFFFFF:
        return value
    return (value + 0x8000000000000000) % 0x10000000000000000 - 0x8000000000000000
