"""`when` and `stopStrategy.expression` of a CronWorkflow, over `cronworkflow.*` (workflow/cron/operator.go in Argo).

`when` has tags and is govaluate after that, without bare words as texts; `stopStrategy.expression` is an expression.
"""

from __future__ import annotations

import json
from datetime import datetime

from argosy.engine.world import NodeWorld
from argosy.language import expressions, govaluate, tags
from argosy.language.scopes import MapScope
from argosy.language.times import from_datetime
from argosy.model.cron import CronWorkflow


def may_run(cron: CronWorkflow, now: datetime) -> bool:
    """Whether `when` lets a run begin. Raises ExpressionError."""
    if not cron.spec.when:
        return True
    labels, annotations = cron.metadata.labels, cron.metadata.annotations
    variables = {f"cronworkflow.{name}": value for name, value in _variables(cron).items()}
    for kind, own in (("labels", labels), ("annotations", annotations)):
        variables |= {f"cronworkflow.{kind}.{name}": value for name, value in labels.items()}
        variables[f"cronworkflow.{kind}.json"] = json.dumps(own, separators=(",", ":"), sort_keys=True)
    scope = MapScope(variables)
    evaluate = expressions.expression_evaluator(scope, _world(cron, now))
    text = tags.replace(cron.spec.when, scope.lookup, raw=True, evaluate_expression=evaluate)
    return govaluate.evaluate_cron_when(text)


def is_to_stop(cron: CronWorkflow, now: datetime) -> bool:
    """Whether the expression of `stopStrategy` says that nothing more is to run. Raises ExpressionError."""
    if cron.spec.stop_strategy is None:
        return False
    labels = cron.metadata.labels
    variables = _variables(cron) | {"labels": labels, "annotations": labels}  # the labels twice, as in expressionEnv
    text = cron.spec.stop_strategy.expression
    return expressions.evaluate_bool(text, {"cronworkflow": variables}, _world(cron, now))


def _variables(cron: CronWorkflow) -> dict[str, object]:
    last = cron.status.last_scheduled_time
    return {
        "name": cron.metadata.name,
        "namespace": cron.metadata.namespace,
        "failed": cron.status.failed,
        "succeeded": cron.status.succeeded,
        "lastScheduledTime": None if last is None else from_datetime(last.replace(microsecond=0)),
    }


def _world(cron: CronWorkflow, now: datetime) -> NodeWorld:
    return NodeWorld(f"{cron.metadata.uid}:{now.timestamp()}", now)
