"""`argosy test`: test files in, what differs and which branches nobody took out."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from argosy.errors import InvalidRequest
from argosy.testing.suite import FileResult, run_file
from argosy.testing.verb import command

MANIFEST = """
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: t-}
spec:
  entrypoint: main
  onExit: note
  arguments: {parameters: [{name: who, value: me}]}
  templates:
  - name: main
    outputs: {parameters: [{name: all, valueFrom: {parameter: "{{tasks.a.outputs.parameters.o}}"}}]}
    dag:
      tasks:
      - {name: a, template: work}
      - {name: wait, template: wait, dependencies: [a]}
      - {name: b, template: again, dependencies: [wait], when: "{{workflow.parameters.who}} == me"}
      - {name: c, template: work, depends: b.Failed}
  - name: work
    outputs: {parameters: [{name: o, valueFrom: {path: /tmp/o}}]}
    container: {image: x, command: [x, "{{workflow.parameters.who}}"]}
  - name: again
    retryStrategy: {limit: 1, backoff: {duration: 10m}}
    activeDeadlineSeconds: 60
    container: {image: x, command: [x]}
  - name: wait
    suspend: {}
  - name: note
    container: {image: x, command: [x]}
"""


def play(folder: Path, cases: str, manifest: str = MANIFEST) -> FileResult:
    (folder / "wf.yaml").write_text(manifest)
    path = folder / "wf-test.yaml"
    path.write_text(f"manifest: wf.yaml\ntests:\n{cases}")
    return run_file(path)


def wrong(folder: Path, case: str) -> list[str]:
    (only,) = play(folder, case).cases
    return only.wrong


def test_time_passes_at_once(tmp_path: Path) -> None:
    result = play(
        tmp_path,
        """
- name: it works in the end
  pods:
    a: {pending: 5, seconds: 55, outputs: {o: hello}}
    again: [{exitCode: 2}, {seconds: 30}]
  resume: {wait: 1h}
  expect:
    seconds: 4290
    order: [a, b(0), b(1)]
    nodes:
      a: {phase: Succeeded, outputs: {o: hello}}
      b: {phase: Succeeded, type: Retry, children: 2}
      b(0): {phase: Failed, message: exit code 2}
      c: Omitted
      wf: {outputs: {all: hello}}
    absent: [d]
""",
    )
    assert [(case.wrong, case.seconds) for case in result.cases] == [([], 4290.0)]
    assert (result.branches, [str(branch) for branch in result.untaken]) == (
        11,
        [
            "main.wait: is omitted",
            "main.b: when is false",
            "main.b: is omitted",
            "main.c: runs",
            "again: succeeds at the first try",
            "again: is given up",
        ],
    )


@pytest.mark.parametrize(
    ("expect", "said"),
    [
        ("{phase: Failed}", "phase: 'Succeeded', not 'Failed'"),
        ("{message: boom}", "message: 'boom' is not in ''"),
        ("{seconds: 1}", "seconds: 0, not 1"),
        ("{nodes: {x: Failed}}", "x: there is no such node"),
        ("{nodes: {a: {outputs: {o: x}}}}", "a: outputs.o: 'y', not 'x'"),
        ("{nodes: {a: {inputs: {i: x}}}}", "a: inputs.i: None, not 'x'"),
        ("{absent: [a]}", "a: is there, Succeeded"),
        ("{order: [b(0), a]}", "order: a, b(0), not b(0), a"),
        ("{outputs: {g: x}}", "outputs.g: None, not 'x'"),
    ],
)
def test_what_differs_is_said(expect: str, said: str, tmp_path: Path) -> None:
    assert said in wrong(
        tmp_path, f"- {{name: case, pods: {{a: {{outputs: {{o: 'y'}}}}}}, resume: {{wait: 0s}}, expect: {expect}}}"
    )


def test_what_does_not_end_says_why(tmp_path: Path) -> None:
    (first, *_) = wrong(tmp_path, "- {name: case, pods: {a: {outputs: {o: x}}}}")
    assert first == "it does not end: Running"


def test_a_pod_has_its_deadline(tmp_path: Path) -> None:
    case = """
- name: case
  pods: {a: {outputs: {o: x}}, b: {seconds: 100}}
  resume: {wait: 0s}
  expect: {seconds: 720, nodes: {b(1): {phase: Failed, message: longer than the specified deadline}, c: Succeeded}}
"""
    assert wrong(tmp_path, case) == []


def test_parameters_and_errors_of_the_machine(tmp_path: Path) -> None:
    case = """
- name: case
  parameters: {who: you}
  pods: {a: {error: pod deleted}}
  expect: {phase: Error, nodes: {a: {phase: Error, message: pod deleted}, b: Omitted}}
"""
    assert wrong(tmp_path, case) == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("manifest: wf.yaml\ntests: [{name: a, what: 1}]", "unknown field `what`"),
        ("manifest: none.yaml\ntests: []", "none.yaml can't be read"),
        ("a: 1\n---\nb: 1", "a test file is one document"),
    ],
)
def test_files_that_cannot_be_used(text: str, said: str, tmp_path: Path) -> None:
    (tmp_path / "wf.yaml").write_text(MANIFEST)
    path = tmp_path / "test.yaml"
    path.write_text(text)
    with pytest.raises(InvalidRequest, match=said):
        run_file(path)
    with pytest.raises(InvalidRequest, match="can't be read"):
        run_file(tmp_path / "nothing.yaml")


def test_the_verb(tmp_path: Path) -> None:
    play(tmp_path, "- {name: good, pods: {a: {outputs: {o: x}}}, resume: {wait: 0s}}\n- {name: bad}\n")
    printed = CliRunner().invoke(command, [str(tmp_path / "wf-test.yaml")], standalone_mode=False)
    assert "  ✔ good (0 s)\n  ✖ bad (0 s)\n      it does not end: Running\n" in printed.output
    assert "never: main.c: runs\n" in printed.output
    assert printed.output.endswith("2 tests, 1 failed\n")


def test_a_daemon_runs_until_it_is_ended(tmp_path: Path) -> None:
    serving = """
kind: Workflow
metadata: {generateName: t-}
spec:
  entrypoint: main
  templates:
  - name: main
    steps: [[{name: db, template: server}], [{name: use, template: client}]]
  - name: server
    daemon: true
    container: {image: x}
  - name: client
    container: {image: x}
"""
    cases = """
- name: it serves
  pods: {client: {seconds: 60}, server: {pending: 5}}
  expect: {seconds: 65, nodes: {db: Succeeded}}
- name: it ends too early
  pods: {server: {exitCode: 1}}
  expect: {phase: Failed, nodes: {db: Failed}, absent: [use]}
"""
    assert [each.wrong for each in play(tmp_path, cases, serving).cases] == [[], []]
