"""A program: the containers of one pod, each started once those that it depends on have succeeded.

    python crew.py PLAN      a file, JSON: {report, first, attempts, pause, containers: [{name, argv, ..., is_sidecar}]}

It is the one process that the supervisor knows of, so it needs nothing but the standard library. What became of each
container is in the report, {name: [exit code, started, finished]}. The exit code is main's, where that failed, else the
first other's. Only what main writes to its standard output goes to this process's own: it may be the pod's result.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

NOT_RUN = 64  # as Argo's executor has it, for what is not the program's own failure
KILLED = (128 + signal.SIGKILL, 128 + signal.SIGTERM)
GRACE_SECONDS = 30.0  # terminationGracePeriodSeconds
NOT_FOUND, NOT_EXECUTABLE, TERMINATED = 127, 126, 128 + signal.SIGTERM


class Crew:
    """The containers of one plan."""

    def __init__(self, plan: dict[str, Any]) -> None:
        self.plan = plan
        self.ends: dict[str, tuple[int, float, float]] = {}
        self._done = {each["name"]: threading.Event() for each in plan["containers"]}
        self._stopped = threading.Event()
        self._starting = threading.Lock()
        self._sidecars: list[subprocess.Popen[bytes]] = []

    def run(self) -> int:
        """Run them all; gives the exit code of the pod."""
        signal.signal(signal.SIGTERM, lambda *_: self._stop())
        threads = [threading.Thread(target=self._attend, args=(each,)) for each in self.plan["containers"]]
        for thread in threads:
            thread.start()
        for thread, each in zip(threads, self.plan["containers"], strict=True):
            if not each["is_sidecar"]:
                thread.join()
        self._end_sidecars()
        for thread in threads:
            thread.join()
        temporary = Path(f"{self.plan['report']}.tmp")
        temporary.write_text(json.dumps(self.ends), encoding="utf-8")
        temporary.rename(self.plan["report"])
        sidecars = {each["name"] for each in self.plan["containers"] if each["is_sidecar"]}
        codes = {name: self.ends[name][0] for name in self._done}
        codes = {name: code for name, code in codes.items() if name not in sidecars or code not in KILLED}
        first = self.plan["first"]
        return codes.get(first, 0) or next(filter(None, codes.values()), 0)

    def _end_sidecars(self) -> None:
        """They have nobody to serve any more."""
        with self._starting:
            self._stopped.set()
            left = list(self._sidecars)
        for process in left:
            process.terminate()
        deadline = time.monotonic() + GRACE_SECONDS
        for process in left:
            try:
                process.wait(max(0.0, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()

    def _stop(self) -> None:
        """Start nothing more. The signal is the whole group's: the containers have got it too."""
        self._stopped.set()
        for event in self._done.values():
            event.set()

    def _attend(self, container: dict[str, Any]) -> None:
        for name in container["after"]:
            self._done[name].wait()
        started = time.time()
        failed = [name for name in container["after"] if self.ends.get(name, (1,))[0]]
        if self._stopped.is_set():
            code = TERMINATED
        elif failed:
            code = _say(f'dependency "{failed[0]}" exited with non-zero code: {self.ends[failed[0]][0]}', NOT_RUN)
        else:
            code = self._try(container)
        self.ends[container["name"]] = (code, started, time.time())
        self._done[container["name"]].set()

    def _try(self, container: dict[str, Any]) -> int:
        code = NOT_RUN
        for attempt in range(self.plan["attempts"]):
            if attempt and self._stopped.wait(self.plan["pause"]):
                break
            code = self._once(container)
            if code == 0:
                break
        return code

    def _once(self, container: dict[str, Any]) -> int:
        if not Path(container["cwd"]).is_dir():
            return _say(f'workingDir "{container["cwd"]}" does not exist on this machine', NOT_RUN)
        output = 1 if container["name"] == "main" else 2
        env = {**os.environ, **container["env"]}
        try:
            with self._starting:
                if self._stopped.is_set():
                    return TERMINATED
                process = subprocess.Popen(container["argv"], stdout=output, env=env, cwd=container["cwd"])  # noqa: S603
                if container["is_sidecar"]:
                    self._sidecars.append(process)
        except OSError as error:
            code = NOT_EXECUTABLE if isinstance(error, PermissionError) else NOT_FOUND
            return _say(f"{container['argv'][0]}: {os.strerror(error.errno or 0)}", code)
        code = process.wait()
        return code if code >= 0 else 128 - code


def _say(message: str, code: int) -> int:
    os.write(2, f"{message}\n".encode())
    return code


if __name__ == "__main__":
    sys.exit(Crew(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))).run())
