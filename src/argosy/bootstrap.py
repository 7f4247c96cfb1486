"""The composition root: settings → the store, the executors, the controller, the client. Only this knows them all."""

from __future__ import annotations

import base64
import hashlib
import secrets
import sys
import traceback
import uuid
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

from argosy.client.local import LocalClient
from argosy.config import Settings
from argosy.controller.host import Host
from argosy.errors import NotFound
from argosy.operations.placement import ON_CLUSTER
from argosy.plan.resolve import PLACEMENT
from argosy.ports.executor import Executor, LogQuery
from argosy.ports.operation import Services
from argosy.ports.pods import PodKey
from argosy.ports.store import ObjectKey, Store
from argosy.stores.sqlite import SqliteStore

if TYPE_CHECKING:
    from argosy.controller.loop import Controller
    from argosy.executors.objects.executor import ObjectExecutor

SUFFIX_ALPHABET = "bcdfghjklmnpqrstvwxz2456789"
"""What Kubernetes makes the end of generated names of (k8s.io/apimachinery/pkg/util/rand)."""


class SystemClock:
    """argosy.ports.clock.Clock, of this machine."""

    def now(self) -> datetime:
        """The time now, in UTC."""
        return datetime.now(UTC)


class LazyExecutor:
    """The executor, for those that only read or clear what it has kept: made on first use, never opened."""

    def __init__(self, settings: Settings, store: Store) -> None:
        self._settings, self._store = settings, store

    @cached_property
    def _executor(self) -> Executor:
        from argosy.executors.routed import RoutedExecutor

        processes = make_processes(self._settings, self._store)
        objects = make_objects(self._settings, self._store, processes, str)
        routed = RoutedExecutor(processes, {"resource": objects})
        return with_clusters(self._settings, self._store, routed)

    def logs(self, request_key: PodKey, pod_name: str, query: LogQuery) -> Iterator[str]:
        """The log's lines without their newline. Raises NotFound where there is none."""
        return self._executor.logs(request_key, pod_name, query)

    def delete_workflow(self, workflow_uid: str) -> None:
        """Remove all that is kept of a workflow."""
        self._executor.delete_workflow(workflow_uid)


def open_client(settings: Settings) -> LocalClient:
    """The client of the store in the settings' home. Raises StoreError."""
    store = open_store(settings)
    return LocalClient(make_services(settings, store), make_host(settings, store))


def run_controller(settings: Settings, *, leave_when_idle: bool) -> bool:
    """Be the engine until interrupted, or until nothing is left to do; False where another process is it."""
    store = open_store(settings)
    try:
        return make_host(settings, store).run(leave_when_idle=leave_when_idle)
    finally:
        store.close()


def open_store(settings: Settings) -> Store:
    """The store in the settings' home. Raises StoreError."""
    return SqliteStore(settings.home / "argosy.db")


def make_services(settings: Settings, store: Store) -> Services:
    """What operations work with; `wake` is for whoever knows an engine to add."""
    executor = LazyExecutor(settings, store)
    return Services(
        store=store,
        logs=executor,
        clock=SystemClock(),
        new_uid=lambda: str(uuid.uuid4()),
        new_suffix=lambda: "".join(secrets.choice(SUFFIX_ALPHABET) for _ in range(5)),
        wake=lambda: None,
        defaults=settings.workflow_defaults,
        restrictions=settings.restrictions,
        limits=settings.limits,
        delete_leftovers=executor.delete_workflow,
        honoured=frozenset({"archiveLogs"}),
    )


def make_host(settings: Settings, store: Store) -> Host:
    """Who is, or becomes, the engine of the store."""
    host = Host(settings.home, store, lambda: make_controller(settings, store, host.wake))
    return host


def make_controller(settings: Settings, store: Store, wake: Callable[[], object]) -> Controller:
    """The loop over the store and the executors."""
    from argosy.controller.crons import Crons
    from argosy.controller.loop import Controller
    from argosy.controller.residents import Everybody
    from argosy.executors.routed import RoutedExecutor
    from argosy.operations.library import guard

    services = make_services(settings, store)
    processes = make_processes(settings, store)
    objects = make_objects(settings, store, processes, wake)
    return Controller(
        store,
        with_clusters(settings, store, RoutedExecutor(processes, {"resource": objects})),
        SystemClock(),
        limits=settings.limits,
        residents=Everybody(Crons(services, partial(_report_bug, settings)), objects),
        guard=partial(guard, services),
        on_bug=lambda uid, error: _report_bug(settings, f"workflow-{uid}", error),
    )


