"""The desk's promises: stored before ordered, one order a key, "booked" only with the provider's id."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from ringback.desk import (
    AlreadyRequested,
    Booked,
    Cancelled,
    CancelNoted,
    Desk,
    NotBooked,
    NotCancelled,
    TooLate,
    Unsure,
)
from ringback.following import Follower
from ringback.ledger.store import Ledger
from ringback.models import CallbackRequest, Order, Sighting, State
from ringback.providers.base import ProviderError, ProviderOffline, ProviderRefused
from ringback.settings import DeskFile
from tests.conftest import Clock, ScriptedProvider

MakeRequest = Callable[..., CallbackRequest]
CONFIG = DeskFile.model_validate(
    {
        "centre": "Maple",
        "providers": [{"kind": "fonolo", "profile": "CP1", "timezone": "America/Toronto"}],
        "queues": {"Billing": {"synonyms": ["bill"]}},
    }
)


@pytest.fixture
def desk(ledger: Ledger, provider: ScriptedProvider, clock: Clock) -> Desk:
    follower = Follower(ledger, {provider.name: provider}, CONFIG.following, clock=clock)
    return Desk(provider, ledger, follower, CONFIG, clock=clock)


async def test_booked_has_the_providers_id(desk: Desk, ledger: Ledger, request_for: MakeRequest) -> None:
    """A booking is in the ledger with the provider's id before anybody hears of it."""
    outcome = await desk.request(request_for("k"))
    assert isinstance(outcome, Booked)
    stored = await ledger.get("k")
    assert (stored.provider_id, stored.state) == ("CA1", State.QUEUED)


async def test_later_call_is_scheduled(desk: Desk, provider: ScriptedProvider, request_for: MakeRequest) -> None:
    """A call for later goes to the provider with the slot's own string and waits as SCHEDULED."""
    outcome = await desk.request(request_for("k", later=3600))
    assert isinstance(outcome, Booked)
    assert outcome.callback.state is State.SCHEDULED
    assert provider.orders == [
        Order(queue_id="CO1", number="+14165550123", start="2027-01-15 10:00:00", answers={"Q1": "my bill"})
    ]


async def test_stored_before_ordered(
    desk: Desk, ledger: Ledger, provider: ScriptedProvider, request_for: MakeRequest
) -> None:
    """When the order goes out, the request is already in the ledger."""
    states = []
    plain_order = provider.order

    async def order(order: Order) -> str:
        states.append((await ledger.get("k")).state)
        return await plain_order(order)

    provider.order = order  # type: ignore[method-assign]
    await desk.request(request_for("k"))
    assert states == [State.ORDERING]


async def test_same_key_orders_once(desk: Desk, provider: ScriptedProvider, request_for: MakeRequest) -> None:
    """Ten taps on "Book it" at once are one order."""
    outcomes = await asyncio.gather(*(desk.request(request_for("k")) for _ in range(10)))
    assert len(provider.orders) == 1
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["AlreadyRequested"] * 9 + ["Booked"]


@pytest.mark.parametrize(
    ("error", "outcome_type", "state"),
    [
        (ProviderRefused("closed"), NotBooked, State.REFUSED),
        (ProviderOffline("refused", may_have_arrived=False), NotBooked, State.REFUSED),
        (ProviderOffline("no answer", may_have_arrived=True), Unsure, State.UNCERTAIN),
    ],
)
async def test_failed_order(
    desk: Desk,
    ledger: Ledger,
    provider: ScriptedProvider,
    request_for: MakeRequest,
    error: ProviderError,
    outcome_type: type,
    state: State,
) -> None:
    """A refusal is final, a lost answer is uncertain, and neither is ordered again under its key."""
    provider.order_answer = error
    assert isinstance(await desk.request(request_for("k")), outcome_type)
    assert (await ledger.get("k")).state is state
    assert isinstance(await desk.request(request_for("k")), AlreadyRequested)
    assert len(provider.orders) == 1


