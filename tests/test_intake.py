"""What one turn adds to a request, without Rasa."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from ringback.intake import Ask, Draft, Heard, Menu, Said, hear, required
from ringback.models import Availability, Question, Queue, TimeSlot
from ringback.understanding.choices import Option

ZONE = ZoneInfo("America/Toronto")
NOW = datetime(2026, 11, 22, 20, 0, tzinfo=UTC)  # a Sunday, 15:00 in Toronto
ACCOUNT = Question(id="Q1", text="Account?", min_length=4, max_length=12)
TOPIC = Question(id="Q2", text="What about?", required=True, max_length=20)
QUEUES = (
    Queue(id="B", name="Billing"),
    Queue(id="S", name="New orders"),
    Queue(id="T", name="Technical support", availability=Availability.CLOSED),
    Queue(id="M", name="Moving home", availability=Availability.PAUSED),
)


def slot(day: int, hour: int, minute: int = 0) -> TimeSlot:
    starts = datetime(2026, 11, day, hour, minute, tzinfo=ZONE).astimezone(UTC)
    return TimeSlot(
        start=f"2026-11-{day} {hour:02}:{minute:02}:00", starts_at=starts, ends_at=starts + timedelta(minutes=30)
    )


SLOTS = tuple(slot(day, hour, minute) for day in (23, 24, 25) for hour in (9, 10, 14, 15) for minute in (0, 30))
MENU = Menu(
    queues=QUEUES,
    queue_options=(
        Option(id="B", title="Billing", synonyms=("bill", "invoice")),
        Option(id="S", title="New orders", synonyms=("order",)),
        Option(id="T", title="Technical support", synonyms=("internet",)),
        Option(id="M", title="Moving home", synonyms=("moving",)),
    ),
    questions=(ACCOUNT, TOPIC),
    sms=True,
    schedules=True,
    time_slots=SLOTS,
    region="CA",
    zone=ZONE,
    now=NOW,
)
READY = Draft(queue="B", number="+14165550123", answers={"Q1": "", "Q2": "x"}, sms=False, when="now")


def say(text: str, asked: Ask | None, draft: Draft = READY, intent: str = "inform", confidence: float = 0.9) -> Heard:
    return hear(Said(text=text, intent=intent, confidence=confidence), asked, draft, MENU)


def tap(intent: str = "inform", draft: Draft = READY, **tapped: Any) -> Heard:
    return hear(Said(text="/x", intent=intent, tapped=tapped, is_tap=True), Ask.WHEN, draft, MENU)


def responses(heard: Heard) -> list[str]:
    return [problem.response for problem in heard.problems]


@pytest.mark.parametrize(
    ("text", "slots"),
    [
        ("can someone call me about my bill?", {Ask.QUEUE: "B"}),
        ("call me on 416 555 0123", {Ask.NUMBER: "+14165550123"}),
        ("call 416 555 0123 about an invoice", {Ask.QUEUE: "B", Ask.NUMBER: "+14165550123"}),
        ("call me", {}),
        ("call me 2 times", {}),
        ("call me on 416 555 0123 or 647 555 0188", {}),
    ],
)
def test_first_sentence(text: str, slots: dict[Ask, str]) -> None:
    """The sentence that starts a request fills what it holds, and guesses nothing."""
    assert say(text, None, Draft(), intent="request_callback").slots == slots


def test_first_sentence_names_a_closed_queue() -> None:
    """A closed queue is explained as soon as it is named."""
    heard = say("my internet is down, call me", None, Draft(), intent="request_callback")
    assert (heard.slots, responses(heard)) == ({Ask.QUEUE: None}, ["utter_queue_closed"])


@pytest.mark.parametrize(
    ("asked", "text", "slots"),
    [
        (Ask.QUEUE, "2", {Ask.QUEUE: "S"}),
        (Ask.QUEUE, "biling", {Ask.QUEUE: "B"}),
        (Ask.QUEUE, "billing, on 416 555 0123", {Ask.QUEUE: "B", Ask.NUMBER: "+14165550123"}),
        (Ask.NUMBER, "(416) 555-0123", {Ask.NUMBER: "+14165550123"}),
        (Ask.NUMBER, "+49 151 23456789", {Ask.NUMBER: "+4915123456789"}),
        (Ask.SMS, "yes please", {Ask.SMS: True}),
        (Ask.SMS, "nope", {Ask.SMS: False}),
        (Ask.WHEN, "now", {Ask.WHEN: "now", Ask.TIME: None}),
        (Ask.WHEN, "as soon as possible", {Ask.WHEN: "now", Ask.TIME: None}),
        (Ask.WHEN, "later please", {Ask.WHEN: "later", Ask.TIME: None}),
        (Ask.CONFIRM, "yes", {Ask.CONFIRM: True}),
        (Ask.CONFIRM, "book it", {Ask.CONFIRM: True}),
        (Ask.CONFIRM, "no", {Ask.CONFIRM: False}),
        (Ask.CONFIRM, "actually new orders", {Ask.QUEUE: "S"}),
        (Ask.CONFIRM, "no, call 647 555 0188", {Ask.NUMBER: "+16475550188"}),
        (Ask.CONFIRM, "change the number", {Ask.NUMBER: None, Ask.CONFIRM: None, Ask.CHANGE: None}),
        (Ask.CHANGE, "the time", {Ask.WHEN: None, Ask.TIME: None, Ask.CONFIRM: None, Ask.CHANGE: None}),
        (Ask.CHANGE, "nothing", {Ask.CONFIRM: None, Ask.CHANGE: None}),
    ],
)
def test_answers(asked: Ask, text: str, slots: dict[Ask, Any]) -> None:
    """An answer in ordinary words is taken."""
    assert say(text, asked).slots == slots


@pytest.mark.parametrize(
    ("asked", "text", "response"),
    [
        (Ask.QUEUE, "the aquarium", "utter_queue_unknown"),
        (Ask.QUEUE, "moving home", "utter_queue_paused"),
        (Ask.NUMBER, "12", "utter_number_too_short"),
        (Ask.NUMBER, "911", "utter_number_not_allowed"),
        (Ask.NUMBER, "my mobile", "utter_number_missing"),
        (Ask.NUMBER, "1 900 555 0123", "utter_number_not_allowed"),
        (Ask.SMS, "purple", "utter_not_understood"),
        (Ask.WHEN, "purple", "utter_not_understood"),
        (Ask.CONFIRM, "purple", "utter_not_understood"),
        (Ask.CHANGE, "purple", "utter_not_understood"),
        (Ask.TIME, "tomorrow at 11:17", "utter_time_not_free"),
    ],
)
def test_problems(asked: Ask, text: str, response: str) -> None:
    """What cannot be taken is explained, and the question stays open."""
    heard = say(text, asked)
    assert responses(heard) == [response]
    assert heard.slots.get(asked) is None


@pytest.mark.parametrize("asked", [Ask.QUEUE, Ask.NUMBER, Ask.ANSWER, Ask.SMS, Ask.WHEN, Ask.CONFIRM, Ask.CHANGE])
@pytest.mark.parametrize("intent", ["stop", "ask_status", "help", "cancel_callback"])
def test_asides_are_left_to_rasa(asked: Ask, intent: str) -> None:
    """A turn that is about something else changes nothing, at every question."""
    assert not say("whatever was said", asked, intent=intent, confidence=0.95)


@pytest.mark.parametrize(
    ("asked", "text", "intent", "slots"),
    [
        (Ask.QUEUE, "hi, billing please", "greet", {Ask.QUEUE: "B"}),
        (Ask.NUMBER, "thanks, it is 416 555 0188", "thanks", {Ask.NUMBER: "+14165550188"}),
        (Ask.CONFIRM, "yes, thank you", "thanks", {Ask.CONFIRM: True}),
    ],
)
def test_polite_answers(asked: Ask, text: str, intent: str, slots: dict[Ask, Any]) -> None:
    """An answer with a greeting or thanks around it is an answer."""
    assert say(text, asked, intent=intent, confidence=0.95).slots == slots


def test_explained_answer_is_no_aside() -> None:
    """A closed queue is explained even if the model takes its name for small talk."""
    assert responses(say("moving home", Ask.QUEUE, intent="greet", confidence=0.95)) == ["utter_queue_paused"]
    assert not say("good day to you", Ask.QUEUE, intent="greet", confidence=0.95)


def test_unsure_aside_is_an_answer() -> None:
    """A free answer is not lost to a model that only suspects something else in it."""
    draft = READY.model_copy(update={"answers": {"Q1": ""}})
    heard = say("stop my contract", Ask.ANSWER, draft, intent="stop", confidence=0.7)
    assert heard.slots == {"answers": {"Q1": "", "Q2": "stop my contract"}, Ask.ANSWER: "done"}


def test_half_sure_yes_is_no_consent() -> None:
    """A model that only suspects a "yes" opts nobody in to text messages."""
    heard = say("purple", Ask.SMS, intent="affirm", confidence=0.6)
    assert heard.slots == {Ask.SMS: None}


def test_questions_in_turn() -> None:
    """Each answer goes to the open question; the form goes on when none is open."""
    first = say("48151623", Ask.ANSWER, Draft())
    assert first.slots == {"answers": {"Q1": "48151623"}, Ask.ANSWER: None}
    second = say("a refund", Ask.ANSWER, Draft(answers={"Q1": "48151623"}))
    assert second.slots == {"answers": {"Q1": "48151623", "Q2": "a refund"}, Ask.ANSWER: "done"}


@pytest.mark.parametrize(
    ("answers", "text", "response"),
    [
        ({}, "123", "utter_answer_too_short"),
        ({}, "1234567890123", "utter_answer_too_long"),
        ({"Q1": ""}, "x" * 21, "utter_answer_too_long"),
    ],
)
def test_answers_out_of_bounds(answers: dict[str, str], text: str, response: str) -> None:
    """An answer that the centre would not accept is explained."""
    assert responses(say(text, Ask.ANSWER, Draft(answers=answers))) == [response]


def test_skip() -> None:
    """A question that is not required can be skipped, a required one cannot."""
    assert say("skip", Ask.ANSWER, Draft()).slots == {"answers": {"Q1": ""}, Ask.ANSWER: None}
    assert responses(tap(skip=True, draft=Draft(answers={"Q1": ""}))) == ["utter_answer_required"]


def test_account_number_is_no_phone_number() -> None:
    """While a question is asked, digits are its answer and change no phone number."""
    assert Ask.NUMBER not in say("4165550188", Ask.ANSWER, Draft(number="+14165550123")).slots


def test_times() -> None:
    """A time is taken only if it was offered; several that fit are offered again, and only they."""
    exact = say("tomorrow at 9:30", Ask.TIME)
    assert exact.slots[Ask.TIME]["start"] == "2026-11-23 09:30:00"
    several = say("tuesday", Ask.TIME)
    assert several.slots[Ask.TIME] is None
    assert {one.start[:10] for one in several.time_choices} == {"2026-11-24"}


def test_time_by_its_place() -> None:
    """A bare number is the place of a time that was shown."""
    draft = READY.model_copy(update={"time_choices": (SLOTS[4].start, SLOTS[5].start)})
    assert say("2", Ask.TIME, draft).slots[Ask.TIME]["start"] == SLOTS[5].start


def test_more_times() -> None:
    """ "Later times" goes on after those that were shown."""
    draft = READY.model_copy(update={"time_choices": tuple(one.start for one in SLOTS[:6])})
    assert tap(more_times=True, draft=draft).time_choices == SLOTS[6:12]


def test_time_that_is_gone() -> None:
    """Tapping a time that is no longer offered is explained."""
    assert responses(tap(time_slot="2026-11-22 09:00:00")) == ["utter_time_gone"]


def test_booking_needs_its_own_summary() -> None:
    """The booking button counts while its own summary is open, and never for another request or another question."""
    draft = READY.model_copy(update={"request_key": "k2"})
    fresh = Said(text="/affirm", intent="affirm", tapped={"request": "k2"}, is_tap=True)
    stale = Said(text="/affirm", intent="affirm", tapped={"request": "k1"}, is_tap=True)
    assert hear(fresh, Ask.CONFIRM, draft, MENU).slots == {Ask.CONFIRM: True}
    assert responses(hear(stale, Ask.CONFIRM, draft, MENU)) == ["utter_old_button"]
    assert responses(hear(fresh, Ask.NUMBER, draft, MENU)) == ["utter_old_button"]


def test_other_queue_drops_the_time() -> None:
    """A time chosen for one queue is not kept for another."""
    draft = READY.model_copy(update={"when": "later", "time_slot": SLOTS[0]})
    assert say("actually new orders", Ask.CONFIRM, draft).slots == {Ask.QUEUE: "S", Ask.WHEN: None, Ask.TIME: None}


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
    assert booked.slots[Ask.TIME]["start"] == "2026-11-23 09:30:00"


def test_required_follows_the_profile() -> None:
    """Only what the profile offers is asked, and a time only for a call that is for later."""
    plain = MENU.model_copy(update={"questions": (), "sms": False, "schedules": False})
    assert required(Draft(), plain) == [Ask.QUEUE, Ask.NUMBER, Ask.CONFIRM]
    assert Ask.TIME not in required(READY, MENU)
    assert Ask.TIME in required(READY.model_copy(update={"when": "later"}), MENU)
