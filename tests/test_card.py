"""The card of a call-back: what it shows in each state, and what can be done with it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from ringback.card import card, label_cards, with_buttons
from ringback.ledger.store import Ledger
from ringback.models import FINAL, Callback, CallbackRequest, State
from tests.conftest import NUMBER, Clock

MakeRequest = Callable[..., CallbackRequest]
LATER = 3600


@pytest.fixture
async def callback(ledger: Ledger, request_for: MakeRequest, clock: Clock) -> Callback:
    return (await ledger.begin(request_for("k", later=LATER), provider="p", now=clock(), look_at=clock())).callback


def in_state(callback: Callback, state: State) -> Callback:
    return callback.model_copy(update={"state": state, "state_since": 100.0, "seq": 7})


def test_it_never_holds_the_whole_number(callback: Callback, clock: Clock) -> None:
    """The number on a card is masked."""
    shown = card(callback, can_cancel=True, can_move=True, now=clock())
    assert NUMBER not in str(shown)
    assert shown["number"].endswith("23")


@pytest.mark.parametrize("state", sorted(FINAL))
def test_nothing_can_be_done_with_a_call_that_is_over(callback: Callback, state: State, clock: Clock) -> None:
    """After an ending nothing runs and nothing can be tapped, whatever the provider could do."""
    shown = with_buttons(
        card(in_state(callback, state), can_cancel=True, can_move=True, now=clock()), cancel="C", move="M"
    )
    assert (shown["open"], shown["timer"], shown["buttons"]) == (False, None, [])


def test_the_clock_counts_from_the_beginning_of_the_state(callback: Callback, clock: Clock) -> None:
    """While somebody rings, waits or talks, the running clock counts from when that began."""
    for state in (State.QUEUED, State.CALLING_AGENT, State.HOLDING, State.CALLING_CUSTOMER, State.CONNECTED):
        assert card(in_state(callback, state), can_cancel=False, can_move=False, now=clock())["timer"] == 100.0


def test_the_clock_counts_down_to_a_booked_time(callback: Callback, clock: Clock) -> None:
    """A call for later has a clock that runs towards its time, and none once that is past."""
    booked = in_state(callback, State.SCHEDULED)
    assert card(booked, can_cancel=True, can_move=True, now=clock())["timer"] == clock() + LATER
    clock.pass_(LATER + 1)
    assert card(booked, can_cancel=True, can_move=True, now=clock())["timer"] is None


def test_buttons_name_their_call(callback: Callback, clock: Clock) -> None:
    """A card has a button for each thing that can be done, which names its own call-back."""
    messages = [{"text": "x"}, {"card": card(callback, can_cancel=True, can_move=True, now=clock(), replaces="old")}]
    label_cards(messages, cancel="Stop it", move="Move it")
    assert messages[0] == {"text": "x"}
    assert messages[1]["card"]["replaces"] == "old"
    assert messages[1]["card"]["buttons"] == [
        {"does": "move", "title": "Move it", "payload": '/change{"callback": "k"}'},
        {"does": "cancel", "title": "Stop it", "payload": '/cancel_callback{"callback": "k"}'},
    ]