async def test_order_outlives_its_caller(
    desk: Desk, ledger: Ledger, provider: ScriptedProvider, request_for: MakeRequest
) -> None:
    """When the chat's turn is cut off, the order in flight is finished and written down."""
    answered = asyncio.Event()

    async def slow(order: Order) -> str:
        provider.orders.append(order)
        await answered.wait()
        return "CA7"

    provider.order = slow  # type: ignore[method-assign]
    turn = asyncio.create_task(desk.request(request_for("k")))
    while not provider.orders:
        await asyncio.sleep(0.01)
    turn.cancel()
    answered.set()
    await desk.finish_orders()
    assert (await ledger.get("k")).provider_id == "CA7"


async def test_slow_answer_beats_the_follower(
    desk: Desk, ledger: Ledger, provider: ScriptedProvider, request_for: MakeRequest, clock: Clock
) -> None:
    """An answer that comes after the follower called the order uncertain still books it."""

    async def slow(order: Order) -> str:
        row = await ledger.get("k")
        await ledger.change(row, state=State.UNCERTAIN, word="", now=clock(), next_poll_at=clock())
        return "CA7"

    provider.order = slow  # type: ignore[method-assign]
    outcome = await desk.request(request_for("k"))
    assert isinstance(outcome, Booked)
    assert ((await ledger.get("k")).state, (await ledger.get("k")).provider_id) == (State.QUEUED, "CA7")


async def test_cancel(desk: Desk, ledger: Ledger, provider: ScriptedProvider, request_for: MakeRequest) -> None:
    """Cancelling cancels at the provider, tells no news of its own, and is safe to repeat."""
    await desk.request(request_for("k"))
    for _ in range(2):
        assert isinstance(await desk.cancel("k"), Cancelled)
    assert provider.cancelled == ["CA1"]
    assert (await ledger.get("k")).state is State.CANCELLED
    assert await ledger.waiting_news("web-1") == []


async def test_cancel_that_is_refused(
    desk: Desk, ledger: Ledger, provider: ScriptedProvider, request_for: MakeRequest
) -> None:
    """When the provider refuses, its state decides: still on, or over already."""
    await desk.request(request_for("k"))
    provider.cancel_answer = ProviderRefused("no")
    provider.sightings = [Sighting(state=State.HOLDING, word="Holding")]
    assert isinstance(await desk.cancel("k"), NotCancelled)
    provider.sightings = [Sighting(state=State.COMPLETED, word="Success")]
    assert isinstance(await desk.cancel("k"), TooLate)


async def test_cancel_while_uncertain(
    desk: Desk, ledger: Ledger, provider: ScriptedProvider, request_for: MakeRequest
) -> None:
    """Calling off an uncertain order is remembered for when it is found."""
    provider.order_answer = ProviderOffline("no answer", may_have_arrived=True)
    await desk.request(request_for("k"))
    assert isinstance(await desk.cancel("k"), CancelNoted)
    assert (await ledger.get("k")).cancel_wanted


async def test_offer_is_kept_for_a_while(desk: Desk, clock: Clock, provider: ScriptedProvider) -> None:
    """Queues come in the provider's order, and one answer serves many turns."""
    asked = 0
    plain = provider.queues

    async def queues() -> object:
        nonlocal asked
        asked += 1
        return await plain()

    provider.queues = queues  # type: ignore[assignment,method-assign]
    for _ in range(5):
        offer = await desk.offer()
    assert [queue.name for queue in offer.queues] == ["Billing", "Sales"]
    assert asked == 1
    clock.pass_(60)
    await desk.offer()
    assert asked == 2


async def test_queue_options_have_synonyms(desk: Desk) -> None:
    """A queue can be named by the words that desk.yml adds to it."""
    options = desk.queue_options(await desk.offer())
    assert [(option.title, option.synonyms) for option in options] == [("Billing", ("bill",)), ("Sales", ())]
