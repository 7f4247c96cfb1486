"""The composition root of a cluster: Workflows are the store, Pods or Jobs the executor, and a Lease says who acts."""

from __future__ import annotations

import os
import secrets
import socket
import sys
import threading
import time
import traceback
import uuid
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from functools import partial
from typing import Final

from msgspec import Struct

from argosy.bootstrap import SUFFIX_ALPHABET, SystemClock
from argosy.client.cluster import ClusterEngine
from argosy.client.local import LocalClient
from argosy.cluster.cluster import Cluster
from argosy.cluster.connect import Connection
from argosy.config import Settings
from argosy.controller.crons import Crons
from argosy.controller.health import Health
from argosy.controller.leader import Leader, interruptible
from argosy.controller.loop import Controller
from argosy.controller.residents import Everybody
from argosy.errors import ArgosyError, InvalidRequest, NotFound, StoreError
from argosy.executors.kubernetes.jobs import JobExecutor
from argosy.executors.kubernetes.names import INSTANCE_ID
from argosy.executors.kubernetes.pods import KubernetesExecutor
from argosy.executors.kubernetes.refusals import HONOURED, is_built_here, refusals
from argosy.executors.kubernetes.resources import ResourceExecutor
from argosy.executors.kubernetes.settings import PodSettings
from argosy.executors.routed import RoutedExecutor
from argosy.model.codec import decode_lenient
from argosy.model.kinds import PENDING, SUCCEEDED
from argosy.model.spec import PodGC
from argosy.model.workflow import Workflow
from argosy.operations.checks import Refused, refuse
from argosy.operations.library import guard, with_snapshot
from argosy.operations.names import check_name
from argosy.plan.merge import with_defaults
from argosy.plan.resolve import PLACEMENT
from argosy.plan.restrictions import check_restrictions
from argosy.ports.executor import LogQuery
from argosy.ports.operation import Services
from argosy.ports.pods import PodKey
from argosy.stores.kubernetes.lease import Election
from argosy.stores.kubernetes.store import KubernetesStore
from argosy.stores.kubernetes.writer import Written

EXECUTORS: Final = {"kubernetes": KubernetesExecutor, "kubernetes-jobs": JobExecutor}
LEASE: Final = "workflow-controller"
"""Argo's name: so its controller and this one never act at the same time."""
LOST: Final = 1
AGAIN_SECONDS: Final = 5.0
POLL: Final = timedelta(seconds=10)
"""How often to look at CronWorkflows: as often as Argo looks at their runs."""
QUIET_SECONDS: Final = 30.0
"""A failure that passes is not told again for so long."""


class ClusterOptions(Struct, frozen=True, kw_only=True):
    """Which cluster, and what of it. `namespace` empty: the kubeconfig's, or that of the pod that we run in.

    `namespaced`: only workflows of that namespace; else of all, and the namespace is where the Lease is. `identity`:
    the name to be elected by; one that nobody else has where it is empty. `health_port`: where to answer probes.
    """

    kubeconfig: str = ""
    context: str = ""
    namespace: str = ""
    namespaced: bool = False
    executor: str = "kubernetes"
    identity: str = ""
    health_port: int | None = None

    @property
    def connection(self) -> Connection:
        """How to reach it."""
        return Connection(kubeconfig=self.kubeconfig, context=self.context)


class ClusterClient(LocalClient):
    """A client of a cluster. `namespace` is the kubeconfig's."""

    namespace: str = ""


# --- commands


def open_client(settings: Settings, options: ClusterOptions) -> ClusterClient:
    """The client of a cluster. Raises StoreError where it can't be reached."""
    cluster = Cluster(options.connection)
    store = KubernetesStore(cluster)
    store.connect()
    client = ClusterClient(_services(settings, store, EitherLogs(cluster)), ClusterEngine(store))
    client.namespace = cluster.namespace
    return client


class EitherLogs:
    """The logs of leaves, whether they ran as Pods or as Jobs (argosy.ports.operation.Logs)."""

    def __init__(self, cluster: Cluster) -> None:
        self._executors = [make(cluster) for make in EXECUTORS.values()]

    def logs(self, request_key: PodKey, pod_name: str, query: LogQuery) -> Iterator[str]:
        """The log's lines without their newline. Raises NotFound where there is none."""
        first, second = self._executors
        try:
            return first.logs(request_key, pod_name, query)
        except NotFound:
            return second.logs(request_key, pod_name, query)


def _services(settings: Settings, store: KubernetesStore, logs: EitherLogs) -> Services:
    return Services(
        store=store,
        logs=logs,
        clock=SystemClock(),
        new_uid=lambda: str(uuid.uuid4()),
        new_suffix=lambda: "".join(secrets.choice(SUFFIX_ALPHABET) for _ in range(5)),
        wake=lambda: None,
        defaults=settings.workflow_defaults,
        restrictions=settings.restrictions,
        limits=settings.limits,
        delete_leftovers=lambda _uid: None,
        honoured=HONOURED,
    )


# --- the controller


def run_controller(settings: Settings, options: ClusterOptions) -> None:
    """Be the controller of a cluster, or stand by, until interrupted. The process ends where the Lease is lost."""
    engine = ClusterController(settings, options)
    try:
        engine.run()
    finally:
        engine.close()


