"""Prints what the same work costs under make, ninja and Argosy, and writes it to bench/RESULTS.md."""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from bench.engines import BASELINE, ENGINES, Engine, argosy_command, check_all_ran, environment
from bench.measure import Cost, become_subreaper, measure
from bench.report import NOTES, Row, machine, show, start_table, table
from bench.workloads import CASES, Graph, chain, manifest

ON_A_CLUSTER = "# What it costs on a cluster"
RESULTS = Path(__file__).with_name("RESULTS.md")
STARTS = {
    "`argosy version`": [*argosy_command(), "version"],
    "`argosy --help`": [*argosy_command(), "--help"],
    "`argosy submit hello.yaml --wait`": [*argosy_command(), "submit", "hello.yaml", "--wait"],
}


def run_engine(engine: Engine, graph: Graph, check: bool) -> Cost:
    """Run the graph once in a folder of its own."""
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder, home = Path(name), Path(name, "home")
        (folder / engine.file).write_text(engine.write(graph), encoding="utf-8")
        cost = measure(engine.command, folder, environment(home))
        if check and engine is ENGINES["argosy"]:
            check_all_ran(folder, home, len(graph))
        return cost


def run_case(graph: Graph, names: list[str], repeats: int) -> Iterator[Row]:
    """The baseline's row, and each engine's, run in pairs with it."""
    pairs = {name: [] for name in names if name != BASELINE}
    for turn in range(repeats):
        for name, costs in pairs.items():
            base = run_engine(ENGINES[BASELINE], graph, check=False)
            costs.append((base, run_engine(ENGINES[name], graph, check=turn == 0)))
    base_costs = [base for costs in pairs.values() for base, _ in costs]
    yield Row(ENGINES[BASELINE].title, base_costs, base_costs)
    for name, costs in pairs.items():
        yield Row(ENGINES[name].title, [cost for _, cost in costs], [base for base, _ in costs])


def run_starts(repeats: int) -> Iterator[Row]:
    """How long commands take that do next to nothing, each paired with an empty Python."""
    empty = [sys.executable, "-c", "pass"]
    everything: list[Cost] = []
    rows: list[Row] = []
    for title, command in STARTS.items():
        pairs = [(run_start(empty), run_start(command)) for _ in range(repeats)]
        everything += [base for base, _ in pairs]
        rows.append(Row(title, [cost for _, cost in pairs], [base for base, _ in pairs]))
    yield Row("`python -c pass`", everything, everything)
    yield from rows


def run_start(command: list[str]) -> Cost:
    """Run a command once in a folder with a manifest of one step."""
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        (Path(name) / "hello.yaml").write_text(manifest(chain(1)), encoding="utf-8")
        return measure(command, Path(name), environment(Path(name, "home")))


def sections(arguments: argparse.Namespace) -> Iterator[str]:
    """The parts of the report, each as soon as it is measured."""
    yield "# What it costs\n\nWritten by `./dev bench`; `make` and `ninja` run with `-j2`.\n"
    yield machine(Path(tempfile.gettempdir()))
    names = [name for name in arguments.engines if shutil.which(ENGINES[name].program)]
    for case in arguments.cases:
        if case == "languages":
            from bench.languages import sections as of_languages

            yield "## The languages\n\n" + "\n".join(of_languages()) + "\n"
            continue
        if case == "start":
            yield "## Start-up\n\n" + start_table(list(run_starts(arguments.repeats or 7)))
            continue
        title, graph, repeats = CASES[case]
        rows = run_case(graph(), names, arguments.repeats or repeats)
        yield f"## {title[0].upper()}{title[1:]}\n\n" + table("engine", list(rows))
    yield NOTES


def cluster_sections(arguments: argparse.Namespace) -> Iterator[str]:
    """The same of a cluster, whose costs are a chapter of their own."""
    from bench.cluster import sections as of_cluster

    yield f"{ON_A_CLUSTER}\n\nWritten by `./dev bench cluster --kubeconfig FILE`.\n"
    yield machine(Path(tempfile.gettempdir()))
    yield from of_cluster(arguments.kubeconfig, arguments.repeats or 3)


def merged(text: str, new: str) -> str:
    """The results with a chapter replaced: that of the cluster, which is the last, or the one before it."""
    others, _, cluster = text.partition(ON_A_CLUSTER)
    if new.startswith(ON_A_CLUSTER):
        return (f"{others.rstrip()}\n\n" if others else "") + new
    return new + (f"\n{ON_A_CLUSTER}{cluster}" if cluster else "")


def parse(words: list[str]) -> argparse.Namespace:
    """The options."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    cases = [*CASES, "start", "languages", "cluster"]
    parser.add_argument(
        "cases", nargs="*", metavar="CASE", help=f"which of {', '.join(cases)}; all but the last unless told"
    )
    parser.add_argument("--kubeconfig", default="", metavar="FILE", help="the real cluster of the case `cluster`")
    parser.add_argument("--engines", nargs="+", choices=ENGINES, default=list(ENGINES), metavar="ENGINE")
    parser.add_argument("--repeats", type=int, default=0, help="how many pairs of each; the case knows a good number")
    parser.add_argument("--output", type=Path, default=None, help="where to write; RESULTS.md here if all cases ran")
    arguments = parser.parse_args(words)
    if wrong := set(arguments.cases) - set(cases):
        parser.error(f"unknown case {', '.join(sorted(wrong))}; there are: {', '.join(cases)}")
    if arguments.cases != ["cluster"] if arguments.kubeconfig else "cluster" in arguments.cases:
        parser.error("the case `cluster` stands alone, and needs a --kubeconfig")
    everything = not arguments.cases and len(arguments.engines) == len(ENGINES)
    arguments.output = arguments.output or (RESULTS if everything or arguments.kubeconfig else None)
    arguments.cases = arguments.cases or cases[:-1]
    return arguments


def main() -> None:
    """Measure, print, write."""
    arguments = parse(sys.argv[1:])
    become_subreaper()
    parts = []
    try:
        for part in cluster_sections(arguments) if arguments.kubeconfig else sections(arguments):
            show(part)
            parts.append(part)
    except subprocess.CalledProcessError as error:
        sys.exit(f"{' '.join(error.cmd)}: exit {error.returncode}\n{error.output.decode(errors='replace')}")
    if arguments.output:
        text = arguments.output.read_text(encoding="utf-8") if arguments.output.exists() else ""
        arguments.output.write_text(merged(text, "\n".join(parts)), encoding="utf-8")


if __name__ == "__main__":
    main()
