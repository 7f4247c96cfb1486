"""The composition root: settings → the store, the executors, the controller, the client. Only this knows them all."""

from __future__ import annotations

import secrets
import traceback
import uuid
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from argosy.client.local import LocalClient
from argosy.config import Settings
from argosy.controller.host import Host
from argosy.errors import NotFound
from argosy.ports.executor import Executor, LogQuery
from argosy.ports.operation import Services
from argosy.ports.pods import PodKey
from argosy.ports.store import ObjectKey, Store
from argosy.stores.sqlite import SqliteStore

if TYPE_CHECKING:
    from argosy.controller.loop import Controller

SUFFIX_ALPHABET = "bcdfghjklmnpqrstvwxz2456789"
"""What Kubernetes makes the end of generated names of (k8s.io/apimachinery/pkg/util/rand)."""


class SystemClock:
    """argosy.ports.clock.Clock, of this machine."""

    def now(self) -> datetime:
        """The time now, in UTC."""
        return datetime.now(UTC)


class LazyLogs:
    """argosy.ports.operation.Logs that makes the executor on first use."""

    def __init__(self, settings: Settings, store: Store) -> None:
        self._settings, self._store = settings, store

    def logs(self, request_key: PodKey, pod_name: str, query: LogQuery) -> Iterator[str]:
        """The log's lines without their newline. Raises NotFound where there is none."""
        return make_executor(self._settings, self._store).logs(request_key, pod_name, query)


def open_client(settings: Settings) -> LocalClient:
    """The client of the store in the settings' home. Raises StoreError."""
    store = SqliteStore(settings.home / "argosy.db")
    services = Services(
        store=store,
        logs=LazyLogs(settings, store),
        clock=SystemClock(),
        new_uid=lambda: str(uuid.uuid4()),
        new_suffix=lambda: "".join(secrets.choice(SUFFIX_ALPHABET) for _ in range(5)),
        wake=lambda: None,
        defaults=settings.workflow_defaults,
        delete_leftovers=lambda uid: make_executor(settings, store).delete_workflow(uid),
        honoured=frozenset(),
    )
    return LocalClient(services, make_host(settings, store))


def make_host(settings: Settings, store: Store) -> Host:
    """Who is, or becomes, the engine of the store."""
    return Host(settings.home, store, lambda: make_controller(settings, store))


def run_controller(settings: Settings, *, leave_when_idle: bool) -> bool:
    """Be the engine until interrupted, or until nothing is left to do; False where another process is it."""
    store = SqliteStore(settings.home / "argosy.db")
    try:
        return make_host(settings, store).run(leave_when_idle=leave_when_idle)
    finally:
        store.close()


def make_controller(settings: Settings, store: Store) -> Controller:
    """The loop over the store and the executors."""
    from argosy.controller.loop import Controller

    return Controller(
        store,
        make_executor(settings, store),
        SystemClock(),
        parallelism=settings.parallelism,
        on_bug=lambda uid, error: _report_bug(settings, uid, error),
    )


def make_executor(settings: Settings, store: Store) -> Executor:
    """What runs the pods."""
    from argosy.executors.process.executor import ProcessExecutor
    from argosy.executors.process.launch import Image

    images = {name: Image(entrypoint=each.entrypoint, cmd=each.cmd) for name, each in settings.images.items()}

    def lookup(kind: str, namespace: str, name: str) -> Mapping[str, str] | None:
        try:
            return store.objects.get(ObjectKey("v1", kind, namespace, name)).get("data", {})
        except NotFound:
            return None

    return ProcessExecutor(
        settings.home, slots=settings.process.slots, images=images, lookup=lookup, pass_env=settings.process.pass_env
    )


def _report_bug(settings: Settings, uid: str, error: Exception) -> None:
    """Write down what a bug of ours did, where the user can find it."""
    folder = settings.home / "crash"
    folder.mkdir(mode=0o700, exist_ok=True)
    text = "".join(traceback.format_exception(error))
    (folder / f"workflow-{uid}.txt").write_text(text, encoding="utf-8")
