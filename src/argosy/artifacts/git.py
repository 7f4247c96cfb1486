"""git: an input artifact is a working copy, made by the git of this machine."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from argosy.artifacts import Places
from argosy.artifacts.secrets import secret
from argosy.errors import ArtifactError
from argosy.model.arguments import Artifact
from argosy.model.locations import GitArtifact

TIMEOUT = 600
ASK = """#!/bin/sh
case "$1" in Username*) printf %s "$ARGOSY_GIT_USER";; *) printf %s "$ARGOSY_GIT_PASSWORD";; esac
"""
CAN_NOT_SAVE = "Git output artifacts unsupported"


class GitDriver:
    """argosy.ports.artifacts.ArtifactDriver for repositories of git: they can only be read."""

    def __init__(self, places: Places) -> None:
        """Secrets are looked up when they are needed."""
        self.places = places

    def load(self, artifact: Artifact, path: str) -> None:
        """Clone the repository, and check out what is asked for."""
        place = artifact.git or GitArtifact()
        if place.repo.startswith("-"):
            raise ArtifactError(f"{place.repo!r} is not a repository")
        with self._environment(place) as env:
            _git(env, *_clone(place), "--", place.repo, str(path))
            for refspec in place.fetch:
                _git(env, "-C", str(path), "fetch", *_depth(place), "--", "origin", refspec)
            if place.revision:
                _check_out(env, str(path), place)
            if not place.disable_submodules:
                _git(env, "-C", str(path), "submodule", "update", "--init", "--recursive", "--force")

    def save(self, path: str, artifact: Artifact) -> None:  # noqa: ARG002
        """Raises ArtifactError."""
        raise ArtifactError(CAN_NOT_SAVE)

    def delete(self, artifact: Artifact) -> None:
        """Nothing was kept."""

    @contextmanager
    def _environment(self, place: GitArtifact) -> Iterator[dict[str, str]]:
        """The environment in which git knows who asks; secrets are in no argument and stay in no file."""
        with tempfile.TemporaryDirectory() as folder:
            env = {**os.environ, "GIT_TERMINAL_PROMPT": "0"}
            if place.username_secret or place.password_secret:
                ask = Path(folder, "ask")
                ask.write_text(ASK)
                ask.chmod(0o700)
                env |= {
                    "GIT_ASKPASS": str(ask),
                    "ARGOSY_GIT_USER": secret(self.places, place.username_secret),
                    "ARGOSY_GIT_PASSWORD": secret(self.places, place.password_secret),
                }
            options = ["-o", "StrictHostKeyChecking=no"] if place.insecure_ignore_host_key else []
            if place.ssh_private_key_secret:
                key = Path(folder, "key")
                key.touch(0o600)
                key.write_text(secret(self.places, place.ssh_private_key_secret))
                options += ["-i", str(key), "-o", "IdentitiesOnly=yes"]
            if options:
                env["GIT_SSH_COMMAND"] = " ".join(["ssh", *options])
            if place.insecure_skip_tls:
                env["GIT_SSL_NO_VERIFY"] = "1"
            yield env


def _clone(place: GitArtifact) -> list[str]:
    arguments = ["clone", "--quiet", *_depth(place)]
    if place.single_branch:
        arguments.append("--single-branch")
    return [*arguments, "--branch", place.branch] if place.branch else arguments


def _depth(place: GitArtifact) -> list[str]:
    return ["--depth", str(place.depth)] if place.depth else []


def _check_out(env: dict[str, str], path: str, place: GitArtifact) -> None:
    """A branch that only the remote has, a tag or a commit."""
    if place.revision.startswith("-"):
        raise ArtifactError(f"{place.revision!r} is not a revision")
    _git(env, "-C", path, "checkout", "--quiet", place.revision, "--")


def _git(env: dict[str, str], *arguments: str) -> None:
    program = shutil.which("git")
    if program is None:
        raise ArtifactError("git artifacts need git on this machine: install it")
    try:
        done = subprocess.run(  # noqa: S603
            [program, *arguments], env=env, capture_output=True, text=True, timeout=TIMEOUT, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise ArtifactError(f"git took longer than {TIMEOUT} seconds") from error
    if done.returncode:
        raise ArtifactError(f"git {arguments[0]} failed: {done.stderr.strip()[-500:]}")
