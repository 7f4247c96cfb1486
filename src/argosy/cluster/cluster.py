"""One cluster, as others hold it: its event loop, its API, its shared informers. Made at first use, for many users."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from argosy.cluster.api import RETRIES, Api
from argosy.cluster.connect import Connection, connect
from argosy.cluster.informer import PAUSES, Informer, Informers
from argosy.cluster.requests import Selection
from argosy.cluster.retry import Backoff, Jitter
from argosy.cluster.runtime import Runtime


def _ignore(_error: BaseException) -> None:
    """The default for those who don't want to hear of errors that pass."""


class Cluster:
    """A cluster that is connected to while somebody holds it. From any thread:

        cluster.retain()          connect, or hold on to what is connected; raises ExecutorError
        cluster.runtime.run(cluster.api.get(...))
        cluster.release()         the last one closes connections, informers and thread

    or `with cluster.held() as api: ...`. `api` and `informers` belong to the loop of `runtime`; `on_error` hears of
    failures that are got over.
    """

    def __init__(
        self,
        connection: Connection | None = None,
        *,
        on_error: Callable[[BaseException], None] = _ignore,
        jitter: Jitter = random.random,
        retries: Backoff = RETRIES,
        pauses: Backoff = PAUSES,
    ) -> None:
        self.connection, self.on_error = connection or Connection(), on_error
        self._jitter, self._retries, self._pauses = jitter, retries, pauses
        self.runtime = Runtime(on_error)
        self._lock = threading.Lock()
        self._holders = 0
        self._api: Api | None = None
        self._informers: Informers | None = None

    @property
    def api(self) -> Api:
        """The API, while somebody holds the cluster."""
        assert self._api is not None, "nobody holds the cluster"
        return self._api

    @property
    def informers(self) -> Informers:
        """The informers, while somebody holds the cluster."""
        assert self._informers is not None, "nobody holds the cluster"
        return self._informers

    @property
    def namespace(self) -> str:
        """The namespace that the kubeconfig names."""
        return self.api.namespace

    def retain(self) -> None:
        """Hold the cluster. Raises ExecutorError where the configuration can't be used; doesn't talk to it yet."""
        with self._lock:
            if self._holders == 0:
                self._connect()
            self._holders += 1

    def release(self) -> None:
        """Hold it no longer."""
        with self._lock:
            self._holders -= 1
            if self._holders == 0:
                self.runtime.run(self._disconnect())
                self.runtime.stop()
                self._api = self._informers = None

    @contextmanager
    def held(self) -> Iterator[Api]:
        """Hold the cluster for a while."""
        self.retain()
        try:
            yield self.api
        finally:
            self.release()

    def _connect(self) -> None:
        client, namespace = connect(self.connection)
        self.runtime.start()
        self._api = Api(client, namespace, backoff=self._retries, jitter=self._jitter)
        self._informers = Informers(self._make_informer)

    def _make_informer(self, selection: Selection) -> Informer:
        return Informer(self.api, selection, on_error=self.on_error, pauses=self._pauses, jitter=self._jitter)

    async def _disconnect(self) -> None:
        await self.informers.stop()
        await self.api.close()
