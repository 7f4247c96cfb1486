"""The same pods, created by nothing but lightkube: python -m bench.bare KUBECONFIG MANIFESTS AT_ONCE."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from lightkube import AsyncClient, Client, KubeConfig
from lightkube.resources.core_v1 import Namespace, Pod


async def create(config: KubeConfig, pods: Sequence[Any], at_once: int) -> None:
    """So many at the same time."""
    client, room = AsyncClient(config=config), asyncio.Semaphore(at_once)
    await client.get(Namespace, "default")

    async def one(pod: Any) -> None:
        async with room:
            await client.create(pod)

    await asyncio.gather(*map(one, pods))


def create_in_turn(config: KubeConfig, pods: Sequence[Any]) -> None:
    """One after the other."""
    client = Client(config=config)
    client.get(Namespace, "default")
    for pod in pods:
        client.create(pod)


if __name__ == "__main__":
    config = KubeConfig.from_file(sys.argv[1])
    pods = [Pod.from_dict(each) for each in json.loads(Path(sys.argv[2]).read_text(encoding="utf-8"))]
    if sys.argv[3] == "1":
        create_in_turn(config, pods)
    else:
        asyncio.run(create(config, pods, int(sys.argv[3])))
