"""The tree becomes a simpler one before the run (expr's optimizer).

Users see this: `true || x` is true whatever x is, `1 % 0` is an error before the run, a list of literals is looked up
in by type, and what a rewritten part is blamed at is the place of the part it was made from, or the first character.
The passes run in expr's order; each looks at every node, parts before wholes.
"""

from __future__ import annotations

from argosy.language.expr import nodes
from argosy.language.expr.errors import ExprError
from argosy.language.expr.folding import CannotFold, fold, in_literals, in_range
from argosy.language.expr.fusing import combine_predicates, filter_end, filter_len, filter_map
from argosy.language.expr.nodes import Binary, Builtin, Node
from argosy.language.expr.rewriting import Pass, rewrite_tree
from argosy.language.expr.sums import count_any, count_threshold, sum_array, sum_map, sum_range


def optimize(root: Node, text: str) -> Node:
    """The simpler tree. Raises ExprError, `integer divide by zero`."""
    used = _used(root)
    if "in" in used:
        root = rewrite_tree(root, in_literals)
    root = _fold_all(root, text)
    for words, optimization in _PASSES:
        if not used.isdisjoint(words):
            root = rewrite_tree(root, optimization)
    return root


def _used(root: Node) -> set[str]:
    """The operators and functions of a tree, for there is mostly nothing to do."""
    used: set[str] = set()
    for node in nodes.walk(root):
        if isinstance(node, Binary):
            used.add(node.operator)
        elif isinstance(node, Builtin):
            used.add(node.name)
    return used


def _fold_all(root: Node, text: str) -> Node:
    changed = True

    def fold_once(node: Node) -> Node | None:
        nonlocal changed
        folded = fold(node)
        if folded is not None:
            changed = True
        return folded

    while changed:
        changed = False
        try:
            root = rewrite_tree(root, fold_once)
        except CannotFold as error:
            raise ExprError(str(error), text, error.node.at, "compile") from None
    return root


_PASSES: tuple[tuple[tuple[str, ...], Pass], ...] = (
    # where none of the words occurs, there is nothing to do
    (("in",), in_range),
    (("filter",), filter_map),
    (("filter",), filter_len),
    (("filter",), filter_end(-1, "last", "findLast")),
    (("filter",), filter_end(0, "first", "find")),
    (("all", "any", "none"), combine_predicates),
    (("sum", "reduce"), sum_range),
    (("sum",), sum_array),
    (("sum",), sum_map),
    (("count", "filter"), count_any),
    (("count", "filter"), count_threshold),
)
