"""The examples do on a real cluster what they do as processes: as Pods, as Jobs, and by the cluster's controller."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.examples import test_examples as examples
from tests.kubernetes.test_controller import Argosy
from tests.stores.kubernetes.stage import KUBECONFIG, Stage, staged

pytestmark = pytest.mark.skipif(not KUBECONFIG, reason="needs a cluster that runs images")

NEEDS_FILES = "output-parameter"
CONTROLLER = "controller"


class ClusterHome(examples.Home):
    """The command line for what runs in a namespace. `way` is an executor, or the cluster's controller."""

    seconds = 180

    def __init__(self, folder: Path, namespace: str, way: str) -> None:
        super().__init__(folder)
        self.environment["KUBECONFIG"] = KUBECONFIG
        self.place = ["-n", namespace, *(["--kubeconfig", KUBECONFIG] if way == CONTROLLER else [])]
        self.executor = [] if way == CONTROLLER else ["--executor", way]

    def argosy(self, *arguments: str) -> str:
        return super().argosy(*arguments, *self.place, *(self.executor if arguments[0] == "submit" else []))


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    with staged(tmp_path) as made:
        yield made


@pytest.mark.parametrize("way", ["kubernetes", "kubernetes-jobs", CONTROLLER])
@pytest.mark.parametrize("example", [name for name in examples.NAMES if name != NEEDS_FILES])
def test_example(stage: Stage, tmp_path: Path, example: str, way: str) -> None:
    check = examples.check_of(example)
    assert check is not None
    home = ClusterHome(tmp_path / "home", stage.namespace, way)
    if way != CONTROLLER:
        check(home)
        return
    engine = Argosy(stage, tmp_path)
    engine.controller()
    try:
        check(home)
    finally:
        engine.close()
