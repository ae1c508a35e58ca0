"""Another number, or another time for a call that was to be made at once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from ringback.altering import can_alter, order_anew
from ringback.desk import Desk
from ringback.following import Follower
from ringback.ledger.store import Ledger
from ringback.models import Callback, CallbackRequest, State, TimeSlot
from ringback.ordering import Ordering
from ringback.outcomes import Booked, Moved, NotMoved
from ringback.providers.base import ProviderOffline, ProviderRefused
from ringback.settings import DeskFile
from tests.conftest import NUMBER, Clock, ScriptedProvider

MakeRequest = Callable[..., CallbackRequest]
OTHER = "+16475550199"
CONFIG = DeskFile.model_validate({"providers": [{"kind": "fonolo", "profile": "CP1", "timezone": "America/Toronto"}]})


@pytest.fixture
def desk(ledger: Ledger, provider: ScriptedProvider, clock: Clock) -> Desk:
    providers = {provider.name: provider}
    ordering = Ordering(ledger, providers, clock=clock)
    follower = Follower(ledger, providers, CONFIG.following, ordering=ordering, clock=clock)
    return Desk(providers, ledger, ordering, follower, CONFIG, clock=clock)


async def booked(desk: Desk, request: CallbackRequest) -> Callback:
    outcome = await desk.request(request)
    assert isinstance(outcome, Booked)
    return outcome.callback


async def test_another_number(desk: Desk, ledger: Ledger, provider: ScriptedProvider, request_for: MakeRequest) -> None:
    """The call is ordered with the new number before the old one is cancelled, and nothing else about it changes."""
    old = await booked(desk, request_for("old"))
    provider.order_answer = "CA2"
    outcome = await order_anew(desk, old, key="new", number=OTHER)
    assert isinstance(outcome, Moved)
    assert [order.number for order in provider.orders] == [NUMBER, OTHER]
    assert provider.cancelled == ["CA1"]
    assert (await ledger.get("old")).state is State.CANCELLED
    assert outcome.callback.answers == old.answers


async def test_now_becomes_later(
    desk: Desk, provider: ScriptedProvider, request_for: MakeRequest, clock: Clock
) -> None:
    """A call that was to be made at once can be given a time."""
    old = await booked(desk, request_for("old"))
    starts_at = datetime.fromtimestamp(clock.now + 3600, UTC)
    slot = TimeSlot(start="2027-01-15 10:00:00", starts_at=starts_at, ends_at=starts_at + timedelta(minutes=30))
    outcome = await order_anew(desk, old, key="new", slot=slot)
    assert isinstance(outcome, Moved)
    assert (outcome.callback.state, provider.orders[-1].start) == (State.SCHEDULED, slot.start)


async def test_old_call_stands_when_the_new_one_is_refused(
    desk: Desk, ledger: Ledger, provider: ScriptedProvider, request_for: MakeRequest
) -> None:
    """When the new order is refused the old call is still on."""
    old = await booked(desk, request_for("old"))
    provider.order_answer = ProviderRefused("no")
    assert isinstance(await order_anew(desk, old, key="new", number=OTHER), NotMoved)
    assert ((await ledger.get("old")).state, provider.cancelled) == (State.QUEUED, [])


async def test_never_both(desk: Desk, ledger: Ledger, provider: ScriptedProvider, request_for: MakeRequest) -> None:
    """An order without an answer is called off as soon as it is found, because the old call is still on."""
    old = await booked(desk, request_for("old"))
    provider.order_answer = ProviderOffline("silence", may_have_arrived=True)
    assert isinstance(await order_anew(desk, old, key="new", number=OTHER), NotMoved)
    new = await ledger.get("new")
    assert (new.state, new.cancel_wanted) == (State.UNCERTAIN, True)


async def test_too_late(desk: Desk, ledger: Ledger, request_for: MakeRequest, clock: Clock) -> None:
    """A call that rings already is left as it is."""
    old = await booked(desk, request_for("old"))
    ringing = await ledger.change(old, state=State.CALLING_CUSTOMER, word="", now=clock.now, next_poll_at=None)
    assert isinstance(ringing, Callback)
    assert not can_alter(desk, ringing)
    assert isinstance(await order_anew(desk, ringing, key="new", number=OTHER), NotMoved)
