"""A kubelet, a scheduler and a garbage collector that run nothing: pods end as an annotation of theirs says.

The annotation `kubelet.test/outcome` is JSON, with the fields of Outcome. Time is scaled, so that whole seconds, which
are all that Kubernetes has for deadlines and graces, don't take a test's time.
"""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from tests.executors.kubernetes.server.state import Event, Kind, Object, State

OUTCOME = "kubelet.test/outcome"
DEADLINE = "Pod was active on the node longer than the specified deadline"
NEVER_WAS = "The container could not be located when the pod was terminated"
TERMINATED, KILLED = 143, 137
SCALE = 0.2
"""How long a second of a deadline or grace is."""


class Outcome(msgspec.Struct, kw_only=True):
    """How a pod ends, `seconds` after its start (not scaled), and what is seen on the way.

    `waiting` is the reason, and message, for which it does not start at all; `status` is laid over its last status.
    """

    exit_code: int = 0
    seconds: float = 0.0
    log: list[str] = []
    result: str | None = None
    ignores_term: bool = False
    reason: str = ""
    waiting: list[str] = []
    unschedulable: str = ""
    status: dict[str, Any] = {}


class Log:
    """The lines of a pod's container, each with its time."""

    def __init__(self) -> None:
        self.lines: list[tuple[datetime, str]] = []
        self.unfinished = ""
        self.over = False
        self._grown = asyncio.Event()

    def write(self, text: str) -> None:
        *lines, self.unfinished = (self.unfinished + text).split("\n")
        self.lines += [(datetime.now(UTC), line) for line in lines]
        self._wake()

    def end(self) -> None:
        self.over = True
        self._wake()

    def first(self, tail: str | None) -> int:
        return max(0, len(self.lines) - int(tail)) if tail is not None else 0

    def text(self, start: int, query: Any) -> bytes:
        since = datetime.fromisoformat(query["sinceTime"]) if "sinceTime" in query else None
        parts = []
        for at, line in self.lines[start:]:
            if since is None or at >= since:
                stamp = f"{at:%Y-%m-%dT%H:%M:%S.%f}000Z " if query.get("timestamps") == "true" else ""
                parts.append(f"{stamp}{line}\n")
        return ("".join(parts) + (self.unfinished if self.over else "")).encode()

    async def grown(self) -> None:
        self._grown.clear()
        await self._grown.wait()

    def _wake(self) -> None:
        self._grown.set()


