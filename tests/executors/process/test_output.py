"""What a pod says: its log, its result, its output parameters."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from argosy.errors import NotFound
from argosy.executors.process.executor import ProcessExecutor
from argosy.ports.executor import LogQuery
from argosy.ports.pods import PodRequest
from tests.executors.process.support import Listener, request, run, script, shell

Make = Callable[..., ProcessExecutor]
KEPT = 256 << 10


def log(executor: ProcessExecutor, pod: PodRequest, **query) -> list[str]:
    return list(executor.logs(pod.key, pod.pod_name, LogQuery(**query)))


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("printf ''", ""),
        ("printf x", "x"),
        ("echo x", "x"),
        ("printf 'x\\n\\n'", "x\n"),
        ("echo; echo x", "\nx"),
        ("printf 'a\\377b'", "a\ufffdb"),
        ("echo out; echo err >&2", "out"),
        ("echo x > /dev/stdout; echo y | tee /dev/stderr", "x\ny"),
        ("printf 'quote \" back \\\\ tab \\t'", 'quote " back \\ tab \t'),
    ],
)
def test_result(make: Make, text: str, result: str) -> None:
    (end,) = run(make(), request("a", shell(text), wants_result=True))
    assert end.result == result


@pytest.mark.parametrize("size", [4095, 4097, 5000, KEPT - 1, KEPT, KEPT + 1, KEPT * 5 + 7])
def test_long_results_keep_their_end(make: Make, home: Path, size: int) -> None:
    source = f"import sys\nsys.stdout.write(('0123456789' * {size // 10 + 1})[:{size}] + '\\n')\n"
    executor = make()
    pod = request("a", script(source, ["python3"]), wants_result=True)
    (end,) = run(executor, pod)
    assert end.result == ("0123456789" * (size // 10 + 1))[:size][-KEPT:]
    assert len(log(executor, pod)[0]) == size


def test_long_result_outlives_the_engine_and_goes_when_it_is_forgotten(make: Make, home: Path) -> None:
    pod = request("a", shell("head -c 100000 /dev/zero | tr '\\0' x"), wants_result=True)
    first = make()
    run(first, pod)
    heard, second = Listener(), make()
    second.open(heard)
    second.adopt([pod])
    assert heard.end(pod.key).result == "x" * 100_000
    kept = home / "private" / "uid-1" / "pod-a.result"
    assert kept.exists()
    second.forget([pod.key])
    second.close()
    assert not kept.exists()


def test_log_has_both_outputs(make: Make) -> None:
    """Also of programs that open them by name, which would cut a file to nothing."""
    executor = make()
    text = "echo one; echo two >&2; echo three > /dev/stderr; echo four | tee /dev/stderr; echo five > /dev/stdout"
    pods = [request("a", shell(text)), request("b", shell(text), wants_result=True)]
    run(executor, *pods)
    assert log(executor, pods[0])[:3] == ["one", "two", "three"]
    for pod in pods:
        assert sorted(log(executor, pod)) == sorted(["one", "two", "three", "four", "four", "five"])


def test_silent_pod_has_an_empty_log(make: Make) -> None:
    executor = make()
    pod = request("a", shell("exit 0"))
    run(executor, pod)
    assert log(executor, pod) == []
    assert log(executor, pod, follow=True, timestamps=True) == []


def test_big_output(make: Make, home: Path) -> None:
    executor = make()
    pods = [request(f"n{each}", shell("seq 1 1000000"), wants_result=bool(each % 2)) for each in range(4)]
    run(executor, *pods)
    for pod in pods:
        path = home / "logs" / "uid-1" / f"pod-{pod.key.node_id}.log"
        assert path.stat().st_size == 6_888_896
        assert log(executor, pod, tail=2) == ["999999", "1000000"]
    lines = log(executor, pods[0])
    assert (len(lines), lines[123_456]) == (1_000_000, "123457")


def test_tail_of_a_line_without_its_end(make: Make) -> None:
    executor = make()
    pod = request("a", shell("printf 'one\\n\\ntwo\\nthree'"))
    run(executor, pod)
    assert [log(executor, pod, tail=count) for count in range(6)] == [
        [],
        ["three"],
        ["two", "three"],
        ["", "two", "three"],
        ["one", "", "two", "three"],
        ["one", "", "two", "three"],
    ]


def test_following_sees_lines_as_they_come(make: Make, tmp_path: Path) -> None:
    executor, heard = make(), Listener()
    executor.open(heard)
    gate = tmp_path / "gate"
    os.mkfifo(gate)
    pod = request("a", shell('echo one; printf tw; read x < "$1"; echo o; echo end', str(gate)))
    executor.start(pod)
    heard.wait_for_phase(pod.key, "Running")
    lines = make().logs(pod.key, pod.pod_name, LogQuery(follow=True))
    assert next(lines) == "one"
    gate.write_text("\n")
    assert list(lines) == ["two", "end"]


def test_following_before_the_first_line(make: Make) -> None:
    executor, heard = make(), Listener()
    executor.open(heard)
    pod = request("a", shell("sleep 0.4; echo late"))
    executor.start(pod)
    heard.wait_for_phase(pod.key, "Running")
    assert log(executor, pod, follow=True) == ["late"]


def test_following_a_pod_that_waits_for_its_turn(make: Make) -> None:
    executor, heard = make(slots=1), Listener()
    executor.open(heard)
    first, second = request("a", shell("sleep 0.4")), request("b", shell("echo second"))
    executor.start(first)
    executor.start(second)
    heard.wait_for_phase(first.key, "Running")
    assert log(executor, second, follow=True) == ["second"]


def test_followers_can_leave(make: Make) -> None:
    executor, heard = make(), Listener()
    executor.open(heard)
    pod = request("a", shell("echo one; sleep 60"))
    executor.start(pod)
    heard.wait_for_phase(pod.key, "Running")
    for _ in range(3):
        lines = executor.logs(pod.key, pod.pod_name, LogQuery(follow=True))
        assert next(lines) == "one"
        lines.close()  # type: ignore[attr-defined] - it is a generator
    executor.stop(pod.key, 0)
    heard.end(pod.key)


def test_times_of_lines(make: Make, home: Path) -> None:
    executor = make()
    pod = request("a", shell("echo early; sleep 1.2; echo late; sleep 0.6; echo last"))
    (end,) = run(executor, pod)
    assert end.started_at and end.finished_at
    times = []
    for line in log(executor, pod, timestamps=True):
        stamp, text = line.split(" ")
        times.append((text, datetime.strptime(stamp[:26] + "Z", "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)))
    assert [text for text, _ in times] == ["early", "late", "last"]
    slack = timedelta(seconds=0.5)
    assert abs(times[0][1] - end.started_at) < slack
    assert abs(times[2][1] - end.finished_at) < slack
    assert times[1][1] - times[0][1] >= timedelta(seconds=1)
    assert log(executor, pod, since=times[1][1]) == ["late", "last"]
    assert log(executor, pod, since=times[1][1], tail=1) == ["last"]
    assert log(executor, pod, since=end.finished_at + timedelta(hours=1)) in ([], ["last"])


def test_other_containers_have_no_log(make: Make) -> None:
    executor = make()
    pod = request("a", shell("echo x"))
    run(executor, pod)
    for query in ({"container": "wait"}, {"previous": True}):
        with pytest.raises(NotFound):
            log(executor, pod, **query)
    with pytest.raises(NotFound):
        list(executor.logs(pod.key, "../other", LogQuery()))


def test_many_lines_from_many_pods_do_not_mix(make: Make) -> None:
    executor = make()
    pods = [request(f"n{each}", shell(f"seq {each}00 {each}99")) for each in range(1, 30)]
    run(executor, *pods)
    for number, pod in enumerate(pods, 1):
        assert log(executor, pod) == [str(each) for each in range(number * 100, number * 100 + 100)]


def test_deleting_a_workflow_follows_no_links(make: Make, home: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "file").write_text("kept")
    executor = make()
    text = 'ln -s "$1" link; mkdir -p locked/inner; echo x > locked/inner/file; chmod 500 locked/inner locked; echo x'
    run(executor, request("a", shell(text, str(outside))))
    (home / "logs" / "uid-1" / "link").symlink_to(outside)
    (home / "work" / "uid-2").symlink_to(outside)
    for uid in ("uid-1", "uid-2", "uid-3"):
        executor.delete_workflow(uid)
    assert (outside / "file").read_text() == "kept"
    assert [list((home / kind).iterdir()) for kind in ("logs", "work", "private")] == [[], [], []]
    assert (outside / "file").exists()


def test_a_pod_that_writes_while_its_workflow_is_deleted(make: Make) -> None:
    executor, heard = make(), Listener()
    executor.open(heard)
    pod = request("a", shell("while :; do echo x; sleep 0.01; done"))
    executor.start(pod)
    heard.wait_for_phase(pod.key, "Running")
    executor.delete_workflow("uid-1")
    executor.stop(pod.key, 0)
    assert heard.end(pod.key).exit_code == "137"


def test_chatty_pods_do_not_keep_others_waiting(make: Make) -> None:
    executor, heard = make(), Listener()
    executor.open(heard)
    noise = [request(f"noise{each}", shell("yes")) for each in range(2)]
    for pod in noise:
        executor.start(pod)
    quick = request("quick", shell("echo x"), wants_result=True)
    before = time.monotonic()
    executor.start(quick)
    assert heard.end(quick.key).result == "x"
    for pod in noise:
        executor.stop(pod.key, 0)
    heard.ends(pod.key for pod in noise)
    assert time.monotonic() - before < 10


def test_threads_may_ask_at_once(make: Make) -> None:
    executor, heard = make(), Listener()
    executor.open(heard)
    pods = [request(f"n{each}", shell(f"exit {each}")) for each in range(40)]
    threads = [
        threading.Thread(target=lambda each=each: [executor.start(pod) for pod in pods[each::4]]) for each in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [end.exit_code for end in heard.ends(pod.key for pod in pods)] == [str(each) for each in range(40)]
