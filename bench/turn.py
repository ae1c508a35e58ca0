"""The action server's turns, with a provider that takes 200 ms for every answer.

Three things are asked, by 1, 8 and 32 people at once, with the tracker and the domain as Rasa sends them; a turn is two
calls, a form's validation and its question:

- **ours**: the form's turns with the settings that we ship, which keep what the provider offers for some seconds; and
  the same with nothing kept (`fresh: 0`), when every call asks the provider for all that it needs;
- **nothing**: an action that does nothing, on the same server;
- **usual**: a synchronous action that asks the provider with `requests`, as Rasa's demos do it, on a plain Rasa SDK
  server.

`turn.vs_sync_baseline`: turns a second of ours, as shipped, against the usual ones, 32 people.
`turn.vs_noop_p99`: the p99 of a call whose turn needs no provider, against the action that does nothing, 32 people.
"""

from __future__ import annotations

import asyncio
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import httpx

from bench.harness_house import scale
from bench.understanding_turn import TURNS, Domain, PlayedRasa, the_domain
from ringback.kept_secrets import ACTIONS_HEADER
from ringback.settings import DeskFile
from tests.system import ACTIONS_SECRET, ROOT, Process, System, free_port

PROVIDER = 0.2
"""Seconds for every answer of the provider."""
LEVELS = (1, 8, 32)
SECONDS = 8.0
KEPT = 3600.0
"""Seconds for which nothing is asked again, where no turn is to need the provider."""
SHIPPED = DeskFile.model_fields["fresh"].default


@dataclass
class Measured:
    """One way of answering, at one number of people."""

    people: int
    turns: int = 0
    asked: int = 0
    """Requests to the provider."""
    seconds: float = 0.0
    took: list[float] = field(default_factory=list)

    @property
    def per_second(self) -> float:
        return self.turns / self.seconds

    @property
    def p50(self) -> float:
        return statistics.median(self.took)

    @property
    def p99(self) -> float:
        return statistics.quantiles(self.took, n=100, method="inclusive")[98]


OneTurn = Callable[[PlayedRasa, int], Awaitable[None]]
"""What one person does next: their conversation, and how many turns it had."""


async def ours(played: PlayedRasa, turn: int) -> None:
    """A turn of the form."""
    await played.turn(*TURNS[turn])


async def nothing(played: PlayedRasa, turn: int) -> None:
    """A turn of which nothing comes."""
    text, intent = TURNS[turn]
    await played.two_calls("action_nothing", "action_nothing", text, intent)


async def usual(played: PlayedRasa, turn: int) -> None:
    """A turn as the demos have it."""
    text, intent = TURNS[turn]
    await played.two_calls("action_usual", "action_nothing", text, intent)


def measure() -> dict[str, float]:
    """Run all, print the table and return the figures."""
    domain = the_domain()
    seconds = max(2.0, SECONDS * scale())
    with tempfile.TemporaryDirectory(prefix="ringback-bench-") as folder:
        with _desk(Path(folder), "shipped", fresh=SHIPPED) as (url, line):
            shipped = asyncio.run(_levels(url, line, domain, ours, seconds))
        with _desk(Path(folder), "asking", fresh=0.0) as (url, line):
            asking = asyncio.run(_levels(url, line, domain, ours, seconds))
        with _desk(Path(folder), "kept", fresh=KEPT) as (url, line):
            kept = asyncio.run(_levels(url, line, domain, ours, seconds))
            bare = asyncio.run(_levels(url, line, domain, nothing, seconds))
        with _plain(Path(folder)) as (url, line):
            sync = asyncio.run(_levels(url, line, domain, usual, seconds))
    ways = {"shipped": shipped, "asking": asking, "kept": kept, "noop": bare, "sync": sync}
    titles = ("ours, as shipped", "ours, nothing kept", "ours, all kept", "does nothing", "usual, synchronous")
    print(f"turns, the provider takes {PROVIDER * 1000:.0f} ms")
    print(f"{'':<19}{'people':>7}{'turns/s':>9}{'asked/s':>9}{'p50':>10}{'p99':>10}   of a call")
    for title, row in zip(titles, ways.values(), strict=True):
        for one in row:
            times = f"{one.p50 * 1000:>7.0f} ms{one.p99 * 1000:>7.0f} ms"
            print(f"{title:<19}{one.people:>7}{one.per_second:>9.1f}{one.asked / one.seconds:>9.1f}{times}")
    figures = {
        "turn.vs_sync_baseline": shipped[-1].per_second / sync[-1].per_second,
        "turn.nothing_kept_vs_sync_baseline": asking[-1].per_second / sync[-1].per_second,
        "turn.asked_vs_sync_baseline": asking[-1].asked / asking[-1].seconds / (sync[-1].asked / sync[-1].seconds),
        "turn.vs_noop_p99": kept[-1].p99 / bare[-1].p99,
        "turn.n_seconds": seconds,
    }
    for short, row in ways.items():
        for one in row:
            figures[f"turn.{short}_per_s_{one.people}"] = one.per_second
            figures[f"turn.{short}_p50_ms_{one.people}"] = 1000 * one.p50
            figures[f"turn.{short}_p99_ms_{one.people}"] = 1000 * one.p99
    return figures


