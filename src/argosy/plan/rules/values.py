"""Values that Argo takes from a manifest as they are, and then cannot read when it runs: durations, numbers, `when`."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from argosy.errors import InvalidRequest
from argosy.model.policies import RetryStrategy
from argosy.plan.rules.problems import Path, Problem
from argosy.plan.rules.shapes import is_dynamic
from argosy.plan.rules.walk import Place, Walk

UNITS = "write 30s, 5m or 1h30m; there are no days: 24h"


def check(walk: Walk) -> Iterator[Problem]:
    """The values of the workflow, of templates, and of steps and tasks. All of these are warnings."""
    own = walk.subject.own
    place = Place(own.path, walk.subject.prefix, foreign=False)
    if own.spec.retry_strategy:
        yield from _retries(place, "spec.retryStrategy", own.spec.retry_strategy)
    for visit in walk.visits:
        template = visit.template
        if template.suspend and template.suspend.duration:
            yield from _duration(visit, ("suspend", "duration"), f"{visit.label}.suspend", template.suspend.duration)
        for name, text in (("timeout", template.timeout), ("pendingTimeout", template.pending_timeout)):
            if text:
                yield from _duration(visit, (name,), visit.label, text)
        if template.retry_strategy:
            yield from _retries(visit, f"{visit.label}.retryStrategy", template.retry_strategy)
    for call in walk.calls:
        if call.holder.when:
            yield from _readable(call, ("when",), f"{call.label}.when", call.holder.when, _read_when)


def _duration(place: Place, keys: Path, label: str, text: str) -> Iterator[Problem]:
    return _readable(place, keys, f"{label}.{keys[-1]}", text, _read_duration, UNITS)


def _read_duration(text: str) -> object:
    from argosy.language.durations import parse_duration

    return parse_duration(text)


def _read_when(text: str) -> object:
    from argosy.language.govaluate import evaluate_when

    return evaluate_when(text)


def _readable(
    place: Place, keys: Path, label: str, text: str, read: Callable[[str], object], hint: str = ""
) -> Iterator[Problem]:
    if is_dynamic(text):
        return
    try:
        read(text)
    except InvalidRequest as error:
        first, *_ = error.message.splitlines()
        yield place.problem(keys, f"{label}: {first}", hint or error.hint, "warning")


def _retries(place: Place, label: str, wanted: RetryStrategy) -> Iterator[Problem]:
    keys = ("retryStrategy",)
    if isinstance(wanted.limit, str) and not is_dynamic(wanted.limit) and not wanted.limit.lstrip("+-").isdecimal():
        message = f"{label}.limit: value '{wanted.limit}' cannot be resolved to an int"
        yield place.problem((*keys, "limit"), message, level="warning")
    backoff = wanted.backoff
    if backoff is None:
        return
    if not backoff.duration:
        message = f"{label}.backoff: no base duration specified for retryStrategy"
        yield place.problem((*keys, "backoff"), message, level="warning")
    for name, text in (("duration", backoff.duration), ("maxDuration", backoff.max_duration), ("cap", backoff.cap)):
        if text:
            yield from _duration(place, (*keys, "backoff", name), f"{label}.backoff", text)
