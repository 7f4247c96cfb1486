"""Manifests for older versions of Argo become manifests for today's: field by field, comments and order kept."""

from __future__ import annotations

import pytest

from argosy.errors import ManifestError
from argosy.model.codec import read_documents
from argosy.model.conversion import convert, modern_documents
from argosy.model.removed import REMOVED, modern

CRON = "kind: CronWorkflow\nspec:\n  %s\n  workflowSpec: {}\n"
FLOW = "kind: Workflow\nspec:\n%s\n  entrypoint: main\n"

CASES = {
    "a schedule": (CRON % 'schedule: "0 0 * * *" # x', CRON % "schedules:\n    - 0 0 * * * # x"),
    "a schedule that needs its quotes": (CRON % 'schedule: "* * * * *"', CRON % "schedules:\n    - '* * * * *'"),
    "a plain schedule": (CRON % "schedule: 0 0 * * *", CRON % "schedules:\n    - 0 0 * * *"),
    "a schedule with a tag": (CRON % "schedule: !!str 0 0 * * *", CRON % "schedules:\n    - 0 0 * * *"),
    "a schedule of two lines": (
        CRON % "schedule: >\n    0 0\n    * * *",
        "kind: CronWorkflow\nspec:\n  schedules:\n  - |\n    0 0 * * *\n  workflowSpec: {}\n",
    ),
    "no schedule": (CRON % "schedule:\n  suspend: true", CRON % "suspend: true"),
    "an old schedule counts": (CRON % "schedules: [b]\n  schedule: a # c", CRON % "schedules:\n    - a # c"),
    "a mutex": (
        FLOW % "  synchronization:\n    mutex:\n      name: a # it\n\n      # b\n      namespace: b\n    # end",
        FLOW % "  synchronization:\n    mutexes:\n      - name: a # it\n\n        # b\n        namespace: b\n    # end",
    ),
    "a mutex in braces": (
        FLOW % "  synchronization:\n    mutex: {name: a}",
        FLOW % "  synchronization:\n    mutexes:\n      - {name: a}",
    ),
    "all in braces": (
        FLOW % '  synchronization: {"mutex": {name: a}}',
        FLOW % '  synchronization: {"mutexes": [{name: a}]}',
    ),
    "both semaphores count": (
        "# comment\n" + FLOW % "  synchronization: {semaphore: {configMapKeyRef: {key: a}}, semaphores: [{}]}",
        "kind: Workflow\nspec:\n  entrypoint: main\n  synchronization:\n    semaphores:\n    - {}\n"
        "    - configMapKeyRef:\n        key: a\n",
    ),
    "a time to live": (
        FLOW % "  ttlSecondsAfterFinished: 10 # s",
        FLOW % "  ttlStrategy:\n    secondsAfterCompletion: 10 # s",
    ),
    "a time to live in JSON": (
        '{"kind": "Workflow", "spec": {"ttlSecondsAfterFinished": 10}}',
        '{"kind": "Workflow", "spec": {"ttlStrategy": {"secondsAfterCompletion": 10}}}',
    ),
    "a time to live beside another": (
        FLOW % "  ttlSecondsAfterFinished: 10\n  ttlStrategy: {secondsAfterSuccess: 3}",
        "kind: Workflow\nspec:\n  entrypoint: main\n  ttlStrategy:\n    secondsAfterCompletion: 10\n    "
        "secondsAfterSuccess: 3\n",
    ),
    "what nothing takes the place of": (
        FLOW
        % "  templates:\n  - resubmitPendingPods: true\n    name: a\n  - name: b\n    resubmitPendingPods: true # x",
        FLOW % "  templates:\n  - name: a\n  - name: b",
    ),
    "the last of its mapping in braces": (
        FLOW % "  templates: [{name: a, resubmitPendingPods: true}]",
        "kind: Workflow\nspec:\n  entrypoint: main\n  templates:\n  - name: a\n",
    ),
    "the last line": (
        "kind: Workflow\nspec:\n  templates:\n  - name: a\n    resubmitPendingPods: true",
        "kind: Workflow\nspec:\n  templates:\n  - name: a",
    ),
    "a list that is the value of a merge": (
        "kind: Workflow\nx: &x {mutex: {name: a}}\nspec:\n  synchronization:\n    <<: *x\n",
        "kind: Workflow\nspec:\n  synchronization:\n    mutexes:\n    - name: a\nx:\n  mutex:\n    name: a\n",
    ),
    "an anchor that is read elsewhere": (
        "kind: CronWorkflow\nx: 1\nspec:\n  schedule: &s a\n  timezone: *s\n",
        "kind: CronWorkflow\nspec:\n  schedules:\n  - a\n  timezone: a\nx: 1\n",
    ),
    "JSON that is no YAML": (
        r'{"kind": "CronWorkflow", "x": "\ud83d\ude00", "spec": {"schedule": "a"}}',
        '{"kind":"CronWorkflow","x":"😀","spec":{"schedules":["a"]}}\n',
    ),
    "several documents": (
        "---\n# one\n" + CRON % "schedule: a" + "---\n# two\nkind: ConfigMap\n---\n" + CRON % "schedule: b",
        "---\n# one\n"
        + CRON % "schedules:\n    - a"
        + "---\n# two\nkind: ConfigMap\n---\n"
        + CRON % "schedules:\n    - b",
    ),
    "the second document anew": (
        "kind: ConfigMap\n---\n# x\n" + FLOW % "  synchronization: {mutex: {name: a}, mutexes: []}",
        "kind: ConfigMap\n---\nkind: Workflow\nspec:\n  entrypoint: main\n  synchronization:\n    mutexes:\n"
        "    - name: a\n",
    ),
    "what stands inside another object": (
        "kind: List\nitems:\n- kind: CronWorkflow\n  spec: {schedule: a}\n",
        "kind: List\nitems:\n- kind: CronWorkflow\n  spec: {schedules: [a]}\n",
    ),
    "a text inside another object stays": (
        "kind: ConfigMap\ndata:\n  a: |\n    kind: CronWorkflow\n    spec: {schedule: a}\n",
        "kind: ConfigMap\ndata:\n  a: |\n    kind: CronWorkflow\n    spec: {schedule: a}\n",
    ),
    "today's": (CRON % "schedules: [a]", CRON % "schedules: [a]"),
    "what a person decides": (FLOW % "  podPriority: 3", FLOW % "  podPriority: 3"),
    "a mutex where its mapping is on the same line": (
        "kind: Workflow\nspec:\n  templates:\n  - ? synchronization\n    : mutex: &m\n        name: a\n",
        "kind: Workflow\nspec:\n  templates:\n  - synchronization:\n      mutexes:\n      - name: a\n",
    ),
}


