"""The process executor: orders go in, reports come out."""

from __future__ import annotations

import contextlib
import os
import select
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from msgspec.structs import replace

from argosy.errors import ExecutorError
from argosy.executors.process import outcome
from argosy.executors.process.client import Client, tell
from argosy.executors.process.environment import Lookup
from argosy.executors.process.home import Home, name
from argosy.executors.process.launch import Image, Launcher
from argosy.executors.process.logs import read_log
from argosy.executors.process.readiness import Readiness, probe_of
from argosy.executors.process.staging import Staging, brings_in, takes_out
from argosy.executors.process.supervisor import VERSION
from argosy.executors.process.unrunnable import Unrunnable
from argosy.ports.artifacts import ArtifactKeeper
from argosy.ports.executor import Deliver, LogQuery
from argosy.ports.pods import FINAL_POD_PHASES, PodKey, PodReport, PodRequest

LINGER_SECONDS = 10.0
GRACE_SECONDS = 30.0
RETRY_SECONDS = 0.1
MAX_ATTEMPTS = 6
CLOSE_SECONDS = 5.0
NEVER_UP = "the supervisor of the processes ends as soon as it is started; it says why in {}"
OTHER_VERSION = (
    "the supervisor of the processes (process {0.pid}) was started by another version of Argosy; "
    "it leaves when what it runs has ended"
)


def nothing(_kind: str, _namespace: str, _name: str) -> Mapping[str, str] | None:
    """The lookup of a place without ConfigMaps and Secrets."""
    return None


