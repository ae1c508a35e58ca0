"""The follower against a scripted provider, one look at a time, on a clock that is moved by hand."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from ringback.following import Follower
from ringback.ledger.store import Ledger
from ringback.models import Callback, CallbackRequest, Sighting, State
from ringback.ordering import Ordering
from ringback.providers.base import Found, ProviderOffline, ProviderRefused
from ringback.settings import FollowingSettings
from tests.conftest import Clock, ScriptedProvider

MakeRequest = Callable[..., CallbackRequest]
SETTINGS = FollowingSettings(give_up_after=3600.0, give_up_after_misses=3, lookups_until=100.0, grace=60.0)


def seen(state: State | None, word: str = "word") -> Sighting:
    return Sighting(state=state, word=word)


@pytest.fixture
def follower(ledger: Ledger, provider: ScriptedProvider, clock: Clock) -> Follower:
    providers = {provider.name: provider}
    return Follower(
        ledger,
        providers,
        SETTINGS,
        ordering=Ordering(ledger, providers, clock=clock),
        grace_words=frozenset({"Error Callback"}),
        clock=clock,
    )


@pytest.fixture
async def booked(ledger: Ledger, request_for: MakeRequest, clock: Clock) -> Callback:
    begun = await ledger.begin(request_for("k"), provider="scripted", now=clock(), look_at=clock() + 45)
    callback = await ledger.change(
        begun.callback, state=State.QUEUED, word="", now=clock(), next_poll_at=clock(), provider_id="CA1"
    )
    assert isinstance(callback, Callback)
    return callback


async def kinds(ledger: Ledger) -> list[str]:
    return [waiting.news.kind for waiting in await ledger.waiting_news("web-1")]


async def test_change_becomes_news(
    follower: Follower, ledger: Ledger, provider: ScriptedProvider, booked: Callback
) -> None:
    """Each change that is seen becomes one piece of news, and the ending stops the looking."""
    for state in (State.CALLING_AGENT, State.CALLING_AGENT, State.HOLDING, State.COMPLETED):
        provider.sightings = [seen(state)]
        await follower.look(await ledger.get("k"))
    assert await kinds(ledger) == ["calling_agent", "holding", "completed"]
    assert (await ledger.get("k")).next_poll_at is None


async def test_offline_provider_is_left_alone(
    follower: Follower, ledger: Ledger, provider: ScriptedProvider, booked: Callback, clock: Clock
) -> None:
    """While a provider is down nobody asks it again before the back-off is over, and no call-back is blamed."""
    provider.sightings = [ProviderOffline("no answer")]
    await follower.look(booked)
    await follower.look(booked)
    assert provider.looks == 1
    assert (await ledger.get("k")).misses == 0
    clock.pass_(2)
    provider.sightings = [seen(State.HOLDING)]
    await follower.look(booked)
    assert (await ledger.get("k")).state is State.HOLDING


async def test_forgotten_call_ends(
    follower: Follower, ledger: Ledger, provider: ScriptedProvider, booked: Callback
) -> None:
    """A call-back that the provider keeps refusing to know is given up, told, and left to an operator."""
    provider.sightings = [ProviderRefused("no such call")]
    for _ in range(3):
        await follower.look(await ledger.get("k"))
    ended = await ledger.get("k")
    assert (ended.state, ended.needs_operator) == (State.FAILED, True)
    assert await kinds(ledger) == ["lost"]


async def test_one_good_look_clears_the_misses(
    follower: Follower, ledger: Ledger, provider: ScriptedProvider, booked: Callback
) -> None:
    """Refusals count only in a row."""
    for answer in (ProviderRefused("x"), ProviderRefused("x"), seen(State.QUEUED, ""), ProviderRefused("x")):
        provider.sightings = [answer]
        await follower.look(await ledger.get("k"))
    assert ((await ledger.get("k")).state, (await ledger.get("k")).misses) == (State.QUEUED, 1)


async def test_endless_call_expires(
    follower: Follower, ledger: Ledger, provider: ScriptedProvider, booked: Callback, clock: Clock
) -> None:
    """A call-back that never ends is given up after the set age, and that is told."""
    provider.sightings = [seen(State.QUEUED, "")]
    clock.pass_(3601)
    await follower.look(booked)
    assert (await ledger.get("k")).state is State.EXPIRED
    assert await kinds(ledger) == ["expired"]


async def test_unanswered_order_is_found(
    follower: Follower, ledger: Ledger, provider: ScriptedProvider, request_for: MakeRequest, clock: Clock
) -> None:
    """An order whose answer was lost is looked up, adopted under the provider's id, and told as booked."""
    await ledger.begin(request_for("k"), provider="scripted", now=clock(), look_at=clock())
    provider.found = [Found(id="CA9", sighting=seen(State.HOLDING, "Holding"))]
    await follower.look(await ledger.get("k"))
    adopted = await ledger.get("k")
    assert (adopted.provider_id, adopted.state) == ("CA9", State.HOLDING)
    assert await kinds(ledger) == ["booked"]
    assert provider.orders == []


async def test_lookup_never_takes_a_known_call(
    follower: Follower,
    ledger: Ledger,
    provider: ScriptedProvider,
    request_for: MakeRequest,
    booked: Callback,
    clock: Clock,
) -> None:
    """A call-back that belongs to another request is not adopted, however alike the two are."""
    await ledger.begin(request_for("k2", conversation="web-2"), provider="scripted", now=clock(), look_at=clock())
    provider.found = [Found(id="CA1", sighting=seen(State.HOLDING, "Holding"))]
    await follower.look(await ledger.get("k2"))
    assert (await ledger.get("k2")).state is State.UNCERTAIN
    assert (await ledger.get("k2")).provider_id == ""


