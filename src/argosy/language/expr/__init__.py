"""expr-lang 1.17: the language of `{{=...}}` tags, hooks, retry conditions and metrics.

    text -> lexer -> parser -> checker -> optimizer -> compiler -> closures

`compile_expression` reads a text once; `Program.evaluate` runs it. No part of Python can be reached from an expression:
values are those of `values`, functions those of the tables in `builtins` and `loops` and what the environment holds.
"""

from __future__ import annotations

from argosy.language.expr.errors import ExprError
from argosy.language.expr.program import Program, compile_expression, evaluate
from argosy.language.scopes import World

__all__ = ["ExprError", "Program", "World", "compile_expression", "evaluate"]
