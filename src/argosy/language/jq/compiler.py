"""A tree becomes closures. Each is given variables, a spot and the run, and gives spots one after the other.

Where a filter has several results, its caller goes on with each before it asks for the next: jq's backtracking. Names
are looked up when a filter is compiled, so that an unknown one is an error even where it is not reached.
"""

from __future__ import annotations

from argosy.language.jq import bindings, calls, steps, updates
from argosy.language.jq.nodes import Code, Node
from argosy.language.jq.scopes import Scope

_COMPILERS = {**steps.COMPILERS, **updates.COMPILERS, **bindings.COMPILERS, **calls.COMPILERS}


def compile_query(node: Node) -> Code:
    """The code of a filter. Raises JqError for a name that is not defined."""
    return _compile(node, Scope(_compile))


def _compile(node: Node, scope: Scope) -> Code:
    return _COMPILERS[type(node)](node, scope)
