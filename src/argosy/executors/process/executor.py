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

from argosy.executors.process import outcome
from argosy.executors.process.client import Client
from argosy.executors.process.environment import Lookup
from argosy.executors.process.home import Home, name
from argosy.executors.process.launch import Image, Launcher
from argosy.executors.process.logs import read_log
from argosy.executors.process.unrunnable import Unrunnable
from argosy.ports.executor import Deliver, LogQuery
from argosy.ports.pods import PodKey, PodReport, PodRequest

LINGER_SECONDS = 10.0
GRACE_SECONDS = 30.0
RETRY_SECONDS = 0.2
CLOSE_SECONDS = 5.0


def nothing(_kind: str, _namespace: str, _name: str) -> Mapping[str, str] | None:
    """The lookup of a place without ConfigMaps and Secrets."""
    return None


class ProcessExecutor:
    """Runs pods as processes of this machine, under a supervisor that outlives this object and its process.

    At most `slots` run at once. `images` says what an image runs where a container has no command; `lookup` finds
    ConfigMaps and Secrets; `pass_env` names variables of this process that pods get beside those in `launch.PASSED`.
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
        self._launcher = Launcher(self.home, images or {}, lookup, pass_env, grace_seconds)
        self._requests: dict[str, PodRequest] = {}
        self._inbox: deque[tuple[Callable[..., None], tuple]] = deque()
        self._awake = False
        self._closing = False
        self._children: list[int] = []
        self._thread: threading.Thread | None = None

    # --- the port; called from any thread

    def open(self, deliver: Deliver) -> None:
        """Make ready to run. Raises ExecutorError where no supervisor can be started."""
        self._deliver = deliver
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
        self._post(self._send, "stop", name(key), grace_seconds)

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

    def close(self) -> None:
        """Let go without ending anything."""
        if self._thread is None:
            return
        self._closing = True
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

    def _wake(self) -> None:
        self._awake = True
        os.write(self._wake_write, b"!")

    def _work(self) -> None:
        """Until closed: what is posted goes to the supervisor, what it says is delivered."""
        poll = select.poll()
        poll.register(self._wake_read, select.POLLIN)
        connected, left = -1, False
        while True:
            if connected != self._client.socket.fileno():
                connected = self._client.socket.fileno()
            poll.register(connected, select.POLLIN | (select.POLLOUT if left else 0))
            ready = {descriptor for descriptor, _ in poll.poll()}
            if self._wake_read in ready:
                os.read(self._wake_read, 4096)
            self._awake = False
            self._take_orders()
            left = self._client.flush()
            if self._closing and not self._inbox and not left:
                return
            if connected in ready and not self._hear():
                poll.unregister(connected)
                self._reconnect()

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
                    self._report(message.key, outcome.running(message))
                case outcome.Waiting():
                    self._report(message.key, outcome.waiting(message))
                case outcome.Unknown():
                    for key in message.keys:
                        self._launch(key)
                case _:
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

    def _forget(self, keys: list[PodKey]) -> None:
        names = [name(key) for key in keys]
        for key in names:
            request = self._requests.pop(key, None)
            if request is not None:
                self.home.clean(request)
        self._client.send("forget", names)

    def _send(self, *fields: object) -> None:
        self._client.send(*fields)

    # --- reports

    def _launch(self, key: str) -> None:
        request = self._requests.get(key)
        if request is None:
            return
        try:
            self._client.send("start", key, self._launcher.order(request))
        except Unrunnable as refusal:
            self._report(key, refusal.report)
        except OSError as error:
            self._report(key, PodReport(phase="Error", message=f"the process could not be prepared: {error}"))

    def _end(self, message: outcome.Ended) -> None:
        request = self._requests.get(message.key)
        if request is not None:
            self._report(message.key, outcome.ended(message, request, self.home))

    def _report(self, key: str, report: PodReport) -> None:
        request = self._requests.get(key)
        if request is not None:
            self._deliver(request.key, report)

    # --- the supervisor

    def _connect(self) -> Client:
        client = Client(self.home.run, self._slots, self._linger, self._launcher.host)
        if client.pid:
            self._children.append(client.pid)
        return client

    def _reconnect(self) -> None:
        """It left, or was killed: whatever has no end yet is resolved by the next one, as in an adoption."""
        self._client.close()
        time.sleep(RETRY_SECONDS)
        self._reap()
        self._client = self._connect()
        self._client.send("take", list(self._requests))

    def _reap(self) -> None:
        for pid in list(self._children):
            with contextlib.suppress(ChildProcessError):
                if os.waitpid(pid, os.WNOHANG)[0] == 0:
                    continue
            self._children.remove(pid)
