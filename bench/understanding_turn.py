"""What a turn of the form costs the action server: its own CPU time, with a provider that answers at once.

A real dialogue is held once, in this process, by a Rasa that is played from its recorded domain: each turn goes to the
real action server's webhook as Rasa sends it (validation, then the question), with the tracker as it stands by then.
"""

from __future__ import annotations

import asyncio
import json
import os
import statistics
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import psutil
import yaml

from ringback.kept_secrets import ACTIONS_HEADER
from tests.system import ACTIONS_SECRET, ROOT, System

TURNS: Sequence[tuple[str, str]] = (
    ("can someone call me about my bill?", "request_callback"),
    ("416 555 0123", "inform"),
    ("how long will it take?", "ask_wait_time"),
    ("skip", "inform"),
    ("I was charged twice", "inform"),
    ("no thanks", "deny"),
    ("tomorrow afternoon", "inform"),
    ("2", "inform"),
    ("no, use my work number 647 555 0199", "change"),
    ("make that thursday", "change"),
)
FORM = "request_form"
_OWN_QUESTIONS = frozenset({"queue", "phone_number", "answer", "time_slot", "confirmed"})


@dataclass(frozen=True)
class Domain:
    """The domain as Rasa sends it with each call (our launcher leaves the responses out), encoded once: Rasa's own work
    is not what is measured.
    """

    text: str
    slots: tuple[str, ...]


class PlayedRasa:
    """Keeps one conversation's tracker and calls the action server as Rasa does."""

    def __init__(self, http: httpx.AsyncClient, url: str, domain: Domain, sender: str) -> None:
        self._http = http
        self._url = url
        self._domain = domain.text
        self.slots: dict[str, Any] = dict.fromkeys(domain.slots)
        self.events: list[dict[str, Any]] = [{"event": "action", "name": "action_session_start"}]
        self.loop: dict[str, Any] = {}
        self.sender = sender
        self.took: list[float] = []
        """Seconds of each call to the action server."""

    async def turn(self, text: str, intent: str) -> None:
        """One turn of the form."""
        message = self._heard(text, intent)
        await self._call(f"validate_{FORM}", message)
        self.loop = {"name": FORM}
        asked = self.slots.get("requested_slot")
        if asked in _OWN_QUESTIONS:
            await self._call(f"action_ask_{FORM}_{asked}", message)

    async def two_calls(self, first: str, second: str, text: str, intent: str) -> None:
        """A turn of any other two actions."""
        message = self._heard(text, intent)
        await self._call(first, message)
        await self._call(second, message)

    def _heard(self, text: str, intent: str) -> dict[str, Any]:
        message = {"text": text, "intent": {"name": intent, "confidence": 0.9}, "entities": [], "intent_ranking": []}
        self.events.append({"event": "user", "text": text, "parse_data": message, "input_channel": "website"})
        return message

    async def _call(self, action: str, message: dict[str, Any]) -> None:
        tracker = {
            "sender_id": self.sender,
            "slots": self.slots,
            "latest_message": message,
            "events": self.events,
            "paused": False,
            "followup_action": None,
            "active_loop": self.loop,
            "latest_action_name": "action_listen",
        }
        body = {
            "next_action": action,
            "sender_id": self.sender,
            "tracker": tracker,
            "version": "3.6.21",
        }
        content = f'{json.dumps(body)[:-1]}, "domain": {self._domain}}}'
        began = time.perf_counter()
        answer = await self._http.post(self._url, content=content, headers={"Content-Type": "application/json"})
        answer.raise_for_status()
        self.took.append(time.perf_counter() - began)
        said = answer.json()
        self.events += [{"event": "action", "name": action}, *said["events"]]
        self.events += [{"event": "bot", "text": None, "data": {}, "metadata": one} for one in said["responses"]]
        self.slots |= {one["name"]: one["value"] for one in said["events"] if one["event"] == "slot"}


def measure() -> dict[str, float]:
    """`understanding.turn_cpu_ms` (median of rounds), and how many turns and calls there were."""
    with tempfile.TemporaryDirectory() as folder:
        system = System(Path(folder), desk={"fresh": 20.0})
        try:
            for part in (system.sandbox, system.actions):
                part.start()
            for part in (system.sandbox, system.actions):
                part.wait()
            figures = asyncio.run(_measure(system))
        finally:
            system.stop()
    print(json.dumps(figures, indent=2))
    return figures


async def _measure(system: System) -> dict[str, float]:
    domain = the_domain()
    rounds = max(int(20 * float(os.environ.get("BENCH_SCALE", "1"))), 3)
    assert system.actions.running is not None
    server = psutil.Process(system.actions.running.pid)
    costs, idle, calls = [], await _idle(server), 0
    headers = {ACTIONS_HEADER: ACTIONS_SECRET}
    async with httpx.AsyncClient(timeout=30.0, trust_env=False, headers=headers) as http:
        url = f"http://127.0.0.1:{system.actions_port}/webhook"
        for number in range(rounds):
            played = PlayedRasa(http, url, domain, f"bench-{number}")
            before, started = _cpu(server), time.monotonic()
            for text, intent in TURNS:
                await played.turn(text, intent)
            spent = _cpu(server) - before - idle * (time.monotonic() - started)
            assert played.slots["requested_slot"] == "confirmed", played.slots["requested_slot"]
            costs.append(1000 * spent / len(TURNS))
            calls += len(played.took)
    print(f"rounds: {', '.join(f'{cost:.1f}' for cost in costs)} ms a turn")
    return {
        "understanding.turn_cpu_ms": statistics.median(costs[1:]),
        "understanding.first_turns_cpu_ms": costs[0],
        "understanding.n_turns": float(rounds * len(TURNS)),
        "understanding.n_calls": float(calls),
    }


async def _idle(server: psutil.Process) -> float:
    """What the follower and the teller take without any turn, in seconds for each second."""
    before = _cpu(server)
    await asyncio.sleep(2.0)
    return (_cpu(server) - before) / 2.0


def _cpu(process: psutil.Process) -> float:
    total = 0.0
    for one in (process, *process.children(recursive=True)):
        times = one.cpu_times()
        total += times.user + times.system
    return total


def the_domain() -> Domain:
    """The project's own, from all of its files."""
    domain: dict[str, Any] = {}
    for file in sorted((ROOT / "domain").rglob("*.yml")):
        domain |= yaml.safe_load(file.read_text(encoding="utf-8"))
    domain.pop("responses")
    return Domain(json.dumps(domain), tuple(domain["slots"]))
