"""What an expression uses of its environment, read off its tree."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from argosy.language.expr import nodes
from argosy.language.expr.nodes import Node

_ENVIRONMENT = "$env"


class Usage(NamedTuple):
    """`identifiers` are the variables that have to exist, as Argo sees it: names and dotted paths, in the order of the
    tree, without what `??` or `?.` guards. `paths` are the places whose values, with all that is inside, are used;
    `everything` says that any variable may be.
    """

    identifiers: tuple[str, ...]
    paths: tuple[tuple[str, ...], ...]
    everything: bool


def usage_of(root: Node) -> Usage:
    """What the expression of a tree uses."""
    paths = dict.fromkeys(_paths(root))
    everything = (_ENVIRONMENT,) in paths
    shown = (path[1:] if path[0] == _ENVIRONMENT else path for path in paths if path != (_ENVIRONMENT,))
    return Usage(tuple(dict.fromkeys(_identifiers(root))), tuple(dict.fromkeys(shown)), everything)


def _identifiers(root: Node) -> Iterator[str]:
    """Argo's getIdentifiers."""
    guarded = _guarded(root)
    for node in nodes.walk(root):
        if id(node) in guarded:
            continue
        if isinstance(node, nodes.Identifier):
            yield node.name
        elif isinstance(node, nodes.Member) and (path := plain_path(node)):
            yield ".".join(path)


def _guarded(root: Node) -> set[int]:
    """The members whose absence is provided for; the name at the beginning still has to exist."""
    guarded: set[int] = set()
    waiting = [(root, False)]
    while waiting:
        node, is_guarded = waiting.pop()
        if isinstance(node, nodes.Member):
            if is_guarded:
                guarded.add(id(node))
            if node.optional and isinstance(node.node, nodes.Member):
                guarded.add(id(node.node))
        if isinstance(node, nodes.Binary) and node.operator == "??":
            waiting += [(node.left, True), (node.right, is_guarded)]
        else:
            waiting += [(part, is_guarded) for part in node.parts()]
    return guarded


def plain_path(node: Node) -> tuple[str, ...]:
    """`a.b["c"]` as names, nothing for what is not only names."""
    names: list[str] = []
    while isinstance(node, nodes.Member) and not node.optional and (name := _name(node.prop)) is not None:
        names.append(name)
        node = node.node
    return (node.name, *reversed(names)) if isinstance(node, nodes.Identifier) else ()


def _name(prop: Node) -> str | None:
    return prop.value if isinstance(prop, nodes.Literal) and isinstance(prop.value, str) else None


def _paths(root: Node) -> Iterator[tuple[str, ...]]:
    """The longest paths of names, `?.` included; hidden names of functions and variables count as well."""
    waiting = [root]
    while waiting:
        node = waiting.pop()
        path = _any_path(node)
        if path:
            yield path
            continue
        if isinstance(node, (nodes.Builtin, nodes.Let)):
            yield (node.name,)
        waiting.extend(node.parts())


def _any_path(node: Node) -> tuple[str, ...]:
    names: list[str] = []
    while isinstance(node, (nodes.Member, nodes.Chain)):
        if isinstance(node, nodes.Member):
            name = _name(node.prop)
            if name is None:
                return ()
            names.append(name)
        node = node.node
    return (node.name, *reversed(names)) if isinstance(node, nodes.Identifier) else ()
