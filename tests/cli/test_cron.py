"""argosy cron: what is kept, what is shown, and what a user is told of who fires it."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest
import yaml

from argosy.operations.cron import with_state
from argosy.ports.operation import Services
from argosy.ports.store import ObjectKey
from tests.cli.terminal import Terminal

CRON = """\
apiVersion: argoproj.io/v1alpha1
kind: CronWorkflow
metadata:
  name: nightly
spec:
  schedules: ["0 2 * * *"]
  timezone: Europe/Berlin
  concurrencyPolicy: Forbid
  startingDeadlineSeconds: 60
  workflowSpec:
    entrypoint: main
    arguments:
      parameters: [{name: what, value: all}]
    templates:
    - name: main
      container: {image: alpine, command: [echo, "{{workflow.parameters.what}}"]}
"""
KEY = ObjectKey("argoproj.io/v1alpha1", "CronWorkflow", "default", "nightly")


@pytest.fixture
def kept(terminal: Terminal) -> Terminal:
    assert terminal.argosy("cron", "create", terminal.file(CRON)).code == 0
    return terminal


def edit(terminal: Terminal, **status: object) -> None:
    found = terminal.store.objects.get(KEY)
    terminal.store.objects.replace({**found, "status": status})


def test_what_is_created_is_shown_with_its_next_time(terminal: Terminal) -> None:
    created = terminal.argosy("cron", "create", terminal.file(CRON), "-p", "what=some", "-l", "a=b")
    assert created.code == 0
    facts = {name: value.strip() for name, _, value in (line.partition(" ") for line in created.lines)}
    assert facts["Schedules:"] == "0 2 * * *"
    assert (facts["Timezone:"], facts["ConcurrencyPolicy:"]) == ("Europe/Berlin", "Forbid")
    assert (facts["StartingDeadlineSeconds:"], facts["Suspended:"]) == ("60", "false")
    assert facts["NextScheduledTime:"].endswith("(assumes workflow-controller is in UTC)")
    assert "  what:                        some" in created.lines
    assert "an engine in the background fires it" in created.err
    assert terminal.store.objects.get(KEY)["metadata"]["labels"] == {"a": "b"}


def test_options_change_what_is_created(terminal: Terminal) -> None:
    words = ("--name", "other", "--schedule", "@hourly", "--entrypoint", "main", "-o", "name")
    assert terminal.argosy("cron", "create", terminal.file(CRON), *words).out == "other\n"
    shown = json.loads(terminal.argosy("cron", "get", "other", "-o", "json").out)
    assert shown["spec"]["schedules"] == ["@hourly"]
    made = terminal.argosy("cron", "create", terminal.file(CRON), "--generate-name", "x-", "-o", "name")
    assert made.out.startswith("x-")


def test_what_breaks_a_rule_is_not_kept(terminal: Terminal) -> None:
    refused = terminal.argosy("cron", "create", terminal.file(CRON.replace("0 2 * * *", "0 2 * *")))
    assert refused.code == 1
    assert "cron schedule 0 2 * * is malformed: expected exactly 5 fields" in refused.err
    assert terminal.argosy("cron", "list", "-o", "name").out == ""
    other = terminal.argosy("cron", "create", terminal.file(CRON.replace("CronWorkflow", "Workflow")))
    assert "No CronWorkflows found in given files" in other.err


def test_the_list_has_argos_columns(kept: Terminal) -> None:
    head, row = kept.argosy("cron", "list").lines
    words = ["NAME", "AGE", "LAST RUN", "NEXT RUN", "SCHEDULES", "TIMEZONE", "SUSPENDED"]
    assert re.split(" {2,}", head) == words
    assert row.startswith("nightly   ")
    assert "N/A" in row
    assert row.endswith("0 2 * * *   Europe/Berlin   false")
    assert kept.argosy("cron", "list", "-A").lines[1].startswith("default     nightly")
    assert kept.argosy("cron", "list", "-l", "a=b", "-o", "name").out == ""


def test_the_status_is_shown(kept: Terminal) -> None:
    active = [{"name": "nightly-1", "uid": "u"}]
    conditions = [{"type": "SubmissionError", "status": "True", "message": "no room"}]
    edit(kept, lastScheduledTime="2026-01-01T01:00:00Z", active=active, conditions=conditions)
    shown = kept.argosy("cron", "get", "nightly")
    assert "Active Workflows:              nightly-1" in shown.lines
    assert " SubmissionError               no room" in shown.lines
    assert "LastScheduledTime:             " in shown.out


def test_it_is_suspended_and_resumed(kept: Terminal) -> None:
    assert kept.argosy("cron", "suspend", "nightly").out == "CronWorkflow 'nightly' suspended\n"
    assert kept.store.objects.get(KEY)["spec"]["suspend"] is True
    resumed = kept.argosy("cron", "resume", "nightly")
    assert resumed.out == "CronWorkflow 'nightly' resumed\n"
    assert "an engine in the background fires it" in resumed.err
    assert kept.store.objects.get(KEY)["spec"]["suspend"] is False


def test_an_update_keeps_the_status_and_lets_a_stopped_one_begin_anew(kept: Terminal) -> None:
    edit(kept, lastScheduledTime="2026-01-01T01:00:00Z", phase="Active", succeeded=3)
    file = kept.file(CRON.replace("Forbid", "Replace"))
    assert kept.argosy("cron", "update", file, "-o", "name").out == "nightly\n"
    found = kept.store.objects.get(KEY)
    assert found["spec"]["concurrencyPolicy"] == "Replace"
    assert found["status"] == {"lastScheduledTime": "2026-01-01T01:00:00Z", "phase": "Active", "succeeded": 3}
    edit(kept, lastScheduledTime="2026-01-01T01:00:00Z", phase="Stopped", succeeded=3)
    assert kept.argosy("apply", file).code == 0
    assert kept.store.objects.get(KEY)["status"] == {"lastScheduledTime": "2026-01-01T01:00:00Z"}
    assert kept.argosy("cron", "update", kept.file(CRON.replace("nightly", "other"))).code == 1


def test_what_the_engine_has_noted_outlives_an_update() -> None:
    note = {"cronworkflows.argoproj.io/last-used-schedule": "0 2 * * *"}
    old = {"metadata": {"name": "a", "annotations": note}, "status": {"phase": "Active"}}
    new = {"metadata": {"name": "a", "labels": {"cronworkflows.argoproj.io/completed": "true"}}}
    assert with_state(new, old) == {"metadata": {"name": "a", "annotations": note}, "status": {"phase": "Active"}}


def test_runs_go_with_it(kept: Terminal) -> None:
    kept.argosy("submit", "--from", "cronwf/nightly", "--wait")
    assert len(kept.workflows()) == 1
    assert kept.argosy("cron", "delete", "nightly").out == "CronWorkflow 'nightly' deleted\n"
    assert kept.workflows() == []
    assert kept.argosy("cron", "get", "nightly").code == 1


def test_who_looks_is_told_that_no_engine_ran(kept: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    services = kept.services
    absent = property(lambda _self: replace(services, wake=lambda: False))
    monkeypatch.setattr(type(kept), "services", absent)
    assert isinstance(kept.services, Services)
    assert "no engine was running" in kept.argosy("cron", "list").err
    assert kept.argosy("-q", "cron", "list").err == ""
    kept.argosy("cron", "suspend", "nightly")
    assert kept.argosy("cron", "list").err == ""


def test_a_backfill_runs_what_would_have_run(kept: Terminal) -> None:
    days = ("--start", "Thu, 01 Jan 2026 00:00:00 UTC", "--end", "Sun, 04 Jan 2026 00:00:00 UTC")
    words = ("cron", "backfill", "nightly", *days, "--name", "gap", "--maxworkflowcount", "2")
    refused = kept.argosy(*words)
    assert "nightly has tags ({{...}})" in refused.err
    kept.argosy("cron", "update", kept.file(CRON.replace("{{workflow.parameters.what}}", "all")))
    made = kept.argosy(*words)
    assert made.code == 0, made.err
    assert made.lines[0] == "Created gap Backfill task for Cronworkflow nightly"
    assert "Total Backfill Schedule: 3" in made.lines
    first, second = [line.split()[-1] for line in made.lines[-2:]]
    workflow = kept.store.get("default", first)
    assert workflow.metadata.labels["workflows.argoproj.io/backfill"] == "nightly"
    (step,) = workflow.spec.templates[0].steps[0]
    assert json.loads(step.with_param) == ["2026-01-01 01:00:00 +0000 UTC", "2026-01-02 01:00:00 +0000 UTC"]
    assert kept.store.get("default", second).metadata.name.startswith("backfill-wf-")
    resource = workflow.spec.templates[1].resource
    assert resource is not None
    child = yaml.safe_load(resource.manifest)
    assert child["metadata"]["generateName"] == "nightly-backfill-gap-"
    assert child["spec"]["synchronization"] == {"mutexes": [{"name": "gap"}]}
    assert child["spec"]["arguments"]["parameters"][-1] == {
        "name": "cronScheduleTime",
        "value": "{{inputs.parameters.backfillscheduletime}}",
    }


def test_a_backfill_of_nothing(kept: Terminal) -> None:
    kept.argosy("cron", "update", kept.file(CRON.replace("{{workflow.parameters.what}}", "all")))
    nothing = ("--start", "2026-01-01", "--end", "2026-01-01", "--format", "2006-01-02")
    assert kept.argosy("cron", "backfill", "nightly", *nothing).out == "There is no suitable scheduling time.\n"
    assert kept.argosy("cron", "backfill", "nightly", *nothing, "--parallel", "true").code == 0
    assert kept.argosy("cron", "backfill", "nightly", "other", *nothing).code == 2
    assert kept.argosy("cron", "backfill", "nightly", "--start", "soon").code == 1


def test_lint_looks_at_cron_workflows(terminal: Terminal) -> None:
    assert terminal.argosy("cron", "lint", terminal.file(CRON)).code == 0
    assert terminal.argosy("cron", "lint", terminal.file(CRON.replace("Forbid", "Never"))).code == 1
    assert "create" in terminal.argosy("cron").out
