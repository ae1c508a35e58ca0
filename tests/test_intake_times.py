"""What one turn says about the time of the call, without Rasa."""

from __future__ import annotations

import pytest

from ringback.intake import (
    Ask,
    Draft,
    Heard,
    Said,
    Wish,
    hear,
    settle,
)
from ringback.models import Availability, Queue
from ringback.understanding.choices import Option
from tests.intake_menu import (
    EVERY_QUESTION,
    MENU,
    NOW,
    OPEN_QUESTION,
    QUEUES,
    READY,
    SLOTS,
    responses,
    say,
    tap,
)


def wished(text: str, asked: Ask | None, draft: Draft = READY) -> Heard:
    """Say it, and look for the time among those that are free."""
    heard = say(text, asked, draft)
    wish = heard.slots.get("wish")
    assert wish is not None
    known = draft.model_copy(update={"wish": Wish.model_validate(wish), "time_slot": None, "when": "later"})
    return settle(known, MENU)


@pytest.mark.parametrize("asked", EVERY_QUESTION)
def test_time_at_every_question(asked: Ask) -> None:
    """A time that is named is taken at every question, if it is free."""
    found = wished("no, make it tomorrow at 9:30", asked, OPEN_QUESTION)
    assert found.slots[Ask.TIME]["start"] == "2026-11-23 09:30:00"
    assert found.slots["wish"] is None


def test_times() -> None:
    """Several times that fit are offered again, and only they; what is not free brings the nearest."""
    several = wished("tuesday", Ask.TIME)
    assert several.slots[Ask.TIME] is None
    assert {one.start[:10] for one in several.time_choices} == {"2026-11-24"}
    gone = wished("tomorrow at 11:17", Ask.TIME)
    assert responses(gone) == ["utter_time_not_free"]
    assert gone.time_choices


def test_other_day_same_time() -> None:
    """Another day alone leaves the time of day as it was chosen."""
    chosen = READY.model_copy(update={"when": "later", "time_slot": SLOTS[5]})
    assert wished("make that wednesday", Ask.CONFIRM, chosen).slots[Ask.TIME]["start"] == "2026-11-25 14:30:00"


def test_time_by_its_place() -> None:
    """A bare number is the place of a time that was shown."""
    draft = READY.model_copy(update={"time_choices": (SLOTS[4].start, SLOTS[5].start)})
    assert say("2", Ask.TIME, draft).slots[Ask.TIME]["start"] == SLOTS[5].start


def test_asking_for_as_soon_as_possible_on_a_day_is_no_call_now() -> None:
    """ "As soon as possible" is now; with a day beside it, and after "not now", it is that day."""
    assert say("as soon as possible", Ask.WHEN).slots[Ask.WHEN] == "now"
    for text in ("as soon as possible tomorrow", "not now, tomorrow at 9"):
        assert wished(text, Ask.WHEN).slots[Ask.TIME]["start"] == SLOTS[0].start


def test_yes_takes_the_only_time_that_is_shown() -> None:
    """A single time on offer can be taken with a plain "yes"; of several, one has to be named."""
    one = READY.model_copy(update={"time_choices": (SLOTS[8].start,)})
    assert say("yes please", Ask.TIME, one).slots[Ask.TIME]["start"] == SLOTS[8].start


def test_a_time_without_a_day_is_on_the_day_that_is_shown() -> None:
    """Whoever has narrowed the times down to Wednesday means Wednesday by "at 3pm"."""
    wednesday = READY.model_copy(update={"time_choices": tuple(one.start for one in SLOTS[16:])})
    assert wished("at 3pm", Ask.TIME, wednesday).slots[Ask.TIME]["start"] == "2026-11-25 15:00:00"


def test_yes_picks_no_time() -> None:
    """ "Go ahead" picks nothing out of several times; "any of them" picks the soonest."""
    draft = READY.model_copy(update={"time_choices": (SLOTS[4].start, SLOTS[5].start)})
    assert say("yep go ahead", Ask.TIME, draft).slots[Ask.TIME] is None
    assert say("any of them", Ask.TIME, draft).slots[Ask.TIME]["start"] == SLOTS[4].start


