"""A person with WhatsApp: says and taps, and looks at what is shown."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx

from channels.whatsapp_intake import conversation_of
from ringback.ledger.store import Ledger
from ringback.models import Callback
from tests.platforms.twilio import FakeTwilio, Shown
from tests.system import RASA_TOKEN, System

PATIENCE = 45.0
SECRET = "a secret of the test's own"


@dataclass
class Person:
    """`address` is WhatsApp's. What was shown before the last thing that they did is not looked at again."""

    system: System
    twilio: FakeTwilio
    address: str
    http: httpx.AsyncClient
    seen: int = 0
    last: list[Shown] = field(default_factory=list)

    @property
    def id(self) -> str:
        return conversation_of(self.address, SECRET)

    async def post(self, text: str = "", **fields: str) -> dict[str, str]:
        """Send something; the form that Twilio posted."""
        form = self.twilio.inbound(self.address, text, **fields)
        answer = await asyncio.to_thread(self.twilio.deliver, form)
        assert answer.status_code == 204, answer.status_code
        return form

    async def say(self, text: str = "", **fields: str) -> list[Shown]:
        """Say something, and wait until the whole turn's answer is on the phone."""
        self.seen = len(self.twilio.to(self.address))
        form = await self.post(text, **fields)
        turn = await self.until(lambda: self._turn(form["MessageSid"]), bool)
        wanted = [
            _start(event["text"]) for event in turn if event["event"] == "bot" and "news" not in event["metadata"]
        ]

        async def arrived() -> list[Shown]:
            return self.twilio.to(self.address)[self.seen :]

        self.last = await self.until(
            arrived, lambda shown: all(any(_start(one.body).startswith(text) for one in shown) for text in wanted)
        )
        return self.last

    async def tap(self, title: str) -> list[Shown]:
        """Tap on something that was shown, newest first."""
        for shown in reversed(self.twilio.to(self.address)):
            for name, identity in shown.taps.items():
                if name == title or name.startswith(title):
                    kind = "Button" if shown.kind == "twilio/quick-reply" else "List"
                    more = {"ButtonText": name, "ButtonPayload": identity, "MessageType": "button"}
                    if kind == "List":
                        more = {"ListTitle": name, "ListId": identity, "MessageType": "interactive"}
                    return await self.say(name, **more)
        raise AssertionError(f"{title!r} was never shown: {[one.taps for one in self.twilio.to(self.address)]}")

    async def _turn(self, message_id: str) -> list[dict[str, Any]]:
        events = await self.events()
        starts = [place for place, event in enumerate(events) if event.get("message_id") == message_id]
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

    async def hears(self, part: str) -> Shown:
        """Wait until something that contains this is on the phone."""

        async def look() -> list[Shown]:
            return [one for one in self.twilio.to(self.address) if part in one.body]

        found: list[Shown] = await self.until(look, bool)
        return found[-1]

    async def until(self, look: Callable[[], Any], good: Callable[[Any], bool]) -> Any:
        """Look again and again until it is good."""
        deadline = time.monotonic() + PATIENCE
        while not good(seen := await look()):
            assert time.monotonic() < deadline, f"still {seen!r} after {PATIENCE:.0f} s"
            await asyncio.sleep(0.05)
        return seen

    @property
    def text(self) -> str:
        """What was shown since the last thing they did."""
        return "\n".join(one.body for one in self.twilio.to(self.address)[self.seen :])

    @property
    def titles(self) -> list[str]:
        """What can be tapped under the newest message that has something to tap."""
        return next((list(one.taps) for one in reversed(self.twilio.to(self.address)) if one.taps), [])


def _start(text: str | None) -> str:
    return " ".join((text or "").split())[:60]
