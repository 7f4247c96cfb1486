"""What a test file says of a CronWorkflow: how much time passes, what its runs' pods do, which runs are to come of it.

manifest: nightly.yaml
tests:
- name: a night that takes too long
  start: 2026-03-01T12:00:00Z
  until: 3d
  pods: {backup: {seconds: 60}}
  runs:
    2026-03-02T02:00:00Z: {pods: {backup: {seconds: 90000}}}
  expect:
    runs:
    - {at: 2026-03-02T02:00:00Z, seconds: 90000}
    - {at: 2026-03-04T02:00:00Z}
    skipped: [{at: 2026-03-03T02:00:00Z, why: Forbid}]
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

from msgspec import Struct, field

from argosy.errors import ExpressionError, InvalidRequest
from argosy.language.durations import parse_duration
from argosy.model.values import Time
from argosy.testing.stubs import Expectation, Script

START = datetime(2026, 1, 1, tzinfo=UTC)
_LONG = re.compile(r"(?:(\d+)w)?(?:(\d+)d)?(.*)", re.DOTALL)


class RunExpectation(Expectation, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What is to become of the run of a scheduled time. `phase` is that at the end of the test."""

    at: Time
    name: str = ""


class SkipExpectation(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A scheduled time at which nothing runs; `why` is a part of the reason."""

    at: Time
    why: str = ""


class CronExpectation(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What is to come of a schedule; what is left out may be anything.

    `runs` and `skipped` are all of them, in their order. `active`, `kept`: the scheduled times of the runs that have
    not ended, and of those that the limits of the history have left. `conditions`: parts of their messages by type.
    """

    runs: list[RunExpectation | Time] | None = None
    count: int | None = None
    skipped: list[SkipExpectation | Time] | None = None
    active: list[Time] | None = None
    kept: list[Time] | None = None
    phase: str = ""
    succeeded: int | None = None
    failed: int | None = None
    conditions: dict[str, str] | None = None


class Down(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, rename={"for_": "for"}):
    """From when, and for how long, there is no engine."""

    at: Time
    for_: str


class Edit(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """When somebody changes the CronWorkflow, and which fields of its `spec` to what."""

    at: Time
    spec: dict[str, Any]


class CronCase(Script, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Some time of a schedule. `until` is when it ends, or how long it is; `runs` are scripts by scheduled time."""

    name: str
    until: str
    start: Time = START
    parameters: dict[str, str] = field(default_factory=dict)
    runs: dict[str, Script] = field(default_factory=dict)
    down: list[Down] = field(default_factory=list)
    edits: list[Edit] = field(default_factory=list)
    expect: CronExpectation = field(default_factory=CronExpectation)

    @property
    def end(self) -> datetime:
        """When the test ends. Raises InvalidRequest where nobody can tell."""
        return moment(self.until) if "T" in self.until else self.start + span(self.until)

    def script(self, at: datetime) -> Script:
        """What happens in the run of a scheduled time."""
        own = next((each for text, each in self.runs.items() if moment(text) == at), Script())
        return Script(pods={**self.pods, **own.pods}, resume={**self.resume, **own.resume})


class CronTestFile(Struct, frozen=True, forbid_unknown_fields=True):
    """A manifest, by its path from the test file, and the times to let pass."""

    manifest: str
    tests: list[CronCase]


def span(text: str) -> timedelta:
    """`3d`, `2w`, `1d12h`, `90m`, or seconds. Raises InvalidRequest."""
    weeks, days, rest = _LONG.fullmatch(text).groups()  # pyright: ignore[reportOptionalMemberAccess]: fits all
    try:
        seconds = parse_duration(rest) if rest else 0.0
    except ExpressionError as error:
        raise InvalidRequest(f"{error}", hint="write 3d, 2w, 1d12h or 90m") from None
    return timedelta(weeks=int(weeks or 0), days=int(days or 0), seconds=seconds)


def moment(text: str) -> datetime:
    """RFC 3339. Raises InvalidRequest."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise InvalidRequest(f"{text!r} is no time", hint="write 2026-03-01T12:00:00Z") from None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
