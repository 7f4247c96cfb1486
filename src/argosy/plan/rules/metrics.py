"""Metrics of templates: valid names, a help text, a value."""

from __future__ import annotations

import re
from collections.abc import Iterator

from argosy.model.policies import Prometheus
from argosy.plan.rules.problems import Path, Problem
from argosy.plan.rules.walk import Visit, Walk

NAME = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*")


def check(walk: Walk) -> Iterator[Problem]:
    """The metrics of every template. Those of the workflow Argo does not look at before the run."""
    for visit in walk.visits:
        metrics = visit.template.metrics.prometheus if visit.template.metrics else []
        for index, metric in enumerate(metrics if len(visit.types) == 1 else []):
            yield from _metric(visit, ("metrics", "prometheus", index), metric)


def _metric(visit: Visit, keys: Path, metric: Prometheus) -> Iterator[Problem]:
    if not NAME.fullmatch(metric.name):
        message = (
            f"{visit.label} metric name '{metric.name}' is invalid. "
            "Metric names must contain alphanumeric characters or '_'"
        )
        yield visit.problem((*keys, "name"), message)
    for number, label in enumerate(metric.labels):
        if not NAME.fullmatch(label.key):
            message = f"metric label '{label.key}' is invalid: keys may only contain alphanumeric characters or '_'"
            yield visit.problem((*keys, "labels", number, "key"), message)
    if not metric.help:
        message = f"{visit.label} metric '{metric.name}' must contain a help string under 'help: ' field"
        yield visit.problem(keys, message)
    error = _value_error(metric)
    if error:
        yield visit.problem(keys, f"{visit.label} metric '{metric.name}' error: {error}")


def _value_error(metric: Prometheus) -> str:
    gauge = metric.gauge
    for name, kind in (("gauge", gauge), ("counter", metric.counter), ("histogram", metric.histogram)):
        if kind is not None and not kind.value:
            return f"missing {name}.value"
    if gauge is not None and gauge.realtime and "resourcesDuration." in gauge.value:
        return "'resourcesDuration.*' metrics cannot be used in real-time"
    return ""
