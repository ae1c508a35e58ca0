"""Takeover: three workers on PostgreSQL follow 300 call-backs; what happens when one dies, and when one is frozen?

First one is killed: `takeover.seconds` is how long it took until every call-back was asked about again, the dead
worker's among them. It is seen from the sandbox's list of requests every fifth of a second, and the intervals are
the product's own; most calls have been on hold for a while, so that they are polled as rarely as open calls ever are.
Then one is stopped for 20 s (SIGSTOP) while calls move on, and wakes up: `takeover.told_twice` counts pieces of news
that arrived twice. One that was in flight in that very instant would be told again, rightly.
"""

from __future__ import annotations

import asyncio
import random
import signal
import time

from bench.harness_house import DESK_FILE, House, house, numbers, scale

CALLBACKS, WORKERS, LOOK = 300, 3, 0.2
ON_HOLD, FROZEN, MOST = 50.0, 20.0, 60.0
TARGET = 15.0


def measure() -> dict[str, float]:
    """Run it, print the table and return the figures."""
    callbacks = max(10, round(CALLBACKS * scale()))
    seconds, twice, lost = asyncio.run(run(callbacks, ON_HOLD * min(1.0, max(0.2, scale()))))
    print(f"takeover: {WORKERS} workers on PostgreSQL, {callbacks} call-backs")
    print(f"{'all polled again after a kill':<34}{seconds:>8.1f} s  (target < {TARGET:.0f} s)")
    print(f"{f'told twice, one frozen for {FROZEN:.0f} s':<34}{twice:>8}    (target 0)")
    print(f"{'endings lost':<34}{lost:>8}    (target 0)")
    return {"takeover.seconds": round(seconds, 2), "takeover.told_twice": float(twice)}


async def run(callbacks: int, on_hold: float) -> tuple[float, int, int]:
    """Seconds until the last call-back was polled after a kill; pieces told twice; endings lost."""
    desk_file = {**DESK_FILE, "following": {}, "telling": {}}
    async with house("postgresql", workers=WORKERS, speed=0.2, desk_file=desk_file) as home:
        fresh = numbers()
        for place in range(0, callbacks, 20):
            await asyncio.gather(
                *(home.order(f"over-{n}", next(fresh), f"web-{n}") for n in range(place, min(place + 20, callbacks)))
            )
        await home.settings(speed=1.0)
        for call in await home.calls():
            await _push(home, call["sid"], "Holding")
        await asyncio.sleep(on_hold)
        seconds = await _kill_one(home)
        home.workers[0].start()
        await _freeze_one(home)
        await home.until_told(MOST)
        counted = await home.account()
        return seconds, counted.duplicates, len(counted.lost)


async def _kill_one(home: House) -> float:
    waiting = {call["sid"] for call in await home.calls() if not call["over"]}
    await asyncio.to_thread(home.workers[0].kill)
    await home.http.delete(f"{home.sandbox_url}/sandbox/requests")
    killed = time.monotonic()
    while waiting and time.monotonic() - killed < MOST:
        await asyncio.sleep(LOOK)
        asked = (await home.http.get(f"{home.sandbox_url}/sandbox/requests")).json()["requests"]
        # What arrives between the two is not seen, which can only make the result worse.
        await home.http.delete(f"{home.sandbox_url}/sandbox/requests")
        paths = " ".join(one["path"] for one in asked)
        waiting = {sid for sid in waiting if sid not in paths}
    return time.monotonic() - killed


async def _freeze_one(home: House) -> None:
    """Freeze a worker while every call is moved on, a few at a time, at random moments."""
    sids = [call["sid"] for call in await home.calls() if not call["over"]]
    random.Random(1).shuffle(sids)
    frozen = home.workers[1]
    until = time.monotonic() + FROZEN
    for place, sid in enumerate(sids):
        await _push(home, sid, "Calling Client")
        if place == len(sids) // 4:
            frozen.signal(signal.SIGSTOP)
            until = time.monotonic() + FROZEN
        await asyncio.sleep(10.0 / len(sids))
    await asyncio.sleep(max(0.0, until - time.monotonic()))
    frozen.signal(signal.SIGCONT)


async def _push(home: House, sid: str, to: str) -> None:
    await home.http.post(f"{home.sandbox_url}/sandbox/calls/{sid}/push", json={"to": to})
