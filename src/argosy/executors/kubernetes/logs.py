"""The log of a pod's container: as lines for those who read it, as the result of a leaf."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from datetime import datetime
from typing import Final

from msgspec.structs import replace

from argosy.cluster.api import Api
from argosy.cluster.failures import Refused, Unavailable
from argosy.cluster.requests import LogOptions
from argosy.errors import NotFound
from argosy.ports.executor import LogQuery

LONGEST_RESULT: Final = 256 * 1024
AGAIN_SECONDS: Final = 0.5
NOT_STARTED: Final = "waiting to start"
CAN_NOT: Final = frozenset({400, 403, 422})


async def lines(api: Api, namespace: str, pod: str, query: LogQuery) -> AsyncGenerator[list[str], None]:
    """The lines of a log without their newline, as they come, some at a time. Raises NotFound where there is none."""
    options = LogOptions(
        container=query.container,
        follow=query.follow,
        tail=query.tail,
        since=query.since,
        timestamps=query.timestamps or query.follow,
        previous=query.previous,
    )
    found = (_follow if query.follow else _lines)(api, namespace, pod, options)
    async with aclosing(found):
        try:
            async for some in found:
                yield some if query.timestamps or not query.follow else [line.partition(" ")[2] for line in some]
        except Refused as error:
            if NOT_STARTED not in error.message:
                raise
            raise NotFound(f"pod {pod!r} has no log yet") from None


async def _follow(api: Api, namespace: str, pod: str, options: LogOptions) -> AsyncGenerator[list[str], None]:
    """Wait until the container begins, and go on from the last line that came when the connection breaks."""
    last = ""
    while True:
        try:
            async with aclosing(_lines(api, namespace, pod, options)) as found:
                async for some in found:
                    if fresh := [line for line in some if line.partition(" ")[0] > last]:
                        last = fresh[-1].partition(" ")[0]
                        yield fresh
            return
        except NotFound:
            if last:
                return  # it was deleted meanwhile
            raise
        except (Unavailable, Refused) as error:
            if not error.transient and NOT_STARTED not in error.message:
                raise
        await asyncio.sleep(AGAIN_SECONDS)
        if last:  # Kubernetes counts from whole seconds
            options = replace(options, since=datetime.fromisoformat(last).replace(microsecond=0), tail=None)


async def _lines(api: Api, namespace: str, pod: str, options: LogOptions) -> AsyncGenerator[list[str], None]:
    rest = b""
    async with aclosing(api.log(namespace, pod, options)) as chunks:
        async for chunk in chunks:
            *whole, rest = (rest + chunk).split(b"\n")
            if whole:
                yield [line.decode(errors="replace") for line in whole]
    if rest:
        yield [rest.decode(errors="replace")]


class Results:
    """Reads what leaves have printed. Only standard output counts, where the cluster can tell it from the rest."""

    def __init__(self, api: Api) -> None:
        self._api = api
        self._splits = True

    async def read(self, namespace: str, pod: str) -> str:
        """What `main` printed: the last 256 KiB, without one newline at the end. Raises what the API raises."""
        if self._splits:
            try:
                return await self._read(namespace, pod, LogOptions(stream="Stdout"))
            except Refused as error:
                if error.status not in CAN_NOT or "stream" not in error.message:
                    raise
                self._splits = False
        return await self._read(namespace, pod, LogOptions())

    async def _read(self, namespace: str, pod: str, options: LogOptions) -> str:
        kept = bytearray()
        async with aclosing(self._api.log(namespace, pod, options)) as chunks:
            async for chunk in chunks:
                kept += chunk
                if len(kept) > 2 * LONGEST_RESULT:
                    del kept[: -LONGEST_RESULT - 1]
        text = bytes(kept).removesuffix(b"\n")
        return text[-LONGEST_RESULT:].decode(errors="replace")
