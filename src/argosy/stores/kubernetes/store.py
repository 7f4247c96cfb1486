"""argosy.ports.store.Store over the Workflows of a cluster.

What differs from a store of one's own, since the API server has neither transactions over several objects nor a queue:

- `commit` writes each workflow by itself. Where one was never known to this process, or was deleted by it, that is
  NotFound, and nothing is written. One that somebody else deletes meanwhile loses its own change, in silence; it is no
  longer `unfinished`.
- `post` edits the object as Argo's command line does. `requests` are what the engine of this process, which has
  `load`ed the workflow, has seen of such edits, whoever made them. What nobody has taken up yet is seen when it is.
- `create` leaves uid and creationTimestamp to the API server, and sets them right in the workflow that it was given.
- What can't be read as a workflow, or may not run (`admit`), is put in phase Failed when it is taken up, as in Argo.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any, Final, TypeVar

from argosy.cluster.api import Api
from argosy.cluster.cluster import Cluster
from argosy.cluster.connect import Connection
from argosy.cluster.informer import Informer
from argosy.cluster.requests import DeleteOptions, Selection
from argosy.errors import ArgosyError, Conflict, ExecutorError, InvalidRequest, NotFound, StoreError
from argosy.model.kinds import FAILED, GROUP_VERSION
from argosy.model.workflow import Workflow
from argosy.ports.events import Request
from argosy.ports.locks import HeldLock
from argosy.ports.store import Change, DeleteRequested, ObjectKey, Page, PostedRequest, WorkflowQuery
from argosy.stores.kubernetes.drafts import Draft, View
from argosy.stores.kubernetes.edits import edit
from argosy.stores.kubernetes.mirror import Entry, Mirror
from argosy.stores.kubernetes.objects import KubernetesObjects
from argosy.stores.kubernetes.patches import Object
from argosy.stores.kubernetes.reading import Reader
from argosy.stores.kubernetes.shape import COMPLETED, KIND, holdings_of, key_of, nodes_of, plain, uid_of, workflow_of
from argosy.stores.kubernetes.writer import Writer, Written
from argosy.stores.locks import in_order, prefix_of

T = TypeVar("T")

SYNC_SECONDS: Final = 60.0
AGAIN_SECONDS: Final = 5.0
INSTALL: Final = "argosy install | kubectl apply -f -"
NOT_ITS_TO_SAY: Final = ("resourceVersion", "managedFields", "selfLink", "generation")


def _same(workflow: Workflow) -> Workflow:
    return workflow


def _nothing(*_: object) -> None:
    """The default for those who don't want to hear of it."""


