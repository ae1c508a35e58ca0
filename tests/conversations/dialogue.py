"""One person's conversation with the running system, told in terms of what was meant, not of every letter."""

from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import httpx

from ringback.ledger.store import Ledger
from ringback.models import Callback, State, TimeSlot
from tests.system import RASA_TOKEN, System
from tests.visitor import Visitor

TURN_TIMEOUT = 40.0
NEWS_TIMEOUT = 40.0


@dataclass
class Turn:
    """What the bot answered: names of responses, texts, and buttons (title → payload)."""

    responses: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    buttons: dict[str, str] = field(default_factory=dict)

    @property
    def text(self) -> str:
        return "\n".join(self.texts)


class Dialogue:
    """Say, tap, and look at what came of it."""

    def __init__(self, system: System, visitor: Visitor, http: httpx.AsyncClient, ledger: Ledger) -> None:
        self.system = system
        self.visitor = visitor
        self._http = http
        self._ledger = ledger
        self._last = Turn()

    @property
    def id(self) -> str:
        """The conversation's id."""
        assert self.visitor.session_id is not None
        return self.visitor.session_id

    async def say(self, text: str, **metadata: str) -> Turn:
        """Type a text; what was answered when the turn is over. `metadata` is what the page sends with it."""
        message_id = uuid.uuid4().hex
        # A test types faster than people may; it waits then, as the page does.
        while (taken := await self.visitor.say(text, id=message_id, metadata=metadata)).get("retry_after"):
            await asyncio.sleep(taken["retry_after"])
        assert taken == {"ok": True}
        deadline = time.monotonic() + TURN_TIMEOUT
        while time.monotonic() < deadline:
            events = await self.events()
            starts = [n for n, event in enumerate(events) if event.get("message_id") == message_id]
            turn = events[starts[0] :] if starts else []
            actions = [event["name"] for event in turn if event["event"] == "action"]
            if actions and actions[-1] == "action_listen":
                self._last = _turn(turn)
                return self._last
            await asyncio.sleep(0.03)
        raise AssertionError(f"no answer to {text!r} within {TURN_TIMEOUT:.0f} s")

    async def tap(self, title: str) -> Turn:
        """Tap a button of the last answer."""
        return await self.say(self._last.buttons[title])

    async def run(self, *texts: str) -> Turn:
        """Say several things one after the other; the last answer."""
        for text in texts:
            await self.say(text)
        return self._last

    async def to_summary(self) -> Turn:
        """The shortest way to the summary of a call about billing, now."""
        turn = await self.run("call me on 416 555 0123 about my bill", "skip", "a wrong invoice", "no", "now")
        assert turn.responses == ["utter_summary"], turn
        return turn

    async def book(self) -> Callback:
        """Book that call; its row in the ledger."""
        await self.to_summary()
        turn = await self.say("book it")
        assert turn.responses == ["utter_booked"], turn
        [callback] = await self.callbacks()
        return callback

    async def events(self) -> list[dict[str, Any]]:
        """Everything in Rasa's tracker."""
        answer = await self._http.get(
            f"{self.system.rasa_url}/conversations/{self.id}/tracker",
            params={"include_events": "ALL", "token": RASA_TOKEN},
        )
        found: list[dict[str, Any]] = answer.json()["events"]
        return found

    async def news(self) -> list[str]:
        """The states that were told, in order."""
        return [
            event["metadata"]["news"]["state"]
            for event in await self.events()
            if event["event"] == "bot" and "news" in event["metadata"]
        ]

    async def news_until(self, state: str) -> list[str]:
        """Wait until `state` has been told; all states that were told so far."""
        return await self.until(self.news, lambda news: state in news)

    async def callbacks(self) -> list[Callback]:
        """The conversation's call-backs in the ledger, newest first."""
        return list(await self._ledger.in_conversation(self.id))

    async def history(self, key: str) -> Sequence[Mapping[str, Any]]:
        """Everything that was seen of one call-back."""
        return await self._ledger.history(key)

    async def helped(self, key: str) -> bool | None:
        """Whether the person said that the call helped."""
        return await self._ledger.helped(key)

    async def bring_forward(self, key: str, due: float) -> None:
        """Make a call for later due at another moment (seconds since the epoch), as if it had been booked so."""
        starts_at = datetime.fromtimestamp(due, UTC)
        slot = TimeSlot(start=(await self._ledger.get(key)).start, starts_at=starts_at, ends_at=starts_at)
        moved = await self._ledger.change(
            await self._ledger.get(key), state=State.SCHEDULED, word="", now=due, next_poll_at=due, move_to=slot
        )
        assert isinstance(moved, Callback)

    async def until(self, look: Callable[[], Any], good: Callable[[Any], bool]) -> Any:
        """Look again and again until it is good."""
        deadline = time.monotonic() + NEWS_TIMEOUT
        while not good(seen := await look()):
            assert time.monotonic() < deadline, f"still {seen!r} after {NEWS_TIMEOUT:.0f} s"
            await asyncio.sleep(0.1)
        return seen

    async def break_provider(self, mode: str, **more: Any) -> None:
        """Break the sandbox, or mend it with "none"."""
        answer = await self._http.post(f"{self.system.sandbox_url}/sandbox/faults", json={"mode": mode, **more})
        assert answer.status_code == httpx.codes.OK

    async def orders(self) -> int:
        """How many calls the provider was asked to place since this dialogue began."""
        answer = await self._http.get(f"{self.system.sandbox_url}/sandbox/requests")
        return sum(
            request["method"] == "POST" and request["path"].rstrip("/").endswith("/callback")
            for request in answer.json()["requests"]
        )


@asynccontextmanager
async def open_dialogue(system: System) -> AsyncIterator[Dialogue]:
    """A new person with an open chat page; the provider is mended afterwards."""
    visitor = Visitor(system.rasa_url)
    await visitor.connect()
    ledger = await Ledger.open(system.ledger_url)
    async with httpx.AsyncClient(timeout=20.0, trust_env=False) as http:
        person = Dialogue(system, visitor, http, ledger)
        await http.delete(f"{system.sandbox_url}/sandbox/requests")  # its list keeps the last thousand alone
        yield person
        await person.break_provider("none")
    await visitor.disconnect()
    await ledger.close()


def _turn(events: list[dict[str, Any]]) -> Turn:
    turn = Turn()
    for event in events:
        if event["event"] == "bot" and "news" not in event["metadata"]:
            turn.responses.append(event["metadata"].get("utter_action", ""))
            turn.texts.append(event["text"] or "")
            turn.buttons |= {one["title"]: one["payload"] for one in event["data"].get("buttons") or ()}
    return turn
