"""expr's built-in functions as the checker sees them: which exist, what they take and what they give.

Some have signatures, one or several, and the last one that does not fit is what an error tells of. Others have a rule
of their own for the types of their arguments, in `rules`.
"""

from __future__ import annotations

PREDICATES: dict[str, tuple[str, ...]] = {
    "all": ("value", "predicate"),
    "none": ("value", "predicate"),
    "any": ("value", "predicate"),
    "one": ("value", "predicate"),
    "filter": ("value", "predicate"),
    "map": ("value", "predicate"),
    "count": ("value", "predicate?"),
    "sum": ("value", "predicate?"),
    "find": ("value", "predicate"),
    "findIndex": ("value", "predicate"),
    "findLast": ("value", "predicate"),
    "findLastIndex": ("value", "predicate"),
    "groupBy": ("value", "predicate"),
    "sortBy": ("value", "predicate", "value?"),
    "reduce": ("value", "predicate", "value?"),
}
"""The arguments of the functions that are loops."""

_UNTYPED = "func(...interface {}) (interface {}, error)"
_BOOL_LOOP = "func([]interface {}, func(interface {}) bool)"
BUILTINS: dict[str, tuple[str, ...]] = {
    "all": (f"{_BOOL_LOOP} bool",),
    "none": (f"{_BOOL_LOOP} bool",),
    "any": (f"{_BOOL_LOOP} bool",),
    "one": (f"{_BOOL_LOOP} bool",),
    "filter": (f"{_BOOL_LOOP} []interface {{}}",),
    "map": ("func([]interface {}, func(interface {}) interface {}) []interface {}",),
    "find": (f"{_BOOL_LOOP} interface {{}}",),
    "findIndex": (f"{_BOOL_LOOP} int",),
    "findLast": (f"{_BOOL_LOOP} interface {{}}",),
    "findLastIndex": (f"{_BOOL_LOOP} int",),
    "count": (f"{_BOOL_LOOP} int",),
    "sum": (f"{_BOOL_LOOP} int",),
    "groupBy": ("func([]interface {}, func(interface {}) interface {}) map[interface {}][]interface {}",),
    "sortBy": ("func([]interface {}, func(interface {}) bool, string) []interface {}",),
    "reduce": ("func([]interface {}, func(interface {}, interface {}) interface {}, interface {}) interface {}",),
    "len": (),
    "type": ("func(interface {}) string",),
    "abs": (),
    "ceil": (),
    "floor": (),
    "round": (),
    "int": (),
    "float": (),
    "string": ("func(interface {}) string",),
    "trim": ("func(string) string", "func(string, string) string"),
    "trimPrefix": ("func(string, string) string", "func(string) string"),
    "trimSuffix": ("func(string, string) string", "func(string) string"),
    "upper": ("func(string) string",),
    "lower": ("func(string) string",),
    "split": ("func(string, string) []string", "func(string, string, int) []string"),
    "splitAfter": ("func(string, string) []string", "func(string, string, int) []string"),
    "replace": ("func(string, string, string, int) string", "func(string, string, string) string"),
    "repeat": ("func(string, int) string",),
    "join": (
        "func([]string, string) string",
        "func([]interface {}, string) string",
        "func([]interface {}) string",
        "func([]string, string) string",
        "func([]string) string",
    ),
    "indexOf": ("func(string, string) int",),
    "lastIndexOf": ("func(string, string) int",),
    "hasPrefix": ("func(string, string) bool",),
    "hasSuffix": ("func(string, string) bool",),
    "max": (),
    "min": (),
    "mean": (),
    "median": (),
    "toJSON": ("func(interface {}) string",),
    "fromJSON": ("func(string) interface {}",),
    "toBase64": ("func(string) string",),
    "fromBase64": ("func(string) string",),
    "now": (),
    "duration": ("func(string) (time.Duration, error)",),
    "date": (),
    "timezone": ("func(string) (*time.Location, error)",),
    "first": (),
    "last": (),
    "get": (),
    "take": (),
    "keys": (),
    "values": (),
    "toPairs": (),
    "fromPairs": (),
    "reverse": (),
    "uniq": (),
    "concat": (),
    "flatten": (),
    "sort": (
        "func([]interface {}, string) []interface {}",
        "func([]int, string) []interface {}",
        "func([]float64, string) []interface {}",
        "func([]string, string) []interface {}",
        "func([]interface {}) []interface {}",
        "func([]float64) []interface {}",
        "func([]string) []interface {}",
        "func([]int) []interface {}",
    ),
    "bitand": ("func(int, int) int",),
    "bitor": ("func(int, int) int",),
    "bitxor": ("func(int, int) int",),
    "bitnand": ("func(int, int) int",),
    "bitshl": ("func(int, int) int",),
    "bitshr": ("func(int, int) int",),
    "bitushr": ("func(int, int) int",),
    "bitnot": ("func(int) int",),
}
"""The signatures of each function; none where `rules` has a rule."""


def type_of_builtin(name: str) -> str:
    """The type of a function's bare name."""
    return next(iter(BUILTINS[name]), _UNTYPED)
