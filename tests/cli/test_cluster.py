"""The options that are about clusters: what goes together, and what is said where there is none."""

from __future__ import annotations

from pathlib import Path

import pytest

from argosy.cli.main import run


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["controller", "--executor", "kubernetes"], "are for --store kubernetes"),
        (["controller", "--namespaced"], "are for --store kubernetes"),
        (["controller", "--identity", "me"], "are for --store kubernetes"),
        (["controller", "--store", "kubernetes", "--leave-when-idle"], "cannot be used together"),
        (["controller", "--store", "postgres"], "postgres"),
    ],
)
def test_what_does_not_go_together_is_refused(
    words: list[str], message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run([*words, "--home", str(tmp_path)]) == 2
    assert message in capsys.readouterr().err


@pytest.mark.parametrize("words", [["list"], ["get", "wf"], ["controller", "--store", "kubernetes"]])
def test_a_kubeconfig_that_is_none_is_said(
    words: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run([*words, "--home", str(tmp_path), "--kubeconfig", str(tmp_path / "none")]) == 1
    assert "no cluster can be reached" in capsys.readouterr().err


def test_the_namespace_is_the_kubeconfigs_unless_another_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.executors.kubernetes.server import ApiServer

    monkeypatch.delenv("ARGO_NAMESPACE", raising=False)
    with ApiServer() as server:
        config = Path(server.kubeconfig(tmp_path))
        config.write_text(config.read_text().replace("namespace: default", "namespace: flows"))
        for namespace, name in (("flows", "theirs"), ("other", "mine")):
            data = {"apiVersion": "argoproj.io/v1alpha1", "kind": "Workflow", "metadata": {"name": name}, "spec": {}}
            server.create(data, namespace)
        place = ["--home", str(tmp_path), "--kubeconfig", str(config)]
        assert run(["list", "-o", "name", *place]) == 0
        assert capsys.readouterr().out == "theirs\n"
        assert run(["list", "-o", "name", "-n", "other", *place]) == 0
        assert capsys.readouterr().out == "mine\n"
        assert run(["list", "-o", "name", "-A", *place]) == 0
        assert sorted(capsys.readouterr().out.split()) == ["mine", "theirs"]
