"""Hours, time slots, questions and announcements out of desk.yml."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ringback.catalogue import (
    announcement,
    cut,
    one_line,
    opening,
    questions,
    read_hours,
    read_start,
    time_slots,
    write_start,
)
from ringback.models import Availability
from ringback.settings import SettingsError, TeniosQuestion
from tests.providers.tenios_double import queue

BERLIN = ZoneInfo("Europe/Berlin")  # +1, clocks change at 01:00 UTC on 29 March and 25 October 2026
MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def berlin(text: str) -> datetime:
    """A local time in Berlin that comes once."""
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN)


# -- hours ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("hours", "open_days"),
    [
        ({"daily": "09:00-17:00"}, "1111111"),
        ({"mon-fri": "9:00-17:00"}, "1111100"),
        ({"MON, wed": "09:00 - 17:00"}, "1010000"),
        ({"sat-mon": "09:00–17:00"}, "1000011"),
        ({"daily": "09:00-17:00", "sun": "closed"}, "1111110"),
        ({"sun": "", "daily": "09:00-17:00"}, "1111110"),
        ({"mon-fri": "closed", "tue": "09:00-17:00"}, "0100000"),
    ],
)
def test_days(hours: dict[str, str], open_days: str) -> None:
    """Days are named alone, as ranges, as lists or "daily", and the entry that names fewer days wins."""
    week = read_hours(queue(hours=hours))
    assert "".join(str(int(bool(spans))) for spans in week) == open_days
    assert {spans for spans in week if spans} == {((540, 1020),)}


def test_spans() -> None:
    """A day may have several spans, in any order, up to midnight."""
    assert read_hours(queue(hours={"mon": "13:00-24:00, 00:00-12:30"}))[0] == ((0, 750), (780, 1440))


@pytest.mark.parametrize(
    ("hours", "text"),
    [
        ({"someday": "09:00-17:00"}, "someday"),
        ({"mon-": "09:00-17:00"}, "mon-"),
        ({"": "09:00-17:00"}, "names no days"),
        ({"mon": "9-17"}, "9-17"),
        ({"mon": "09:00-17:00 and later"}, "and later"),
        ({"mon": "09:00-12:0013:00-17:00"}, "13:00"),
        ({"mon": "09:00-25:00"}, "25:00"),
        ({"mon": "09:60-10:00"}, "09:60"),
        ({"mon": "22:00-02:00"}, "past midnight"),
        ({"mon": "09:00-09:00"}, "09:00-09:00"),
        ({"mon": "09:00-12:00 11:00-13:00"}, "overlap"),
        ({"mon": "09:00-12:00", "Mon": "13:00-17:00"}, "mon stands in"),
        ({"mon-wed": "09:00-12:00", "tue-thu": "13:00-17:00"}, "tue-thu"),
    ],
)
def test_wrong_hours_are_named(hours: dict[str, str], text: str) -> None:
    """What cannot be read is an error that names the queue and the text."""
    with pytest.raises(SettingsError) as wrong:
        read_hours(queue(hours=hours))
    assert "'Billing'" in str(wrong.value)
    assert text in str(wrong.value)


# -- open or closed -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("now", "opens_at", "closes_at"),
    [
        ("2026-11-23T10:00", None, "2026-11-23T12:00"),
        ("2026-11-23T09:00", None, "2026-11-23T12:00"),
        ("2026-11-23T12:00", "2026-11-23T13:00", None),
        ("2026-11-23T16:59", None, "2026-11-23T17:00"),
        ("2026-11-23T08:59", "2026-11-23T09:00", None),
        ("2026-11-27T17:00", "2026-11-30T09:00", None),
        ("2026-12-23T17:00", "2026-12-28T09:00", None),
        ("2026-12-24T10:00", "2026-12-28T09:00", None),
    ],
)
def test_opening(now: str, opens_at: str | None, closes_at: str | None) -> None:
    """An open queue says when it closes, a closed one when it opens next, over weekends and holidays."""
    billing = queue(holidays=(date(2026, 12, 24), date(2026, 12, 25)))
    found = opening(billing, BERLIN, berlin(now))
    assert found.availability is (Availability.ACTIVE if closes_at else Availability.CLOSED)
    assert found.opens_at == (berlin(opens_at) if opens_at else None)
    assert found.closes_at == (berlin(closes_at) if closes_at else None)


def test_open_over_midnight() -> None:
    """Two spans that meet at midnight are one opening."""
    night = queue(hours={"mon": "22:00-24:00", "tue": "00:00-02:00"})
    assert opening(night, BERLIN, berlin("2026-11-23T23:00")).closes_at == berlin("2026-11-24T02:00")


def test_never_closed_and_never_open() -> None:
    """What is always open never closes; what is never open does not open."""
    always = opening(queue(hours={"daily": "00:00-24:00"}), BERLIN, MONDAY)
    assert (always.availability, always.closes_at, always.opens_at) == (Availability.ACTIVE, None, None)
    never = opening(queue(hours={"daily": "closed"}), BERLIN, MONDAY)
    assert (never.availability, never.closes_at, never.opens_at) == (Availability.CLOSED, None, None)


# -- time slots -----------------------------------------------------------------------------------------------------


def test_time_slots_are_whole_and_within_the_hours() -> None:
    """Only whole windows are offered, none over the lunch break, from today to `days_ahead` days on."""
    slots = time_slots(queue(slot_minutes=50, days_ahead=1), BERLIN, berlin("2026-11-23T08:00"))
    starts = ["09:00", "09:50", "10:40", "13:00", "13:50", "14:40", "15:30"]
    assert [slot.start for slot in slots] == [f"2026-11-2{day}T{start}" for day in (3, 4) for start in starts]
    assert slots[0].ends_at - slots[0].starts_at == timedelta(minutes=50)


@pytest.mark.parametrize(("now", "first"), [("2026-11-23T09:25", "09:30"), ("2026-11-23T09:26", "10:00")])
def test_time_slots_begin_in_five_minutes_at_the_earliest(now: str, first: str) -> None:
    """Nothing is offered that begins in less than five minutes."""
    slots = time_slots(queue(days_ahead=0), BERLIN, berlin(now))
    assert slots[0].start == f"2026-11-23T{first}"
    assert {slot.start[:10] for slot in slots} == {"2026-11-23"}


def test_no_time_slots_on_a_holiday() -> None:
    """A holiday has no windows, and a Sunday neither."""
    closed = queue(holidays=(date(2026, 11, 23),), days_ahead=6)
    assert {slot.start[8:10] for slot in time_slots(closed, BERLIN, MONDAY)} == {"24", "25", "26", "27"}
    assert time_slots(queue(days_ahead=1), BERLIN, berlin("2026-11-28T08:00")) == []


@pytest.mark.parametrize(
    ("span", "starts"),
    [
        ("01:00-04:00", ["01:00", "01:30", "03:00", "03:30"]),
        ("02:00-03:30", ["03:00"]),
        ("02:30-04:00", ["03:00", "03:30"]),
        ("02:00-03:00", []),
        ("01:00-02:30", ["01:00", "01:30"]),
    ],
)
def test_the_hour_that_the_clocks_skip(span: str, starts: list[str]) -> None:
    """No window begins in the hour that is skipped; what would, begins or ends at the change."""
    night = queue(hours={"sun": span}, days_ahead=0)
    slots = time_slots(night, BERLIN, berlin("2026-03-29T00:00"))
    assert [slot.start for slot in slots] == [f"2026-03-29T{start}" for start in starts]
    assert all(slot.ends_at - slot.starts_at == timedelta(minutes=30) for slot in slots)


def test_the_hour_that_comes_twice() -> None:
    """Windows of the hour that comes twice are all offered, and their starts tell them apart."""
    night = queue(hours={"sun": "02:00-03:30"}, days_ahead=0)
    slots = time_slots(night, BERLIN, berlin("2026-10-25T00:00"))
    assert [slot.start for slot in slots] == [
        "2026-10-25T02:00",
        "2026-10-25T02:30",
        "2026-10-25T02:00+01:00",
        "2026-10-25T02:30+01:00",
        "2026-10-25T03:00",
    ]
    assert [f"{slot.starts_at:%H:%M}" for slot in slots] == ["00:00", "00:30", "01:00", "01:30", "02:00"]
    assert opening(night, BERLIN, datetime(2026, 10, 25, 1, 15, tzinfo=UTC)).availability is Availability.ACTIVE


@pytest.mark.parametrize(
    ("span", "starts"),
    [
        ("01:30-02:30", ["01:30", "02:00", "02:30", "02:00+01:00"]),
        ("02:30-03:30", ["02:30", "02:00+01:00", "02:30+01:00", "03:00"]),
    ],
)
def test_spans_that_meet_the_hour_that_comes_twice(span: str, starts: list[str]) -> None:
    """A span begins the first time that its hour comes and ends the second time."""
    night = queue(hours={"sun": span}, days_ahead=0)
    slots = time_slots(night, BERLIN, berlin("2026-10-25T00:00"))
    assert [slot.start for slot in slots] == [f"2026-10-25T{start}" for start in starts]


@pytest.mark.parametrize("zone", ["Europe/Berlin", "Australia/Lord_Howe", "America/Sao_Paulo", "Asia/Beirut", "UTC"])
@given(
    now=st.integers(1_420_000_000, 1_890_000_000).map(lambda seconds: datetime.fromtimestamp(seconds, UTC)),
    minutes=st.sampled_from([5, 20, 45, 60, 240]),
    span=st.sampled_from(["00:00-24:00", "00:00-03:00", "01:30-02:30", "09:00-12:00 13:00-17:00", "23:00-24:00"]),
)
@settings(max_examples=25, deadline=None)
def test_time_slots_in_any_zone(zone: str, now: datetime, minutes: int, span: str) -> None:
    """Starts are different and lead back to their moments; windows lie ahead, in order, and in open hours."""
    local = ZoneInfo(zone)
    some = queue(hours={"daily": span}, slot_minutes=minutes, days_ahead=2)
    slots = time_slots(some, local, now)
    assert len({slot.start for slot in slots}) == len(slots)
    for slot in slots:
        assert read_start(slot.start, local) == slot.starts_at
        assert slot.starts_at >= now + timedelta(minutes=5)
        assert slot.ends_at - slot.starts_at == timedelta(minutes=minutes)
    for slot in slots[::20]:
        assert opening(some, local, slot.starts_at).availability is Availability.ACTIVE
    assert [slot.starts_at for slot in slots] == sorted(slot.starts_at for slot in slots)


def test_starts_are_local_minutes() -> None:
    """A start is local to the minute; anything else leads to no moment."""
    assert write_start(MONDAY, BERLIN) == "2026-11-23T10:00"
    assert read_start("2026-11-23T10:00", BERLIN) == MONDAY
    assert read_start("tomorrow", BERLIN) is None
    assert read_start("0001-01-01T00:00", BERLIN) is None


# -- questions ------------------------------------------------------------------------------------------------------

ABOUT = TeniosQuestion(text="What is it about?", required=True, min_length=2, max_length=40, choices=("Bill", "Fault"))
NAME = TeniosQuestion(text="Your name:")


def test_questions_keep_their_ids() -> None:
    """An id survives another order, other limits and other queues, and every rule comes along."""
    first, second = questions(queue(questions=(ABOUT, NAME)))
    assert (first.text, first.required, first.min_length, first.max_length) == ("What is it about?", True, 2, 40)
    assert first.choices == ("Bill", "Fault")
    changed = ABOUT.model_copy(update={"required": False, "text": "what is it  ABOUT?"})
    assert [one.id for one in questions(queue(name="Other", questions=(NAME, changed)))] == [second.id, first.id]


@pytest.mark.parametrize("wrong", [ABOUT, TeniosQuestion(text=" \n"), TeniosQuestion(text="A", min_length=200)])
def test_wrong_questions_are_named(wrong: TeniosQuestion) -> None:
    """A question asked twice, an empty one and one that cannot be answered are errors that name the queue."""
    with pytest.raises(SettingsError, match="'Billing'"):
        questions(queue(questions=(ABOUT, wrong)))


# -- announcements --------------------------------------------------------------------------------------------------


def said(template: str, *answers: str, most: int = 300) -> str:
    """The announcement of a queue with two questions."""
    asked = queue(questions=(ABOUT, NAME), announcement=template)
    some = questions(asked)
    given_answers = {one.id: answer for one, answer in zip(some, answers, strict=False)}
    return announcement(asked, some, given_answers | {"Q0": "not asked"}, most)


@pytest.mark.parametrize(
    ("template", "answers", "expected"),
    [
        (
            "A caller. {answers}. Press 1.",
            ("Bill", "Ann"),
            "A caller. What is it about: Bill; Your name: Ann. Press 1.",
        ),
        ("A caller. {answers}. Press 1.", (), "A caller. Press 1."),
        ("Reason: {answers}.", (), "Reason."),
        ("{answers}", (), ""),
        ("", ("Bill",), "What is it about: Bill"),
        ("", (), ""),
        ("Web customer", ("Bill",), "Web customer"),
        ("{answers} / {answers}", ("Bill",), "What is it about: Bill /"),
        ("Say {answers}", ("{answers} {0}", ""), "Say What is it about: {answers} {0}"),
        ("Say {answers}", ("two\nlines\tand\x00\x1b[31m a\u202ebell\x07\ud800",), None),
    ],
)
def test_announcement(template: str, answers: tuple[str, ...], expected: str | None) -> None:
    """The answers stand where the template wants them, on one line, and a template without answers reads well."""
    expected = expected if expected is not None else "Say What is it about: two lines and [31m abell"
    assert said(template, *answers) == expected


def test_long_answers_are_cut_before_the_centres_words() -> None:
    """What the centre wrote around the answers is heard in full; the answers end after a word."""
    heard = said("A caller. {answers} Press 1.", "one two three four five six seven eight nine ten " * 20, most=80)
    assert heard.startswith("A caller. What is it about: one two")
    assert heard.endswith("… Press 1.")
    assert len(heard) <= 80
    assert said("The template is too long {answers}", "Bill", most=18) == "The template is…"


@given(
    template=st.text(max_size=60) | st.tuples(st.text(max_size=30), st.text(max_size=30)).map("{answers}".join),
    answer=st.text(max_size=400),
    most=st.integers(0, 320),
)
@settings(max_examples=200, deadline=None)
def test_an_announcement_is_one_short_line(template: str, answer: str, most: int) -> None:
    """Whatever people write, the agent hears one line of the length that was allowed."""
    heard = said(template, answer, most=most)
    assert len(heard) <= most
    assert heard == one_line(heard)
    heard.encode()


@pytest.mark.parametrize(
    ("text", "most", "expected"),
    [
        ("one two three", 13, "one two three"),
        ("one two three", 12, "one two…"),
        ("one two three", 8, "one two…"),
        ("one, two", 5, "one…"),
        ("Donaudampfschiff und mehr", 10, "Donaudamp…"),
        ("ab", 1, "a"),
        ("ab", 0, ""),
    ],
)
def test_cut(text: str, most: int, expected: str) -> None:
    """A text is cut after a word, or within one that is far too long."""
    assert cut(text, most) == expected
