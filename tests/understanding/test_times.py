"""Which of the offered times is meant."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.offers import cases, offers
from bench.understanding_times import Verdict, judge_all
from ringback.languages import LANGUAGES, Language
from ringback.models import TimeSlot
from ringback.understanding.times import (
    NoTime,
    NotOffered,
    OneOfThese,
    Past,
    ThisSlot,
    TimeReading,
    find_slot,
)
from ringback.wording import say_slot

OFFICE = offers()["office"]
TORONTO, BERLIN = ZoneInfo("America/Toronto"), ZoneInfo("Europe/Berlin")
ZONES = ["America/Toronto", "Europe/Berlin", "Asia/Kolkata", "Australia/Lord_Howe", "Pacific/Apia", "America/St_Johns"]


def read(text: str, *, zone: ZoneInfo = TORONTO, home: ZoneInfo | None = None, shown: str = "") -> TimeReading:
    looked_at = [slot for slot in OFFICE.slots if shown and said(slot).startswith(shown)]
    return find_slot(text, OFFICE.slots, zone=zone, now=OFFICE.now, home=home, shown=looked_at)


def said(slot: TimeSlot) -> str:
    return f"{slot.starts_at.astimezone(TORONTO):%m-%d %H:%M}"


def only(reading: TimeReading) -> str:
    assert isinstance(reading, ThisSlot), reading
    return said(reading.slot)


def choices(reading: TimeReading) -> list[str]:
    assert isinstance(reading, OneOfThese), reading
    return [said(slot) for slot in reading.slots]


@pytest.mark.parametrize(("language", "all_of_them", "without", "held_out"), [
    ("en", 220, 40, 100), ("de", 200, 30, 40), ("fr", 200, 30, 40),
])  # fmt: skip
def test_the_list_is_long_and_varied(language: str, all_of_them: int, without: int, held_out: int) -> None:
    """The measurement is worth something: many sentences, and many of them without a time."""
    everything = cases(language)
    assert len({(one.text, one.offer) for one in everything}) == len(everything) >= all_of_them
    assert sum(one.expected == "none" for one in everything) >= without
    assert sum(one.held_out for one in everything) >= held_out


@pytest.mark.parametrize("language", LANGUAGES)
def test_reads_the_list(language: Language) -> None:
    """At least 95 of 100 sentences are read right, and never is a slot taken that was not meant."""
    judged = judge_all(language=language)
    right = sum(one.verdict is Verdict.RIGHT for one in judged)
    assert right / len(judged) >= 0.95
    assert [one.case.text for one in judged if one.verdict is Verdict.SILENTLY_WRONG] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_sentences_without_a_time_hold_none(language: Language) -> None:
    """What names no time is not taken for one, not even as a question."""
    without = [one for one in judge_all(language=language) if one.case.expected == "none"]
    assert [one.case.text for one in without if one.verdict is not Verdict.RIGHT] == []


moments = st.integers(0, 26_000).map(lambda hours: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=hours))


@settings(max_examples=300, deadline=None)
@given(moments, st.integers(1, 400), st.integers(0, 95), st.sampled_from(ZONES), st.sampled_from(LANGUAGES))
def test_a_slot_in_the_words_of_its_button_is_read_as_itself(
    now: datetime, hours: int, quarters: int, name: str, language: Language
) -> None:
    """Whatever is written on a button can be typed; when the clocks go back, both slots of that name come back."""
    zone = ZoneInfo(name)
    first = now.replace(minute=0, second=0, microsecond=0) + timedelta(hours=hours)
    starts = [first + timedelta(minutes=15 * number) for number in range(200)]
    slots = [TimeSlot(start=f"{start:%Y-%m-%d %H:%M}", starts_at=start, ends_at=start) for start in starts]
    words = say_slot(slots[quarters], zone=zone, now=now, language=language)
    alike = [slot for slot in slots if say_slot(slot, zone=zone, now=now, language=language) == words]
    reading = find_slot(words, slots, zone=zone, now=now, language=language)
    if len(alike) == 1:
        assert reading == ThisSlot(slot=slots[quarters])
    else:
        assert reading == OneOfThese(slots=tuple(alike))


PIECES = [
    "tomorrow ",
    "at 3 ",
    "or ",
    "not ",
    "between ",
    "and ",
    "half ",
    "24.12. ",
    "10-12",
    "in 2 hours ",
    "a week ",
    "from ",
    "until ",
    "monday ",
    "next ",
    "the 3rd ",
    "morgen ",
    "uhr ",
    ":",
    "/",
    "1",
    "-",
    ",",
    "as late as ",
    "EST ",
]


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=300) | st.lists(st.sampled_from(PIECES), max_size=60).map("".join))
def test_never_raises_and_offers_only_what_was_offered(text: str) -> None:
    """Any text gets an outcome, and every slot in it is one of those that were offered, soonest first."""
    match read(text):
        case ThisSlot(slot=slot):
            assert slot in OFFICE.slots
        case OneOfThese(slots=slots) | NotOffered(nearest=slots) | Past(nearest=slots):
            assert 1 <= len(slots) <= 10
            assert set(slots) <= set(OFFICE.slots)
            assert list(slots) == sorted(slots, key=lambda one: one.starts_at)
        case other:
            assert isinstance(other, NoTime)


@pytest.mark.parametrize("piece", [*PIECES, "1 ", "a", " ", "at 3 or ", "not monday ", "1:", "halb ", "1.1.", "ä"])
def test_long_texts_take_a_bounded_time(piece: str) -> None:
    """Five thousand characters of anything are read in the time of a thousand sentences at most, whatever repeats."""
    text = (piece * 5000)[:5000]
    started = time.process_time()
    read(text)
    assert time.process_time() - started < 10


def test_a_day_that_is_on_the_screen_is_the_day_that_is_meant() -> None:
    """After "Wednesday", "at 3" is Wednesday at three, and not today; "the last one" is the last that was shown."""
    assert only(read("at 3")) == "11-23 15:00"
    assert only(read("at 3", shown="11-25")) == "11-25 15:00"
    assert choices(read("in the morning", shown="11-25"))[0] == "11-25 09:00"
    assert only(read("the last one", shown="11-25 1")) == "11-25 16:30"
    assert only(read("the second one please", shown="11-25")) == "11-25 09:30"
    assert only(read("tomorrow at 3", shown="11-25")) == "11-24 15:00"


def test_days_and_hours_are_those_of_the_persons_zone() -> None:
    """Three in the afternoon in Berlin is nine in the morning in Toronto, and "your time" is the centre's."""
    assert only(read("tomorrow at 3pm", zone=BERLIN, home=TORONTO)) == "11-24 09:00"
    assert only(read("tomorrow at 3pm your time", zone=BERLIN, home=TORONTO)) == "11-24 15:00"
    assert only(read("tomorrow at 3pm my time", zone=BERLIN, home=TORONTO)) == "11-24 09:00"


