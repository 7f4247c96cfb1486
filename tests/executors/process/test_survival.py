"""Engines and supervisors are killed with SIGKILL at any moment. Nothing runs twice, and what is reported is true."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from argosy.executors.process.executor import ProcessExecutor
from tests.executors.process import engine
from tests.executors.process.support import (
    Listener,
    alive,
    eventually,
    kill,
    request,
    shell,
    supervisor_pid,
)

COUNT = 120
KILLS = 24
ROOT = Path(__file__).parents[3]

Make = Callable[..., ProcessExecutor]


def start_engine(home: Path, folder: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "tests.executors.process.engine", str(home), str(folder), str(COUNT)]
    return subprocess.Popen(command, cwd=ROOT, start_new_session=True)


def test_engine_killed_at_any_moment(home: Path, tmp_path: Path) -> None:
    chance = random.Random(7)
    asked, kills = tmp_path / "asked", 0
    while kills < KILLS:
        process = start_engine(home, tmp_path)
        # From before it says hello to after some pods have ended; the start of Python itself is not waited for.
        before = asked.stat().st_size if asked.exists() else 0
        if chance.random() < 0.5:
            while process.poll() is None and (asked.stat().st_size if asked.exists() else 0) <= before:
                time.sleep(0.002)
        time.sleep(chance.uniform(0, 0.3))
        if process.poll() is not None:
            break
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        kills += 1
    assert start_engine(home, tmp_path).wait(60) == 0
    ended = sorted((tmp_path / "ended").read_text().splitlines())
    wanted = [(f"n{each}", engine.code(each)) for each in range(COUNT)]
    assert ended == sorted(f"{name} {'Failed' if code else 'Succeeded'} {code}" for name, code in wanted)
    assert [(tmp_path / f"ran-{name}").read_text() for name, _ in wanted] == [f"{name}\n" for name, _ in wanted]


def test_supervisor_killed_under_its_engine(home: Path, tmp_path: Path, make: Make) -> None:
    heard = Listener()
    executor = make(slots=2)
    executor.open(heard)
    text = 'echo x >> "$1"; sleep "$2"'
    pods = [request(f"n{number}", shell(text, str(tmp_path / f"n{number}"), "0.5")) for number in range(4)]
    pods.append(request("done", shell("exit 3")))
    executor.start(pods[4])
    assert heard.end(pods[4].key).exit_code == "3"
    for pod in pods[:4]:
        executor.start(pod)
    eventually(lambda: (tmp_path / "n1").exists() and (tmp_path / "n0").exists(), "two run")
    first = supervisor_pid(home)
    kill(first)
    ends = heard.ends(pod.key for pod in pods[:4])
    assert [end.phase for end in ends] == ["Error", "Error", "Succeeded", "Succeeded"]
    assert {end.message for end in ends[:2]} == {"pod deleted"}
    assert [(tmp_path / f"n{number}").read_text() for number in range(4)] == ["x\n"] * 4
    assert heard.phases(pods[4].key) == ["Failed"]
    assert supervisor_pid(home) != first


def test_supervisor_killed_at_any_moment(home: Path, tmp_path: Path, make: Make) -> None:
    chance = random.Random(11)
    heard = Listener()
    executor = make(slots=4)
    executor.open(heard)
    text = 'echo x >> "$1"; sleep "$2"; exit "$3"'
    naps = [f"{chance.uniform(0, 0.03):.3f}" for _ in range(300)]
    pods = [
        request(f"n{each}", shell(text, str(tmp_path / f"n{each}"), nap, str(each % 200)))
        for each, nap in enumerate(naps)
    ]
    for pod in pods:
        executor.start(pod)
    killed = 0
    while killed < 8 and len(heard.reports) < len(pods):
        pid = supervisor_pid(home)
        time.sleep(chance.uniform(0, 0.15))
        if pid and alive(pid):
            kill(pid)
            killed += 1
    ends = heard.ends(pod.key for pod in pods)
    ran = [(tmp_path / f"n{each}").read_text() if (tmp_path / f"n{each}").exists() else "" for each in range(300)]
    lost = [each for each, end in enumerate(ends) if end.phase == "Error"]
    assert killed >= 3
    assert {ends[each].message for each in lost} <= {"pod deleted"}
    assert len(lost) <= killed * 5  # those that had a slot, and one that was about to get it
    assert all(ran[each] in ("", "x\n") for each in lost)
    others = [each for each in range(300) if each not in lost]
    assert [(ran[each], ends[each].exit_code) for each in others] == [("x\n", str(each % 200)) for each in others]


def test_orphan_is_waited_for(home: Path, tmp_path: Path, make: Make) -> None:
    """Its exit code can't be known any more, but it must not run at the same time as the next attempt."""
    heard = Listener()
    executor = make()
    executor.open(heard)
    pod = request("a", shell('echo $$$$ > "$1"; exec sleep 60', str(tmp_path / "pid")))
    executor.start(pod)
    eventually(lambda: (tmp_path / "pid").exists() and (tmp_path / "pid").read_text() != "", "it runs")
    orphan = int((tmp_path / "pid").read_text())
    heard.wait_for_phase(pod.key, "Running")
    kill(supervisor_pid(home))
    heard.wait(lambda: len(heard.reports[pod.key]) > 1, "a report by the next supervisor")
    assert heard.phases(pod.key)[-1] == "Running"
    assert alive(orphan)
    executor.stop(pod.key, 30)
    assert heard.end(pod.key).message == "pod deleted"
    assert not alive(orphan)


