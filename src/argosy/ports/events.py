"""Facts, in the past tense: what the machine is told. All of them survive a trip through JSON."""

from __future__ import annotations

from msgspec import Struct

from argosy.ports.pods import PodReport


class Event(Struct, frozen=True, gc=False, tag=True, kw_only=True, omit_defaults=True):
    """Something that happened."""


class PodReported(Event, frozen=True, gc=False, tag=True, kw_only=True):
    """An executor said what became of the pod of a node."""

    node_id: str
    report: PodReport


class SuspendRequested(Event, frozen=True, gc=False, tag=True, kw_only=True):
    """Somebody asked that nothing new be started (`argo suspend`)."""


class ResumeRequested(Event, frozen=True, gc=False, tag=True, kw_only=True):
    """Somebody asked that suspended nodes go on: those that `node_field_selector` matches, all where it is empty."""

    node_field_selector: str = ""


class StopRequested(Event, frozen=True, gc=False, tag=True, kw_only=True):
    """Somebody asked for a stop: running pods end, exit handlers run. With a selector: suspended nodes are failed."""

    node_field_selector: str = ""
    message: str = ""


class TerminateRequested(Event, frozen=True, gc=False, tag=True, kw_only=True):
    """Somebody asked that everything end at once, exit handlers too."""


Request = SuspendRequested | ResumeRequested | StopRequested | TerminateRequested
AnyEvent = PodReported | Request
