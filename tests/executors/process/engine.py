"""An engine to be killed: `engine.py HOME FOLDER COUNT`. It starts pods and writes down how they ended."""

from __future__ import annotations

import sys
import threading
from pathlib import Path

from argosy.ports.pods import FINAL_POD_PHASES, PodKey, PodReport, PodRequest
from tests.executors.process.support import process_executor, request, shell

TEXT = 'echo "$1" >> "$2"; sleep "$3"; exit "$4"'
SLOTS = 6


def pods(folder: Path, count: int) -> list[PodRequest]:
    """Each writes its name into a file of its own when it starts, and ends with an exit code of its own."""
    return [
        request(f"n{number}", shell(TEXT, f"n{number}", str(folder / f"ran-n{number}"), nap(number), str(code(number))))
        for number in range(count)
    ]


def nap(number: int) -> str:
    return f"{number * 7 % 10 / 20}"


def code(number: int) -> int:
    return number % 250


def main(home: Path, folder: Path, count: int) -> None:
    asked, ended = folder / "asked", folder / "ended"
    done = {line.split()[0] for line in ended.read_text().splitlines()} if ended.exists() else set()
    known = set(asked.read_text().splitlines()) if asked.exists() else set()
    left = [pod for pod in pods(folder, count) if pod.key.node_id not in done]
    finished = threading.Event()

    def deliver(key: PodKey, report: PodReport) -> None:
        if report.phase in FINAL_POD_PHASES and key.node_id not in done:
            with ended.open("a") as file:
                file.write(f"{key.node_id} {report.phase} {report.exit_code}\n")
            done.add(key.node_id)
            executor.forget([key])
            if len(done) == count:
                finished.set()

    executor = process_executor(home, slots=SLOTS)
    executor.open(deliver)
    executor.adopt([pod for pod in left if pod.key.node_id in known])
    for pod in left:
        if pod.key.node_id not in known:
            with asked.open("a") as file:
                file.write(pod.key.node_id + "\n")
            executor.start(pod)
    if len(done) < count:
        finished.wait()
    executor.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]))
