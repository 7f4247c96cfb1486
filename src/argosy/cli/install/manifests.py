"""An installation → the objects of the cluster that it consists of."""

from __future__ import annotations

from argosy.cli.install.access import access
from argosy.cli.install.crds import crds
from argosy.cli.install.deployment import deployment
from argosy.cli.install.installation import Installation, Object


def manifests(installation: Installation) -> list[Object]:
    """Everything, in the order in which it can be created."""
    namespace: Object = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": installation.namespace}}
    return [*crds(full=installation.full), namespace, *access(installation), deployment(installation)]
