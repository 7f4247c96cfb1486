"""The controller as a Deployment: two pods, of which one acts; without rights on their node, and nowhere to write."""

from __future__ import annotations

from typing import Any, Final

from argosy.cli.install.installation import APP, NAME, Installation, metadata

Object = dict[str, Any]

PORT: Final = 6060
USER: Final = 65532
HOME: Final = "/var/lib/argosy"


def deployment(installation: Installation) -> Object:
    """The Deployment."""
    spec: Object = {
        "serviceAccountName": NAME,
        "securityContext": {
            "runAsNonRoot": True,
            "runAsUser": USER,
            "runAsGroup": USER,
            "fsGroup": USER,
            "seccompProfile": {"type": "RuntimeDefault"},
        },
        "affinity": _apart(),
        "containers": [_container(installation)],
        "volumes": [{"name": "home", "emptyDir": {"sizeLimit": "64Mi"}}],
        "nodeSelector": {"kubernetes.io/os": "linux"},
    }
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": metadata(installation),
        "spec": {
            "replicas": 2,
            "selector": {"matchLabels": dict(APP)},
            "template": {"metadata": {"labels": dict(APP)}, "spec": spec},
        },
    }


def _container(installation: Installation) -> Object:
    words = ["--store=kubernetes", f"--executor={installation.executor}", f"--health-port={PORT}"]
    if installation.namespaced:
        words.append("--namespaced")
    return {
        "name": "controller",
        "image": installation.image,
        "args": ["controller", *words],
        "env": [
            {"name": "ARGOSY_HOME", "value": HOME},
            {"name": "ARGO_NAMESPACE", "valueFrom": {"fieldRef": {"fieldPath": "metadata.namespace"}}},
        ],
        "ports": [{"name": "health", "containerPort": PORT}],
        "livenessProbe": _probe("/healthz", periodSeconds=20, failureThreshold=3, timeoutSeconds=5),
        "readinessProbe": _probe("/readyz", periodSeconds=5, timeoutSeconds=5),
        "resources": {"requests": {"cpu": "100m", "memory": "128Mi"}, "limits": {"memory": "1Gi"}},
        "securityContext": {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        },
        "volumeMounts": [{"name": "home", "mountPath": HOME}],
    }


def _probe(path: str, **more: int) -> Object:
    return {"httpGet": {"path": path, "port": "health"}, **more}


def _apart() -> Object:
    """On two nodes, where there are two."""
    term = {"labelSelector": {"matchLabels": dict(APP)}, "topologyKey": "kubernetes.io/hostname"}
    preferred = [{"weight": 100, "podAffinityTerm": term}]
    return {"podAntiAffinity": {"preferredDuringSchedulingIgnoredDuringExecution": preferred}}
