"""Test a workflow without running it: its YAML and what its pods do, in; what it asks for and how it ends, out.

`Harness` is one workflow on the machine, with pods that do what the test says. `FakeExecutor` runs nothing for a whole
engine: pods end as `Outcome`s say. `VirtualClock` stands still until it is told to go on.
"""

from __future__ import annotations

from argosy.executors.fake import FakeExecutor, Outcome
from argosy.testing.clock import VirtualClock
from argosy.testing.harness import Harness, Pod

__all__ = ["FakeExecutor", "Harness", "Outcome", "Pod", "VirtualClock"]
