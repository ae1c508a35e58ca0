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
        self.refuses = False
        self.asked = 0

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if self.down:
            raise httpx.ConnectError("refused")
        self.asked += 1
        if self.refuses:
            return httpx.Response(500, json={})
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
    return Teller(
        ledger,
        door,
        WORDS,
        TellingSettings(),
        variables=lambda one: {"queue": one.queue_name},
        card=lambda one: {"callback": one.key, "seq": one.seq},
        clock=clock,
    )


async def tell(teller: Teller, ledger: Ledger, clock: Clock) -> None:
    """Everything that is due, once."""
    for turn in await ledger.claim_news(clock(), 10, lease=15.0):
        await teller.tell(turn)


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
    await tell(teller, ledger, clock)
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
                "language": "en",
                "card": {"callback": "k", "seq": 1},
            },
        }
    ]


async def test_told_once(teller: Teller, ledger: Ledger, rasa: Rasa, callback: Callback, clock: Clock) -> None:
    """What was told is not told again."""
    await move(ledger, "k", State.HOLDING, clock)
    await tell(teller, ledger, clock)
    await tell(teller, ledger, clock)
    assert rasa.texts == ["HOLDING Billing"]


async def test_piled_up_news_becomes_one(
    teller: Teller, ledger: Ledger, rasa: Rasa, callback: Callback, clock: Clock
) -> None:
    """After an outage a person gets the newest news of a call-back instead of every old piece."""
    rasa.down = True
    for state in (State.CALLING_AGENT, State.HOLDING, State.CALLING_CUSTOMER):
        await move(ledger, "k", state, clock)
        await tell(teller, ledger, clock)
    rasa.down = False
    clock.pass_(30)
    await tell(teller, ledger, clock)
    assert rasa.texts == ["CALLING_CUSTOMER Billing"]


async def test_failed_delivery_is_retried_later(
    teller: Teller, ledger: Ledger, rasa: Rasa, callback: Callback, clock: Clock
) -> None:
    """While Rasa is down an ending waits, with growing pauses, and arrives when it is back, however late."""
    rasa.down = True
    await move(ledger, "k", State.COMPLETED, clock)
    for longest in (1, 2, 4, 8, 16, 30, 30, 30):
        await tell(teller, ledger, clock)
        clock.pass_(0.69 * longest)
        assert await ledger.claim_news(clock(), 10, lease=15.0) == []
        clock.pass_(0.31 * longest)
    clock.pass_(86400)
    rasa.down = False
    await tell(teller, ledger, clock)
    assert rasa.texts == ["COMPLETED Billing"]


async def test_outdated_news_is_not_told(
    teller: Teller, ledger: Ledger, rasa: Rasa, callback: Callback, clock: Clock
) -> None:
    """News that is no longer true when it would be told is dropped: here the person cancelled in the meantime."""
    await move(ledger, "k", State.HOLDING, clock)
    await ledger.change(await ledger.get("k"), state=State.CANCELLED, word="", now=clock(), next_poll_at=None)
    await tell(teller, ledger, clock)
    assert rasa.texts == []
    assert await ledger.waiting_news("web-1") == []


async def test_two_calls_in_one_conversation(
    teller: Teller, ledger: Ledger, rasa: Rasa, callback: Callback, request_for: MakeRequest, clock: Clock
) -> None:
    """News of two call-backs in one conversation is told in the order in which it happened."""
    await ledger.begin(request_for("k2"), provider="p", now=clock(), look_at=clock() + 45)
    await move(ledger, "k2", State.HOLDING, clock)
    clock.pass_(1)
    await move(ledger, "k", State.CALLING_AGENT, clock)
    await tell(teller, ledger, clock)
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


async def test_two_tellers_tell_once(
    teller: Teller, ledger: Ledger, rasa: Rasa, callback: Callback, clock: Clock
) -> None:
    """Of two workers that look at the same moment one gets the conversation, and newer news waits for it."""
    await move(ledger, "k", State.HOLDING, clock)
    claims = await asyncio.gather(*(ledger.claim_news(clock(), 10, lease=15.0) for _ in range(2)))
    [turn] = [turn for turns in claims for turn in turns]
    await move(ledger, "k", State.CONNECTED, clock)
    assert await ledger.claim_news(clock(), 10, lease=15.0) == []
    await teller.tell(turn)
    await tell(teller, ledger, clock)
    assert rasa.texts == ["HOLDING Billing", "CONNECTED Billing"]


async def test_dead_worker_is_taken_over(
    teller: Teller, ledger: Ledger, rasa: Rasa, callback: Callback, clock: Clock
) -> None:
    """What a worker had taken and never told is told by another when the lease is over."""
    await move(ledger, "k", State.HOLDING, clock)
    await ledger.claim_news(clock(), 10, lease=15.0)
    clock.pass_(14)
    await tell(teller, ledger, clock)
    assert rasa.texts == []
    clock.pass_(1)
    await tell(teller, ledger, clock)
    assert rasa.texts == ["HOLDING Billing"]


