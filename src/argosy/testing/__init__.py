"""Test a workflow without running it: its YAML and what its pods do, in; what it asks for and how it ends, out."""

from __future__ import annotations

from argosy.testing.clock import VirtualClock
from argosy.testing.harness import Harness, Pod

__all__ = ["Harness", "Pod", "VirtualClock"]
