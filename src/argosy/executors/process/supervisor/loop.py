"""The supervisor itself: takes orders, starts what has a slot, collects what ended, tells the engine."""
# What is not needed to start the first pod is imported later: the supervisor has to start quickly.
# ruff: noqa: PTH108, PTH110, SIM105

from __future__ import annotations

import errno
import os
import signal
import time
from collections import deque

from . import VERSION
from .journal import Journal
from .orphans import find_orphan
from .pods import Pod
from .reactor import Reactor
from .wire import Peer, line

SETTLED_AFTER = 0.002  # until then a pod's output waits in its pipe: many pods are over by then
RUNNING_AFTER = 0.03  # a pod that ends sooner is only reported ended
WAITING_AFTER = 1.0
FLUSH_EVERY = 0.005  # while there is more to start, reports travel in bundles
SPAWN_AT_ONCE = 16  # before looking at pipes and sockets again
HOME_CHECK_EVERY = 2.0
SHUTDOWN_GRACE = 10.0
SHORT_OF = {errno.EAGAIN, errno.ENOMEM, errno.EMFILE, errno.ENFILE}  # of something that an ending pod gives back


class Supervisor:
    """Everything that runs for one home. `lock` is a file in it, by descriptor: when that is deleted, the home is."""

    def __init__(self, journal: Journal, lock: int, slots: int, linger: float) -> None:
        self.journal, self.slots, self.linger = journal, slots, linger
        self.pods: dict[str, Pod] = {}
        self.queue: deque[Pod] = deque()
        self.running: dict[int, Pod] = {}
        self.young: deque[Pod] = deque()  # those whose output is not read yet
        self.unannounced: deque[Pod] = deque()  # those that wait, or have waited, and were not reported waiting
        self.peers: dict[int, Peer] = {}
        self.engine: Peer | None = None
        self.leaving = False
        self.reactor = Reactor()
        self._lock = lock
        self._cwd = ""
        self._flushed = 0.0
        self._home_checked = 0.0
        self._queue_moved = 0.0
        self._idle_since = time.monotonic()
        self._take_over()

    def run(self) -> None:
        """Until there is nothing left to do, and nobody to do it for."""
        while not self._may_leave():
            self.turn(self._patience())

    def turn(self, patience: float) -> None:
        """One turn of the loop, waiting at most so long for something to happen; not at all where there is work."""
        busy = self._can_start()
        self._settle(everything=not busy)
        self.reactor.wait(0 if busy else patience)
        self._reap()
        self._start_queued()
        self._announce_waiting()
        self._flush()

    def _patience(self) -> float:
        if self.unannounced:
            return WAITING_AFTER
        if self.engine or self.pods:
            return HOME_CHECK_EVERY
        return min(HOME_CHECK_EVERY, self._idle_since + self.linger - time.monotonic())

    def _may_leave(self) -> bool:
        now = time.monotonic()
        if now - self._home_checked > HOME_CHECK_EVERY:
            self._home_checked = now
            self._check_home()
        if self.reactor.terminated and not self.leaving:
            self.leaving = True
            for pod in list(self.pods.values()):
                self._stop(pod, SHUTDOWN_GRACE, "stopped")
        if self.engine or self.pods:
            self._idle_since = now
            return self.leaving and not self.pods
        return self.leaving or now - self._idle_since >= self.linger

    def _check_home(self) -> None:
        if os.fstat(self._lock).st_nlink == 0:  # somebody removed the home: there is nobody left to do this for
            for pod in self.pods.values():
                pod.signal(signal.SIGKILL)
            os._exit(0)

    # --- those at the other end

    def listen(self, folder: str) -> None:
        """Take connections from the socket in this folder. It is bound by its name: a whole path may be too long."""
        import socket

        self._go_to(folder)
        if os.path.exists("socket"):
            os.unlink("socket")
        listener = socket.socket(socket.AF_UNIX)
        listener.bind("socket")
        listener.listen(128)
        listener.setblocking(False)

        def accept(_: int) -> None:
            try:
                connection = listener.accept()[0].detach()
            except OSError:
                return  # it has gone away again, or there are too many
            self.welcome(connection)

        self.reactor.register(listener.fileno(), accept)

    def welcome(self, connection: int) -> None:
        """Take orders from this connection."""
        self.peers[connection] = Peer(connection)
        self.reactor.register(connection, self._hear)

    def _hear(self, descriptor: int) -> None:
        peer = self.peers[descriptor]
        messages = peer.receive()
        if messages is None:
            self.reactor.unregister(descriptor)
            del self.peers[descriptor]
            peer.gone = True
            os.close(descriptor)
            if self.engine is peer:
                self.engine = None
            return
        for message in messages:
            try:
                verb, *fields = message
                getattr(self, "hear_" + verb.replace("-", "_"))(peer, *fields)
            except Exception:  # one bad order must not end everything that runs
                import traceback

                traceback.print_exc()

    def _tell(self, pod: Pod, message: bytes) -> None:
        peer = self.engine if pod.owner is None or pod.owner.gone else pod.owner
        if peer:
            peer.send(message)

    def _flush(self) -> None:
        now = time.monotonic()
        if self._can_start() and now - self._flushed < FLUSH_EVERY:
            return
        self._flushed = now
        try:
            self.journal.flush()
        except OSError:
            pass  # the disk is full: tried again each time
        for descriptor, peer in self.peers.items():
            left = peer.flush()
            if left != peer.blocked:
                peer.blocked = left
                self.reactor.watch_writing(descriptor, left)

    # --- orders

    def hear_hello(self, peer: Peer, _version: int, slots: int, env: dict[str, str]) -> None:
        """An engine: it hears of the pods that no other engine does. `env` is what all its pods get."""
        self.engine, self.slots, peer.env = peer, slots, env
        peer.send(line("hello", VERSION, os.getpid()))
        for key, pod in self.pods.items():
            if pod.owner is None or pod.owner.gone:
                self._state(peer, key)

    def hear_take(self, peer: Peer, keys: list[str]) -> None:
        """What has become of these? From now on this one hears of them."""
        for key in keys:
            if pod := self.pods.get(key):
                pod.owner = peer
        unknown = [key for key in keys if not self._state(peer, key)]
        peer.send(line("unknown", unknown))

    def hear_start(self, peer: Peer, key: str, order: dict) -> None:
        """Run this, unless the key was ever started."""
        if self._state(peer, key):
            return
        pod = self.pods[key] = Pod(key, order, peer)
        if not self.queue:
            self._queue_moved = time.monotonic()
        self.queue.append(pod)
        self.unannounced.append(pod)

    def hear_stop(self, _: Peer, key: str, grace: float) -> None:
        """End this."""
        if pod := self.pods.get(key):
            self._stop(pod, grace, "stopped")

    def hear_forget(self, _: Peer, keys: list[str]) -> None:
        """The ends of these are safe elsewhere."""
        self.journal.forget(keys, self.pods)

    def hear_forget_all(self, peer: Peer, uid: str) -> None:
        """Everything of this workflow may go."""
        self.hear_forget(peer, [key for key in self.journal.ended if key.startswith(uid + "/")])

    def hear_watch(self, peer: Peer, key: str) -> None:
        """Say when it has ended; at once where it does not run."""
        if key in self.pods:
            peer.watching.add(key)
        else:
            peer.send(line("gone", key))

    def _state(self, peer: Peer, key: str) -> bool:
        """Tell what is known of the key; whether anything is."""
        if pod := self.pods.get(key):
            peer.send(line("running", key, pod.started) if pod.pid else line("waiting", key, self.slots))
            return True
        if message := self.journal.ended.get(key):
            peer.send(message)
            return True
        return False

    # --- pods

    def _can_start(self) -> bool:
        return bool(self.queue) and len(self.running) < self.slots and not self.leaving

    def _start_queued(self) -> None:
        for _ in range(SPAWN_AT_ONCE):
            if not self._can_start():
                return
            pod = self.queue.popleft()
            if not pod.over and not self._start(pod):
                self.queue.appendleft(pod)
                return
            self._queue_moved = time.monotonic()

    def _announce_waiting(self) -> None:
        """Those that wait are reported waiting when nothing has been started for a while; a queue that moves is not."""
        if not self.queue:
            self.unannounced.clear()
        elif self.unannounced and time.monotonic() - self._queue_moved >= WAITING_AFTER:
            for pod in self.unannounced:
                if not pod.over and not pod.pid:
                    self._tell(pod, line("waiting", pod.key, self.slots))
            self.unannounced.clear()

    def _start(self, pod: Pod) -> bool:
        """Spawn it; False where that has to wait for another to end."""
        try:
            self.journal.starting(pod.name)
            self._go_to(pod.cwd)
            pod.spawn()
        except OSError as error:
            if error.errno in SHORT_OF and self.running:
                return False
            pod.reason, pod.detail = "unstarted", errno.errorcode.get(error.errno or 0, str(error))
            self._end(pod, None)
            return True
        self.journal.started(pod.name, pod.pid)
        self.running[pod.pid] = pod
        self.young.append(pod)
        if len(pod.outputs) > 1:  # the sooner they are read, the better is the order of what came through both
            self._listen_to(pod)
        if pod.deadline is not None:
            self.reactor.after(pod.deadline, lambda: self._stop(pod, pod.grace, "deadline"))
        return True

    def _go_to(self, folder: str) -> None:
        """Make it the current folder, in which processes are spawned. Raises OSError."""
        if folder != self._cwd:
            os.chdir(folder)
            self._cwd = folder

    def _settle(self, everything: bool) -> None:
        """Those that still run after a moment have their output read as it comes, and are reported running."""
        until = time.time() - SETTLED_AFTER
        while self.young and (everything or self.young[0].started <= until):
            pod = self.young.popleft()
            if not pod.over:
                if len(pod.outputs) == 1:
                    self._listen_to(pod)
                self.reactor.after(RUNNING_AFTER, lambda pod=pod: self._say_running(pod))

    def _listen_to(self, pod: Pod) -> None:
        for output in pod.outputs:
            self.reactor.register(output, lambda output: self._pump(pod, output))

    def _pump(self, pod: Pod, output: int) -> None:
        if not pod.pump(output):
            self.reactor.unregister(output)
            pod.close_output(output)

    def _reap(self) -> None:
        while self.running:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if not pid:
                return
            if pod := self.running.pop(pid, None):
                pod.signal(signal.SIGKILL)  # what it left behind ends with it, as in a container
                for output in pod.outputs:
                    self.reactor.unregister(output)
                pod.drain()
                code = os.waitstatus_to_exitcode(status)
                self._end(pod, 128 - code if code < 0 else code)

    def _end(self, pod: Pod, code: int | None) -> None:
        pod.over = True
        message = pod.ended(code)
        self.journal.end(pod.key, message)
        self.pods.pop(pod.key, None)
        self._tell(pod, message)
        if len(self.peers) > 1:
            for peer in self.peers.values():
                if pod.key in peer.watching:
                    peer.send(line("gone", pod.key))

    def _say_running(self, pod: Pod) -> None:
        if not pod.over:
            self._tell(pod, line("running", pod.key, pod.started))

    def _stop(self, pod: Pod, grace: float, reason: str) -> None:
        if pod.over:
            return
        pod.reason = pod.reason or reason
        if not pod.pid:
            self._end(pod, None)
        elif grace > 0:
            pod.signal(signal.SIGTERM)
            self.reactor.after(grace, lambda: pod.over or pod.signal(signal.SIGKILL))
        else:
            pod.signal(signal.SIGKILL)

    # --- what a supervisor before this one left

    def _take_over(self) -> None:
        for begun in list(self.journal.begun.values()):
            pod = self.pods[begun.key] = Pod(begun.key, {})
            pod.started = begun.started
            pod.pid = find_orphan(begun)
            if pod.pid:
                self.reactor.register(os.pidfd_open(pod.pid), lambda handle, pod=pod: self._end_orphan(pod, handle))
            else:
                self._lose(pod)

    def _end_orphan(self, pod: Pod, handle: int) -> None:
        self.reactor.unregister(handle)
        os.close(handle)
        self._lose(pod)

    def _lose(self, pod: Pod) -> None:
        pod.reason = "lost"
        self._end(pod, None)
