"""News: from the change of a call at the provider to the person, through follower, teller, Rasa and channel.

Sandbox, action server (with its worker), Rasa and Chromium are real processes; calls are moved by hand at random
moments, and everything is asked about every two seconds. What is measured is the time from the change at the sandbox
to the changed card in the browser's DOM, to the message at a Socket.IO client among 1, 100 and 1,000 open chats, and
to the message at the stand-ins for Slack and Twilio; less the interval it is the software's own share.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import logging
import random
import statistics
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import structlog
from playwright.async_api import Page, async_playwright

from bench.harness_house import BILLING, numbers, scale
from ringback.desk import Desk
from ringback.models import CallbackRequest
from ringback.office import open_office
from ringback.settings import Settings
from tests.platforms.slack import FakeSlack
from tests.platforms.twilio import FakeTwilio
from tests.system import System
from tests.visitor import Visitor
from tools.browser import FLAGS, find_browser

INTERVAL = 2.0
"""Seconds between two looks at a call."""
TARGET = 0.7
CALLS, CHATS = 10, (1, 100, 1000)
STEPS = ("Calling Target", "Holding", "Calling Client", "Call In Progress", "Success")
MOVED = 50
"""How many of many chats have a call that moves; the others are just open."""
LONGEST = 30.0

_OBSERVE = """() => {
  window.changes = [];
  const root = document.querySelector('deep-chat').shadowRoot;
  const seen = new Map();
  const look = () => {
    for (const place of root.querySelectorAll('[data-card]')) {
      const state = place.querySelector('[data-state]')?.dataset.state;
      if (state && seen.get(place.dataset.card) !== state) {
        seen.set(place.dataset.card, state);
        window.changes.push([place.dataset.card, state, (performance.timeOrigin + performance.now()) / 1000]);
      }
    }
  };
  new MutationObserver(look).observe(root, {subtree: true, childList: true, attributes: true});
  look();
}"""
_STATES = {
    "Calling Target": "CALLING_AGENT",
    "Holding": "HOLDING",
    "Calling Client": "CALLING_CUSTOMER",
    "Call In Progress": "CONNECTED",
    "Success": "COMPLETED",
}
Seen = Callable[[], Awaitable[dict[tuple[str, str], float]]]
"""When (seconds since the epoch) which state of which call-back was first seen."""


def measure() -> dict[str, float]:
    """Run it, print the table and return the figures (seconds over the interval)."""
    print(f"news: each call is looked at every {INTERVAL:.0f} s; seconds from the change to the person, less that")
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    print(f"{'':<28}{'p50':>8}{'p95':>8}{'p99':>8}   changes")
    with tempfile.TemporaryDirectory(prefix="ringback-bench-") as folder:
        return asyncio.run(_all(Path(folder)))


async def _all(folder: Path) -> dict[str, float]:
    figures: dict[str, float] = {}

    def keep(name: str, lags: Sequence[float]) -> None:
        over = sorted(lag - INTERVAL for lag in lags)
        parts = {50: statistics.median(over), 95: _part(over, 95), 99: _part(over, 99)}
        print(f"{name:<28}" + "".join(f"{value:>+8.2f}" for value in parts.values()) + f"   {len(over)}", flush=True)
        key = name.replace(" ", "_").replace(",", "")
        figures[f"news.{key}_p50_over_interval_s"] = round(parts[50], 3)
        figures[f"news.{key}_p99_over_interval_s"] = round(parts[99], 3)
        if name == "browser":
            figures["news.browser_p95_over_interval_s"] = round(parts[95], 3)

    slack, twilio = FakeSlack(), FakeTwilio()
    slack.start()
    twilio.start()
    try:
        async with _house(folder, slack, twilio) as house:
            keep("browser", await _browser(house))
            keep("slack", await _slack(house, slack))
            keep("whatsapp", await _whatsapp(house, twilio))
            for chats in CHATS:
                keep(f"socket, {chats} open", await _sockets(house, max(1, round(chats * min(1.0, scale())))))
    finally:
        slack.stop()
        twilio.stop()
    print(f"target: browser p95 <= +{TARGET} s")
    return figures


def _part(ordered: Sequence[float], percent: int) -> float:
    return statistics.quantiles(ordered, n=100, method="inclusive")[percent - 1] if len(ordered) > 1 else ordered[0]


@dataclass
class House:
    """The running system, and a desk in this process that orders into its ledger."""

    system: System
    desk: Desk
    http: httpx.AsyncClient
    fresh: Any = field(default_factory=numbers)
    count: Any = field(default_factory=itertools.count)
    chance: random.Random = field(default_factory=lambda: random.Random(7))

    async def order(self, conversation: str, channel: str) -> str:
        """One more call for this conversation; its key."""
        key = f"news-{next(self.count)}"
        await self.desk.request(
            CallbackRequest(
                key=key,
                conversation_id=conversation,
                channel=channel,
                queue_id=f"fonolo:{BILLING}",
                queue_name="Billing",
                number=next(self.fresh),
            )
        )
        return key

    async def move(self, keys: Sequence[str]) -> dict[tuple[str, str], float]:
        """Lead each call through its life at random moments; when each change was made."""
        changed: dict[tuple[str, str], float] = {}

        async def one(key: str) -> None:
            sid = (await self.desk.ledger.get(key)).provider_id
            for step in STEPS:
                await asyncio.sleep(self.chance.uniform(2.5, 5.0))
                answer = await self.http.post(f"{self.system.sandbox_url}/sandbox/calls/{sid}/push", json={"to": step})
                changed[key, _STATES[step]] = time.time()
                answer.raise_for_status()

        await asyncio.gather(*map(one, keys))
        return changed

    async def lags(self, keys: Sequence[str], seen: Seen) -> list[float]:
        """Move the calls, and see how much later each change was seen. Raises AssertionError when one never was."""
        changed = await self.move(keys)
        deadline = time.monotonic() + LONGEST
        while not set(changed) <= set(found := _with_overtaken(await seen())):
            assert time.monotonic() < deadline, f"never seen: {set(changed) - set(found)}"
            await asyncio.sleep(0.2)
        return [found[change] - at for change, at in changed.items()]


def _with_overtaken(found: dict[tuple[str, str], float]) -> dict[tuple[str, str], float]:
    """News that piled up is told as the newest piece: what that overtook was told with it."""
    told = dict(found)
    for key in {key for key, _ in found}:
        later = float("inf")
        for state in reversed(_STATES.values()):
            later = min(later, told.get((key, state), later))
            if later < float("inf"):
                told.setdefault((key, state), later)
    return told


@asynccontextmanager
async def _house(folder: Path, slack: FakeSlack, twilio: FakeTwilio) -> AsyncIterator[House]:
    chats = f"sqlite:///{folder / 'chats.sqlite3'}"
    credentials = {
        # All of the open chats come from one address here.
        "channels.website.WebsiteInput": {
            "limits": {
                "address_sockets": 3000,
                "address_new_sessions_per_minute": 100_000,
                "address_messages_per_second": 10_000,
                "address_messages_per_minute": 100_000,
            }
        },
        "channels.slack.SlackInput": {
            "slack_token": slack.token,
            "slack_signing_secret": slack.secret,
            "database": chats,
            "base_url": slack.api_url,
            "response_urls": slack.url,
        },
        "channels.whatsapp.WhatsAppInput": {
            "account_sid": twilio.account,
            "auth_token": twilio.token,
            "twilio_number": twilio.sender,
            "public_url": twilio.public_url,
            "secret": "a secret of the measurement's own",
            "database": chats,
            "api_url": twilio.url,
            "content_url": twilio.url,
        },
    }
    following = {"ringing": INTERVAL, "waiting": INTERVAL}
    system = System(folder, desk={"following": following}, credentials=credentials)
    slack.bot_url = twilio.bot_url = system.rasa_url
    try:
        await asyncio.to_thread(system.start)
        given = {
            name.removeprefix("RINGBACK_").lower(): value
            for name, value in system.actions.environment.items()
            if name.startswith("RINGBACK_")
        }
        settings = Settings(**{**given, "worker_inside": False})  # type: ignore[arg-type]
        async with httpx.AsyncClient(trust_env=False) as http, open_office(settings) as desk:
            await http.post(f"{system.sandbox_url}/sandbox/settings", json={"speed": 0.01})
            yield House(system, desk, http)
    finally:
        await asyncio.to_thread(system.stop)


async def _browser(house: House) -> list[float]:
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(executable_path=find_browser(), args=[*FLAGS])
        page = await chromium.new_page()
        await page.goto(house.system.page_url)
        mine = "localStorage.getItem('ringback.session') || ''"
        while not (conversation := str(await page.evaluate(mine))):  # noqa: ASYNC110 - it is in another process
            await asyncio.sleep(0.1)
        await page.evaluate(_OBSERVE)
        keys = [await house.order(conversation, "website") for _ in range(CALLS)]
        lags = await house.lags(keys, lambda: _changes(page))
        await chromium.close()
        return lags


async def _changes(page: Page) -> dict[tuple[str, str], float]:
    found: list[tuple[str, str, float]] = await page.evaluate("window.changes")
    return {(key, state): at for key, state, at in reversed(found)}


async def _sockets(house: House, chats: int) -> list[float]:
    heard: dict[tuple[str, str], float] = {}
    visitors = [Visitor(house.system.rasa_url) for _ in range(chats)]
    try:
        for place in range(0, chats, 20):
            await asyncio.gather(*(one.connect() for one in visitors[place : place + 20]))
        for one in visitors:
            one.listen(lambda message: _note(heard, message))
        chosen = house.chance.sample(visitors, min(MOVED, chats))
        keys = [await house.order(str(one.session_id), "website") for one in chosen]
        return await house.lags(keys, lambda: _same(heard))
    finally:
        await asyncio.gather(*(one.disconnect() for one in visitors))


def _note(heard: dict[tuple[str, str], float], message: dict[str, Any]) -> None:
    news = message.get("news") or (message.get("metadata") or {}).get("news")
    if news:
        heard.setdefault((news["callback"], news["state"]), time.time())


async def _same(heard: dict[tuple[str, str], float]) -> dict[tuple[str, str], float]:
    return heard


async def _slack(house: House, slack: FakeSlack) -> list[float]:
    people = [f"U0NEWS{number}" for number in range(CALLS)]
    for user in people:
        slack.join(user, phone="", timezone="America/Toronto")
        slack.message(user, "hello")  # so that the direct message is open
    keys = {await house.order(f"{slack.team}-{user}", "slack"): user for user in people}
    shown: dict[tuple[str, str], float] = {}
    async with _watching(lambda: _look_at_slack(slack, keys, shown)):
        return await house.lags(list(keys), lambda: _same(shown))


_SAYS = {
    "CALLING_AGENT": "We are ringing",
    "HOLDING": "on hold",
    "CALLING_CUSTOMER": "Your phone is ringing now",
    "CONNECTED": "connected",
    "COMPLETED": "The call is over",
}


def _look_at_slack(slack: FakeSlack, keys: dict[str, str], shown: dict[tuple[str, str], float]) -> None:
    for key, user in keys.items():
        _find(key, " ".join(f"{one.said} {one.shown}" for one in slack.to(user)), shown)


async def _whatsapp(house: House, twilio: FakeTwilio) -> list[float]:
    addresses = [f"whatsapp:+1416555{number:04}" for number in range(200, 200 + CALLS)]
    for address in addresses:
        await asyncio.to_thread(twilio.deliver, twilio.inbound(address, "hello"))
    await asyncio.sleep(5.0)  # the greetings are answered
    from channels.whatsapp_intake import conversation_of

    own = "a secret of the measurement's own"
    keys = {await house.order(conversation_of(one, own), "whatsapp"): one for one in addresses}
    shown: dict[tuple[str, str], float] = {}

    def look() -> None:
        for key, address in keys.items():
            _find(key, " ".join(one.body for one in twilio.to(address)), shown)

    async with _watching(look):
        return await house.lags(list(keys), lambda: _same(shown))


def _find(key: str, text: str, shown: dict[tuple[str, str], float]) -> None:
    for state, words in _SAYS.items():
        if words in text:
            shown.setdefault((key, state), time.time())


@asynccontextmanager
async def _watching(look: Callable[[], None]) -> AsyncIterator[None]:
    async def again() -> None:
        while True:
            look()
            await asyncio.sleep(0.02)

    task = asyncio.create_task(again())
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
