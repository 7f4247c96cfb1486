"""config.yaml and the environment, as a user writes them, and what they become."""

from __future__ import annotations

from pathlib import Path

import pytest

from argosy.config import Image, Process, Settings, load_settings
from argosy.errors import InvalidRequest, ManifestError, StoreError
from argosy.ports.limits import RateLimit
from argosy.ports.restrictions import Restrictions


def settings(home: Path, text: str = "", **environ: str) -> Settings:
    if text:
        (home / "config.yaml").write_text(text)
    return load_settings({"ARGOSY_HOME": str(home), **environ})


def test_nothing_has_to_be_set(tmp_path: Path) -> None:
    assert settings(tmp_path) == Settings(home=tmp_path, namespace="default")


def test_the_home_is_made_for_its_owner_alone(tmp_path: Path) -> None:
    home = tmp_path / "a" / "b"
    assert settings(home).home == home
    assert home.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize(
    ("environ", "home"),
    [
        ({"XDG_DATA_HOME": "{}/data"}, "data/argosy"),
        ({"XDG_DATA_HOME": ""}, "home/.local/share/argosy"),
        ({"XDG_DATA_HOME": "relative"}, "home/.local/share/argosy"),
        ({"ARGOSY_HOME": "~/mine"}, "home/mine"),
        ({"ARGOSY_HOME": "{}/mine", "XDG_DATA_HOME": "{}/data"}, "mine"),
    ],
)
def test_where_the_home_is(environ: dict[str, str], home: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    found = load_settings({name: value.format(tmp_path) for name, value in environ.items()})
    assert found.home == tmp_path / home


def test_the_command_line_counts_most(tmp_path: Path) -> None:
    environ = {"ARGOSY_HOME": str(tmp_path / "a"), "ARGO_NAMESPACE": "from-environment"}
    assert load_settings(environ).namespace == "from-environment"
    found = load_settings(environ, home=str(tmp_path / "b"), namespace="mine")
    assert (found.home, found.namespace) == (tmp_path / "b", "mine")


def test_every_setting(tmp_path: Path) -> None:
    text = """
images:
  tool:1:
    entrypoint: [tool]
    cmd: [--help]
workflowDefaults:
  spec:
    activeDeadlineSeconds: 3600
parallelism: 4
process:
  slots: 2
  passEnv: [TOKEN]
resourceRateLimit: {limit: 2.5, burst: 10}
"""
    assert settings(tmp_path, text) == Settings(
        home=tmp_path,
        images={"tool:1": Image(entrypoint=["tool"], cmd=["--help"])},
        workflow_defaults={"spec": {"activeDeadlineSeconds": 3600}},
        parallelism=4,
        process=Process(slots=2, pass_env=["TOKEN"]),
        resource_rate_limit=RateLimit(limit=2.5, burst=10),
    )


def test_a_config_map_of_argo_will_do(tmp_path: Path) -> None:
    text = """
apiVersion: v1
kind: ConfigMap
metadata: {name: workflow-controller-configmap}
data:
  parallelism: "10"
  resourceRateLimit: |
    limit: 10
    burst: 25
  images: |
    tool:1:
      cmd: [tool]
"""
    found = settings(tmp_path, text)
    assert (found.parallelism, found.images) == (10, {"tool:1": Image(cmd=["tool"])})
    assert found.limits.rate == RateLimit(limit=10, burst=25)


def test_restrictions(tmp_path: Path) -> None:
    text = "workflowRestrictions: {templateReferencing: Secure}"
    wanted = settings(tmp_path, text, WORKFLOW_USER_OVERRIDE_ALLOWLIST="volumes, podSpecPatch").restrictions
    assert wanted == Restrictions(template_referencing="Secure", allowed=frozenset({"volumes", "podSpecPatch"}))
    with pytest.raises(InvalidRequest, match='WORKFLOW_USER_OVERRIDE_ALLOWLIST: "volume" is not a WorkflowSpec field'):
        settings(tmp_path, text, WORKFLOW_USER_OVERRIDE_ALLOWLIST="volume")


def test_parallelism_of_zero_is_any_number(tmp_path: Path) -> None:
    assert settings(tmp_path, "parallelism: 0").parallelism is None
    limits = settings(tmp_path, "namespaceParallelism: 2\nparallelism: 0").limits
    assert (limits.parallelism, limits.namespace_parallelism) == (None, 2)
    with pytest.raises(ManifestError, match="expected a number of workflows"):
        settings(tmp_path, "namespaceParallelism: -1")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("images: {}\nparalelism: 1", '2:1: paralelism: unknown setting "paralelism"; did you mean "parallelism"?'),
        ("colour: red", '1:1: colour: unknown setting "colour"'),
        ("sso: {}", "1:1: sso: not supported yet: sso"),
        ("images:\n  a:\n    cmd: x", "3:5: images.a.cmd: expected a list, found a string"),
        ("images:\n  a:\n    cmdd: [x]", '2:3: images.a: unknown field "cmdd"'),
        ("process: [1]", "1:1: process: expected a mapping, found a list"),
        ("process:\n  slots: 0", "2:3: process.slots: expected at least 1"),
        ("parallelism: many", "1:1: parallelism: expected a whole number, found a string"),
        (
            "resourceRateLimit:\n  limit: 10",
            '1:1: resourceRateLimit: it has no "burst"',
        ),
        (
            "resourceRateLimit: {limit: 0, burst: 5}",
            "1:1: resourceRateLimit: expected a limit above 0 and a burst of at least 1: nothing would ever begin",
        ),
        (
            "resourceRateLimit: {limit: x, burst: 5}",
            "1:21: resourceRateLimit.limit: expected a number, found a string",
        ),
        ("parallelism: -1", "1:1: parallelism: expected a number of workflows, 0 for any number"),
        (
            "workflowDefaults:\n  spec:\n    entrypont: a",
            '3:5: workflowDefaults.spec.entrypont: unknown field "entrypont"; did you mean "entrypoint"?',
        ),
        ("a: b: c", "1:5: not valid YAML: mapping values are not allowed in this context"),
        ("- a", "1:1: expected a mapping of settings"),
        (
            "workflowRestrictions: {templateReferencing: strict}",
            "1:24: workflowRestrictions.templateReferencing: expected one of Strict, Secure",
        ),
    ],
)
def test_what_is_wrong_is_said_with_its_place(text: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(ManifestError) as caught:
        settings(tmp_path, text)
    assert str(caught.value) == f"{tmp_path / 'config.yaml'}:{message}"


def test_bytes_that_are_no_text(tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_bytes(b"a: \xff")
    with pytest.raises(ManifestError, match="is not text in UTF-8"):
        settings(tmp_path)


def test_a_home_that_cannot_be(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for home in (tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises(StoreError) as caught:
            load_settings({"ARGOSY_HOME": str(home)})
        assert "set ARGOSY_HOME" in caught.value.hint


def test_how_jobs_are_placed(tmp_path: Path) -> None:
    text = "jobs: {schedulerName: volcano, priorityClassName: low, labels: {team: blue}, queue: mine}"
    found = settings(tmp_path, text).jobs
    assert (found.scheduler_name, found.priority_class_name, found.labels, found.queue) == (
        "volcano",
        "low",
        {"team": "blue"},
        "mine",
    )
