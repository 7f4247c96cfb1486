"""What the pod of a resource template would have printed, kept where the process executor keeps its logs."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from argosy.ports.pods import PodRequest


class PodLogs:
    """Writes `folder/workflow uid/pod name.log`; nothing without a folder. A log that can't be written is no error."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder

    def write(self, request: PodRequest, text: str) -> None:
        """Add a line, or several."""
        if self._folder is None or "/" in request.pod_name:
            return
        folder = self._folder / request.key.workflow_uid
        with suppress(OSError):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            with (folder / f"{request.pod_name}.log").open("a", encoding="utf-8") as file:
                file.write(text.rstrip("\n") + "\n")
