"""The workflows of a cluster that are not finished: what the watch tells and what this process writes, in one place.

Each state of an object has a resourceVersion, and a newer state is a larger number. So it does not matter in which
order the answers to our writes and the events of the watch come: what is not newer than what is known is no news. And
since we write on condition that the object is as we know it, whatever is newer has been edited by somebody else.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from typing import Final

from argosy.errors import StoreError
from argosy.ports.events import Request
from argosy.ports.store import PostedRequest
from argosy.stores.kubernetes.drafts import View
from argosy.stores.kubernetes.edits import Asked, is_held_back, requests, shutdown_request
from argosy.stores.kubernetes.patches import Object
from argosy.stores.kubernetes.shape import is_unfinished, key_of, nodes_of, part, uid_of, version_of

MOST_GONE: Final = 10_000


class Entry:
    """One workflow. `item` is its last known state; `nodes` are its nodes, unpacked.

    `view` is what the engine believes of it, None as long as none has taken it up; from then on edits are `requests`.
    While it is being written (`busy`), what the watch tells waits in `late`. `held`: see `edits.is_held_back`.
    """

    __slots__ = ("busy", "held", "item", "key", "late", "nodes", "requests", "uid", "version", "view")

    def __init__(self, item: Object) -> None:
        self.uid, self.key = uid_of(item), key_of(item)
        self.item, self.version = item, version_of(item)
        self.nodes: Object = {}
        self.view: View | None = None
        self.requests: dict[int, Request] = {}
        self.busy = self.held = False
        self.late: Object | None = None


class Mirror:
    """All entries by uid. Belongs to one event loop; `changed` is called there when somebody else has changed one.

    `newest` is the largest resourceVersion seen, `deletions` counts what has gone; both only grow. `gone` are those
    that are over for us, with the version they were over at: news that are older are no news. `lost` are those
    that the engine was at work on, and that somebody else has ended without its knowing it yet.
    """

    def __init__(self, changed: Callable[[], None], on_error: Callable[[BaseException], None]) -> None:
        self.changed, self.on_error = changed, on_error
        self.entries: dict[str, Entry] = {}
        self.gone: dict[str, int] = {}
        self.lost: set[str] = set()
        self.newest = self.deletions = 0
        self._numbers = itertools.count(1)

    # --- argosy.cluster.informer.Handler

    def added(self, new: Object, /) -> None:
        """The watch tells of a workflow."""
        self.take(new)

    def updated(self, _old: Object, new: Object, /) -> None:
        """The watch tells of another state."""
        self.take(new)

    def deleted(self, old: Object, /) -> None:
        """The watch tells that a workflow has gone, or has been labelled as completed."""
        self._note(old)
        uid = uid_of(old)
        if uid in self.entries:
            self.drop(uid)
            self.changed()

    # ---

    def take(self, item: Object) -> None:
        """Somebody, maybe this process, has read this state."""
        self._note(item)
        entry = self.entries.get(uid_of(item))
        if entry is not None and entry.busy:
            entry.late = item
        elif entry is not None:
            self.adopt(entry, item)
        elif version_of(item) > self.gone.get(uid_of(item), -1) and is_unfinished(item):
            self.gone.pop(uid_of(item), None)
            self.entries[uid_of(item)] = Entry(item)
            self.changed()

    def adopt(self, entry: Entry, item: Object) -> None:
        """Take a newer state in, and see what it asks for."""
        version = version_of(item)
        if version <= entry.version:
            return
        old, entry.item, entry.version = entry.item, item, version
        if entry.view is not None:
            self._see_edits(entry, old)
        if not is_unfinished(item):
            self.drop(entry.uid)
        self.changed()

    def written(self, entry: Entry, item: Object, version: int) -> None:
        """This process has written this state, of which it knows the version by the answer."""
        metadata = {**item["metadata"], "resourceVersion": str(version)}
        entry.item, entry.version = {**item, "metadata": metadata}, version
        self.newest = max(self.newest, version)

    def finished(self, entry: Entry) -> None:
        """This process has written the last state of it."""
        if self.entries.pop(entry.uid, None) is not None:
            self._bury(entry.uid)

    def free(self, entry: Entry) -> None:
        """Writing is over: take in what has come meanwhile."""
        entry.busy, late = False, entry.late
        entry.late = None
        if late is not None and entry.uid in self.entries:
            self.adopt(entry, late)

    def drop(self, uid: str) -> None:
        """A workflow is gone, or no longer ours to go on with."""
        self.deletions += 1
        entry = self.entries.pop(uid, None)
        if entry is not None:
            self._bury(uid)
            if entry.view is not None:
                self.lost.add(uid)

    def engage(self, entry: Entry, view: View, nodes: Object) -> None:
        """The engine takes the workflow up as it is now. What asks for an end is asked again, since it may be new."""
        entry.view, entry.nodes = view, nodes
        shutdown = part(entry.item, "spec").get("shutdown")
        if shutdown:
            self._ask(entry, shutdown_request(str(shutdown)))

    def posted(self) -> Iterator[PostedRequest]:
        """What was asked for and not handled yet, in order."""
        each = ((id_, uid, asked) for uid, entry in self.entries.items() for id_, asked in entry.requests.items())
        return iter(sorted(itertools.starmap(PostedRequest, each), key=lambda posted: posted.id))

    def unfinished(self) -> list[str]:
        """The uids of those to be taken up or gone on with, oldest first."""
        self.lost.clear()
        entries = sorted(self.entries.values(), key=lambda entry: (_created(entry.item), entry.key))
        return [entry.uid for entry in entries]

    # --- beneath

    def _bury(self, uid: str) -> None:
        """Older news of it do not bring it back; the newest of the gone are remembered."""
        self.gone[uid] = self.newest
        if len(self.gone) > MOST_GONE:
            del self.gone[next(iter(self.gone))]

    def _note(self, item: Object) -> None:
        self.newest = max(self.newest, version_of(item))

    def _see_edits(self, entry: Entry, old: Object) -> None:
        before = Asked.by(old, entry.nodes)
        try:
            entry.nodes = nodes_of(entry.item)
        except StoreError as error:
            self.on_error(error)
        now = Asked.by(entry.item, entry.nodes)
        if entry.held:
            before = before._replace(suspend=True)
        entry.held = is_held_back(before, now)
        for request in requests(before, now):
            self._ask(entry, request)

    def _ask(self, entry: Entry, request: Request) -> None:
        entry.requests[next(self._numbers)] = request


def _created(item: Object) -> str:
    return item["metadata"].get("creationTimestamp") or ""