class Kubelet:
    """Takes up each new pod. `runs` counts the starts of containers, by the pod's name and uid."""

    def __init__(self, state: State, pods: Kind) -> None:
        self.state, self.pods = state, pods
        self.runs: list[Object] = []
        self.frozen = False
        self.startup_seconds = 0.0
        self._logs: dict[str, Log] = {}
        self._stops: dict[str, asyncio.Event] = {}
        self._deadlines: dict[str, asyncio.Event] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        state.listeners.append(self._hear)

    def log(self, pod: Object) -> Log | None:
        return self._logs.get(pod["metadata"]["uid"])

    def deadline_changed(self, pod: Object) -> None:
        """The pod's activeDeadlineSeconds is another one."""
        if event := self._deadlines.get(pod["metadata"]["uid"]):
            event.set()

    def _hear(self, kind: Kind, event: Event) -> None:
        if kind != self.pods or event.new is None:
            return
        uid = event.new["metadata"]["uid"]
        if event.old is None:
            task = asyncio.get_running_loop().create_task(self._run(event.new))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        elif event.new["metadata"].get("deletionTimestamp") and uid in self._stops:
            self._stops[uid].set()

    async def _run(self, pod: Object) -> None:
        uid, annotations = pod["metadata"]["uid"], pod["metadata"].get("annotations") or {}
        outcome = msgspec.json.decode(annotations.get(OUTCOME, "{}"), type=Outcome)
        await asyncio.sleep(self.startup_seconds)
        if pod["spec"].get("schedulingGates"):
            return
        if outcome.unschedulable:
            condition = {"type": "PodScheduled", "status": "False", "reason": "Unschedulable"}
            self._update(uid, pod, {"conditions": [{**condition, "message": outcome.unschedulable}]})
            return
        if outcome.waiting:
            await self._wait_for_image(pod, outcome)
        else:
            await self._live(pod, outcome)

    async def _wait_for_image(self, pod: Object, outcome: Outcome) -> None:
        """For ever; until it is deleted."""
        stop = self._stops[pod["metadata"]["uid"]] = asyncio.Event()
        reason, *message = outcome.waiting
        waiting = {"reason": reason, **({"message": message[0]} if message else {})}
        self._place(pod, {"containerStatuses": [{"name": "main", "state": {"waiting": waiting}}]})
        await stop.wait()
        unknown = {"exitCode": KILLED, "reason": "ContainerStatusUnknown", "message": NEVER_WAS}
        state = {"terminated": {**unknown, "startedAt": None, "finishedAt": None}}
        self._place(pod, {"phase": "Failed", "containerStatuses": [{"name": "main", "state": state}]})
        self.state.remove_if_free(self.pods, pod)

    async def _live(self, pod: Object, outcome: Outcome) -> None:
        uid = pod["metadata"]["uid"]
        self.runs.append(pod)
        stop, deadline = self._stops[uid], self._deadlines[uid] = asyncio.Event(), asyncio.Event()
        log = self._logs[uid] = Log()
        began = datetime.now(UTC)
        log.write("".join(f"{line}\n" for line in outcome.log))
        if outcome.result:
            log.write(outcome.result)
        if outcome.seconds:
            running = {"name": "main", "ready": True, "state": {"running": {"startedAt": _text(began)}}}
            self._place(pod, {"phase": "Running", "containerStatuses": [running]})
        code, extra = await self._wait(pod, outcome, stop, deadline)
        while self.frozen:
            await asyncio.sleep(0.01)
        log.end()
        terminated = {
            "exitCode": code,
            "reason": outcome.reason or ("Error" if code else "Completed"),
            "startedAt": _text(began),
            "finishedAt": _text(datetime.now(UTC)),
        }
        phase = "Failed" if code or extra else "Succeeded"
        statuses = [{"name": "main", "ready": False, "state": {"terminated": terminated}}]
        self._place(pod, {"phase": phase, "containerStatuses": statuses, **extra, **outcome.status})
        self._stops.pop(uid, None)
        self._deadlines.pop(uid, None)
        if stop.is_set():
            self.state.remove_if_free(self.pods, pod)

    async def _wait(
        self, pod: Object, outcome: Outcome, stop: asyncio.Event, deadline: asyncio.Event
    ) -> tuple[int, Object]:
        """Until it ends by itself, or is ended; its exit code, and what else its status says."""
        loop = asyncio.get_running_loop()
        end = loop.time() + outcome.seconds
        began = loop.time()
        while True:
            current = self._current(pod)
            limit = current["spec"].get("activeDeadlineSeconds") if current else None
            over = None if limit is None else began + limit * SCALE
            if over is not None and loop.time() >= over:  # which no deletion shortens
                grace = pod["spec"].get("terminationGracePeriodSeconds", 30)
                return await self._kill(outcome, grace), {"reason": "DeadlineExceeded", "message": DEADLINE}
            if stop.is_set():
                grace = (self._current(pod) or pod)["metadata"].get("deletionGracePeriodSeconds", 0)
                return await self._kill(outcome, grace), {}
            if loop.time() >= end:
                return outcome.exit_code, {}
            until = min(end, over) if over is not None else end
            await _first(stop, deadline, until - loop.time())
            deadline.clear()

    async def _kill(self, outcome: Outcome, grace: float) -> int:
        """SIGTERM, and SIGKILL after the grace. One second of grace is too short for all."""
        if not outcome.ignores_term and grace > 1:
            return TERMINATED
        await asyncio.sleep(grace * SCALE if grace > 1 else 0)
        return KILLED

    def _place(self, pod: Object, status: Object) -> None:
        current = self._current(pod)
        if current is None:
            return
        conditions = [{"type": "PodScheduled", "status": "True"}]
        whole = {"phase": "Pending", "hostIP": "10.0.0.1", "podIP": "10.1.0.1", "conditions": conditions}
        started = current.get("status", {}).get("startTime") or _text(datetime.now(UTC))
        changed = {**current, "spec": {**current["spec"], "nodeName": "node-1"}}
        changed["status"] = {**whole, "startTime": started, **status}
        self.state.update(self.pods, changed)

    def _update(self, _uid: str, pod: Object, status: Object) -> None:
        current = self._current(pod)
        if current is not None:
            self.state.update(self.pods, {**current, "status": {**current.get("status", {}), **status}})

    def _current(self, pod: Object) -> Object | None:
        metadata = pod["metadata"]
        found = self.state.objects[self.pods].get((metadata["namespace"], metadata["name"]))
        return found if found and found["metadata"]["uid"] == metadata["uid"] else None


async def _first(one: asyncio.Event, other: asyncio.Event, seconds: float) -> None:
    """Until one of both is set, or the time is over."""
    tasks = [asyncio.ensure_future(one.wait()), asyncio.ensure_future(other.wait())]
    try:
        await asyncio.wait(tasks, timeout=max(0.0, seconds), return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()


def _text(at: datetime) -> str:
    return (at - timedelta(microseconds=at.microsecond)).strftime("%Y-%m-%dT%H:%M:%SZ")
