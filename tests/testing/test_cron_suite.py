"""Test files of CronWorkflows: what differs is said, run by run, and what cannot be used is refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from argosy.errors import InvalidRequest
from argosy.testing.suite import FileResult, run_file
from argosy.testing.verb import command

MANIFEST = """
apiVersion: argoproj.io/v1alpha1
kind: CronWorkflow
metadata: {name: nightly}
spec:
  schedules: ["0 2 * * *"]
  timezone: Europe/Berlin
  workflowSpec:
    workflowTemplateRef: {name: backup}
    arguments: {parameters: [{name: what, value: all}]}
---
apiVersion: argoproj.io/v1alpha1
kind: WorkflowTemplate
metadata: {name: backup}
spec:
  entrypoint: main
  arguments: {parameters: [{name: what}]}
  templates:
  - name: main
    steps:
    - - {name: dump, template: work}
    - - {name: approve, template: wait, when: "{{workflow.parameters.what}} == all"}
  - name: work
    inputs: {parameters: [{name: when, value: "{{workflow.scheduledTime}}"}]}
    container: {image: x, command: [x, "{{inputs.parameters.when}}"]}
  - name: wait
    suspend: {}
"""


def play(folder: Path, cases: str) -> FileResult:
    (folder / "cron.yaml").write_text(MANIFEST)
    path = folder / "cron-test.yaml"
    path.write_text(f"manifest: cron.yaml\ntests:\n{cases}")
    return run_file(path)


def wrong(folder: Path, case: str) -> list[str]:
    (only,) = play(folder, case).cases
    return only.wrong


def test_weeks_pass_and_each_run_is_a_workflow(tmp_path: Path) -> None:
    result = play(
        tmp_path,
        """
- name: three weeks
  until: 3w
  parameters: {what: some}
  expect: {count: 21, succeeded: 21, kept: [2026-01-19T01:00:00Z, 2026-01-20T01:00:00Z, 2026-01-21T01:00:00Z]}
- name: somebody approves
  until: 2026-01-02T06:00:00Z
  pods: {dump: {seconds: 60}}
  resume: {approve: 1h}
  runs:
    2026-01-02T01:00:00Z: {resume: {approve: 2h}}
  expect:
    runs:
    - {at: 2026-01-01T01:00:00Z, name: nightly-1767229200, seconds: 3660, order: [dump]}
    - at: 2026-01-02T01:00:00Z
      seconds: 7260
      nodes: {dump: {inputs: {when: "2026-01-02T01:00:00Z"}}, approve: Succeeded}
    conditions: {}
""",
    )
    assert [case.wrong for case in result.cases] == [[], []]
    assert result.cases[0].seconds == 21 * 86_400
    assert (result.untaken, result.branches) == ([], 2)


@pytest.mark.parametrize(
    ("expect", "said"),
    [
        ("runs: []", "runs: ['2026-01-01T01:00:00Z'], not []"),
        ("runs: [{at: 2026-01-01T01:00:00Z}]", "run 2026-01-01T01:00:00Z: phase: 'Running', not 'Succeeded'"),
        ("runs: [{at: 2026-01-01T01:00:00Z, phase: Running, name: a}]", "name: 'nightly-1767229200', not 'a'"),
        ("count: 2", "count: 1, not 2"),
        ("active: []", "active: ['2026-01-01T01:00:00Z'], not []"),
        ("kept: []", "kept: ['2026-01-01T01:00:00Z'], not []"),
        ("skipped: [2026-01-01T01:00:00Z]", "skipped: [], not ['2026-01-01T01:00:00Z']"),
        ("phase: Stopped", "phase: 'Active', not 'Stopped'"),
        ("succeeded: 1", "succeeded: 0, not 1"),
        ("failed: 1", "failed: 0, not 1"),
        ("conditions: {SpecError: a}", "conditions: [], not ['SpecError']"),
    ],
)
def test_what_differs_is_said(expect: str, said: str, tmp_path: Path) -> None:
    (line,) = wrong(tmp_path, f"- {{name: a, until: 20h, expect: {{{expect}}}}}")
    assert said in line


def test_the_reasons_are_compared(tmp_path: Path) -> None:
    case = (
        "- {name: a, until: 2d, edits: [{at: 2026-01-01T06:00:00Z, spec: {concurrencyPolicy: Forbid}}], expect: EXPECT}"
    )
    skipped = "skipped: [{at: 2026-01-02T01:00:00Z, why: %s}]"
    assert wrong(tmp_path, case.replace("EXPECT", f"{{{skipped % 'Forbid'}}}")) == []
    (line,) = wrong(tmp_path, case.replace("EXPECT", f"{{{skipped % 'suspended'}}}"))
    assert line.startswith("skipped 2026-01-02T01:00:00Z: 'suspended' is not in 'concurrencyPolicy is Forbid, and")


def test_runs_that_cannot_begin_are_skipped(tmp_path: Path) -> None:
    (tmp_path / "cron.yaml").write_text(MANIFEST.partition("---")[0])
    path = tmp_path / "cron-test.yaml"
    condition = 'conditions: {SubmissionError: workflowtemplate.argoproj.io "backup" not found}'
    skipped = "skipped: [{at: 2026-01-01T01:00:00Z, why: SubmissionError}]"
    path.write_text(
        f"manifest: cron.yaml\ntests: [{{name: a, until: 1d, expect: {{{skipped}, {condition}, failed: 1}}}}]"
    )
    assert run_file(path).cases[0].wrong == []


@pytest.mark.parametrize(
    ("case", "said"),
    [
        ("{name: a}", "missing required field `until`"),
        ("{name: a, until: 1d, what: 1}", "unknown field `what`"),
    ],
)
def test_cases_that_cannot_be_read(case: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(InvalidRequest, match=said):
        play(tmp_path, f"- {case}")


@pytest.mark.parametrize("case", ["{name: a, until: soon}", "{name: a, until: 1d, runs: {noon: {}}}"])
def test_times_that_cannot_be_read(case: str, tmp_path: Path) -> None:
    assert "it does not begin" in wrong(tmp_path, f"- {case}")[0]


def test_the_verb_plays_them(tmp_path: Path) -> None:
    play(tmp_path, "- {name: a day, until: 1d, parameters: {what: some}}")
    shown = CliRunner().invoke(command, [str(tmp_path / "cron-test.yaml")])
    assert "✔ a day (86400 s)" in shown.output
    assert shown.exit_code == 0
