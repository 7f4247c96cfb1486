"""The controller's service account and its rights: those that it uses, and none besides.

A workflow's pods run with an account of their own, which needs no rights at all: nothing in them talks to the cluster.
What resource templates are to make or change is known to the user only, who has to grant it to the controller.
"""

from __future__ import annotations

from typing import Any, Final

from argosy.cli.install.installation import NAME, Installation, metadata
from argosy.model.kinds import GROUP

Object = dict[str, Any]

RBAC: Final = "rbac.authorization.k8s.io"
WATCH: Final = ("get", "list", "watch")
LEASE: Final = "workflow-controller"


def _rule(group: str, resources: str, *verbs: str, **more: list[str]) -> Object:
    return {"apiGroups": [group], "resources": resources.split(), "verbs": list(verbs), **more}


ON_WORKFLOWS: Final = (
    _rule(GROUP, "workflows", *WATCH, "create", "patch", "delete"),  # those of CronWorkflows are made and removed
    _rule(GROUP, "cronworkflows", *WATCH, "update"),
    _rule(
        GROUP, "workflows/finalizers cronworkflows/finalizers", "update"
    ),  # to own pods where OwnerReferencesPermissionEnforcement is on
    _rule(GROUP, "workflowtemplates clusterworkflowtemplates", *WATCH),
)
ON_LEAVES: Final = {
    "kubernetes": (_rule("", "pods", *WATCH, "create", "patch", "delete", "deletecollection"),),
    "kubernetes-jobs": (
        _rule("", "pods", *WATCH, "patch", "delete"),
        _rule("batch", "jobs", *WATCH, "create", "patch", "delete", "deletecollection"),
    ),
}
ON_THEIR_PARTS: Final = (
    _rule("", "pods/log", "get"),
    _rule("", "configmaps", "get", "create", "update", "patch"),  # long scripts, parameters, limits, caches
    _rule("", "pods", "create", "patch", "delete"),  # those that resource templates speak of as their own
    _rule("", "pods/status", "patch"),
)
ON_LEASE: Final = (
    _rule("coordination.k8s.io", "leases", "create"),  # which can't be narrowed down to a name
    _rule("coordination.k8s.io", "leases", *WATCH, "update", resourceNames=[LEASE]),
)


def access(installation: Installation) -> list[Object]:
    """The account, its roles, and their bindings."""
    rules = [*ON_WORKFLOWS, *ON_LEAVES[installation.executor], *ON_THEIR_PARTS]
    account = {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": metadata(installation)}
    return [
        account,
        *_granted(installation, "Role", f"{NAME}-lease", list(ON_LEASE)),
        *_granted(installation, "Role" if installation.namespaced else "ClusterRole", NAME, rules),
    ]


def _granted(installation: Installation, kind: str, name: str, rules: list[Object]) -> list[Object]:
    """A role and its binding to the account."""
    about = metadata(installation, name, namespaced=kind == "Role")
    role: Object = {"apiVersion": f"{RBAC}/v1", "kind": kind, "metadata": about, "rules": rules}
    subject = {"kind": "ServiceAccount", "name": NAME, "namespace": installation.namespace}
    binding: Object = {
        "apiVersion": f"{RBAC}/v1",
        "kind": f"{kind}Binding",
        "metadata": about,
        "roleRef": {"apiGroup": RBAC, "kind": kind, "name": name},
        "subjects": [subject],
    }
    return [role, binding]