def test_another_process_with_the_pid_of_an_orphan_is_left_alone(home: Path, make: Make) -> None:
    executor = make()
    heard = Listener()
    run = home / "run"
    run.mkdir(parents=True)
    boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    lines = [f'["journal","{boot}"]', '["starting","uid-1/a",1.0]', f'["started","uid-1/a",{os.getppid()},2.0]']
    (run / "journal").write_text("\n".join(lines) + '\n["sta')
    executor.open(heard)
    pod = request("a", shell("exit 0"))
    executor.adopt([pod])
    assert heard.end(pod.key).message == "pod deleted"


def test_nothing_survives_a_boot(home: Path, make: Make) -> None:
    executor = make()
    heard = Listener()
    run = home / "run"
    run.mkdir(parents=True)
    ended = '["ended","uid-1/b",4,"","",1.0,2.0,null,false]'
    lines = ['["journal","before"]', '["starting","uid-1/a",1.0]', '["started","uid-1/a",1,2.0]', ended]
    (run / "journal").write_text("\n".join(lines) + "\n")
    executor.open(heard)
    pods = [request(name, shell("exit 9")) for name in "abc"]
    executor.adopt(pods)
    ends = heard.ends(pod.key for pod in pods)
    assert [(end.phase, end.exit_code) for end in ends] == [("Error", None), ("Failed", "4"), ("Failed", "9")]


def test_supervisor_leaves_when_nothing_is_left_to_do(home: Path, make: Make) -> None:
    executor = make(linger_seconds=0.1)
    heard = Listener()
    executor.open(heard)
    pod = request("a", shell("sleep 0.5"))
    executor.start(pod)
    heard.wait_for_phase(pod.key, "Running")
    executor.close()
    pid = supervisor_pid(home)
    assert alive(pid)
    eventually(lambda: not alive(pid), "it has left")
    assert not (home / "run" / "socket").exists()
    later = Listener()
    following = make()
    following.open(later)
    following.adopt([pod])
    assert later.end(pod.key).phase == "Succeeded"


def test_supervisor_leaves_with_its_home(home: Path, tmp_path: Path, make: Make) -> None:
    executor = make()
    heard = Listener()
    executor.open(heard)
    pod = request("a", shell('echo $$$$ > "$1"; exec sleep 60', str(tmp_path / "pid")))
    executor.start(pod)
    heard.wait_for_phase(pod.key, "Running")
    eventually(lambda: (tmp_path / "pid").exists() and (tmp_path / "pid").read_text() != "", "it runs")
    supervisor, process = supervisor_pid(home), int((tmp_path / "pid").read_text())
    executor.close()
    home.rename(tmp_path / "elsewhere")
    assert alive(supervisor)
    for file in (tmp_path / "elsewhere" / "run").iterdir():
        file.unlink()
    eventually(lambda: not alive(supervisor) and not alive(process), "all of it is gone")


def test_two_engines_start_at_once(home: Path, make: Make) -> None:
    """Each starts a supervisor; one of them is left, all engines find it, and each hears of its own pods."""
    executors = [make() for _ in range(4)]
    listeners = [Listener() for _ in executors]
    for executor, heard in zip(executors, listeners, strict=True):
        executor.open(heard)
    pods = [request(f"n{number}", shell("exit 0")) for number in range(4)]
    for executor, pod in zip(executors, pods, strict=True):
        executor.start(pod)
    assert [heard.end(pod.key).phase for heard, pod in zip(listeners, pods, strict=True)] == ["Succeeded"] * 4
    assert [set(heard.reports) for heard in listeners] == [{pod.key} for pod in pods]
    assert alive(supervisor_pid(home))


def test_home_with_a_long_path(tmp_path: Path) -> None:
    """A Unix socket's address holds 108 bytes."""
    from tests.executors.process.support import clean_up, process_executor, run

    home = tmp_path / ("long-" * 30) / ("path-" * 30)
    try:
        assert run(process_executor(home), request("a", shell("exit 0")))[0].phase == "Succeeded"
        pod = request("b", shell("exit 2"))
        assert run(process_executor(home), pod)[0].exit_code == "2"
    finally:
        clean_up(home)