@pytest.mark.parametrize(("before", "after"), CASES.values(), ids=list(CASES))
def test_conversion(before: str, after: str) -> None:
    converted = convert(before)
    assert converted.text == after
    assert [each.data for each in read_documents(after, strict=False)] == modern_documents(before)
    assert convert(after).text == after


def test_what_was_changed() -> None:
    text = FLOW % "  podPriority: 3\n  ttlSecondsAfterFinished: 4"
    assert [(each.line, each.field, each.becomes, each.by_hand) for each in convert(text).changes] == [
        (3, "spec.podPriority", "", True),
        (4, "spec.ttlSecondsAfterFinished", "ttlStrategy.secondsAfterCompletion", False),
    ]


def test_what_lost_its_comments() -> None:
    text = FLOW % "  synchronization: {mutex: {name: a}, mutexes: []}"
    assert convert("kind: ConfigMap\n---\n" + text).rewritten == [2]
    assert convert(text.replace(", mutexes: []", "")).rewritten == []


def test_what_is_no_manifest() -> None:
    with pytest.raises(ManifestError):
        convert("a: b: c")


@pytest.mark.parametrize("data", [{"spec": None}, {"spec": [1]}, {"spec": {"templates": {"a": {}}}}, {"spec": 3}])
def test_data_of_other_types_stays(data: object) -> None:
    assert modern(data, "Workflow") == data


def test_every_row_says_what_to_do() -> None:
    assert [key for key, row in REMOVED.items() if not row.hint] == []
    assert [key for key, row in REMOVED.items() if row.how in ("list", "inside") and not row.becomes] == []
