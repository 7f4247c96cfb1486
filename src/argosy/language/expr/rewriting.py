"""A tree is rewritten: every node for which there is something simpler is replaced by it."""

from __future__ import annotations

from collections.abc import Callable

from argosy.language.expr.nodes import Binary, Literal, Node
from argosy.language.expr.types import Nature, nature_of

Pass = Callable[[Node], "Node | None"]
"""Gives the simpler node, None where there is none."""


def rewrite_tree(root: Node, change: Pass) -> Node:
    """The tree with every node that `change` has something else for replaced; the place stays the old one's."""

    def rewrite(node: Node) -> Node:
        if type(node) is not Binary:
            node.change(rewrite)
            return changed(node, change)
        spine: list[Binary] = []
        first: Node = node
        while type(first) is Binary:
            spine.append(first)
            first = first.left
        left = rewrite(first)
        for part in reversed(spine):
            part.left, part.right = left, rewrite(part.right)
            left = changed(part, change)
        return left

    return rewrite(root)


def changed(node: Node, change: Pass) -> Node:
    """What `change` makes of a node, in the old one's place; the node itself where that is nothing."""
    new = change(node)
    if new is None:
        return node
    new.at = node.at
    return new


def typed(node: Node, nature: Nature) -> Node:
    """A new node with the type of the one that it replaces."""
    node.nature = nature if nature.ref is None else nature_of(nature.type)
    return node


def is_int(node: Node) -> bool:
    """Whether the node is an integer that is written out."""
    return isinstance(node, Literal) and type(node.value) is int


def value_of(node: Node) -> int:
    """That integer."""
    return node.value if isinstance(node, Literal) else 0


def literal_range(node: Node) -> Binary | None:
    """The node, if it is a range of literals."""
    if isinstance(node, Binary) and node.operator == ".." and is_int(node.left) and is_int(node.right):
        return node
    return None
