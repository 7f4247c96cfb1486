"""The CronWorkflows of a store: their runs are created when their time has come, and their status is kept.

What is to be done the machine says (argosy.engine.cron); here it is done, in the order in which an engine may die
between any two acts: runs are created first, then the status is kept, and then surplus runs are removed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from argosy.errors import AlreadyExists, ArgosyError, Conflict, NotFound, StoreBusy, StoreError
from argosy.model.kinds import GROUP_VERSION
from argosy.model.requests import WorkflowTerminateRequest
from argosy.ports.operation import Services
from argosy.ports.store import WorkflowQuery

if TYPE_CHECKING:
    from argosy.engine.cron import Child, Create, Cron

Object = dict[str, Any]
Children = dict[tuple[str, str], list["Child"]]
"""The runs of each CronWorkflow, by its namespace and name."""

LOOK: Final = timedelta(seconds=1)
"""How soon it is seen that something has changed."""
PAUSE: Final = timedelta(seconds=10)
"""How long to wait after something went wrong."""
HANDOVER: Final = timedelta(seconds=10)
"""What came due so long before the engine began is its own to do: another one was just leaving."""


class Crons:
    """Fires those of a namespace, or (None) of all, that have none of the labels `foreign`.

    `poll`: how often to look though the store's version says that nothing has changed.

    `on_bug(name, error)` hears of an exception that nobody expected; the others go on.
    """

    def __init__(
        self,
        services: Services,
        on_bug: Callable[[str, Exception], None],
        *,
        namespace: str | None = None,
        foreign: frozenset[str] = frozenset(),
        poll: timedelta | None = None,
    ) -> None:
        self._services, self._on_bug, self._poll = services, on_bug, poll
        self._namespace, self._foreign = namespace, foreign
        self._crons: dict[str, Cron] = {}
        self._kept: dict[str, Object] = {}
        self._again: dict[str, datetime] = {}
        self._version = -1
        self._seen_at = services.clock.now() - HANDOVER
        self._next_look = self._seen_at
        self.wake_at: datetime | None = None

    @property
    def active(self) -> bool:
        """Whether anything will fire."""
        return any(cron.can_fire for cron in self._crons.values())

    def turn(self, now: datetime) -> bool:
        """Do what is due; whether there is something new in the store for the engine."""
        is_due = self.wake_at is not None and self.wake_at <= now
        if not is_due and not self._has_changed(now):
            return False
        try:
            self._look(now)
            children = self._children()
        except StoreBusy:
            raise
        except ArgosyError as error:  # it may pass
            self.wake_at, self._version, self._next_look = None, -1, now + PAUSE
            self._on_bug("cron-workflows", error)
            return False
        acted = [self._serve(uid, cron, children, now) for uid, cron in list(self._crons.items())]
        self._next_look = max(self._next_look, now + LOOK)
        wakes = [cron.wake_at for cron in self._crons.values() if cron.can_fire]
        self.wake_at = min((at for at in wakes if at is not None), default=None)
        return any(acted)

    def _has_changed(self, now: datetime) -> bool:
        if now < self._next_look:
            return False
        version = self._services.store.version()
        if version == self._version and self._poll is None:
            self._seen_at = now
            return False
        self._version = version
        self._next_look = now + (self._poll or LOOK)
        return True

    def _look(self, now: datetime) -> None:
        """Take up what is new or has been changed by somebody, and drop what is gone."""
        found = self._services.store.objects.list(GROUP_VERSION, "CronWorkflow", self._namespace)
        mine = [data for data in found if self._foreign.isdisjoint(data["metadata"].get("labels") or ())]
        by_uid = {data["metadata"]["uid"]: data for data in mine}
        for uid in self._crons.keys() - by_uid.keys():
            del self._crons[uid], self._kept[uid]
        for uid, data in by_uid.items():
            known = self._kept.get(uid)
            if known is None or _version_of(known) != _version_of(data):
                with self._guarded(data, self._seen_at):
                    self._crons[uid], self._kept[uid] = self._made(data), data
        self._seen_at = now

    def _made(self, data: Object) -> Cron:
        from argosy.engine.cron import Cron
        from argosy.model.codec import decode_lenient
        from argosy.model.cron import CronWorkflow

        cron = decode_lenient(data, CronWorkflow)
        seen_at = self._again.pop(cron.metadata.uid, self._seen_at)
        since = max(seen_at, cron.metadata.creation_timestamp or seen_at)
        return Cron(cron, since=since, validate=self._fault)

    def _fault(self, cron: Any) -> str:
        """What is wrong with a CronWorkflow, in Argo's words."""
        from argosy.operations.checks import check

        problems = check(self._services, cron)
        return next((problem.message for problem in problems if problem.level == "error"), "")

    def _serve(self, uid: str, cron: Cron, children: Children, now: datetime) -> bool:
        """Do all that one CronWorkflow wants; whether that was anything that the engine has to look at."""
        acted, meta = False, cron.workflow.metadata
        with self._guarded(self._kept[uid], cron.since):
            surplus = cron.look(children.get((meta.namespace, meta.name), []), now)
            while order := cron.fire(now):
                acted = self._carry_out(cron, order) or acted
            self._keep(uid, cron)
            for child in surplus:
                self._remove(cron, child)
        return acted

    def _children(self) -> Children:
        """The runs of all of them."""
        if not self._crons:
            return {}
        from argosy.engine.cron import Child
        from argosy.plan.cron import CRON_LABEL

        found: Children = {}
        for each in self._services.store.list(
            WorkflowQuery(namespace=self._namespace, label_selector=CRON_LABEL)
        ).items:
            child = Child(each.uid, each.name, each.phase, each.finished_at)
            found.setdefault((each.namespace, each.labels[CRON_LABEL]), []).append(child)
        return found

    def _carry_out(self, cron: Cron, order: Any) -> bool:
        from argosy.engine.cron import Create

        if not isinstance(order, Create):
            return False
        for reference in order.terminate:
            self._terminate(reference.namespace, reference.name)
        self._create(cron, order)
        return True

    def _create(self, cron: Cron, order: Create) -> None:
        from argosy.operations import submit

        try:
            made = submit.run(self._services, submit.SubmitRequest(workflow=order.workflow)).workflow
        except AlreadyExists:
            cron.taken(order)
        except StoreError:
            raise
        except ArgosyError as error:
            cron.refused(order, str(error))
        else:
            cron.created(order, made.metadata.uid)

    def _terminate(self, namespace: str, name: str) -> None:
        from argosy.operations import terminate

        with suppress(NotFound, Conflict):  # it has ended meanwhile
            terminate.run(self._services, WorkflowTerminateRequest(namespace=namespace, name=name))

    def _remove(self, cron: Cron, child: Child) -> None:
        from argosy.operations import delete

        with suppress(NotFound):
            delete.run(
                self._services, delete.DeleteRequest(namespace=cron.workflow.metadata.namespace, name=child.name)
            )

    def _keep(self, uid: str, cron: Cron) -> None:
        """Keep its status, labels and annotations, if they have changed. Raises Conflict where somebody was faster."""
        from argosy.model.codec import to_builtins

        kept, data = self._kept[uid], to_builtins(cron.workflow)
        own = {name: data["metadata"].get(name) for name in ("labels", "annotations") if data["metadata"].get(name)}
        changed = {**kept, "metadata": {**kept["metadata"], **own}, "status": data.get("status") or {}}
        if changed != {"status": {}, **kept}:
            self._kept[uid] = self._services.store.objects.replace(changed)

    @contextmanager
    def _guarded(self, data: Object, since: datetime) -> Iterator[None]:
        """What goes wrong with one of them does not stop the others: it begins anew, where it was, as it is kept."""
        try:
            yield
        except StoreBusy:
            raise
        except Exception as error:
            uid = data["metadata"]["uid"]
            self._again[uid] = since
            self._crons.pop(uid, None)
            self._kept.pop(uid, None)
            self._version = -1
            if not isinstance(error, Conflict | NotFound):  # then somebody has changed it meanwhile
                self._next_look = self._seen_at + PAUSE
                self._on_bug(f"cron-{data['metadata']['name']}", error)


def _version_of(data: Object) -> str:
    return data["metadata"].get("resourceVersion", "")
