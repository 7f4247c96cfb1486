"""Retry: a node that begins its template again until it succeeds or has been tried enough (processNodeRetries in Argo).

It owns its tries, `name(0)`, `name(1)`, ..., whatever the type of the template is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta

from argosy.engine.context import Context
from argosy.engine.deadlines import workflow_deadline
from argosy.engine.transient import is_transient
from argosy.errors import InvalidRequest
from argosy.language.durations import parse_duration
from argosy.language.govalues import format_float
from argosy.language.names import attempt_name
from argosy.language.scopes import MapScope
from argosy.model.kinds import ERROR, FAILED, FULFILLED, RUNNING, SUCCEEDED
from argosy.model.policies import Backoff, RetryStrategy
from argosy.model.status import NodeStatus
from argosy.plan.substitution import evaluate_bool
from argosy.templates.base import Activity, Verdict, failed, is_hook

Begin = Callable[[Context, int], NodeStatus | None]
"""Begins a try by its number, or takes it up; None where there is no room for it now."""

POLICIES = {"Always": (FAILED, ERROR), "OnFailure": (FAILED,), "OnError": (ERROR,), "OnTransientError": ()}


class RetryActivity(Activity):
    """The tries so far, and what follows from the last one."""

    def __init__(self, context: Context, strategy: RetryStrategy, begin: Begin) -> None:
        super().__init__(context)
        self.place, self.strategy, self._begin_try = context, strategy, begin
        self._ending: Verdict | None = None
        self._until: datetime | None = None

    def open(self) -> None:
        """Take up the try that runs."""
        tries = tries_of(self.place)
        if tries and tries[-1].phase not in FULFILLED:
            self._begin(len(tries) - 1)

    def advance(self, finished: Sequence[NodeStatus]) -> None:  # noqa: ARG002
        """Begin the first try, or see whether there is to be another."""
        tries = tries_of(self.place)
        if not tries:
            self._begin(0)
        elif tries[-1].phase in FULFILLED:
            self._follow(tries)

    def verdict(self, now: datetime) -> Verdict | None:  # noqa: ARG002
        """The phase and the outputs of the last try, once there is to be no other."""
        return self._ending

    def unbegun(self) -> Iterator[tuple[str, str]]:
        """The next try, where there was no room for it."""
        tries = tries_of(self.place)
        if self._ending is None and self._until is None and all(each.phase in FULFILLED for each in tries):
            yield attempt_name(self.place.node.display_name, len(tries)), ""

    def wake_at(self) -> datetime | None:
        """When the next try begins."""
        return self._until

    def _follow(self, tries: list[NodeStatus]) -> None:
        last, state, self._until = tries[-1], self.place.state, None
        try:
            message = _over(self.place, self.strategy, tries) if failed(last) else ""
            until = last.finished_at or state.now
            if failed(last) and message is None:
                until += timedelta(seconds=wait_after(self.strategy.backoff, len(tries)))
        except InvalidRequest as error:
            self._ending = Verdict(ERROR, error.message, outputs=last.outputs)
            return
        if message is not None:
            self._ending = Verdict(last.phase if failed(last) else SUCCEEDED, message, outputs=last.outputs)
        elif state.now < until:
            self._until = until
            self.context.mark(
                self.context.node, RUNNING, f"Backoff for {_readable(until - (last.finished_at or until))}"
            )
        else:
            self._begin(len(tries))

    def _begin(self, number: int) -> None:
        if self.context.node.message:
            self.context.mark(self.context.node, RUNNING, "")
        node = self._begin_try(self.place, number)
        if node is not None:
            self.context.connect(self.context.node.id, node.id)


def tries_of(context: Context) -> list[NodeStatus]:
    """The tries of a Retry node: its children but for hooks. (Old versions of Argo do not mark tries as such.)"""
    return [child for child in map(context.get, context.node.children) if not is_hook(child)]


def try_variables(tries: Sequence[NodeStatus], *, unknown_exit_code: str) -> dict[str, str]:
    """`retries` and `lastRetry.*`: what a try can know of the one before it, and a condition of the one that failed."""
    last = tries[-1] if tries else NodeStatus()
    seconds = (last.finished_at - last.started_at).total_seconds() if last.finished_at and last.started_at else 0.0
    exit_code = last.outputs.exit_code if last.outputs else None
    return {
        "lastRetry.exitCode": exit_code if exit_code is not None else unknown_exit_code,
        "lastRetry.status": last.phase,
        "lastRetry.duration": format_float(seconds),
        "lastRetry.message": last.message,
    }


def latest_end(context: Context, strategy: RetryStrategy) -> datetime | None:
    """When the tries have to be over (`backoff.maxDuration`, counted from the first one's start), None if never."""
    tries = tries_of(context)
    if strategy.backoff is None or not strategy.backoff.max_duration:
        return None
    begun = tries[0].started_at if tries else context.node.started_at
    return begun + timedelta(seconds=parse_duration(strategy.backoff.max_duration)) if begun else None


def hosts_of_failures(context: Context, strategy: RetryStrategy) -> tuple[str, ...]:
    """The nodes of the cluster on which tries have failed, where the next must not run there (`nodeAntiAffinity`)."""
    if strategy.affinity is None or strategy.affinity.node_anti_affinity is None:
        return ()
    return tuple(
        dict.fromkeys(each.host_node_name for each in tries_of(context) if failed(each) and each.host_node_name)
    )


def wait_after(backoff: Backoff | None, count: int) -> float:
    """How many seconds to wait after so many tries: duration x factor^(count - 1), at most `cap`."""
    if backoff is None:
        return 0.0
    if not backoff.duration:
        raise InvalidRequest("no base duration specified for retryStrategy")
    seconds, factor = parse_duration(backoff.duration), _number(backoff.factor, "backoff.factor") or 0
    if factor > 0:
        seconds *= float(min(factor ** min(count - 1, 64), 10**15))
    return min(seconds, parse_duration(backoff.cap)) if backoff.cap else min(seconds, 10.0**9)


def _over(context: Context, strategy: RetryStrategy, tries: list[NodeStatus]) -> str | None:
    """Why there is to be no other try after the last, which failed; None where there is."""
    last, now = tries[-1], context.state.now
    if context.shutting_down:
        return f"Stopped with strategy '{context.state.workflow.spec.shutdown}'"
    deadline = workflow_deadline(context.state)
    if deadline is not None and now > deadline and not context.is_exit:
        return f"retry exceeded workflow deadline {deadline:%Y-%m-%d %H:%M:%S +0000 UTC}"
    latest = latest_end(context, strategy)
    if latest is not None and now > latest:
        return "Max duration limit exceeded"
    if (
        latest is not None
        and (last.finished_at or now) + timedelta(seconds=wait_after(strategy.backoff, len(tries))) > latest
    ):
        return "Backoff would exceed max duration limit"
    if not _wanted(strategy, last):
        return last.message
    limit = _number(strategy.limit, "limit")
    if limit is not None and len(tries) > limit:
        return "No more retries left"
    if strategy.expression:
        known = {"retries": str(len(tries) - 1), **try_variables(tries, unknown_exit_code="-1")}
        if not evaluate_bool(strategy.expression, MapScope(known), context.world):
            return "retryStrategy.expression evaluated to false"
    return None


def _wanted(strategy: RetryStrategy, last: NodeStatus) -> bool:
    """Whether the policy wants another try after this end."""
    policy = strategy.retry_policy or ("Always" if strategy.expression else "OnFailure")
    if policy not in POLICIES:
        raise InvalidRequest(f"{policy} is not a valid RetryPolicy")
    return last.phase in POLICIES[policy] or (policy == "OnTransientError" and is_transient(last.message))


def _number(value: int | str | None, what: str) -> int | None:
    try:
        return None if value is None else int(value)
    except ValueError:
        raise InvalidRequest(f"retryStrategy.{what} is no number: {value}") from None


def _readable(wait: timedelta) -> str:
    seconds = int(wait.total_seconds())
    days, hours, minutes = seconds // 86_400, seconds // 3_600 % 24, seconds // 60 % 60
    parts = [(days, "days"), (hours, "hours"), (minutes, "minutes"), (seconds % 60, "seconds")]
    first = next((index for index, (number, _) in enumerate(parts) if number), len(parts) - 1)
    return " ".join(f"{number} {unit}" for number, unit in parts[first:])
