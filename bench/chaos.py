"""Chaos: 200 call-backs under way, and 100 times something is killed without a word. What is lost, what comes twice?

Two workers and a desk that orders are real processes; each round one of them dies by `kill -9` at a random moment (the
desk within the first milliseconds of an order) and is started anew, or, on PostgreSQL, one of their database
connections is cut. Every order is sent again with its key until it is answered, as a resent webhook would be. Then
everything may finish, and the sandbox's calls are compared with the news that arrived at a stand-in for Rasa.

`lost_endings`: no ending told (or "nobody knows" about a call that was made). `double_orders`: two calls for one key.
`out_of_order`: a lower sequence number after a higher one. `duplicates`: the same piece of news again. The last cannot
be nothing: a process that dies between Rasa's answer and its own note of it has to tell again, so one for each
delivery in flight at a kill is right; pieces carry ids, and the chat page shows each once.
"""

from __future__ import annotations

import asyncio
import os
import random
import time
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from bench.harness_account import Account
from bench.harness_house import House, Part, house, numbers, scale

CALLBACKS, ROUNDS = 200, 100
# The desk is killed in the first part only: an order that it left behind is looked for no sooner than after 45 s.
ORDERING_PART = 0.6
LIVES = (0.4, 0.6, 0.8, 1.0)  # the sandbox's speeds: a good life lasts 52, 35, 26 or 21 s
MOST_WAITING = 120.0


@dataclass
class Story:
    """One database's run: what was killed how often, and what came of it."""

    database: str
    killed: dict[str, int]
    account: Account
    seconds: float


def measure() -> dict[str, float]:
    """Run on both databases, print the table and return the sums of both."""
    seed = int(os.environ.get("BENCH_SEED") or random.randrange(10**6))
    callbacks, rounds = max(5, round(CALLBACKS * scale())), max(5, round(ROUNDS * scale()))
    print(f"chaos: {callbacks} call-backs, {rounds} kills on each database, BENCH_SEED={seed}")
    stories = [asyncio.run(run(one, callbacks, rounds, random.Random(seed))) for one in ("sqlite", "postgresql")]
    _print(stories)
    return {
        "chaos.lost_endings": float(sum(len(one.account.lost) for one in stories)),
        "chaos.double_orders": float(sum(len(one.account.double) for one in stories)),
        "chaos.out_of_order": float(sum(len(one.account.out_of_order) for one in stories)),
        "chaos.duplicates": float(max(one.account.duplicates for one in stories)),
    }


async def run(database: str, callbacks: int, rounds: int, dice: random.Random, *, pause: float = 0.8) -> Story:
    """One run: order while things die, go on killing, let everything finish, count."""
    begun = time.monotonic()
    async with house(database, workers=2) as home:
        monkey = Monkey(home, dice, database)
        ordering = asyncio.create_task(_order_all(home, callbacks, rounds * ORDERING_PART * pause, dice, monkey))
        for number in range(rounds):
            await asyncio.sleep(dice.uniform(0.2, 1.8) * pause)
            await monkey.strike(desk_too=number < rounds * ORDERING_PART)
        await ordering
        await home.until_told(MOST_WAITING)
        counted = await home.account()
        return Story(database, monkey.killed, counted, time.monotonic() - begun)


class Monkey:
    """Kills one thing at a time. `order_begun` is set whenever the driver sends an order."""

    def __init__(self, home: House, dice: random.Random, database: str) -> None:
        self.killed: dict[str, int] = {}
        self.order_begun = asyncio.Event()
        self._home = home
        self._dice = dice
        self._connections = database == "postgresql"

    async def strike(self, *, desk_too: bool) -> None:
        """One kill: a worker, the desk while it orders, or a connection to PostgreSQL."""
        victims: list[Part | None] = list(self._home.workers)
        if desk_too:
            victims.append(self._home.desk)
        if self._connections:
            victims.append(None)
        victim = self._dice.choice(victims)
        name = victim.name if victim else "connection"
        if victim is None:
            await self._cut_a_connection()
        else:
            if victim is self._home.desk:
                await self._during_an_order()
            await asyncio.to_thread(victim.kill)
            victim.start()
        self.killed[name] = self.killed.get(name, 0) + 1

    async def _during_an_order(self) -> None:
        self.order_begun.clear()
        try:
            await asyncio.wait_for(self.order_begun.wait(), 1.0)
        except TimeoutError:
            return
        await asyncio.sleep(self._dice.uniform(0.0, 0.06))

    async def _cut_a_connection(self) -> None:
        engine = create_async_engine(self._home.ledger_url)
        try:
            async with engine.connect() as connection:
                found = await connection.execute(
                    text(
                        "SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend' "
                        "AND pid <> pg_backend_pid() ORDER BY pid"
                    )
                )
                pids = [row[0] for row in found]
                if pids:
                    await connection.execute(
                        text("SELECT pg_terminate_backend(:pid)"), {"pid": self._dice.choice(pids)}
                    )
        finally:
            await engine.dispose()


async def _order_all(home: House, callbacks: int, seconds: float, dice: random.Random, monkey: Monkey) -> None:
    """Send all orders over that many seconds, two call-backs to a conversation."""
    fresh = numbers()
    sent: list[asyncio.Task[str]] = []
    for place in range(callbacks):
        await home.settings(speed=dice.choice(LIVES))
        order = home.order(f"chaos-{place:04d}", next(fresh), f"web-{place // 2}")
        sent.append(asyncio.create_task(order))
        await asyncio.sleep(0)
        monkey.order_begun.set()
        await asyncio.sleep(dice.uniform(0.2, 1.8) * seconds / callbacks)
    await asyncio.gather(*sent)


def _print(stories: list[Story]) -> None:
    print(
        f"{'':<12}{'kills':>7}{'told':>7}{'lost':>7}{'double':>8}{'out of order':>14}{'twice':>7}{'unknown':>9}{'s':>6}"
    )
    for one in stories:
        counted = one.account
        print(
            f"{one.database:<12}{sum(one.killed.values()):>7}{counted.told:>7}{len(counted.lost):>7}"
            f"{len(counted.double):>8}{len(counted.out_of_order):>14}{counted.duplicates:>7}{counted.unknown:>9}"
            f"{one.seconds:>6.0f}"
        )
        print(f"{'':<12}{', '.join(f'{name} {count}' for name, count in sorted(one.killed.items()))}")
        for word in ("lost", "double", "out_of_order"):
            if getattr(counted, word):
                print(f"{'':<12}{word}: {', '.join(getattr(counted, word))}")