class ClusterController:
    """The controller's parts, put together."""

    def __init__(self, settings: Settings, options: ClusterOptions) -> None:
        self._settings, self._options = settings, options
        self.cluster = Cluster(options.connection, on_error=Complaints().tell)
        self.cluster.retain()
        self._place = options.namespace or self.cluster.namespace
        only = self._only = self._place if options.namespaced else None
        identity = options.identity or f"{socket.gethostname()}_{uuid.uuid4().hex[:12]}"
        self.election = Election(self.cluster, (self._place, LEASE), identity, lost=self._lost)
        self.store = KubernetesStore(
            self.cluster, only, labels=f"!{INSTANCE_ID}", admit=self._admit, may_write=self.election.holds
        )
        pods = PodSettings(namespace=only or "", owned=True)
        self.leaves = EXECUTORS[options.executor](self.cluster, pods)
        self.executor = RoutedExecutor(self.leaves, {"resource": ResourceExecutor(self.cluster, pods)})
        self._services = _services(settings, self.store, EitherLogs(self.cluster))
        self.leader = Leader(self.election, self._make_controller, say=say, lost=self._lost)
        self.store.changed = self.leader.wake
        self.store.finished = self._finished
        self._watching = False
        self._leaving = threading.Event()

    def run(self) -> None:
        """Stand by, be elected, run workflows, until interrupted."""
        checks = {"/healthz": lambda: self.leader.alive, "/readyz": lambda: self._watching}
        port = self._options.health_port
        health = Health(port, checks) if port is not None else None
        try:
            with interruptible():
                self._watch()
                self.election.start()
                try:
                    self.leader.run()
                finally:
                    self._leaving.set()
                    self.election.leave()
        except KeyboardInterrupt:
            say("interrupted: what runs goes on, for the next controller")
        finally:
            if health is not None:
                health.close()

    def close(self) -> None:
        """Let go of the cluster."""
        self.store.close()
        self.cluster.release()

    def _watch(self) -> None:
        """Know all workflows before one is elected, however long it takes until the cluster answers."""
        while True:
            try:
                self.store.open()
            except StoreError as error:
                say(f"{error}" + (f" (hint: {error.hint})" if error.hint else ""))
                time.sleep(AGAIN_SECONDS)
            else:
                self._watching = True
                return

    def _lost(self) -> None:
        """The Lease is another's, or may be: nothing may be done any more, by no thread."""
        if not self._leaving.is_set():
            say("the Lease is lost: another controller may act now")
            os._exit(LOST)

    def _make_controller(self) -> Controller:
        foreign = frozenset({INSTANCE_ID})
        crons = Crons(self._services, _say_bug, namespace=self._only, foreign=foreign, poll=POLL)
        return Controller(
            self.store,
            self.executor,
            SystemClock(),
            limits=self._settings.limits,
            residents=Everybody(crons),
            guard=partial(guard, self._services),
            on_bug=_say_bug,
        )

    def _admit(self, workflow: Workflow) -> Workflow:
        """The workflow as it is to run: nobody has checked what `kubectl create` made. Raises InvalidRequest."""
        if workflow.status.phase not in ("", PENDING):
            workflow = with_defaults(workflow, self._settings.workflow_defaults)
        else:
            check_restrictions(workflow.spec, self._settings.restrictions)
            workflow = with_snapshot(self._services, workflow)
            check_name(workflow.metadata.name)
            placement = workflow.metadata.annotations.get(PLACEMENT, "")
            if placement not in ("", self._options.executor):
                raise InvalidRequest(f"this controller runs leaves as {self._options.executor}, not as {placement}")
            try:
                refuse(self._services, workflow)
            except Refused as error:
                problems = [each for each in error.problems if not is_built_here(each)]
            else:
                problems = []
            if problems := [*problems, *refusals(workflow, owned=True)]:
                raise Refused(problems)
        return workflow

    def _finished(self, written: Written) -> None:
        """What goes with its workflow can go: podGC."""
        data = written.spec.get("podGC")
        pod_gc = decode_lenient(data, PodGC) if isinstance(data, dict) else None
        self.leaves.workflow_finished(written.uid, pod_gc, succeeded=written.phase == SUCCEEDED)


class Complaints:
    """Tells of failures that pass, each not more often than now and then."""

    def __init__(self) -> None:
        self._told: dict[str, float] = {}

    def tell(self, error: BaseException) -> None:
        """Say what went wrong."""
        text, now = f"{type(error).__name__}: {error}", time.monotonic()
        if now - self._told.get(text, float("-inf")) > QUIET_SECONDS:
            self._told[text] = now
            if len(self._told) > 1000:
                self._told.clear()
            say(text)


def _say_bug(where: str, error: Exception) -> None:
    if isinstance(error, ArgosyError):
        say(f"{where}: {error}")
    else:
        say(f"bug in {where}: {''.join(traceback.format_exception(error))}")


def say(text: str) -> None:
    """A line for whoever reads the log."""
    with suppress(OSError):
        print(f"{time.strftime('%Y-%m-%dT%H:%M:%SZ', time.gmtime())} {text}", file=sys.stderr, flush=True)