def test_more_times() -> None:
    """ "Later times" goes on after those that were shown."""
    draft = READY.model_copy(update={"time_choices": tuple(one.start for one in SLOTS[:6])})
    assert tap(more_times=True, draft=draft).time_choices == SLOTS[6:12]


def test_time_that_is_gone() -> None:
    """Tapping a time that is no longer offered is explained."""
    assert responses(tap(time_slot="2026-11-22 09:00:00")) == ["utter_time_gone"]


def test_other_queue_keeps_the_time_if_it_can() -> None:
    """A time chosen for one queue is kept for another one that has it too, and else asked for again."""
    draft = READY.model_copy(update={"when": "later", "time_slot": SLOTS[0]})
    assert say("actually new orders", Ask.CONFIRM, draft).slots == {Ask.QUEUE: "S"}
    assert not settle(draft, MENU)
    elsewhere = settle(draft, MENU.model_copy(update={"time_slots": SLOTS[1:]}))
    assert (elsewhere.slots[Ask.TIME], responses(elsewhere)) == (None, ["utter_time_gone"])


@pytest.mark.parametrize("text", ["make it 10:30", "at 10.30 instead", "10:30 please"])
def test_other_hour_same_day(text: str) -> None:
    """Another hour alone leaves the day as it was chosen."""
    chosen = READY.model_copy(update={"when": "later", "time_slot": SLOTS[12]})
    assert wished(text, Ask.CONFIRM, chosen).slots[Ask.TIME]["start"] == "2026-11-24 10:30:00"


def test_bare_hour() -> None:
    """ "Make it 2" moves the hour of a time that was chosen."""
    chosen = READY.model_copy(update={"when": "later", "time_slot": SLOTS[12]})
    assert wished("hmm can u make it 3", Ask.CONFIRM, chosen).slots[Ask.TIME]["start"] == "2026-11-24 15:00:00"


def test_no_later_where_there_is_none() -> None:
    """A time wished for at a queue that only calls at once is explained and dropped."""
    draft = READY.model_copy(update={"when": "later", "wish": Wish(text="tomorrow", at=NOW)})
    heard = settle(draft, MENU.model_copy(update={"schedules": False}))
    assert (heard.slots[Ask.WHEN], heard.slots["wish"]) == (None, None)
    assert responses(heard) == ["utter_queue_calls_now_only"]


def test_closed_queue_can_be_booked() -> None:
    """A queue that is closed now but can be booked is taken, for later only."""
    night = Queue(id="N", name="Night desk", availability=Availability.CLOSED, bookable=True)
    menu = MENU.model_copy(
        update={"queues": (*QUEUES, night), "queue_options": (*MENU.queue_options, Option(id="N", title="Night desk"))}
    )
    chosen = hear(Said(text="night desk", intent="inform", confidence=0.9), Ask.QUEUE, Draft(), menu)
    assert chosen.slots == {Ask.QUEUE: "N", Ask.WHEN: "later", Ask.TIME: None}
    assert responses(chosen) == ["utter_queue_closed_book"]
    draft = READY.model_copy(update={"queue": "N", "when": "later"})
    at_once = hear(Said(text="now", intent="inform", confidence=0.9), Ask.TIME, draft, menu)
    assert (at_once.slots[Ask.WHEN], responses(at_once)) == ("later", ["utter_queue_closed_book"])
    booked = hear(Said(text="tomorrow at 9:30", intent="inform", confidence=0.9), Ask.TIME, draft, menu)
    assert (booked.slots[Ask.WHEN], responses(booked)) == ("later", [])


def test_hour_beyond_the_buttons() -> None:
    """A number beyond the buttons that were shown is an hour."""
    draft = READY.model_copy(update={"when": "later", "time_choices": tuple(one.start for one in SLOTS[:6])})
    assert say("10", Ask.TIME, draft).slots["wish"]["text"] == "at 10"
