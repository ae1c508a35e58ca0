"""Workers and a desk are killed, frozen or stopped: no ending is lost, nothing is ordered twice or out of order."""

from __future__ import annotations

import asyncio
import random
import signal

from bench.harness_house import House, house, numbers

QUICK = 4.0


async def order(home: House, count: int) -> None:
    fresh = numbers()
    await asyncio.gather(*(home.order(f"key-{n}", next(fresh), f"web-{n // 2}") for n in range(count)))


async def test_killed_five_times() -> None:
    """Five times `kill -9` among two workers on SQLite: every ending is told, in order, and ordered once."""
    dice = random.Random(5)
    async with house("sqlite", workers=2, speed=QUICK) as home:
        await order(home, 10)
        for _ in range(5):
            await asyncio.sleep(dice.uniform(0.1, 1.0))
            victim = dice.choice(home.workers)
            await asyncio.to_thread(victim.kill)
            victim.start()
        await home.until_told(20)
        counted = await home.account()
    assert counted.sound, counted
    assert counted.unknown == 0


async def test_order_resent_after_kill() -> None:
    """A desk killed right after it stored its orders does not order again when they are sent again."""
    async with house("sqlite", workers=1, speed=QUICK) as home:
        ordering = asyncio.create_task(order(home, 10))
        await asyncio.sleep(0.03)
        await asyncio.to_thread(home.desk.kill)
        home.desk.start()
        await ordering
        calls = await home.calls()
    taken = [call["number"] for call in calls]
    assert len(home.numbers) == 10
    assert len(taken) == len(set(taken))


async def test_frozen_and_woken() -> None:
    """Two workers on PostgreSQL, one frozen while calls go on and then woken: the other tells all, in order."""
    async with house("postgresql", workers=2, speed=QUICK) as home:
        await order(home, 10)
        await asyncio.sleep(1.0)
        home.workers[0].signal(signal.SIGSTOP)
        await asyncio.sleep(3.0)
        home.workers[0].signal(signal.SIGCONT)
        await home.until_told(20)
        counted = await home.account()
    assert counted.sound, counted
    assert counted.unknown == 0


async def test_stops_on_sigterm() -> None:
    """On SIGTERM a worker finishes the delivery in flight, notes it, and exits with 0 within five seconds."""
    async with house("sqlite", workers=1, speed=QUICK) as home:
        await home.door_delay(1.0)
        await order(home, 1)
        while not await home.told():
            await asyncio.sleep(0.02)
        assert await asyncio.to_thread(home.workers[0].stop, 5.0) == 0
        told = await home.told()
        await home.door_delay(0.0)
        home.workers[0].start()
        await home.until_told(20)
        counted = await home.account()
    assert told
    assert counted.sound, counted
    assert counted.duplicates == 0