def with_clusters(settings: Settings, store: Store, own: Executor) -> Executor:
    """The engine's own executor, and a cluster's for the workflows that name one."""
    from argosy.executors.placed import PlacedExecutor

    def placement_of(uid: str) -> str:
        try:
            return store.load(uid).metadata.annotations.get(PLACEMENT, "")
        except NotFound:
            return ""

    return PlacedExecutor(own, {name: partial(make_leaves, settings, name) for name in ON_CLUSTER}, placement_of)


def make_leaves(settings: Settings, name: str) -> Executor:
    """The executor on the cluster that KUBECONFIG or ~/.kube/config says, while the state is in this home's store.

    Its pods are told from those of other homes by the home's own instance id. Raises ExecutorError where there is no
    cluster to be reached.
    """
    from argosy.cluster.cluster import Cluster
    from argosy.executors.kubernetes.jobs import JobExecutor
    from argosy.executors.kubernetes.pods import KubernetesExecutor
    from argosy.executors.kubernetes.resources import ResourceExecutor
    from argosy.executors.kubernetes.settings import JobSettings, PodSettings
    from argosy.executors.routed import RoutedExecutor

    home = hashlib.blake2b(str(settings.home).encode(), digest_size=6).hexdigest()
    cluster = Cluster(on_error=lambda error: print(error, file=sys.stderr))
    pods = PodSettings(instance_id=f"argosy-{home}")
    jobs = JobSettings(
        scheduler_name=settings.jobs.scheduler_name,
        priority_class=settings.jobs.priority_class_name,
        labels=settings.jobs.labels,
        queue=settings.jobs.queue,
    )
    as_jobs = name == "kubernetes-jobs"
    leaves = JobExecutor(cluster, pods, jobs) if as_jobs else KubernetesExecutor(cluster, pods)
    return RoutedExecutor(leaves, {"resource": ResourceExecutor(cluster, pods)})


def make_processes(settings: Settings, store: Store) -> Executor:
    """What runs containers and scripts as processes of this machine."""
    from argosy.artifacts.keeper import Keeper
    from argosy.executors.process.executor import ProcessExecutor
    from argosy.executors.process.launch import Image

    images = {name: Image(entrypoint=each.entrypoint, cmd=each.cmd) for name, each in settings.images.items()}
    options = settings.process

    def data_of(kind: str, namespace: str, name: str) -> Mapping[str, str] | None:
        return _data_of(store, ObjectKey("v1", kind, namespace, name))

    executor = ProcessExecutor(
        settings.home,
        slots=options.slots,
        images=images,
        lookup=data_of,
        pass_env=options.pass_env,
    )
    executor.keep_artifacts(
        Keeper(settings.home / "artifacts", lambda namespace, name: data_of("Secret", namespace, name))
    )
    return executor


def make_objects(settings: Settings, store: Store, processes: Executor, wake: Callable[[], object]) -> ObjectExecutor:
    """What acts on the objects of the store, for resource templates."""
    from argosy.executors.objects.executor import ObjectExecutor

    return ObjectExecutor(
        store,
        processes,
        lambda manifest: _submit(make_services(settings, store), manifest),
        SystemClock(),
        wake=wake,
        logs_dir=settings.home / "logs",
        on_bug=lambda error: _report_bug(settings, "objects", error),
    )


def _submit(services: Services, manifest: dict[str, Any]) -> None:
    """Run a workflow that a resource template creates. Raises ArgosyError."""
    from argosy.model.codec import decode_lenient
    from argosy.model.workflow import Workflow
    from argosy.operations.submit import OPERATION, SubmitRequest

    OPERATION.run(services, SubmitRequest(workflow=decode_lenient(manifest, Workflow)))


def _data_of(store: Store, key: ObjectKey) -> Mapping[str, str] | None:
    """The data of a ConfigMap or Secret, decoded; None where there is none."""
    try:
        found = store.objects.get(key)
    except NotFound:
        return None
    data = found.get("data") or {}
    if key.kind == "Secret":
        data = {name: base64.b64decode(value).decode(errors="replace") for name, value in data.items()}
    return data | (found.get("stringData") or {})


def _report_bug(settings: Settings, where: str, error: Exception) -> None:
    """Write down what a bug of ours did, where the user can find it."""
    folder = settings.home / "crash"
    folder.mkdir(mode=0o700, exist_ok=True)
    text = "".join(traceback.format_exception(error))
    (folder / f"{where}.txt").write_text(text, encoding="utf-8")
