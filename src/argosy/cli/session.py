"""One run of the command line: its settings and its client, each made when first asked for."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from argosy.cli.console import note

if TYPE_CHECKING:
    from argosy.config import Settings
    from argosy.ports.operation import Client, Operation

Response = TypeVar("Response")


class Session:
    """`client` is for tests; `given_…` is what the options for all verbs say."""

    def __init__(self, client: Client | None = None) -> None:
        self._client = client
        self.given_namespace = self.given_home = ""
        self.given_kubeconfig = self.given_context = ""
        self.given_loglevel = ""
        self.given_quiet = self.given_verbose = False
        self._said: set[str] = set()

    @property
    def quiet(self) -> bool:
        """Whether warnings are not wanted."""
        return self.given_quiet or self.given_loglevel == "error"

    @property
    def verbose(self) -> bool:
        """Whether more is wanted than what helps a user."""
        return self.given_verbose or self.given_loglevel == "debug"

    @cached_property
    def settings(self) -> Settings:
        """The settings. Raises ManifestError, StoreError."""
        import os

        from argosy.config import load_settings

        return load_settings(os.environ, home=self.given_home, namespace=self.given_namespace)

    @property
    def on_cluster(self) -> bool:
        """Whether the workflows are those of a cluster."""
        return bool(self.given_kubeconfig or self.given_context)

    @property
    def namespace(self) -> str:
        """The namespace of names that come without one."""
        if self.on_cluster and not self.chosen_namespace:
            return getattr(self.client, "namespace", "") or self.settings.namespace
        return self.settings.namespace

    @property
    def chosen_namespace(self) -> str:
        """The namespace that the command line or the environment names."""
        import os

        return self.given_namespace or os.environ.get("ARGO_NAMESPACE", "")

    @property
    def home(self) -> Path | None:
        """The home, for a report; None where even that is not known."""
        try:
            return self.settings.home
        except Exception:  # whatever it is, it is not what is being reported
            return None

    @cached_property
    def client(self) -> Client:
        """The client."""
        if self._client is not None:
            return self._client
        if self.on_cluster:
            from argosy.bootstrap_cluster import ClusterOptions
            from argosy.bootstrap_cluster import open_client as open_cluster

            options = ClusterOptions(kubeconfig=self.given_kubeconfig, context=self.given_context)
            return open_cluster(self.settings, options)
        from argosy.bootstrap import open_client

        return open_client(self.settings)

    def close(self) -> None:
        """Let go of the client, which sees to it that there is an engine where one is needed."""
        client = self.__dict__.get("client")
        if client is not None and hasattr(client, "close"):
            client.close()

    def call(self, operation: Operation[Any, Response], request: Any) -> Response:
        """Do an operation. Raises what it raises."""
        if self.on_cluster or self.chosen_namespace:
            return self.client.call(operation, request)
        from argosy.cli import elsewhere

        return elsewhere.call(self.client, operation, request, self._say_where)

    def _say_where(self, text: str) -> None:
        if text not in self._said and not self.quiet:
            self._said.add(text)
            note(f"argosy: {text}")