def test_a_zone_that_is_not_known_is_asked_about() -> None:
    """ "My time" of somebody whose zone nobody knows, and abbreviations of several zones, are never taken unasked."""
    assert choices(read("tomorrow at 3pm my time")) == ["11-24 15:00"]
    assert choices(read("tomorrow at 3pm CST")) == ["11-24 16:00"]
    assert isinstance(read("tomorrow at 10pm IST"), OneOfThese)


@pytest.mark.parametrize(
    "text",
    [
        "I have a meeting at 2 tomorrow",
        "are you open on Thursday at 3?",
        "I finish at 3 tomorrow",
        "tomorrow at 3, 17",
        "next Friday at 2",
        "3/12 at 2pm",
        "Monday at 3",
        "not tomorrow at 3 but at 4",
        "in 40 minutes",
        "the train leaves at 3 tomorrow",
        "can we make it an hour later than 2 tomorrow",
    ],
)
def test_what_is_doubtful_is_shown_and_not_taken(text: str) -> None:
    """A sentence that may mean something else never books by itself."""
    assert isinstance(read(text), OneOfThese)


def test_nothing_offered_is_no_error() -> None:
    """With no slot at all there is nothing near either."""
    assert find_slot("tomorrow at 3", (), zone=TORONTO, now=OFFICE.now) == NotOffered(nearest=())
    assert find_slot("hello", (), zone=TORONTO, now=OFFICE.now) == NoTime()
