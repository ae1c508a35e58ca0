"""The desk's promises: stored before ordered, one order a key, "booked" only with the provider's id."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

import pytest

from ringback.desk import Desk
from ringback.following import Follower
from ringback.ledger.store import Ledger
from ringback.models import CallbackRequest, Order, Queue, Sighting, State
from ringback.ordering import Ordering
from ringback.outcomes import (
    AlreadyRequested,
    Booked,
    Cancelled,
    CancelNoted,
    CannotCancel,
    Held,
    Moved,
    NotBooked,
    NotCancelled,
    NotMoved,
    TooLate,
    Unsure,
)
from ringback.providers.base import Provider, ProviderError, ProviderOffline, ProviderRefused
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
def follower(ledger: Ledger, provider: ScriptedProvider, clock: Clock) -> Follower:
    providers = {provider.name: provider}
    ordering = Ordering(ledger, providers, clock=clock)
    return Follower(ledger, providers, CONFIG.following, ordering=ordering, clock=clock)


@pytest.fixture
def desk(ledger: Ledger, provider: ScriptedProvider, follower: Follower, clock: Clock) -> Desk:
    providers = {provider.name: provider}
    return Desk(providers, ledger, Ordering(ledger, providers, clock=clock), follower, CONFIG, clock=clock)


@pytest.fixture
def plain_provider(provider: ScriptedProvider) -> ScriptedProvider:
    """One that cannot hold a call for later, cancel, or look anything up."""
    provider.capabilities = provider.capabilities.model_copy(
        update={"time_slots": False, "cancel": False, "lookup": False}
    )
    return provider


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


async def test_queues_are_kept_for_a_while(desk: Desk, clock: Clock, provider: ScriptedProvider) -> None:
    """Queues come in the provider's order, and one answer serves many turns."""
    asked = 0
    plain = provider.queues

    async def queues() -> Sequence[Queue]:
        nonlocal asked
        asked += 1
        return await plain()

    provider.queues = queues  # type: ignore[method-assign]
    for _ in range(5):
        found = await desk.queues()
    assert [(queue.id, queue.name) for queue in found] == [("scripted:CO1", "Billing"), ("scripted:CO2", "Sales")]
    assert asked == 1
    clock.pass_(60)
    await desk.queues()
    assert asked == 2


async def test_queue_options_have_synonyms(desk: Desk) -> None:
    """A queue can be named by the words that desk.yml adds to it."""
    options = desk.queue_options(await desk.queues())
    assert [(option.title, option.synonyms) for option in options] == [("Billing", ("bill",)), ("Sales", ())]


async def test_one_provider_down_leaves_the_others(
    ledger: Ledger, provider: ScriptedProvider, follower: Follower, clock: Clock
) -> None:
    """Queues of a provider that is down are left out; when all are down, that is said."""
    other = ScriptedProvider()
    providers: dict[str, Provider] = {"scripted": provider, "other": other}
    desk = Desk(providers, ledger, Ordering(ledger, providers), follower, CONFIG, clock=clock)
    other.down = True
    assert {queue.id.partition(":")[0] for queue in await desk.queues()} == {"scripted"}
    provider.down = True
    clock.pass_(600)
    with pytest.raises(ProviderOffline):
        await desk.queues()


async def test_later_call_waits_in_the_ledger(
    desk: Desk,
    ledger: Ledger,
    plain_provider: ScriptedProvider,
    request_for: MakeRequest,
    follower: Follower,
    clock: Clock,
) -> None:
    """Where the provider cannot hold a call for later, we do: it is ordered when it is due, once, and not before."""
    outcome = await desk.request(request_for("k", later=3600))
    assert isinstance(outcome, Held)
    await follower.look(await ledger.get("k"))
    assert plain_provider.orders == []
    clock.pass_(3600)
    row = await ledger.get("k")
    await asyncio.gather(*(follower.look(row) for _ in range(5)))
    assert plain_provider.orders == [Order(queue_id="CO1", number="+14165550123", answers={"Q1": "my bill"})]
    assert (await ledger.get("k")).state is State.QUEUED


async def test_waiting_call_is_cancelled_and_moved(
    desk: Desk, ledger: Ledger, plain_provider: ScriptedProvider, request_for: MakeRequest
) -> None:
    """A call that waits in the ledger can be moved and cancelled, although its provider can do neither."""
    await desk.request(request_for("k", later=3600))
    slot = request_for("other", later=7200).time_slot
    assert slot is not None
    moved = await desk.move(await ledger.get("k"), slot, key="unused")
    assert isinstance(moved, Moved)
    assert (await ledger.get("k")).next_poll_at == slot.starts_at.timestamp()
    assert isinstance(await desk.cancel("k"), Cancelled)
    assert plain_provider.orders == plain_provider.cancelled == []


async def test_ordered_call_cannot_be_cancelled_there(
    desk: Desk, plain_provider: ScriptedProvider, request_for: MakeRequest
) -> None:
    """What a provider cannot cancel is said, not pretended."""
    await desk.request(request_for("k"))
    assert isinstance(await desk.cancel("k"), CannotCancel)


async def test_due_call_waits_for_its_provider(
    desk: Desk,
    ledger: Ledger,
    plain_provider: ScriptedProvider,
    request_for: MakeRequest,
    follower: Follower,
    clock: Clock,
) -> None:
    """A due call whose provider is certainly not reached is tried again; past its time for too long it is given up."""
    await desk.request(request_for("k", later=60))
    clock.pass_(60)
    plain_provider.order_answer = ProviderOffline("refused", may_have_arrived=False)
    await follower.look(await ledger.get("k"))
    assert (await ledger.get("k")).waits_in_ledger
    clock.pass_(1000)
    await follower.look(await ledger.get("k"))
    assert (await ledger.get("k")).state is State.FAILED
    assert [one.news.kind for one in await ledger.waiting_news("web-1")] == ["missed"]


async def test_due_call_without_an_answer(
    desk: Desk,
    ledger: Ledger,
    plain_provider: ScriptedProvider,
    request_for: MakeRequest,
    follower: Follower,
    clock: Clock,
) -> None:
    """A due call whose answer is lost is never ordered again: the person and an operator are told."""
    await desk.request(request_for("k", later=60))
    clock.pass_(60)
    plain_provider.order_answer = ProviderOffline("no answer", may_have_arrived=True)
    for _ in range(3):
        await follower.look(await ledger.get("k"))
        clock.pass_(10)
    lost = await ledger.get("k")
    assert len(plain_provider.orders) == 1
    assert (lost.state, lost.needs_operator, lost.next_poll_at) == (State.UNCERTAIN, True, None)


async def test_moving_what_the_provider_holds(
    desk: Desk, ledger: Ledger, provider: ScriptedProvider, request_for: MakeRequest
) -> None:
    """A call that the provider holds is ordered anew and only then cancelled; if that fails, the old one stands."""
    await desk.request(request_for("k", later=3600))
    slot = request_for("other", later=7200).time_slot
    assert slot is not None
    provider.order_answer = ProviderRefused("full")
    assert isinstance(await desk.move(await ledger.get("k"), slot, key="k2"), NotMoved)
    assert provider.cancelled == []
    provider.order_answer = "CA2"
    assert isinstance(await desk.move(await ledger.get("k"), slot, key="k3"), Moved)
    assert provider.cancelled == ["CA1"]
    assert ((await ledger.get("k")).state, (await ledger.get("k3")).state) == (State.CANCELLED, State.SCHEDULED)