class KubernetesStore:
    """The store. Connected from the first call to `close`; watches from the first that asks what is unfinished.

    `namespace` is the only one that it works in (None: all); `labels` a selector for the workflows that are the
    engine's. `changed` is called, in another thread, after somebody else has changed something; `finished` hears of
    each that has ended. `admit` gives a workflow as it is to run, or raises why it may not; `may_write` is asked before
    every write of the engine: False where another one has taken over.
    """

    def __init__(
        self,
        cluster: Cluster,
        namespace: str | None = None,
        *,
        labels: str = "",
        admit: Callable[[Workflow], Workflow] = _same,
        may_write: Callable[[], bool] = lambda: True,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.cluster, self.namespace = cluster, namespace
        self.changed: Callable[[], None] = _nothing
        self.finished: Callable[[Written], None] = _nothing
        selector = ",".join(part for part in (f"{COMPLETED}!=true", labels) if part)
        self._selection = Selection(GROUP_VERSION, KIND, namespace, selector)
        self._admit, self._may_write, self._now = admit, may_write, now
        self._mirror = Mirror(self._tell, cluster.on_error)
        self._places: dict[str, tuple[str, str]] = {}
        self._deleted: set[str] = set()
        self._written = 0
        self._held = False
        self._lock = threading.RLock()
        self._committing = asyncio.Lock()
        self._informer: Informer | None = None
        self.objects = KubernetesObjects(self._run, self._wrote)

    # --- workflows

    def create(self, workflow: Workflow) -> None:
        """Keep a new workflow. Raises AlreadyExists."""
        body = plain(workflow)
        body["metadata"] = {name: each for name, each in body["metadata"].items() if name not in NOT_ITS_TO_SAY}
        body = {"spec": {}, **body, "apiVersion": GROUP_VERSION, "kind": KIND}
        made = self._run(lambda api: self._create(api, body))
        metadata = workflow.metadata
        metadata.uid = uid_of(made)
        if metadata.creation_timestamp is not None:
            metadata.creation_timestamp = datetime.fromisoformat(made["metadata"]["creationTimestamp"])

    def get(self, namespace: str, name: str) -> Workflow:
        """The workflow of this name. Raises NotFound."""
        return _read(self._run(lambda api: self._get(api, namespace, name)))

    def load(self, uid: str) -> Workflow:
        """The workflow of this uid: from now on it is the engine's, if it is not finished. Raises NotFound."""
        while True:
            entry, item = self._run(partial(self._state, uid=uid))
            if entry is None or entry.view is not None:
                return _read(item)
            try:
                workflow = workflow_of(item)
                view = View.of(workflow.metadata, workflow.spec, workflow.status)
            except (InvalidRequest, StoreError) as error:
                raise self._refuse(entry, f"cannot unmarshall spec: {error}") from None
            try:
                workflow = self._admit(workflow)
            except StoreError as error:
                raise self._later(error) from None
            except ArgosyError as error:
                raise self._refuse(entry, f"invalid spec: {error}") from None
            if self._run(partial(self._engage, entry=entry, item=item, view=view)):
                return workflow

    def latest(self, namespace: str) -> str:
        """The name of the newest workflow. Raises NotFound."""
        found = self._run(lambda api: Reader(api).latest(namespace))
        self._note(found)
        return found["metadata"]["name"]

    def list(self, query: WorkflowQuery) -> Page:
        """A page of summaries."""
        page, items = self._run(lambda api: Reader(api).page(query))
        for item in items:
            self._note(item)
        return page

    def locks(self, namespace: str | None) -> list[HeldLock]:
        """The locks that are held: without fences, for the cluster counts nothing."""
        prefix = prefix_of(namespace)
        found = self._run(lambda api: Reader(api).unfinished(self.namespace))
        held = [HeldLock(each, uid_of(item), None) for item in found for each in holdings_of(item)]
        return in_order(each for each in held if each.holding.lock.name.startswith(prefix))

    def unfinished(self) -> list[str]:
        """The uids of what an engine has to take up."""
        self._watch()
        return self._run(self._unfinished)

    def commit(self, changes: Sequence[Change]) -> None:
        """Write what changed: each workflow by one patch at the most, all at the same time."""
        if not changes:
            return
        by_uid: dict[str, list[Change]] = {}
        for change in changes:
            by_uid.setdefault(change.uid, []).append(change)
        for written in self._run(partial(self._commit, by_uid=by_uid)):
            self.finished(written)

    def delete(self, uid: str) -> None:
        """Delete a workflow. Its finalizers are respected; what it owns goes with it."""
        self._run(partial(self._delete, uid=uid))

    # --- requests

    def post(self, workflow_uid: str, request: Request | DeleteRequested) -> int:
        """Ask for something, as Argo's command line would. Raises NotFound."""
        if isinstance(request, DeleteRequested):
            self.delete(workflow_uid)
        else:
            self._run(partial(self._edit, uid=workflow_uid, request=request))
        return 0

    def requests(self) -> list[PostedRequest]:
        """What was asked for by edits that the engine here has seen and not handled."""
        if self._informer is None:
            return []

        async def posted(_api: Api) -> list[PostedRequest]:
            return list(self._mirror.posted())

        return self._run(posted)

    def drop_requests(self, ids: Sequence[int]) -> None:
        """These need no change."""

        async def drop(_api: Api) -> None:
            for entry in self._mirror.entries.values():
                for id_ in ids:
                    entry.requests.pop(id_, None)

        if ids:
            self._run(drop)
            self._wrote(None)

    # --- the rest

    def version(self) -> int:
        """Another number after anybody has changed a workflow."""
        self._watch()
        return self._mirror.newest + self._mirror.deletions + self._written

    def connect(self) -> None:
        """Hold the cluster. Raises StoreError where its configuration can't be used; it is not talked to yet."""
        self._hold()

    def open(self) -> None:
        """Connect, and watch. Raises StoreError where the cluster can't be reached, or knows no workflows."""
        self._watch()

    def close(self) -> None:
        """Let go of the cluster."""
        if self._held:
            self._held = False
            informer, self._informer = self._informer, None
            if informer is not None:
                self.cluster.runtime.run(self._release(informer))
            self.cluster.release()

    # --- in the loop

    async def _create(self, api: Api, body: Object) -> Object:
        made = await api.create(body)
        self._note(made)
        self._deleted.discard(uid_of(made))
        self._mirror.take(made)
        return made

    async def _get(self, api: Api, namespace: str, name: str) -> Object:
        item = await api.get(ObjectKey(GROUP_VERSION, KIND, namespace, name))
        self._note(item)
        return item

    async def _state(self, api: Api, *, uid: str) -> tuple[Entry | None, Object]:
        """What is known of a workflow: its entry, where it is not finished, and the object."""
        entry = self._mirror.entries.get(uid)
        return (entry, entry.item) if entry is not None else (None, await self._find(api, uid))

    async def _engage(self, _api: Api, *, entry: Entry, item: Object, view: View) -> bool:
        """Make it the engine's, as it was read; False where it has changed since."""
        if self._mirror.entries.get(entry.uid) is not entry or entry.item is not item:
            return False
        self._mirror.engage(entry, view, nodes_of(item))
        return True

    def _refuse(self, entry: Entry, message: str) -> NotFound:
        """Put a workflow that can't run in Failed (processNextItem, operate); gives the error that says it is gone."""
        try:
            self._run(lambda api: self._writer(api).fail(entry, FAILED, message))
        except StoreError as error:
            return self._later(error)
        return NotFound(f'workflows.argoproj.io "{entry.key.name}" can not run: {message}')

    def _later(self, error: StoreError) -> NotFound:
        """Something could not be read or written now: have the engine look again after a while."""
        self.cluster.on_error(error)
        self.cluster.runtime.post(self._tell_later)
        return NotFound(f"not now: {error.message}")

    async def _unfinished(self, _api: Api) -> list[str]:
        return self._mirror.unfinished()

    async def _commit(self, api: Api, *, by_uid: dict[str, list[Change]]) -> list[Written]:
        async with self._committing:
            entries = {uid: await self._entry(api, uid) for uid in by_uid if uid not in self._mirror.lost}
            drafts = [(each, Draft(each.view or View.read(each.item), by_uid[uid])) for uid, each in entries.items()]
            fresh = [(entry, entry.version) for uid, entry in entries.items() if uid not in self._mirror.entries]
            written = await self._writer(api).write_all(drafts)
            for entry, version in fresh:
                if entry.version != version:  # what was finished may go on again
                    self._mirror.take(entry.item)
            return written

    async def _entry(self, api: Api, uid: str) -> Entry:
        """What is known of a workflow, or one that is read for the purpose. Raises NotFound."""
        return self._mirror.entries.get(uid) or Entry(await self._find(api, uid))

    async def _find(self, api: Api, uid: str) -> Object:
        """The object of this uid. Raises NotFound."""
        if uid not in self._deleted:
            if uid not in self._places:
                self._note(await Reader(api).by_uid(uid, self.namespace))
            item = await self._get(api, *self._places[uid])
            if uid_of(item) == uid:
                return item
        raise NotFound(f'workflows.argoproj.io "{uid}" not found')

    async def _delete(self, api: Api, *, uid: str) -> None:
        try:
            item = await self._find(api, uid)
            options = DeleteOptions(propagation_policy="Background", preconditions={"uid": uid})
            await api.delete(key_of(item), options)
        except (NotFound, Conflict):  # another one of its name
            pass
        self._deleted.add(uid)
        self._mirror.drop(uid)
        self._mirror.lost.discard(uid)

    async def _edit(self, api: Api, *, uid: str, request: Request) -> None:
        while True:
            item = await self._find(api, uid)
            patch = edit(item, request, self._now())
            if not patch:
                return
            metadata = {"resourceVersion": item["metadata"]["resourceVersion"]}
            try:
                self._mirror.take(await api.patch(key_of(item), {**patch, "metadata": metadata}))
            except Conflict:
                continue
            return

    def _writer(self, api: Api) -> Writer:
        return Writer(api, self._mirror, self._now, self._may_write)

    async def _release(self, informer: Informer) -> None:
        self.cluster.informers.release(informer, self._mirror)

    # --- between the threads

    def _run(self, work: Callable[[Api], Coroutine[Any, Any, T]]) -> T:
        """Do this in the loop. What the cluster refuses, or does not answer, is a StoreError here."""
        self._hold()
        try:
            return self.cluster.runtime.run(work(self.cluster.api))
        except ExecutorError as error:
            raise StoreError(error.message, hint=error.hint) from None

    def _hold(self) -> None:
        with self._lock:
            if self._held:
                return
            try:
                self.cluster.retain()
            except ExecutorError as error:
                raise StoreError(error.message, hint=error.hint) from None
            self._held, self._committing = True, asyncio.Lock()

    def _watch(self) -> None:
        """Begin to watch, and wait for the first list."""
        with self._lock:
            if self._informer is None:
                self._informer = self._run(self._take_informer)
            informer = self._informer
        if not informer.wait_synced(SYNC_SECONDS):
            raise StoreError(f"the cluster's workflows can't be listed: {informer.last_error or 'no answer'}")

    async def _take_informer(self, api: Api) -> Informer:
        try:
            await api.discovery.find(GROUP_VERSION, KIND)
        except NotFound as error:
            raise StoreError(error.message, hint=INSTALL) from None
        return self.cluster.informers.take(self._selection, self._mirror)

    def _tell(self) -> None:
        self.changed()

    def _tell_later(self) -> None:
        asyncio.get_running_loop().call_later(AGAIN_SECONDS, self._tell)

    def _note(self, item: Object) -> None:
        metadata = item["metadata"]
        self._places[metadata.get("uid", "")] = (metadata.get("namespace", ""), metadata.get("name", ""))

    def _wrote(self, item: Object | None) -> None:
        """Another version: of this object, or of something that has none."""
        if item is None:
            self._written += 1
        else:
            self._mirror.newest = max(self._mirror.newest, int(item["metadata"].get("resourceVersion") or 0))


def _read(item: Object) -> Workflow:
    """An object as a workflow. Raises StoreError where it can't be read as one."""
    try:
        return workflow_of(item)
    except InvalidRequest as error:
        raise StoreError(f"workflow {item['metadata'].get('name', '')!r} is not valid: {error}") from None


def open_store(kubeconfig: str) -> KubernetesStore:
    """The store of the cluster that a kubeconfig names; empty: the one that we run in, or kubectl's."""
    return KubernetesStore(Cluster(Connection(kubeconfig=kubeconfig)))
