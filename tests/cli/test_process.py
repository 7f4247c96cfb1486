"""The real program: pipes, signals and terminals."""

from __future__ import annotations

import json
import os
import pty
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.cli.terminal import HELLO

SECONDS = 60
SLEEP = HELLO.replace('command: [echo, "{{workflow.parameters.message}}"]', "command: [sleep, '2']")
MANY_LINES = HELLO.replace('command: [echo, "{{workflow.parameters.message}}"]', "command: [seq, '20000']")


class Shell:
    """Runs the program at a home of its own."""

    def __init__(self, folder: Path) -> None:
        self.home = folder / "home"
        self.environment = {**os.environ, "ARGOSY_HOME": str(self.home), "NO_COLOR": "1"}
        self.environment.pop("ARGO_NAMESPACE", None)

    def command(self, *words: str) -> list[str]:
        return [sys.executable, "-m", "argosy", *words]

    def start(self, *words: str, stdout: int = subprocess.PIPE) -> subprocess.Popen[str]:
        return subprocess.Popen(
            self.command(*words),
            env=self.environment,
            stdin=subprocess.PIPE,
            stdout=stdout,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *words: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self.command(*words),
            env=self.environment,
            input=stdin,
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )


@pytest.fixture
def shell(tmp_path: Path) -> Iterator[Shell]:
    shell = Shell(tmp_path)
    yield shell
    shell.run("delete", "--all")


def test_a_pipe_in_and_a_name_out(shell: Shell) -> None:
    done = shell.run("submit", "-", "-p", "message=hello", "--wait", "-o", "name", "-q", stdin=HELLO)
    assert (done.returncode, done.stdout, done.stderr) == (0, "hello\n", "")
    logs = shell.run("logs", "hello")
    assert (logs.stdout, logs.stderr) == ("hello: hello\n", "")


def test_interrupted_it_runs_on(shell: Shell) -> None:
    waiting = shell.start("submit", "-", "--wait", "-q", "-o", "name")
    assert waiting.stdin is not None
    waiting.stdin.write(SLEEP)
    waiting.stdin.close()
    assert waiting.stdout is not None
    assert waiting.stdout.readline() == "hello\n"
    time.sleep(0.5)
    waiting.send_signal(signal.SIGINT)
    assert waiting.wait(SECONDS) == 130
    assert waiting.stderr is not None
    assert "hello runs on in the background; to come back: argosy watch hello" in waiting.stderr.read()
    waiting.stdout.close()
    waiting.stderr.close()
    back = shell.run("wait", "hello")
    assert (back.returncode, back.stdout.split()[:2]) == (0, ["hello", "Succeeded"])


def test_nobody_reads_to_the_end(shell: Shell) -> None:
    assert shell.run("submit", "-", "--wait", "-q", stdin=MANY_LINES).returncode == 0
    logs = shell.start("logs", "hello")
    assert logs.stdout is not None
    assert logs.stderr is not None
    assert logs.stdout.readline() == "hello: 1\n"
    logs.stdout.close()
    assert (logs.wait(SECONDS), logs.stderr.read()) == (141, "")
    logs.communicate()


def test_the_tree_is_drawn_in_place_on_a_terminal(shell: Shell, tmp_path: Path) -> None:
    manifest = tmp_path / "hello.yaml"
    manifest.write_text(HELLO)
    ours, theirs = pty.openpty()
    watching = shell.start("submit", str(manifest), "--watch", "-q", stdout=theirs)
    os.close(theirs)
    drawn = b""
    while True:
        try:
            drawn += os.read(ours, 4096)
        except OSError:
            break
    os.close(ours)
    watching.communicate()
    assert watching.returncode == 0
    assert b"\x1b[" in drawn
    last = drawn.rpartition(b"\x1b[J")[2].decode()
    assert "Status:              Succeeded" in last
    assert " ✔ hello" in last


def test_a_home_that_cannot_be(shell: Shell) -> None:
    shell.home.write_text("a file")
    done = shell.run("list")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("argosy: error: ")
    assert "hint: set ARGOSY_HOME" in done.stderr
    shell.home.unlink()


def test_what_a_shell_completes(shell: Shell) -> None:
    shell.environment |= {"_ARGOSY_COMPLETE": "bash_complete", "COMP_WORDS": "argosy su", "COMP_CWORD": "1"}
    assert set(shell.run().stdout.splitlines()) == {"plain,submit", "plain,suspend"}
    shell.environment |= {"COMP_WORDS": "argosy submit --wa", "COMP_CWORD": "2"}
    assert set(shell.run().stdout.splitlines()) == {"plain,--wait", "plain,--watch"}
    shell.environment |= {"COMP_WORDS": "argosy submit a", "COMP_CWORD": "2"}
    assert shell.run().stdout == "file,a\n"
    del shell.environment["_ARGOSY_COMPLETE"]


def test_names_of_workflows_are_completed(shell: Shell) -> None:
    shell.run("submit", "-", "--wait", "-q", stdin=HELLO)
    shell.environment |= {"_ARGOSY_COMPLETE": "bash_complete", "COMP_WORDS": "argosy get ", "COMP_CWORD": "2"}
    assert shell.run().stdout.splitlines() == ["plain,@latest", "plain,hello"]
    del shell.environment["_ARGOSY_COMPLETE"]


@pytest.mark.parametrize(
    ("shell_name", "check"), [("bash", ["bash", "-n"]), ("zsh", ["zsh", "-n"]), ("fish", ["fish", "-n"])]
)
def test_the_completion_code_can_be_read(shell_name: str, check: list[str], shell: Shell) -> None:
    code = shell.run("completion", shell_name).stdout
    try:
        done = subprocess.run(check, input=code, text=True, capture_output=True, check=False, timeout=SECONDS)
    except FileNotFoundError:
        pytest.skip(f"{shell_name} is not there")
    assert (done.returncode, done.stderr) == (0, "")


OFTEN = """\
apiVersion: argoproj.io/v1alpha1
kind: CronWorkflow
metadata: {name: often}
spec:
  schedules: ["@every 1s"]
  successfulJobsHistoryLimit: 100
  workflowSpec:
    entrypoint: main
    templates:
    - name: main
      container: {image: alpine, command: ["true"]}
"""


def test_an_engine_that_is_killed_is_followed_by_one_that_fires_on(shell: Shell) -> None:
    def runs() -> list[str]:
        return [each for each in shell.run("list", "-o", "name").stdout.split() if each.startswith("often-")]

    def counted() -> int:
        return json.loads(shell.run("cron", "get", "often", "-o", "json").stdout).get("status", {}).get("succeeded", 0)

    def wait_for(condition: Callable[[], bool]) -> None:
        deadline = time.monotonic() + SECONDS
        while not condition():
            assert time.monotonic() < deadline, shell.run("cron", "get", "often").stdout
            time.sleep(0.1)

    try:
        with shell.start("controller") as engine:
            created = shell.run("cron", "create", "-", stdin=OFTEN)
            assert created.returncode == 0, created.stderr
            wait_for(lambda: len(runs()) >= 2)
            second = shell.run("controller")
            assert second.returncode == 1
            assert "another process is the engine of this home already" in second.stderr
            engine.kill()
        before = len(runs())
        shown = shell.run("cron", "list")
        assert "no engine was running" in shown.stderr
        wait_for(lambda: len(runs()) >= before + 2)
        shell.run("cron", "suspend", "often")
        wait_for(lambda: counted() == len(runs()))
    finally:
        shell.run("cron", "delete", "--all")
    assert runs() == []