async def test_order_never_found(
    follower: Follower, ledger: Ledger, provider: ScriptedProvider, request_for: MakeRequest, clock: Clock
) -> None:
    """An order that is not found in time is told plainly, goes to an operator, and is never ordered again."""
    await ledger.begin(request_for("k"), provider="scripted", now=clock(), look_at=clock())
    await follower.look(await ledger.get("k"))
    clock.pass_(101)
    await follower.look(await ledger.get("k"))
    lost = await ledger.get("k")
    assert (lost.state, lost.needs_operator, lost.next_poll_at) == (State.UNCERTAIN, True, None)
    assert await kinds(ledger) == ["uncertain", "unknown"]
    assert provider.orders == []


async def test_called_off_before_found(
    follower: Follower, ledger: Ledger, provider: ScriptedProvider, request_for: MakeRequest, clock: Clock
) -> None:
    """A request that was called off while nobody knew is cancelled as soon as it is found."""
    await ledger.begin(request_for("k"), provider="scripted", now=clock(), look_at=clock())
    await ledger.want_cancelled("k")
    provider.found = [Found(id="CA9", sighting=seen(State.QUEUED, "Pending"))]
    await follower.look(await ledger.get("k"))
    await follower.look(await ledger.get("k"))
    assert provider.cancelled == ["CA9"]
    assert (await ledger.get("k")).state is State.CANCELLED
    assert await kinds(ledger) == ["cancelled"]


async def test_run_follows_to_the_end(ledger: Ledger, provider: ScriptedProvider, request_for: MakeRequest) -> None:
    """The loop itself takes what is due to its ending and stops when told to."""
    quick = FollowingSettings(ringing=0.02, waiting=0.05)
    providers = {provider.name: provider}
    follower = Follower(ledger, providers, quick, ordering=Ordering(ledger, providers))
    import time

    begun = await ledger.begin(request_for("k"), provider="scripted", now=time.time(), look_at=time.time() + 45)
    await ledger.change(
        begun.callback, state=State.QUEUED, word="", now=time.time(), next_poll_at=time.time(), provider_id="CA1"
    )
    provider.sightings = [seen(state) for state in (State.CALLING_AGENT, State.CALLING_CUSTOMER, State.COMPLETED)]
    running = asyncio.create_task(follower.run())
    async with asyncio.timeout(10):
        while not (await ledger.get("k")).state.is_final:
            await asyncio.sleep(0.02)
        await follower.stop()
        await running
    assert [row["state"] for row in await ledger.history("k")] == [
        "ORDERING", "QUEUED", "CALLING_AGENT", "CALLING_CUSTOMER", "COMPLETED",
    ]  # fmt: skip


class Named(ScriptedProvider):
    """A provider of another name that notes who was asked for, and answers when `gate` is open."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name
        self.gate = asyncio.Event()
        self.asked: list[str] = []

    async def status(self, provider_id: str) -> Sighting:
        self.asked.append(provider_id)
        await self.gate.wait()
        return seen(State.HOLDING if provider_id.startswith("hold") else State.CALLING_AGENT, "")


async def follow(ledger: Ledger, make: MakeRequest, clock: Clock, provider: str, state: State, name: str) -> None:
    begun = await ledger.begin(make(name, conversation=name), provider=provider, now=clock(), look_at=clock() + 45)
    await ledger.change(begun.callback, state=state, word="", now=clock(), next_poll_at=clock(), provider_id=name)


async def test_slow_provider_holds_up_nobody_else(ledger: Ledger, request_for: MakeRequest, clock: Clock) -> None:
    """A provider that does not come back gets `at_once` looks and takes no place from another one."""
    slow, quick = Named("slow"), Named("quick")
    quick.gate.set()
    providers = {one.name: one for one in (slow, quick)}
    ordering = Ordering(ledger, providers, clock=clock)
    follower = Follower(ledger, providers, FollowingSettings(at_once=2), ordering=ordering, clock=clock)
    for number in range(12):
        await follow(ledger, request_for, clock, "slow", State.HOLDING, f"hold-{number}")
    clock.pass_(0.01)
    for number in range(3):
        await follow(ledger, request_for, clock, "quick", State.HOLDING, f"hold-q{number}")
    running = asyncio.create_task(follower.run())
    async with asyncio.timeout(5):
        while len(quick.asked) < 3:
            await asyncio.sleep(0.01)
    assert len(slow.asked) == 2
    slow.gate.set()
    await follower.stop()
    await running


async def test_what_rings_is_looked_at_first(ledger: Ledger, request_for: MakeRequest, clock: Clock) -> None:
    """With a rate of its own a follower spends it on ringing phones, although the others have waited for longer."""
    provider = Named("narrow")
    provider.gate.set()
    providers = {provider.name: provider}
    ordering = Ordering(ledger, providers, clock=clock)
    settings = FollowingSettings(at_once=5, per_second=1.0)
    follower = Follower(ledger, providers, settings, ordering=ordering, clock=clock)
    for number in range(8):
        await follow(ledger, request_for, clock, "narrow", State.HOLDING, f"hold-{number}")
    clock.pass_(0.01)
    for number in range(2):
        await follow(ledger, request_for, clock, "narrow", State.CALLING_AGENT, f"ring-{number}")
    running = asyncio.create_task(follower.run())
    async with asyncio.timeout(5):
        while len(provider.asked) < 3:
            await asyncio.sleep(0.01)
            clock.pass_(0.1)
    await follower.stop()
    await running
    assert sorted(provider.asked[:2]) == ["ring-0", "ring-1"]