async def _levels(url: str, line: str, domain: Domain, turn: OneTurn, seconds: float) -> list[Measured]:
    limits = httpx.Limits(max_connections=64, max_keepalive_connections=64)
    headers = {ACTIONS_HEADER: ACTIONS_SECRET}
    async with httpx.AsyncClient(timeout=60.0, trust_env=False, headers=headers, limits=limits) as http:
        await _talk(http, url, domain, turn, Measured(1), time.monotonic() + 1.0)  # what is made once is made now
        found = []
        for people in LEVELS:
            one = Measured(people)
            asked = int((await http.get(f"{line}asked")).text)
            began = time.monotonic()
            await asyncio.gather(*(_talk(http, url, domain, turn, one, began + seconds) for _ in range(people)))
            one.seconds = time.monotonic() - began
            one.asked = int((await http.get(f"{line}asked")).text) - asked
            found.append(one)
        return found


_conversations = iter(range(10**9))


async def _talk(http: httpx.AsyncClient, url: str, domain: Domain, turn: OneTurn, into: Measured, until: float) -> None:
    """One person, conversation after conversation."""
    while time.monotonic() < until:
        played = PlayedRasa(http, url, domain, f"bench-{next(_conversations)}")
        for number in range(len(TURNS)):
            await turn(played, number)
            into.turns += 1
            if time.monotonic() > until:
                break
        into.took += played.took


@contextmanager
def _slow(folder: Path, system: System) -> Iterator[str]:
    """The sandbox, and the slow line to it; the line's URL."""
    port = free_port()
    command = [sys.executable, "-m", "bench.slow_provider", str(port), system.sandbox_url, str(PROVIDER)]
    line = Process("line", command, f"http://127.0.0.1:{port}/asked", folder / "line.log", dict(os.environ))
    system.sandbox.start()
    system.sandbox.wait()
    line.start()
    try:
        line.wait()
        yield f"http://127.0.0.1:{port}/"
    finally:
        line.stop()
        system.sandbox.stop()


@contextmanager
def _desk(folder: Path, name: str, fresh: float) -> Iterator[tuple[str, str]]:
    """Our action server with the do-nothing action beside ours; the address that Rasa would call, and the line's."""
    home = folder / name
    home.mkdir()
    system = System(home, desk={"fresh": fresh})
    with _slow(home, system) as line:
        command = [
            sys.executable,
            "-m",
            "rasa_sdk",
            "--actions",
            "bench.turn_actions",
            "--port",
            str(system.actions_port),
        ]
        environment = {**system.actions.environment, "RINGBACK_FONOLO_URL": f"{line}3.0/"}
        server = replace(system.actions, command=command, environment=environment)
        server.start()
        try:
            server.wait()
            yield f"http://127.0.0.1:{system.actions_port}/webhook", line
        finally:
            server.stop()


@contextmanager
def _plain(folder: Path) -> Iterator[tuple[str, str]]:
    """A plain Rasa SDK server with the usual action, from a folder where nothing of ours is found."""
    home = folder / "usual"
    home.mkdir()
    system = System(home)
    with _slow(home, system) as line:
        command = [sys.executable, "-m", "rasa_sdk", "--actions", "usual", "--port", str(system.actions_port)]
        environment = {**system.actions.environment, "RINGBACK_FONOLO_URL": f"{line}3.0/"}
        server = replace(
            system.actions, command=command, environment=environment, home=ROOT / "bench" / "usual_actions"
        )
        server.start()
        try:
            server.wait()
            yield f"http://127.0.0.1:{system.actions_port}/webhook", line
        finally:
            server.stop()
