"""Answers that are kept for a while."""

from __future__ import annotations

import asyncio

import pytest

from ringback.kept import STALE, Kept
from tests.conftest import Clock


class Source:
    """Counts the questions; answers when it is let."""

    def __init__(self) -> None:
        self.asked = 0
        self.open = asyncio.Event()
        self.open.set()
        self.broken = False

    async def ask(self, key: str) -> str:
        self.asked += 1
        number = self.asked
        await self.open.wait()
        if self.broken:
            raise ConnectionError
        return f"{key}{number}"


async def settle() -> None:
    """Let what runs in the background run."""
    for _ in range(5):
        await asyncio.sleep(0)


async def test_asked_once_while_fresh(clock: Clock) -> None:
    """A fresh answer is given again, and ten at the same time ask once."""
    source = Source()
    kept = Kept(source.ask, 20, clock)
    assert set(await asyncio.gather(*(kept.get("a") for _ in range(10)))) == {"a1"}
    clock.pass_(20)
    assert await kept.get("a") == "a1"
    assert source.asked == 1


async def test_old_copy_serves_while_the_provider_is_slow(clock: Clock) -> None:
    """An answer that is no longer fresh is given out at once, and fetched anew behind it, once."""
    source = Source()
    kept = Kept(source.ask, 20, clock)
    await kept.get("a")
    clock.pass_(21)
    source.open.clear()
    assert [await kept.get("a") for _ in range(5)] == ["a1"] * 5
    await settle()
    assert source.asked == 2
    source.open.set()
    await settle()
    assert await kept.get("a") == "a2"


async def test_too_old_a_copy_does_not_serve(clock: Clock) -> None:
    """What is much too old is not given out."""
    source = Source()
    kept = Kept(source.ask, 20, clock)
    await kept.get("a")
    clock.pass_(20 * STALE + 1)
    assert await kept.get("a") == "a2"


async def test_failure_is_heard_of(clock: Clock) -> None:
    """A failure in the background is not kept: whoever asks next asks anew, and hears how that goes."""
    source = Source()
    kept = Kept(source.ask, 20, clock)
    await kept.get("a")
    clock.pass_(21)
    source.broken = True
    assert await kept.get("a") == "a1"
    await settle()
    with pytest.raises(ConnectionError):
        await kept.get("a")
    source.broken = False
    assert await kept.get("a") == "a4"


async def test_who_stops_waiting_stops_nobody_else(clock: Clock) -> None:
    """A turn that is given up does not take the answer from another one that waits for it."""
    source = Source()
    kept = Kept(source.ask, 20, clock)
    source.open.clear()
    hurried, patient = asyncio.create_task(kept.get("a")), asyncio.create_task(kept.get("a"))
    await settle()
    hurried.cancel()
    await settle()
    source.open.set()
    assert await patient == "a1"
