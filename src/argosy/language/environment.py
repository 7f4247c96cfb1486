"""Variables with dotted names become the environment of an expression: `{"a.b": 1}` is `{"a": {"b": 1}}`.

The rules are those of Argo's util/expand: a name that is also the beginning of another one is dropped. Only what the
expression uses is looked up; names are listed only where an expression uses a map as a whole, or names nothing that
is there.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from argosy.errors import ExpressionError
from argosy.language.expr.functions import FUNCTION_NAMES, function_of
from argosy.language.expr.usage import Usage
from argosy.language.scopes import Scope
from argosy.language.tags import MISSING

Environment = dict[str, Any]


def environment_of(scope: Scope, usage: Usage | None) -> Environment:
    """The environment of an expression with that usage, or of any: variables, and Argo's functions.

    Raises ExpressionError for a name that begins with a dot, of which Argo dies.
    """
    for name in scope.names("."):
        raise ExpressionError(f"the name of a variable cannot begin with a dot: {name}")
    environment: Environment = {}
    if usage is None or usage.everything:
        _put_all(environment, scope, "")
        environment.update((name, function_of(name)) for name in FUNCTION_NAMES)
        return environment
    for path in usage.paths:
        if path[0] in FUNCTION_NAMES:
            environment[path[0]] = function_of(path[0])
        else:
            _put_path(environment, scope, path)
    return environment


def has_variable(environment: Environment, name: str) -> bool:
    """Whether there is a variable, or an entry in one, of a dotted name; its value may be nil (hasVarInEnv)."""
    if name in environment:
        return True
    found: Any = environment
    for part in name.split("."):
        if not isinstance(found, dict) or part not in found:
            return False
        found = found[part]  # pyright: ignore[reportUnknownVariableType]
    return True


def _is_parent(scope: Scope, name: str) -> bool:
    return next(iter(scope.names(f"{name}.")), None) is not None


def _put_path(environment: Environment, scope: Scope, path: tuple[str, ...]) -> None:
    """Put in what is found at a path, or at the longest part of it where there is something."""
    dotted = next((index for index, part in enumerate(path) if "." in part), len(path))
    for length in range(dotted, 0, -1):
        name = ".".join(path[:length])
        value = scope.lookup(name)
        if _is_parent(scope, name):
            if length < dotted:
                _inside(environment, path[:length])
            else:
                _put_all(environment, scope, f"{name}.")
            return
        if value is not MISSING:
            _inside(environment, path[: length - 1])[path[length - 1]] = value
            return


def _inside(environment: Environment, path: Iterable[str]) -> Environment:
    """The map at a path, made where it is not there yet."""
    for part in path:
        following = environment.get(part)
        if not isinstance(following, dict):
            following = environment[part] = {}
        environment = following  # pyright: ignore[reportUnknownVariableType]
    return environment


def _put_all(environment: Environment, scope: Scope, prefix: str) -> None:
    """Put in all variables whose names begin so."""
    for name in sorted(scope.names(prefix)):
        *parents, last = name.split(".")
        _inside(environment, parents)[last] = scope.lookup(name)
