"""podGC → what is done with a pod, or Job, whose end is committed. Pure.

As in Argo (determinePodCleanupAction): without podGC they stay, labelled as completed; so do those that its
labelSelector does not match. What is to go with the workflow stays until `argosy.executors.kubernetes.pods` is told
that the workflow has finished.
"""

from __future__ import annotations

from typing import Any, Final, Literal, NamedTuple

from argosy.errors import ArgosyError
from argosy.executors.kubernetes.manifest import gc_delay
from argosy.executors.kubernetes.names import POD_GC
from argosy.executors.kubernetes.settings import PodSettings
from argosy.language.durations import parse_duration
from argosy.language.selectors import Selector, selector_of
from argosy.model.meta import LabelSelector
from argosy.model.spec import PodGC

Object = dict[str, Any]

ON_POD_COMPLETION: Final = "OnPodCompletion"
ON_POD_SUCCESS: Final = "OnPodSuccess"
ON_WORKFLOW_COMPLETION: Final = "OnWorkflowCompletion"
ON_WORKFLOW_SUCCESS: Final = "OnWorkflowSuccess"


class Action(NamedTuple):
    """Label it as completed, or delete it after a while."""

    kind: Literal["label", "delete"]
    delay_seconds: float = 0.0


LABEL: Final = Action("label")


def after_the_end(pod_gc: PodGC | None, labels: dict[str, str], succeeded: bool, settings: PodSettings) -> Action:
    """What to do once its end is committed."""
    if pod_gc is None or not selects(pod_gc, labels):
        return LABEL
    goes = pod_gc.strategy == ON_POD_COMPLETION or (pod_gc.strategy == ON_POD_SUCCESS and succeeded)
    return Action("delete", gc_delay(pod_gc, settings)) if goes else LABEL


def with_the_workflow(pod_gc: PodGC | None, succeeded: bool) -> bool:
    """Whether what it selects goes now that the workflow has finished."""
    strategy = pod_gc.strategy if pod_gc else ""
    return strategy == ON_WORKFLOW_COMPLETION or (strategy == ON_WORKFLOW_SUCCESS and succeeded)


def selects(pod_gc: PodGC, labels: dict[str, str]) -> bool:
    """Whether podGC is about a pod with these labels."""
    wanted = pod_gc.label_selector
    if wanted is None:
        return True
    return _selector(wanted).matches(labels)


def of_annotation(item: Object) -> PodGC | None:
    """The podGC of a pod whose workflow is not at hand: it says it of itself, as Argo's do."""
    text = (item["metadata"].get("annotations") or {}).get(POD_GC)
    if text is None:
        return None
    strategy, _, delay = text.partition("/")
    try:
        parse_duration(delay)
    except ArgosyError:
        delay = ""
    return PodGC(strategy=strategy, delete_delay_duration=delay)


def and_labels(pod_gc: PodGC) -> str:
    """What podGC's labelSelector adds to another selector; empty where it has none."""
    wanted = pod_gc.label_selector
    if wanted is None:
        return ""
    text = str(_selector(wanted))
    return f",{text}" if text else ""


def _selector(wanted: LabelSelector) -> Selector:
    expressions = [
        {"key": each.key, "operator": each.operator, "values": each.values} for each in wanted.match_expressions
    ]
    return selector_of(wanted.match_labels, expressions)
