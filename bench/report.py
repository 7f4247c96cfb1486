"""Puts the measurements into words: tables for people, and what the machine was."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import NamedTuple

from bench.measure import Cost

NOTES = """\
## How to read this

- Every run of an engine has a run of the baseline just before it; a ratio is the median of these pairs' ratios, a time
  is the median of all runs. "min-max" is of the wall time, and says how noisy the machine was.
- *wall* is from the start of the command to its end: for Argosy the whole `argosy submit FILE --wait`, from the start
  of Python until the workflow is `Succeeded` and committed. *CPU* is user and system time of the command, of all that
  it started, and of all that was still there when it ended: the harness waits for these too. "stays" is for how long
  the last of them was there, idle; it is not in *wall*, and nothing else runs meanwhile. Not counted: the kernel's own
  threads (which write the file system's pages back), and memory.
- Each run has an empty folder and, for Argosy, an empty ARGOSY_HOME, so the store is created within the time measured.
- Argosy's state is durable: after `kill -9` a run goes on where it was. `make` remembers nothing about phony targets,
  nor does `ninja` about outputs that are not made; `make` with a file per task is the fair comparison.
- `make` runs `/bin/true` itself; `ninja`, and `make` where there is a redirection, go through `/bin/sh -c`.
- After the first run of each case Argosy's store is asked whether every task really succeeded.
"""


class Row(NamedTuple):
    """One line of a table: what ran, how it went each time, and the baseline's run before each."""

    title: str
    costs: Sequence[Cost]
    baseline: Sequence[Cost]


def table(first: str, rows: Sequence[Row]) -> str:
    """A Markdown table with the rows' medians and ratios."""
    head = [
        f"| {first} | wall | ratio | CPU | ratio | min-max | stays |",
        "| --- | --: | --: | --: | --: | --: | --: |",
    ]
    return "\n".join([*head, *map(line, rows), ""])


def line(row: Row) -> str:
    """A row's line in its table."""
    walls = [cost.wall for cost in row.costs]
    pairs = list(zip(row.costs, row.baseline, strict=True))
    wall_ratio = median(cost.wall / base.wall for cost, base in pairs)
    cpu_ratio = median(cost.cpu / max(base.cpu, 1e-4) for cost, base in pairs)
    stays = median(cost.linger for cost in row.costs)
    cells = (
        row.title, seconds(median(walls)), f"{wall_ratio:.2f}x",
        seconds(median(cost.cpu for cost in row.costs)), f"{cpu_ratio:.2f}x",
        f"{seconds(min(walls))}-{seconds(max(walls))}", seconds(stays) if stays > 0.02 else "",
    )  # fmt: skip
    return f"| {' | '.join(cells)} |"


def start_line(row: Row) -> str:
    """A row of the start-up table: how much more than the baseline, which says more than a ratio here."""
    more = median(cost.wall - base.wall for cost, base in zip(row.costs, row.baseline, strict=True))
    cells = (
        row.title, seconds(median(cost.wall for cost in row.costs)), f"{more * 1000:+.0f} ms",
        seconds(median(cost.cpu for cost in row.costs)),
    )  # fmt: skip
    return f"| {' | '.join(cells)} |"


def start_table(rows: Sequence[Row]) -> str:
    """A Markdown table of commands that do next to nothing."""
    head = ["| command | wall | more than `python -c pass` | CPU |", "| --- | --: | --: | --: |"]
    return "\n".join([*head, *map(start_line, rows), ""])


def seconds(value: float) -> str:
    """A time in the unit that suits it."""
    return f"{value:.2f} s" if value >= 1 else f"{value * 1000:.0f} ms" if value >= 0.01 else f"{value * 1000:.1f} ms"


def machine(folder: Path) -> str:
    """What the numbers were taken on."""
    cpu = next((text.partition(": ")[2] for text in _lines("/proc/cpuinfo") if text.startswith("model name")), "?")
    memory = next((int(text.split()[1]) for text in _lines("/proc/meminfo") if text.startswith("MemTotal")), 0)
    system = next((text.partition("=")[2].strip('"') for text in _lines("/etc/os-release") if "PRETTY" in text), "?")
    facts = {
        "CPU": f"{cpu}, {len(os.sched_getaffinity(0))} usable",
        "memory": f"{memory / 2**20:.0f} GiB",
        "system": f"{system}, Linux {platform.release()}, runs' files on {_file_system(folder)}",
        "Python": f"{platform.python_version()} ({platform.python_implementation()}), click {version('click')}, "
        f"msgspec {version('msgspec')}, SQLite {_sqlite()}",
        "engines": f"Argosy {version('argosy')}{_commit()}, {_first('make', '--version')}, "
        f"ninja {_first('ninja', '--version')}",
        "load when it began": " ".join(f"{load:.2f}" for load in os.getloadavg()),
    }
    return "\n".join(f"- {name}: {fact}" for name, fact in facts.items()) + "\n" + _warning()


def _warning() -> str:
    """What to say where others were using the machine."""
    if os.getloadavg()[0] < len(os.sched_getaffinity(0)) / 2:
        return ""
    return "\nThe machine was busy when this began: do not trust the times; CPU and its ratios are nearer the truth.\n"


def _lines(file: str) -> list[str]:
    return Path(file).read_text(encoding="utf-8").splitlines()


def _file_system(folder: Path) -> str:
    mounts = [text.split()[1:3] for text in _lines("/proc/self/mounts")]
    inside = [(point, kind) for point, kind in mounts if folder.resolve().is_relative_to(point)]
    return max(inside, key=lambda mount: len(mount[0]), default=("", "an unknown file system"))[1]


def _sqlite() -> str:
    import sqlite3

    return sqlite3.sqlite_version


def _first(*command: str) -> str:
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()[0]
    except (OSError, subprocess.CalledProcessError):
        return "(not here)"


def _commit() -> str:
    command = ["git", "-C", str(Path(__file__).parent), "describe", "--always", "--dirty"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return f" at {done.stdout.strip()}" if done.returncode == 0 else ""


def show(text: str) -> None:
    """Print what will be in the results too."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()
