"""The same conversation where TENIOS stands beside Fonolo: the person just sees queues."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
import yaml

from ringback.models import State
from tests.conversations.dialogue import Dialogue, open_dialogue
from tests.system import ROOT, System

QUEUE = {
    "name": "Kundendienst",
    "callback_config_id": "7e5a10c5-0000-4000-8000-00000000c002",
    "hours": {"daily": "00:00-24:00"},
    "slot_minutes": 5,
    "questions": [{"text": "Worum geht es?", "required": True, "max_length": 80}],
    "announcement": "Ein Rückruf. {answers}. Bitte 1 drücken.",
    "key_to_start": "1",
}
NUMBER = "+49 30 23125 777"


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    """A system with both providers."""
    fonolo = yaml.safe_load((ROOT / "desk.yml").read_text(encoding="utf-8"))["providers"]
    tenios = {"kind": "tenios", "timezone": "Europe/Berlin", "queues": [QUEUE]}
    running = System(tmp_path_factory.mktemp("both"), desk={"providers": [*fonolo, tenios]})
    try:
        running.start()
        yield running
    finally:
        running.stop()


@pytest.fixture
async def person(both: System) -> AsyncIterator[Dialogue]:
    """Somebody with an open chat page."""
    async with open_dialogue(both) as dialogue:
        yield dialogue


async def requests(person: Dialogue, path: str) -> list[dict[str, Any]]:
    """What TENIOS was asked at a path."""
    async with httpx.AsyncClient(trust_env=False) as http:
        answer = await http.get(f"{person.system.sandbox_url}/sandbox/requests")
    return [one for one in answer.json()["requests"] if one["path"].endswith(path)]


async def to_when(person: Dialogue) -> None:
    await person.say("call me")
    turn = await person.tap("Kundendienst")
    assert turn.responses == ["utter_ask_phone_number"]
    assert (await person.say(NUMBER)).texts == ["Worum geht es?"]
    assert (await person.say("My bill is too high")).responses == ["utter_ask_when"]


async def test_queues_of_both_providers(person: Dialogue) -> None:
    """A person sees the queues of both providers side by side."""
    turn = await person.say("call me")
    assert list(turn.buttons) == ["Billing", "New orders", "Kundendienst"]


async def test_now(person: Dialogue) -> None:
    """Request, answer, follow and end: TENIOS calls, the agent hears the answer, and every state is told."""
    await to_when(person)
    assert (await person.say("now")).responses == ["utter_summary"]
    booked = await person.say("yes")
    assert booked.responses == ["utter_booked"]
    assert booked.buttons == {}
    order = (await requests(person, "/callback/init"))[-1]
    assert "My bill is too high" in str(order)
    assert "access_key" not in str(order) or "7e5a10c5-0000-4000-8000-00000000a001" not in str(order)
    assert (await person.say("cancel it")).responses == ["utter_cannot_cancel"]
    news = await person.news_until("COMPLETED")
    assert news == ["CALLING_AGENT", "CALLING_CUSTOMER", "CONNECTED", "COMPLETED"]


async def test_fonolo_beside_it(person: Dialogue) -> None:
    """The same on Fonolo, in the same desk."""
    await person.book()
    assert (await person.news_until("COMPLETED"))[-1] == "COMPLETED"


async def test_later_is_moved_and_cancelled(person: Dialogue) -> None:
    """A call for later waits with us: it can be moved and cancelled, and TENIOS never hears of it."""
    before = len(await requests(person, "/callback/init"))
    await to_when(person)
    offered = await person.say("later")
    await person.tap(list(offered.buttons)[3])
    held = await person.say("yes")
    assert held.responses == ["utter_held"]
    assert list(held.buttons) == ["Cancel the call"]
    [callback] = await person.callbacks()
    assert callback.waits_in_ledger
    offered = await person.say("change the time")
    assert offered.responses == ["utter_ask_new_time"]
    assert (await person.tap(list(offered.buttons)[-1])).responses == ["utter_moved"]
    [moved] = await person.callbacks()
    assert moved.starts_at != callback.starts_at
    in_words = await person.say("move it to tomorrow at 11:00")
    assert in_words.responses == ["utter_moved"]
    assert "tomorrow at 11:00" in in_words.text
    assert (await person.say("cancel it")).responses == ["utter_cancelled"]
    assert len(await requests(person, "/callback/init")) == before


async def test_later_survives_a_restart(person: Dialogue) -> None:
    """A call for later survives the death of the action server and is ordered within two seconds of its time."""
    await to_when(person)
    offered = await person.say("later")
    await person.tap(next(iter(offered.buttons)))
    assert (await person.say("yes")).responses == ["utter_held"]
    [callback] = await person.callbacks()
    person.system.actions.kill()
    due = datetime.now(UTC).timestamp() + 8
    await person.bring_forward(callback.key, due)
    person.system.actions.start()
    await asyncio.to_thread(person.system.actions.wait)
    await person.news_until("COMPLETED")
    ordered = [row["seen_at"] for row in await person.history(callback.key) if row["note"] == "its time has come"]
    assert len(ordered) == 1
    assert 0 <= ordered[0] - due < 2
    assert (await person.callbacks())[0].state is State.COMPLETED
