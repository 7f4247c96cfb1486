"""`argosy`, with a report of what it cost: python -m bench.counted REPORT WORDS...

REPORT becomes JSON: the calls of Kubernetes' API by verb and kind, and the CPU time of this process in seconds.
"""

from __future__ import annotations

import json
import resource
import sys
from collections import Counter
from pathlib import Path
from typing import Any

from argosy.cli.main import main
from argosy.cluster.api import Api


def counted() -> list[Api]:
    """Every Api that is made from now on."""
    made: list[Api] = []
    make = Api.__init__

    def remember(self: Api, *arguments: Any, **more: Any) -> None:
        make(self, *arguments, **more)
        made.append(self)

    Api.__init__ = remember  # type: ignore[method-assign]
    return made


if __name__ == "__main__":
    report, apis = Path(sys.argv[1]), counted()
    sys.argv[1:] = sys.argv[2:]
    try:
        main()
    finally:
        calls: Counter[str] = sum((api.calls for api in apis), Counter())
        used = resource.getrusage(resource.RUSAGE_SELF)
        report.write_text(json.dumps({"calls": calls, "cpu": used.ru_utime + used.ru_stime}), encoding="utf-8")
