"""The teller against a Rasa that is played by a transport."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable

import httpx
import pytest

from ringback.ledger.store import Ledger
from ringback.models import Callback, CallbackRequest, State
from ringback.settings import TellingSettings
from ringback.telling import RasaDoor, Teller
from ringback.words import Words
from tests.conftest import Clock

MakeRequest = Callable[..., CallbackRequest]
WORDS = Words({f"utter_news_{state.value.lower()}": [{"text": f"{state.value} {{queue}}"}] for state in State})


class Rasa:
    """Takes events and remembers them; `down` makes it fail."""

    def __init__(self) -> None:
        self.requests: list[httpx.Request] = []
        self.down = False

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if self.down:
            raise httpx.ConnectError("refused")
        self.requests.append(request)
        return httpx.Response(200, json={})

    @property
    def texts(self) -> list[str]:
        return [json.loads(request.content)[0]["text"] for request in self.requests]


@pytest.fixture
def rasa() -> Rasa:
    return Rasa()


@pytest.fixture
def teller(ledger: Ledger, rasa: Rasa, clock: Clock) -> Teller:
    door = RasaDoor(httpx.AsyncClient(transport=httpx.MockTransport(rasa)), "http://rasa.test", "sesame", 5.0)
    return Teller(ledger, door, WORDS, TellingSettings(), variables=lambda one: {"queue": one.queue_name}, clock=clock)


async def move(ledger: Ledger, key: str, state: State, clock: Clock) -> None:
    await ledger.change(
        await ledger.get(key),
        state=state,
        word=state.value,
        now=clock(),
        next_poll_at=None if state.is_final else clock(),
        news_kind=state.value.lower(),
    )


@pytest.fixture
async def callback(ledger: Ledger, request_for: MakeRequest, clock: Clock) -> Callback:
    return (await ledger.begin(request_for("k"), provider="p", now=clock(), look_at=clock() + 45)).callback


async def test_news_is_a_bot_event(
    teller: Teller, ledger: Ledger, rasa: Rasa, callback: Callback, clock: Clock
) -> None:
    """News reaches Rasa as one bot event with its id, on the named channel, with the token and no tracker back."""
    await move(ledger, "k", State.HOLDING, clock)
    await teller.tell("web-1")
    [request] = rasa.requests
    assert request.url.path == "/conversations/web-1/tracker/events"
    assert dict(request.url.params) == {
        "output_channel": "website",
        "execute_side_effects": "true",
        "include_events": "NONE",
        "token": "sesame",
    }
    assert json.loads(request.content) == [
        {
            "event": "bot",
            "text": "HOLDING Billing",
            "data": {},
            "metadata": {
                "utter_action": "utter_news_holding",
                "news": {"id": "k-1", "callback": "k", "seq": 1, "state": "HOLDING"},
            },
        }
    ]


async def test_told_once(teller: Teller, ledger: Ledger, rasa: Rasa, callback: Callback, clock: Clock) -> None:
    """What was told is not told again."""
    await move(ledger, "k", State.HOLDING, clock)
    await teller.tell("web-1")
    await teller.tell("web-1")
    assert rasa.texts == ["HOLDING Billing"]


async def test_piled_up_news_becomes_one(
    teller: Teller, ledger: Ledger, rasa: Rasa, callback: Callback, clock: Clock
) -> None:
    """After an outage a person gets the newest news of a call-back instead of every old piece."""
    rasa.down = True
    for state in (State.CALLING_AGENT, State.HOLDING, State.CALLING_CUSTOMER):
        await move(ledger, "k", state, clock)
        await teller.tell("web-1")
    rasa.down = False
    await teller.tell("web-1")
    assert rasa.texts == ["CALLING_CUSTOMER Billing"]


async def test_failed_delivery_is_retried_later(
    teller: Teller, ledger: Ledger, rasa: Rasa, callback: Callback, clock: Clock
) -> None:
    """While Rasa is down an ending waits, with growing pauses, and arrives when it is back, however late."""
    rasa.down = True
    await move(ledger, "k", State.COMPLETED, clock)
    pauses = []
    for _ in range(8):
        await teller.tell("web-1")
        start = clock()
        while not await ledger.conversations_to_tell(clock(), 10):
            clock.pass_(0.5)
        pauses.append(clock() - start)
    assert pauses == [1, 2, 4, 8, 16, 30, 30, 30]
    clock.pass_(86400)
    rasa.down = False
    await teller.tell("web-1")
    assert rasa.texts == ["COMPLETED Billing"]


async def test_outdated_news_is_not_told(
    teller: Teller, ledger: Ledger, rasa: Rasa, callback: Callback, clock: Clock
) -> None:
    """News that is no longer true when it would be told is dropped: here the person cancelled in the meantime."""
    await move(ledger, "k", State.HOLDING, clock)
    await ledger.change(await ledger.get("k"), state=State.CANCELLED, word="", now=clock(), next_poll_at=None)
    await teller.tell("web-1")
    assert rasa.texts == []
    assert await ledger.conversations_to_tell(clock(), 10) == []


async def test_two_calls_in_one_conversation(
    teller: Teller, ledger: Ledger, rasa: Rasa, callback: Callback, request_for: MakeRequest, clock: Clock
) -> None:
    """News of two call-backs in one conversation is told in the order in which it happened."""
    await ledger.begin(request_for("k2"), provider="p", now=clock(), look_at=clock() + 45)
    await move(ledger, "k2", State.HOLDING, clock)
    clock.pass_(1)
    await move(ledger, "k", State.CALLING_AGENT, clock)
    await teller.tell("web-1")
    assert rasa.texts == ["HOLDING Billing", "CALLING_AGENT Billing"]


async def test_run_delivers_and_stops(
    ledger: Ledger, rasa: Rasa, request_for: MakeRequest, teller: Teller, clock: Clock
) -> None:
    """The loop wakes up for news by itself and ends when it is told to."""
    running = asyncio.create_task(teller.run())
    await ledger.begin(request_for("k"), provider="p", now=clock(), look_at=clock() + 45)
    await move(ledger, "k", State.HOLDING, clock)
    async with asyncio.timeout(5):
        while not rasa.texts:
            await asyncio.sleep(0.01)
        await teller.stop()
        await running
    assert rasa.texts == ["HOLDING Billing"]
