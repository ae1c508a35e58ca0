"""Acknowledgements: 50 people write at the same moment while the provider takes 5 s for every answer; how long does the
platform wait for our "got it"?

The whole system runs, with the stand-ins for Slack and Twilio as their platforms. Each round 50 new people post one
signed message each, over connections that are open already. Then, while the turns of these 50 go on, others write, one
every tenth of a second. The baseline in the same run is a route of the same server that does nothing but answer, asked
by 50 connections while nothing else goes on: what the server, and 50 answers read by this one client, cost by
themselves.
"""

from __future__ import annotations

import asyncio
import itertools
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx

from bench.harness_house import scale
from channels.twilio_signature import sign
from tests.platforms.slack import WEBHOOK, FakeSlack
from tests.platforms.twilio import FakeTwilio
from tests.system import System

PEOPLE, ROUNDS = 50, 8
LATECOMERS, APART = 20, 0.1
"""Who writes behind a crowd, and how many seconds apart."""
BETWEEN = 8.0
"""Seconds between two rounds."""
TARGET = 0.1
_PATH = "/webhooks/whatsapp/webhook"

Post = Callable[[int], bytes]
"""The bytes of one whole HTTP request, for the person of that number."""
Times = tuple[list[float], list[float], list[float]]
"""Seconds: of those who write at once, of those who write behind them, of the route that does nothing."""


def measure() -> dict[str, float]:
    """Run it, print the table and return the figures (seconds)."""
    people = max(5, round(PEOPLE * scale()))
    figures: dict[str, float] = {}
    print(f"acknowledge: {people} people at once, {ROUNDS} times, the provider takes 5 s")
    print(f"{'':<12}{'median':>10}{'p99':>10}{'longest':>10}   a route that does nothing: p99")
    with tempfile.TemporaryDirectory(prefix="ringback-bench-") as folder:
        for platform, run in (("slack", _slack), ("whatsapp", _whatsapp)):
            home = Path(folder) / platform
            home.mkdir()
            took, late, bare = run(home, people)
            p99, late_p99, bare_p99 = _p99(took), _p99(late), _p99(bare)
            print(
                f"{platform:<12}{statistics.median(took) * 1000:>7.0f} ms{p99 * 1000:>7.0f} ms"
                f"{max(took) * 1000:>7.0f} ms   {bare_p99 * 1000:.0f} ms  (target < {TARGET * 1000:.0f} ms)"
            )
            print(
                f"{'  behind it':<12}{statistics.median(late) * 1000:>7.0f} ms{late_p99 * 1000:>7.0f} ms"
                f"{max(late) * 1000:>7.0f} ms   while the turns of the others go on"
            )
            figures[f"acknowledge.{platform}_p99_s"] = round(p99, 4)
            figures[f"acknowledge.{platform}_behind_p99_s"] = round(late_p99, 4)
            figures[f"acknowledge.{platform}_vs_nothing"] = round(p99 / bare_p99, 2)
    return {**figures, "acknowledge.n_people": float(people)}


def _p99(took: Sequence[float]) -> float:
    return statistics.quantiles(took, n=100, method="inclusive")[98]


def _slack(folder: Path, people: int) -> Times:
    platform = FakeSlack()
    platform.start()
    settings: dict[str, Any] = {
        "slack_token": platform.token,
        "slack_signing_secret": platform.secret,
        "database": f"sqlite:///{folder / 'chats.sqlite3'}",
        "base_url": platform.api_url,
        "response_urls": platform.url,
    }

    def post(person: int) -> bytes:
        user = f"U0BENCH{person}"
        platform.join(user, phone="", timezone="America/Toronto")
        body = platform.event(platform.message(user, "call me about my bill"))
        return _request("POST", WEBHOOK, body, platform.headers(body))

    try:
        return _measured(folder, {"channels.slack.SlackInput": settings}, platform, post, "/webhooks/slack/", people)
    finally:
        platform.stop()


def _whatsapp(folder: Path, people: int) -> Times:
    platform = FakeTwilio()
    platform.start()
    settings: dict[str, Any] = {
        "account_sid": platform.account,
        "auth_token": platform.token,
        "twilio_number": platform.sender,
        "public_url": platform.public_url,
        "secret": "a secret of the measurement's own",
        "database": f"sqlite:///{folder / 'chats.sqlite3'}",
        "api_url": platform.url,
        "content_url": platform.url,
    }

    def post(person: int) -> bytes:
        address = f"whatsapp:+1416{5550000 + person}"
        form = platform.inbound(address, "call me about my bill")
        platform.heard(address)
        signature = sign(platform.token, platform.public_url + _PATH, form.items())
        kind = "application/x-www-form-urlencoded"
        return _request(
            "POST", _PATH, urlencode(form).encode(), {"X-Twilio-Signature": signature, "Content-Type": kind}
        )

    try:
        entry = {"channels.whatsapp.WhatsAppInput": settings}
        return _measured(folder, entry, platform, post, "/webhooks/whatsapp/", people)
    finally:
        platform.stop()


def _measured(
    folder: Path, credentials: dict[str, Any], platform: FakeSlack | FakeTwilio, post: Post, health: str, people: int
) -> Times:
    system = System(folder, credentials=credentials)
    platform.bot_url = system.rasa_url
    try:
        system.start()
        return asyncio.run(_rounds(system, post, health, people))
    finally:
        system.stop()


async def _rounds(system: System, post: Post, health: str, people: int) -> Times:
    numbers = itertools.count()
    nothing = [_request("GET", health, b"", {})] * people
    bare, took, late = [], [], []
    for number in range(ROUNDS + 1):
        answers = await _at_once(system.rasa_port, nothing)
        bare += answers if number else []  # the first time something may still be made for the first time
    for number in range(ROUNDS + 1):
        answers = await _at_once(system.rasa_port, [post(next(numbers)) for _ in range(people)])
        took += answers if number else []
        for _ in range(LATECOMERS):
            await asyncio.sleep(APART)
            answers = await _at_once(system.rasa_port, [post(next(numbers))])
            late += answers if number else []
        if not number:
            await _slow_down(system)
        await asyncio.sleep(BETWEEN)
    return took, late, bare


async def _slow_down(system: System) -> None:
    """The provider takes 5 s for each answer from now on, as it may once people know what can be asked for."""
    async with httpx.AsyncClient(trust_env=False) as http:
        answer = await http.post(f"{system.sandbox_url}/sandbox/faults", json={"mode": "slow"})
        answer.raise_for_status()


async def _at_once(port: int, requests: Sequence[bytes]) -> list[float]:
    """Seconds until each answer began, of requests that are all sent at the same moment."""
    lines = [await asyncio.open_connection("127.0.0.1", port) for _ in requests]

    async def one(line: tuple[asyncio.StreamReader, asyncio.StreamWriter], request: bytes) -> float:
        reader, writer = line
        began = time.perf_counter()
        writer.write(request)
        status = await asyncio.wait_for(reader.readline(), 20.0)
        took = time.perf_counter() - began
        assert status.split()[1].startswith(b"2"), status
        writer.close()
        return took

    return list(await asyncio.gather(*(one(*pair) for pair in zip(lines, requests, strict=True))))


def _request(method: str, path: str, body: bytes, headers: dict[str, str]) -> bytes:
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", f"Content-Length: {len(body)}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode() + body
