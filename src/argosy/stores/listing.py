"""A query for a list becomes SQL, its rows become summaries.

A list is read by keyset: the rows after (created_at, seq), newest first, however many there are before or behind them.
Where an index can give the rows only one value at a time (a phase, the value of a label), each value is a lane: the
lanes are read one by one, each in order and each a page long at the most, and merged.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from argosy.ports.store import Page, WorkflowQuery
from argosy.stores import records
from argosy.stores.labels import COARSE, Requirement, requirements
from argosy.stores.queries import queries
from argosy.stores.session import Session

HEAD: tuple[str, ...] = (
    "seq",
    "uid",
    "namespace",
    "name",
    "phase",
    "created_at",
    "started_at",
    "finished_at",
    "priority",
    "suspended",
    "progress",
    "message",
    "labels",
    "parameters",
)
"""The columns of the queries `list` and `list_labelled`."""

_COMPARISONS = {"gt": ">", "lt": "<"}
_NUMBER = "x.value NOT GLOB '*[^0-9]*' AND length(x.value) BETWEEN 1 AND 18 AND CAST(x.value AS INTEGER)"


class Lane(NamedTuple):
    """One walk along an index: a named query, conditions to add to it, parameters."""

    query: str
    conditions: tuple[str, ...]
    parameters: dict[str, Any]


def page(session: Session, query: WorkflowQuery) -> Page:
    """The page that a query asks for."""
    wanted = query.limit + 1 if query.limit else -1
    rows = [row for lane in lanes(query) for row in walk(session, lane, wanted)]
    heads = [dict(zip(HEAD, row, strict=True)) for row in rows]
    heads.sort(key=lambda head: (head["created_at"], head["seq"]), reverse=True)
    more = bool(query.limit) and len(heads) > query.limit
    heads = heads[: query.limit or None]
    token = records.token_of(heads[-1]["created_at"], heads[-1]["seq"]) if more else ""
    return Page([records.summary_of(head, counts(session, head)) for head in heads], token)


def walk(session: Session, lane: Lane, limit: int) -> list[tuple[Any, ...]]:
    """The rows of a lane."""
    conditions = " AND ".join(lane.conditions) or "TRUE"
    return session.all(lane.query, {**lane.parameters, "limit": limit}, conditions=conditions)


def counts(session: Session, head: records.Columns) -> list[tuple[str, str, int]]:
    """How many nodes of a workflow run or wait: nothing where it is finished."""
    return [] if head["phase"] in records.FINISHED else session.all("count_nodes", {"workflow": head["seq"]})


def lanes(query: WorkflowQuery) -> Iterator[Lane]:
    """The walks that together find what a query asks for, each row once."""
    needed = requirements(query.label_selector)
    driver = min((r for r in needed if r.operator == "in"), key=lambda r: r.key in COARSE, default=None)
    needed = [requirement for requirement in needed if requirement is not driver]
    column = "l.created_at, l.workflow" if driver else "w.created_at, w.seq"
    conditions, parameters = _conditions(query, needed, column)
    if driver:
        if query.phases:
            conditions.append(_among("w.phase", "phase", query.phases, parameters))
        for value in dict.fromkeys(driver.values):
            yield Lane("list_labelled", tuple(conditions), {**parameters, "key": driver.key, "value": value})
    elif query.phases:
        for phase in dict.fromkeys(query.phases):
            yield Lane("list", (*conditions, "w.phase = :phase"), {**parameters, "phase": phase})
    else:
        yield Lane("list", tuple(conditions), parameters)


def _conditions(query: WorkflowQuery, needed: list[Requirement], order: str) -> tuple[list[str], dict[str, Any]]:
    """What every lane asks of its rows; `order` are the columns of the order."""
    conditions: list[str] = []
    parameters: dict[str, Any] = {}
    if query.continue_:
        conditions.append(f"({order}) < (:before, :before_seq)")
        parameters["before"], parameters["before_seq"] = records.position_of(query.continue_)
    if query.namespace is not None:
        conditions.append("w.namespace = :namespace")
        parameters["namespace"] = query.namespace
    if query.created_after is not None:
        conditions.append(f"{order.partition(',')[0]} > :created_after")
        parameters["created_after"] = records.micros(query.created_after)
    if query.finished_before is not None:
        conditions.append("w.finished_at < :finished_before")
        parameters["finished_before"] = records.micros(query.finished_before)
    if query.name_prefix:  # not a range: the index of names would be taken, and all of them sorted
        conditions.append("substr(w.name, 1, length(:name_prefix)) = :name_prefix")
        parameters["name_prefix"] = query.name_prefix
    for index, requirement in enumerate(needed):
        conditions.append(_label(requirement, f"label{index}", parameters))
    return conditions, parameters


def _label(requirement: Requirement, key: str, parameters: dict[str, Any]) -> str:
    """The condition that a requirement is; its parameters, called `key` and the like, are added to the others."""
    parameters[key] = requirement.key
    condition = queries()["has_label"].replace(":key", f":{key}")
    if requirement.operator in _COMPARISONS:
        parameters[f"{key}_limit"] = int(requirement.values[0])
        number = f"{_NUMBER} {_COMPARISONS[requirement.operator]} :{key}_limit"
        condition = condition.replace("/* values */", f"AND {number}")
    elif requirement.values:
        among = _among("x.value", f"{key}_value", requirement.values, parameters)
        condition = condition.replace("/* values */", f"AND {among}")
    return f"NOT {condition}" if requirement.operator in ("notin", "absent") else condition


def _among(column: str, name: str, values: Sequence[str], parameters: dict[str, Any]) -> str:
    """The condition that a column has one of these values."""
    named = {f"{name}{index}": value for index, value in enumerate(values)}
    parameters |= named
    return f"{column} IN ({', '.join(':' + name for name in named)})"
