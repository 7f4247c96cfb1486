"""What the pod of a resource template would have printed, kept where the process executor keeps its logs.

Beside what kubectl prints this is, in the end, what the pods of the object have printed that it waited for: without a
cluster there is no `kubectl logs` to ask for it.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from argosy.errors import ArgosyError
from argosy.executors.objects.kinds import kind_of
from argosy.executors.objects.resources import Object
from argosy.ports.executor import Executor, LogQuery
from argosy.ports.pods import PodRequest

MOST_PODS, MOST_LINES = 20, 1000
"""How much is taken over from pods; all of it is in their own logs."""


class PodLogs:
    """Writes `folder/workflow uid/pod name.log`; nothing without a folder. A log that can't be written is no error."""

    def __init__(self, folder: Path | None, pods: Executor) -> None:
        self._folder, self._pods = folder, pods

    def write(self, request: PodRequest, text: str) -> None:
        """Add a line, or several."""
        if self._folder is None or "/" in request.pod_name:
            return
        folder = self._folder / request.key.workflow_uid
        with suppress(OSError):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            with (folder / f"{request.pod_name}.log").open("a", encoding="utf-8") as file:
                file.write(text.rstrip("\n") + "\n")

    def write_pods(self, request: PodRequest, data: Object) -> None:
        """Add what the object's pods have printed, each line after the pod's name."""
        kind = kind_of(data["apiVersion"], data["kind"])
        if kind is None or self._folder is None:
            return
        for number in sorted(kind.pods(data))[-MOST_PODS:]:
            pod = kind.request(data, number)
            with suppress(ArgosyError, OSError):
                lines = list(self._pods.logs(pod.key, pod.pod_name, LogQuery(tail=MOST_LINES)))
                if lines:
                    self.write(request, "\n".join(f"{pod.pod_name}: {line}" for line in lines))
