"""A person in Slack: says and taps, and looks at what is shown."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

import httpx

from ringback.ledger.store import Ledger
from ringback.models import Callback
from tests.platforms.slack import FakeSlack, Posted
from tests.system import RASA_TOKEN, System

PATIENCE = 45.0


@dataclass
class Person:
    """What was shown before the last thing that they did is not looked at again."""

    system: System
    slack: FakeSlack
    user: str
    http: httpx.AsyncClient
    seen: int = 0
    last: list[Posted] = field(default_factory=list)

    @property
    def id(self) -> str:
        return f"{self.slack.team}-{self.user}"

    @property
    def messages(self) -> list[Posted]:
        return self.slack.to(self.user)

    async def post(self, body: bytes) -> httpx.Response:
        """Have Slack post something, and see it acknowledged."""
        answer = await asyncio.to_thread(self.slack.deliver, body)
        assert answer.status_code == 200, (answer.status_code, answer.text)
        return answer

    async def say(self, text: str) -> str:
        """Type something; what was answered when the whole turn is in Slack."""
        return await self.do(self.slack.event(self.slack.message(self.user, text)))

    async def tap(self, title: str) -> str:
        """Tap on something that is shown, newest first."""
        for posted in reversed(self.messages):
            if any(name == title or name.startswith(title) for name in posted.taps):
                return await self.do(self.slack.tap(self.user, posted, title))
        raise AssertionError(f"{title!r} is not shown: {[(one.shown, list(one.taps)) for one in self.messages]}")

    async def do(self, body: bytes) -> str:
        """Have Slack post this, wait for the whole turn's answer; its text."""
        self.seen = len(self.messages)
        await self.post(body)
        turn = await self.until(lambda: self.turn(message_id(body)), bool)
        wanted = [
            _start(event["text"]) for event in turn if event["event"] == "bot" and "news" not in event["metadata"]
        ]

        async def arrived() -> list[Posted]:
            return self.messages[self.seen :]

        self.last = await self.until(
            arrived, lambda shown: all(any(text in _words(one.said) for one in shown) for text in wanted)
        )
        return "\n".join(one.said for one in self.last)

    async def turn(self, name: str) -> list[dict[str, Any]]:
        """The turn of a message, once it is over."""
        events = await self.events()
        starts = [place for place, event in enumerate(events) if event.get("message_id") == name]
        turn = events[starts[0] :] if starts else []
        actions = [event["name"] for event in turn if event["event"] == "action"]
        return turn if actions and actions[-1] == "action_listen" else []

    async def events(self) -> list[dict[str, Any]]:
        answer = await self.http.get(
            f"{self.system.rasa_url}/conversations/{self.id}/tracker",
            params={"include_events": "ALL", "token": RASA_TOKEN},
        )
        found: list[dict[str, Any]] = answer.json()["events"]
        return found

    async def callbacks(self) -> list[Callback]:
        ledger = await Ledger.open(self.system.ledger_url)
        try:
            return list(await ledger.in_conversation(self.id))
        finally:
            await ledger.close()

    async def hears(self, part: str) -> Posted:
        """Wait until a message shows this."""

        async def look() -> list[Posted]:
            return [one for one in self.messages if part in one.shown]

        found: list[Posted] = await self.until(look, bool)
        return found[-1]

    async def until(self, look: Callable[[], Any], good: Callable[[Any], bool]) -> Any:
        """Look again and again until it is good."""
        deadline = time.monotonic() + PATIENCE
        while not good(seen := await look()):
            assert time.monotonic() < deadline, f"still {seen!r} after {PATIENCE:.0f} s"
            await asyncio.sleep(0.05)
        return seen

    @property
    def cards(self) -> list[Posted]:
        """The messages that are cards of call-backs."""
        return [one for one in self.messages if one.metadata.get("event_type") == "ringback_card"]

    async def break_provider(self, mode: str, **more: Any) -> None:
        """Break the sandbox, or mend it with "none"."""
        answer = await self.http.post(f"{self.system.sandbox_url}/sandbox/faults", json={"mode": mode, **more})
        assert answer.status_code == httpx.codes.OK


def message_id(body: bytes) -> str:
    """By which the channel knows what was posted again."""
    if body.startswith(b"{"):
        return str(json.loads(body)["event_id"])
    form = {key: values[0] for key, values in parse_qs(body.decode()).items()}
    return str(json.loads(form["payload"])["trigger_id"] if "payload" in form else form["trigger_id"])


def _start(text: str | None) -> str:
    return _words(text or "")[:40]


def _words(text: str) -> str:
    return " ".join(text.split())
