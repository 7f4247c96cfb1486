"""Why a pod is not even started."""

from __future__ import annotations

from typing import Literal

from argosy.ports.pods import PodReport


class Unrunnable(Exception):
    """The pod can't be started. Never leaves this package: it becomes the pod's report."""

    def __init__(self, phase: Literal["Failed", "Error"], message: str, exit_code: int | None = None) -> None:
        super().__init__(message)
        self.report = PodReport(phase=phase, message=message, exit_code=None if exit_code is None else str(exit_code))


def no_program(program: str, why: str, exit_code: int) -> Unrunnable:
    """The program is not there (127) or can't be executed (126), in the form of a container that failed."""
    return Unrunnable("Failed", f'main: Error (exit code {exit_code}): exec: "{program}": {why}', exit_code)
