"""Acknowledgements: 50 people write at the same moment while the provider takes 5 s for every answer; how long does the
platform wait for our "got it"?

The whole system runs, with the stand-ins for Slack and Twilio as their platforms. Each round 50 new people post one
signed message each, over connections that are open already. Then, while the turns of these 50 go on, others write, one
every tenth of a second. The baseline in the same run is a route of the same server that does nothing but answer, asked
by 50 connections while nothing else goes on: what the server, and 50 answers read by this one client, cost by
themselves.
"""

from __future__ import annotations

import itertools
import statistics
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx

from bench.crowd import Round, play, request
from bench.harness_house import scale
from channels.twilio_signature import sign
from tests.platforms.slack import WEBHOOK, FakeSlack
from tests.platforms.twilio import FakeTwilio
from tests.system import System

PEOPLE, ROUNDS = 50, 8
LATECOMERS = 20
"""How many write behind a crowd, one after the other."""
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
        return request("POST", WEBHOOK, body, platform.headers(body))

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
        return request("POST", _PATH, urlencode(form).encode(), {"X-Twilio-Signature": signature, "Content-Type": kind})

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
        return _rounds(system, post, health, people)
    finally:
        system.stop()


def _rounds(system: System, post: Post, health: str, people: int) -> Times:
    numbers = itertools.count()

    def crowd(behind: int) -> Round:
        return Round([post(next(numbers)) for _ in range(people)], [post(next(numbers)) for _ in range(behind)])

    # The first time of each something may still be made for the first time: it does not count.
    nothing = Round([request("GET", health, b"", {})] * people)
    bare = play(system.rasa_port, [nothing] * (ROUNDS + 1), 0.0)[1:]
    play(system.rasa_port, [crowd(LATECOMERS)], BETWEEN)
    _slow_down(system)
    # They are signed beforehand; platforms' signatures hold for five minutes.
    found = play(system.rasa_port, [crowd(LATECOMERS) for _ in range(ROUNDS)], BETWEEN)
    return (
        [seconds for one in found for seconds in one.at_once],
        [seconds for one in found for seconds in one.behind],
        [seconds for one in bare for seconds in one.at_once],
    )


def _slow_down(system: System) -> None:
    """The provider takes 5 s for each answer from now on, as it may once people know what can be asked for."""
    httpx.post(f"{system.sandbox_url}/sandbox/faults", json={"mode": "slow"}, trust_env=False).raise_for_status()
