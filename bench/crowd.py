"""People who write at the same moment, in a process of their own: what else the measurement runs must not make their
answers look late.
"""

from __future__ import annotations

import asyncio
import multiprocessing
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from time import perf_counter

APART = 0.1
"""Seconds between two who write behind a crowd."""
PATIENCE = 20.0
"""Seconds for one answer."""


@dataclass(frozen=True)
class Round:
    """Whole HTTP requests: of those who write at once, and then of those who write behind them, one by one."""

    at_once: Sequence[bytes]
    behind: Sequence[bytes] = ()


@dataclass(frozen=True)
class Answers:
    """Seconds until each answer began."""

    at_once: Sequence[float]
    behind: Sequence[float]


def play(port: int, rounds: Sequence[Round], between: float) -> list[Answers]:
    """Post these to this port, with that many seconds between two rounds. Raises TimeoutError, AssertionError."""
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as process:
        return process.submit(_play, port, rounds, between).result()


def _play(port: int, rounds: Sequence[Round], between: float) -> list[Answers]:
    return asyncio.run(_all(port, rounds, between))


async def _all(port: int, rounds: Sequence[Round], between: float) -> list[Answers]:
    found = []
    for one in rounds:
        at_once = await _at_once(port, one.at_once)
        behind = []
        for request in one.behind:
            await asyncio.sleep(APART)
            behind += await _at_once(port, [request])
        found.append(Answers(at_once, behind))
        await asyncio.sleep(between)
    return found


async def _at_once(port: int, requests: Sequence[bytes]) -> list[float]:
    """All are sent at the same moment, over connections that are open already."""
    lines = [await asyncio.open_connection("127.0.0.1", port) for _ in requests]

    async def one(line: tuple[asyncio.StreamReader, asyncio.StreamWriter], request: bytes) -> float:
        reader, writer = line
        began = perf_counter()
        writer.write(request)
        status = await asyncio.wait_for(reader.readline(), PATIENCE)
        took = perf_counter() - began
        assert status.split()[1].startswith(b"2"), status
        writer.close()
        return took

    return list(await asyncio.gather(*(one(*pair) for pair in zip(lines, requests, strict=True))))


def request(method: str, path: str, body: bytes, headers: dict[str, str]) -> bytes:
    """One HTTP request, whole."""
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", f"Content-Length: {len(body)}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode() + body
