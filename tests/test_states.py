"""What a sighting at the provider means, without any database."""

from __future__ import annotations

import pytest

from ringback.models import Callback, Sighting, State
from ringback.states import Moved, NewWord, Same, Step, pause_before_next_look, step

NOW = 1_000_000.0


def callback(
    state: State, *, word: str = "", word_since: float = NOW, since: float = NOW, starts_at: float | None = None
) -> Callback:
    return Callback(
        key="k",
        conversation_id="c",
        channel="website",
        provider="p",
        provider_id="CA1",
        queue_id="q",
        queue_name="Billing",
        number="+14165550123",
        start="",
        starts_at=starts_at,
        sms=False,
        answers={},
        state=state,
        state_since=since,
        word=word,
        word_since=word_since,
        seq=1,
        misses=0,
        needs_operator=False,
        cancel_wanted=False,
        next_poll_at=NOW,
        created_at=NOW,
    )


def see(before: Callback, state: State | None, word: str, now: float = NOW) -> Step:
    return step(before, Sighting(state=state, word=word), now=now, grace=60, grace_words={"Error Callback"})


def test_new_state_is_told() -> None:
    """A change of state becomes news of its own kind."""
    moved = see(callback(State.CALLING_AGENT), State.HOLDING, "Holding")
    assert moved == Moved(state=State.HOLDING, word="Holding", news_kind="holding")


def test_same_state_is_nothing() -> None:
    """Seeing the same again changes nothing."""
    assert see(callback(State.HOLDING, word="Holding"), State.HOLDING, "Holding") == Same()


def test_queued_is_not_news() -> None:
    """Starting to wait is part of "booked" and is not told a second time."""
    assert see(callback(State.ORDERING), State.QUEUED, "Initialization") == Moved(
        state=State.QUEUED, word="Initialization", news_kind=""
    )


def test_unknown_word_is_in_progress() -> None:
    """A word we do not know is written down and changes no state."""
    assert see(callback(State.HOLDING, word="Holding"), None, "Juggling") == NewWord(word="Juggling")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (State.CALLING_AGENT, State.FAILED_AGENT),
        (State.HOLDING, State.FAILED_AGENT),
        (State.CALLING_CUSTOMER, State.FAILED_CUSTOMER),
        (State.QUEUED, State.FAILED),
        (State.CONNECTED, State.FAILED),
    ],
)
def test_failure_names_the_leg(before: State, after: State) -> None:
    """Fonolo's `Failed` is told as the leg that was being dialled."""
    moved = see(callback(before), State.FAILED, "Failed")
    assert isinstance(moved, Moved)
    assert moved.state is after


def test_grace_word_waits() -> None:
    """`Error Callback` is no ending before it has stood for the grace period."""
    first = see(callback(State.HOLDING, word="Holding"), State.FAILED, "Error Callback")
    assert first == NewWord(word="Error Callback")
    standing = callback(State.HOLDING, word="Error Callback", word_since=NOW)
    assert see(standing, State.FAILED, "Error Callback", NOW + 59) == Same()
    assert see(standing, State.FAILED, "Error Callback", NOW + 60) == Moved(
        state=State.FAILED_AGENT, word="Error Callback", news_kind="failed_agent"
    )


@pytest.mark.parametrize("final", [state for state in State if state.is_final])
def test_nothing_after_an_ending(final: State) -> None:
    """Whatever a provider says after an ending is ignored."""
    assert see(callback(final), State.HOLDING, "Holding") == Same()


def test_second_attempt_is_told() -> None:
    """Going back to a planned attempt after a failed one is news; starting as planned is not."""
    again = see(callback(State.CALLING_CUSTOMER), State.SCHEDULED, "Scheduled")
    assert isinstance(again, Moved) and again.news_kind == "rescheduled"
    first = see(callback(State.ORDERING), State.SCHEDULED, "Scheduled")
    assert isinstance(first, Moved) and first.news_kind == ""


def pause(before: Callback, now: float) -> float:
    return pause_before_next_look(before, now=now, ringing=2, holding=5, waiting=15, scheduled=3600, wake_before=30)


def test_ringing_is_followed_closely() -> None:
    """While a phone rings the pause is the shortest, however long it rings."""
    assert pause(callback(State.CALLING_CUSTOMER), NOW + 100) == 2


def test_hold_is_followed_less_and_less() -> None:
    """On hold the pause grows with the time that nothing has changed, up to its ceiling."""
    assert [pause(callback(State.HOLDING), NOW + age) for age in (0, 12, 40, 600)] == [2, 3, 5, 5]


def test_who_talks_is_followed_less_closely_than_who_holds() -> None:
    """Nobody waits for the end of a conversation as they wait for their phone to ring."""
    assert [pause(callback(State.CONNECTED), NOW + age) for age in (0, 12, 40, 600)] == [2, 3, 10, 15]


def test_booked_time_is_left_alone() -> None:
    """A booking far ahead sleeps until shortly before its time, and no longer than the ceiling at once."""
    booked = callback(State.SCHEDULED, starts_at=NOW + 1000)  # it has an id: the provider holds it
    assert pause(booked, NOW) == 970
    assert pause(callback(State.SCHEDULED, starts_at=NOW + 100_000), NOW) == 3600
    assert pause(booked, NOW + 990) == 2
    assert pause(booked, NOW + 2000) == 15


def test_call_that_waits_with_us_is_ordered_on_the_dot() -> None:
    """A call that only the ledger knows of is due at its own time, neither before nor after."""
    held = callback(State.SCHEDULED, starts_at=NOW + 1000).model_copy(update={"provider_id": ""})
    assert pause(held, NOW) == 1000
    assert pause(held, NOW + 999.5) == 1
