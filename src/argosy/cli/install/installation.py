"""What to install, and what all objects of an installation have in common."""

from __future__ import annotations

from typing import Any

from msgspec import Struct

Object = dict[str, Any]

NAME = "argosy-controller"
APP = {"app.kubernetes.io/name": NAME, "app.kubernetes.io/part-of": "argosy"}


class Installation(Struct, frozen=True, kw_only=True):
    """What to install, and where. `full`: the API server checks manifests. `namespaced`: for one namespace only."""

    namespace: str
    image: str
    full: bool = False
    namespaced: bool = False
    executor: str = "kubernetes"


def metadata(installation: Installation, name: str = NAME, *, namespaced: bool = True) -> Object:
    """The metadata of an object of the installation."""
    place = {"namespace": installation.namespace} if namespaced else {}
    return {"name": name, **place, "labels": dict(APP)}
