"""Stores: where workflows and objects are kept, behind the port `argosy.ports.store`.

memory     in this process, for tests
sqlite     one file, for a laptop and for a server
kubernetes the Workflows of a cluster
sql        the port written in the named queries of queries.sql, whatever database runs them
listing    a query for a list becomes SQL, its rows become summaries
records    the model to columns and JSON, and back
objects    the rules for objects that do not depend on where they are kept
schema     the migrations
"""

from __future__ import annotations

from collections.abc import Callable

from argosy.ports.store import Store
from argosy.registry import Table

STORES: Table[Callable[[str], Store]] = Table(
    "store",
    {
        "kubernetes": "argosy.stores.kubernetes.store:open_store",
        "memory": "argosy.stores.memory:MemoryStore",
        "sqlite": "argosy.stores.sqlite:SqliteStore",
    },
)
"""Each row opens a store; the argument says which one: a path for sqlite, a kubeconfig's for kubernetes,
nothing for memory."""