class ProcessExecutor:
    """Runs pods as processes of this machine, under a supervisor that outlives this object and its process.

    At most `slots` run at once. `images` says what an image runs where a container has no command; `lookup` finds
    ConfigMaps and Secrets; `pass_env` names variables of this process that pods get beside
    those in `launch.PASSED`.
    `grace_seconds` is how long a pod that is over its deadline has between SIGTERM and SIGKILL. `linger_seconds` is how
    long the supervisor stays when nobody is connected and nothing runs.
    """

    name = "process"

    def __init__(
        self,
        home: Path,
        *,
        slots: int | None = None,
        images: Mapping[str, Image] | None = None,
        lookup: Lookup = nothing,
        pass_env: Sequence[str] = (),
        grace_seconds: float = GRACE_SECONDS,
        linger_seconds: float = LINGER_SECONDS,
    ) -> None:
        self.home = Home(home.absolute())
        self._slots = slots or max(16, 4 * (os.cpu_count() or 1))
        self._linger = linger_seconds
        self._staging = Staging(self.home)
        self._launcher = Launcher(self.home, images or {}, lookup, pass_env, grace_seconds)
        self._readiness = Readiness(self._launcher)
        self._requests: dict[str, PodRequest] = {}
        self._over: set[str] = set()  # their end is told
        self._stopped: set[str] = set()  # also those that this engine never asked for
        self._inbox: deque[tuple[Callable[..., None], tuple]] = deque()
        self._awake = False
        self._closing = False
        self._children: list[int] = []
        self._lock = threading.Lock()  # of what comes from the threads of the staging
        self._failures = 0  # of supervisors that did not come to say hello, in a row
        self._broken = ""  # why nothing can be run
        self._thread: threading.Thread | None = None

    def keep_artifacts(self, keeper: ArtifactKeeper) -> None:
        """From now on pods can have artifacts."""
        self._staging.keeper = keeper

    # --- the port; called from any thread

    def open(self, deliver: Deliver) -> None:
        """Make ready to run. Raises ExecutorError where no supervisor can be started."""
        self._deliver = deliver
        self._closing = self._awake = False
        self._requests.clear()
        self._over.clear()
        self._stopped.clear()
        self._wake_read, self._wake_write = os.pipe()
        self._client = self._connect()
        self._thread = threading.Thread(target=self._work, name="argosy-processes", daemon=True)
        self._thread.start()

    def adopt(self, requests: Sequence[PodRequest]) -> None:
        """Take up the pods that an engine before this one had asked for."""
        self._post(self._take, list(requests))

    def start(self, request: PodRequest) -> None:
        """Run the pod, once per key however often it is asked for."""
        self._post(self._start, request)

    def stop(self, key: PodKey, grace_seconds: float) -> None:
        """End the pod: SIGTERM, and SIGKILL after the grace."""
        self._post(self._stop, name(key), grace_seconds)

    def forget(self, keys: Sequence[PodKey]) -> None:
        """The ends of these pods are committed."""
        self._post(self._forget, list(keys))

    def logs(self, request_key: PodKey, pod_name: str, query: LogQuery) -> Iterator[str]:
        """The log's lines. Raises NotFound where there is none."""
        return read_log(self.home, request_key, pod_name, query)

    def delete_workflow(self, workflow_uid: str) -> None:
        """Remove logs and working folders of a workflow."""
        self.home.delete(workflow_uid)
        if self._thread:
            self._post(self._send, "forget-all", workflow_uid)
        else:
            tell(self.home.run, "forget-all", workflow_uid)

    def close(self) -> None:
        """Let go without ending anything."""
        if self._thread is None:
            return
        with self._lock:
            self._closing = True
        self._staging.close()
        self._readiness.close()
        self._wake()
        self._thread.join(CLOSE_SECONDS)
        self._thread = None
        self._client.close()
        os.close(self._wake_read)
        os.close(self._wake_write)
        self._reap()

    # --- the thread between the two

    def _post(self, action: Callable[..., None], *arguments: object) -> None:
        self._inbox.append((action, arguments))
        if not self._awake:
            self._wake()

    def _post_late(self, action: Callable[..., None], *arguments: object) -> None:
        """The same, of what may come after the end: then the next engine asks for it again."""
        with self._lock:
            if not self._closing:
                self._post(action, *arguments)

    def _wake(self) -> None:
        self._awake = True
        os.write(self._wake_write, b"!")

    def _work(self) -> None:
        """Until closed: what is posted goes to the supervisor, what it says is delivered."""
        left = self._client.flush()
        while True:
            ready = self._wait(left)
            self._awake = False
            if self._client.socket.fileno() in ready and not self._hear():
                self._reconnect()
            self._take_orders()
            left = self._client.flush()
            if self._closing and not self._inbox and not left:
                return

    def _wait(self, writing: bool) -> list[int]:
        """The descriptors that something has happened to."""
        poll = select.poll()
        poll.register(self._wake_read, select.POLLIN)
        poll.register(self._client.socket.fileno(), select.POLLIN | (select.POLLOUT if writing else 0))
        ready = [descriptor for descriptor, _ in poll.poll()]
        if self._wake_read in ready:
            os.read(self._wake_read, 4096)
        return ready

    def _take_orders(self) -> None:
        self._launcher.new_batch()
        while self._inbox:
            action, arguments = self._inbox.popleft()
            action(*arguments)

    def _hear(self) -> bool:
        messages = self._client.receive()
        if messages is None:
            return False
        for message in messages:
            match message:
                case outcome.Ended():
                    self._end(message)
                case outcome.Running():
                    self._runs(message)
                case outcome.Waiting():
                    self._report(message.key, outcome.waiting(message))
                case outcome.Unknown():
                    self._begin(message.keys)
                case outcome.Hello():
                    self._failures = 0
                    self._broken = "" if message.version == VERSION else OTHER_VERSION.format(message)
                case outcome.Gone():
                    pass
        return True

    # --- what is posted

    def _start(self, request: PodRequest) -> None:
        key = name(request.key)
        if key not in self._requests:
            self._requests[key] = request
            self._launch(key)

    def _take(self, requests: list[PodRequest]) -> None:
        keys = [name(request.key) for request in requests]
        self._requests.update(zip(keys, requests, strict=True))
        self._client.send("take", keys)

    def _stop(self, key: str, grace_seconds: float) -> None:
        self._stopped.add(key)
        self._client.send("stop", key, grace_seconds)

    def _forget(self, keys: list[PodKey]) -> None:
        names = [name(key) for key in keys]
        self._stopped.difference_update(names)
        self._over.difference_update(names)
        for key in names:
            request = self._requests.pop(key, None)
            if request is not None:
                self.home.clean(request)
        self._client.send("forget", names)

    def _send(self, *fields: object) -> None:
        self._client.send(*fields)

    def _begin(self, keys: list[str]) -> None:
        """None of these was ever started, as it turns out."""
        for key in keys:
            if key in self._stopped:
                self._report(key, PodReport(phase="Failed", message=outcome.STOPPED_EARLY))
            else:
                self._launch(key)

    # --- reports

    def _launch(self, key: str) -> None:
        """Start it, after its input artifacts have come."""
        request = self._requests.get(key)
        if request is not None and brings_in(request):
            self._staging.soon(lambda: self._bring_in(key, request))
        elif request is not None:
            self._order(key, request)

    def _bring_in(self, key: str, request: PodRequest) -> None:
        try:
            self._staging.bring_in(request)
        except Unrunnable as refusal:
            self._post_late(self._report, key, refusal.report)
        except Exception as error:  # of the disk, or a bug of ours: it must not stop the others
            message = f"input artifacts could not be prepared: {error}"
            self._post_late(self._report, key, PodReport(phase="Error", message=message))
        else:
            self._post_late(self._after_staging, key, request)

    def _after_staging(self, key: str, request: PodRequest) -> None:
        if key in self._stopped:
            self._report(key, PodReport(phase="Failed", message=outcome.STOPPED_EARLY))
        else:
            self._order(key, request)

    def _order(self, key: str, request: PodRequest) -> None:
        try:
            if self._broken:
                raise Unrunnable("Error", self._broken)
            self._client.send("start", key, self._launcher.order(request))
        except Unrunnable as refusal:
            self._report(key, refusal.report)
        except Exception as error:  # of the store, when it is asked for a ConfigMap; or of the disk
            self._report(key, PodReport(phase="Error", message=f"the process could not be prepared: {error}"))

    def _runs(self, message: outcome.Running) -> None:
        """It runs; a daemon with a probe serves others only once it is ready."""
        request = self._requests.get(message.key)
        report = outcome.running(message, request)
        if request is None or probe_of(request.template) is None:
            self._report(message.key, report)
            return
        self._report(message.key, replace(report, ready=False))
        try:
            self._readiness.watch(message.key, request, lambda: self._post_late(self._report, message.key, report))
        except Unrunnable as refusal:
            self._report(message.key, refusal.report)
            self._stop(message.key, 0.0)

    def _end(self, message: outcome.Ended) -> None:
        self._readiness.leave(message.key)
        request = self._requests.get(message.key)
        # The end of one that nobody has asked for yet is told when it is adopted: its outputs are known by then.
        if request is not None and takes_out(request) and message.code is not None and message.key not in self._over:
            self._staging.soon(lambda: self._post_late(self._report, message.key, self._result(message, request)))
        elif request is not None or message.key in self._stopped:
            self._report(message.key, self._result(message, request))

    def _result(self, message: outcome.Ended, request: PodRequest | None) -> PodReport:
        try:
            return outcome.ended(message, request, self.home, self._staging)
        except Exception as error:  # of the disk, or a bug of ours: it must not stop the others
            return PodReport(phase="Error", message=f"what the process left could not be read: {error}")

    def _report(self, key: str, report: PodReport) -> None:
        if key in self._over:
            return
        if report.phase in FINAL_POD_PHASES:
            self._over.add(key)
        request = self._requests.get(key)
        self._deliver(request.key if request else PodKey(*key.split("/", 1)), report)

    # --- the supervisor

    def _connect(self) -> Client:
        client = Client(self.home.run, self._slots, self._linger, self._launcher.host)
        if client.pid:
            self._children.append(client.pid)
        return client

    def _reconnect(self) -> None:
        """It left, or was killed: whatever has no end yet is resolved by the next one, as in an adoption."""
        self._client.close()
        while not self._closing:
            self._failures += 1
            time.sleep(RETRY_SECONDS * self._failures)
            self._reap()
            try:
                self._client = self._connect()
            except ExecutorError as error:
                self._give_up(error.message)
                continue
            self._client.send("take", [key for key in self._requests if key not in self._over])
            if self._failures >= MAX_ATTEMPTS:
                self._give_up(NEVER_UP.format(self.home.run / "supervisor.log"))
            return

    def _give_up(self, why: str) -> None:
        for key in list(self._requests):
            self._report(key, PodReport(phase="Error", message=why))

    def _reap(self) -> None:
        for pid in list(self._children):
            with contextlib.suppress(ChildProcessError):
                if os.waitpid(pid, os.WNOHANG)[0] == 0:
                    continue
            self._children.remove(pid)
