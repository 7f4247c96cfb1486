"""The ways in which leaves run. Each is a module or package that implements `argosy.ports.executor.Executor`."""

from __future__ import annotations

from argosy.ports.executor import Executor
from argosy.registry import Table

EXECUTORS: Table[type[Executor]] = Table(
    "executor",
    {
        "fake": "argosy.executors.fake:FakeExecutor",
        "kubernetes": "argosy.executors.kubernetes.pods:KubernetesExecutor",
        "kubernetes-jobs": "argosy.executors.kubernetes.jobs:JobExecutor",
        "process": "argosy.executors.process.executor:ProcessExecutor",
    },
)
"""Name → the class."""