async def test_frozen_worker_tells_nothing_twice(
    teller: Teller, ledger: Ledger, rasa: Rasa, callback: Callback, clock: Clock
) -> None:
    """A worker that slept over its lease drops what it had taken: somebody else may have told it."""
    await move(ledger, "k", State.HOLDING, clock)
    [turn] = await ledger.claim_news(clock(), 10, lease=15.0)
    clock.pass_(20)
    await tell(teller, ledger, clock)
    await teller.tell(turn)
    assert rasa.texts == ["HOLDING Billing"]
    assert await ledger.waiting_news("web-1") == []


async def test_the_lease_goes_on_with_the_next_piece(
    teller: Teller, ledger: Ledger, rasa: Rasa, callback: Callback, request_for: MakeRequest, clock: Clock
) -> None:
    """Between two pieces of one conversation nobody else gets in, and a turn that is over settles nothing."""
    await ledger.begin(request_for("k2"), provider="p", now=clock(), look_at=clock() + 45)
    await move(ledger, "k", State.HOLDING, clock)
    await move(ledger, "k2", State.HOLDING, clock)
    [turn] = await ledger.claim_news(clock(), 10, lease=15.0)
    now, first, second = clock(), *(one.news.id for one in turn.waiting)
    assert await ledger.settle_news(turn, {first: "told"}, now=now, then=second, until=now + 15)
    assert await ledger.claim_news(now, 10, lease=15.0) == []
    assert not await ledger.settle_news(turn, {second: "told"}, now=now)
    assert [one.news.id for one in await ledger.waiting_news("web-1")] == [second]


async def test_clocks_that_differ_lose_no_ending(
    teller: Teller, ledger: Ledger, rasa: Rasa, callback: Callback, clock: Clock
) -> None:
    """The newest news of a call-back is the one with the highest number, also when another machine's clock is slow."""
    await move(ledger, "k", State.HOLDING, clock)
    clock.pass_(-3)
    await move(ledger, "k", State.COMPLETED, clock)
    clock.pass_(3)
    await tell(teller, ledger, clock)
    assert rasa.texts == ["COMPLETED Billing"]
    assert await ledger.waiting_news("web-1") == []


async def test_one_bad_conversation_holds_up_nobody(
    ledger: Ledger, request_for: MakeRequest, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    """A conversation that Rasa refuses is tried again later by itself; the others are told."""

    def answer(request: httpx.Request) -> httpx.Response:
        told.append(request.url.path)
        return httpx.Response(500 if "bad" in request.url.path else 200, json={})

    told: list[str] = []
    door = RasaDoor(httpx.AsyncClient(transport=httpx.MockTransport(answer)), "http://rasa.test", "", 5.0)
    teller = Teller(
        ledger, door, WORDS, TellingSettings(), variables=lambda _: {"queue": ""}, card=lambda _: {}, clock=clock
    )
    for number, conversation in enumerate(("web-bad", "web-good")):
        request = request_for(f"k{number}").model_copy(update={"conversation_id": conversation})
        await ledger.begin(request, provider="p", now=clock(), look_at=clock() + 45)
        await move(ledger, f"k{number}", State.HOLDING, clock)
    await tell(teller, ledger, clock)
    assert sorted(told) == [f"/conversations/web-{one}/tracker/events" for one in ("bad", "good")]
    assert await ledger.waiting_news("web-good") == []
    [waiting] = await ledger.waiting_news("web-bad")
    assert waiting.news.tries == 1


async def test_news_that_is_refused_for_long_is_stuck(
    teller: Teller, ledger: Ledger, rasa: Rasa, callback: Callback, clock: Clock
) -> None:
    """What one conversation refuses for long goes to the operator's list, is tried rarely, and comes off when told."""
    await move(ledger, "k", State.HOLDING, clock)
    rasa.refuses = True
    for _ in range(30):
        await tell(teller, ledger, clock)
        clock.pass_(30)
    assert await ledger.stuck_keys() == {"k"}
    assert [one.key for one in await ledger.operators_list()] == ["k"]
    before = rasa.asked
    for _ in range(30):
        await tell(teller, ledger, clock)
        clock.pass_(30)
    assert 1 <= rasa.asked - before <= 2
    rasa.refuses = False
    assert await ledger.tell_again("k", now=clock()) == 1
    await tell(teller, ledger, clock)
    assert rasa.texts == ["HOLDING Billing"]
    assert await ledger.stuck_keys() == frozenset()


async def test_an_outage_makes_nothing_stuck(
    teller: Teller, ledger: Ledger, rasa: Rasa, callback: Callback, clock: Clock
) -> None:
    """While Rasa is away for everybody, no conversation is to blame."""
    await move(ledger, "k", State.HOLDING, clock)
    rasa.down = True
    for _ in range(30):
        await tell(teller, ledger, clock)
        clock.pass_(60)
    rasa.down, rasa.refuses = False, True
    await tell(teller, ledger, clock)
    assert await ledger.stuck_keys() == frozenset()
