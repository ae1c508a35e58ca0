"""Polls with nothing around them: `python -m bench.bare httpx|aiohttp URL COUNT POLLS PER_SECOND`.

The same client and the same pace as the follower's, the answer read as JSON; prints the CPU for each poll, in ms.
"""

from __future__ import annotations

import asyncio
import resource
import sys
import time
from collections.abc import Awaitable, Callable

import aiohttp
import httpx

from bench.calls import sid

AT_ONCE = 50
ROUND = 0.1
Poll = Callable[[int], Awaitable[None]]


async def paced(poll: Poll, count: int, polls: int, per_second: float) -> float:
    """Poll in rounds, as the follower does, with `AT_ONCE` in flight; the CPU for each poll in seconds."""
    places = asyncio.Semaphore(AT_ONCE)

    async def one(number: int) -> None:
        async with places:
            await poll(number)

    await one(0)
    before, start = _cpu(), time.monotonic()
    running: set[asyncio.Task[None]] = set()
    for number in range(polls):
        while number > (time.monotonic() - start) * per_second:  # noqa: ASYNC110 - a pace is no event
            await asyncio.sleep(ROUND)
        task = asyncio.create_task(one(number % count))
        running.add(task)
        task.add_done_callback(running.discard)
    await asyncio.gather(*running)
    return (_cpu() - before) / polls


async def over_httpx(url: str, count: int, polls: int, per_second: float) -> float:
    """The client and the transport that the project uses for its polls."""
    from ringback.transport import provider_client

    auth, timeout = httpx.BasicAuth("AC" + "0" * 32, "0" * 64), httpx.Timeout(10.0)
    async with provider_client() as http:

        async def poll(number: int) -> None:
            answer = await http.get(f"{url}/3.0/callback/{sid(number)}/status", auth=auth, timeout=timeout)
            assert answer.json()["head"]["status"] == 200

        return await paced(poll, count, polls, per_second)


async def over_aiohttp(url: str, count: int, polls: int, per_second: float) -> float:
    """The least that a poll can cost with asyncio."""
    auth = aiohttp.BasicAuth("AC" + "0" * 32, "0" * 64)
    async with aiohttp.ClientSession(auth=auth, connector=aiohttp.TCPConnector(limit=200)) as http:

        async def poll(number: int) -> None:
            async with http.get(f"{url}/3.0/callback/{sid(number)}/status") as answer:
                assert (await answer.json())["head"]["status"] == 200

        return await paced(poll, count, polls, per_second)


def _cpu() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


if __name__ == "__main__":
    which, address, calls, number_of_polls, rate = sys.argv[1:]
    loop = over_httpx if which == "httpx" else over_aiohttp
    print(1000 * asyncio.run(loop(address, int(calls), int(number_of_polls), float(rate))))
