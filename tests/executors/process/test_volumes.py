"""Volumes of processes: folders of the home, seen where the manifest says."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from argosy.artifacts.keeper import Keeper
from argosy.executors.process.executor import ProcessExecutor
from argosy.model.arguments import Artifact, Inputs, Outputs, Parameter, ValueFrom
from argosy.model.kubernetes import VolumeMount
from argosy.model.locations import RawArtifact
from argosy.model.spec import WorkflowSpec
from argosy.model.template import Template
from argosy.ports.pods import PodReport
from tests.executors.process.support import request, run, shell

OBJECTS = {("ConfigMap", "settings"): {"one": "1", "two": "2"}, ("Secret", "login"): {"word": "w"}}
SPEC = WorkflowSpec(
    volumes=[
        {"name": "empty", "emptyDir": {}},
        {"name": "claim", "persistentVolumeClaim": {"claimName": "mine"}},
        {"name": "settings", "configMap": {"name": "settings"}},
        {"name": "some", "configMap": {"name": "settings", "items": [{"key": "two", "path": "deep/2"}]}},
        {"name": "login", "secret": {"secretName": "login"}},
        {"name": "gone", "configMap": {"name": "gone"}},
        {"name": "maybe", "configMap": {"name": "gone", "optional": True}},
    ],
    volume_claim_templates=[{"metadata": {"name": "work"}}],
)
Make = Callable[..., ProcessExecutor]


@pytest.fixture
def executor(make: Make, tmp_path: Path) -> ProcessExecutor:
    made = make(lookup=lambda kind, _namespace, name: OBJECTS.get((kind, name)))
    made.keep_artifacts(Keeper(tmp_path / "kept", lambda _namespace, _name: None))
    return made


def leaf(text: str, *mounts: tuple[str, str], **more: Any) -> Template:
    """A leaf with these volumes at these paths; a volume may be written `name:subPath`."""
    found: list[VolumeMount] = []
    for volume, path in mounts:
        name, _, sub_path = volume.partition(":")
        found.append(VolumeMount(name=name, sub_path=sub_path, mount_path=path))
    return shell(text, volume_mounts=found, **more)


def end_of(executor: ProcessExecutor, template: Template, node: str = "a", uid: str = "uid-1") -> PodReport:
    return run(executor, request(node, template, uid=uid, spec=SPEC, wants_result=True))[0]


def test_what_is_in_a_volume_stays_as_long_as_the_volume(executor: ProcessExecutor) -> None:
    mounts = (("empty", "/tmp/empty"), ("work", "/mnt"), ("claim", "/no/such"))
    first = leaf("for each in /tmp/empty /mnt /no/such; do echo x > $each/f; done", *mounts)
    look = leaf("for each in /tmp/empty /mnt /no/such; do ls $each; echo .; done", *mounts)
    assert end_of(executor, first).phase == "Succeeded"
    assert end_of(executor, look, "b").result == ".\nf\n.\nf\n."
    assert end_of(executor, look, "c", uid="another").result == ".\n.\nf\n."
    assert not Path("/no").exists() and not Path("/mnt/f").exists()


def test_entries_of_objects_are_files(executor: ProcessExecutor) -> None:
    mounts = (("settings", "/cfg"), ("some", "/some"), ("login", "/tmp/login"), ("maybe", "/maybe"))
    end = end_of(executor, leaf("cat /cfg/* /some/deep/2 /tmp/login/word; ls /maybe", *mounts))
    assert (end.phase, end.result) == ("Succeeded", "122w")
    end = end_of(executor, leaf("cat /etc/argosy-one", ("settings:one", "/etc/argosy-one")), "b")
    assert end.result == "1"
    assert not Path("/etc/argosy-one").exists()


@pytest.mark.parametrize(
    ("mount", "why"),
    [
        (("gone", "/gone"), 'MountVolume.SetUp failed for volume "gone" : configmap "gone" not found'),
        (("no-such", "/gone"), "volume 'no-such' not found in workflow spec"),
        (("work:../..", "/gone"), 'must not contain "..": subPath ../..'),
    ],
)
def test_what_can_not_be_mounted(executor: ProcessExecutor, mount: tuple[str, str], why: str) -> None:
    end = end_of(executor, leaf("true", mount))
    assert (end.phase, end.message) == ("Error", why)


def test_read_only_is_kept(executor: ProcessExecutor) -> None:
    template = leaf("echo x > /ro/f", ("work", "/ro"))
    assert template.container is not None
    template.container.volume_mounts[0].read_only = True
    assert end_of(executor, template).phase in ("Failed", "Error")


def test_artifacts_outputs_and_the_working_folder_in_a_volume(executor: ProcessExecutor, tmp_path: Path) -> None:
    template = leaf("cat in; echo out > out; echo p > /mnt/p", ("work:part", "/mnt"), working_dir="/mnt/here")
    template.inputs = Inputs(artifacts=[Artifact(name="i", path="/mnt/here/in", raw=RawArtifact(data="in"))])
    template.outputs = Outputs(
        artifacts=[Artifact(name="o", path="/mnt/here/out")],
        parameters=[Parameter(name="p", value_from=ValueFrom(path="/mnt/p"))],
    )
    end = end_of(executor, template)
    assert (end.phase, end.result, end.parameters) == ("Succeeded", "in", {"p": "p"})
    assert (tmp_path / "kept/wf/pod-a/o.tgz").exists()
