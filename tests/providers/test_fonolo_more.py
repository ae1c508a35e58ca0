"""What Fonolo can be asked beyond what the desk needs: each read's request, and its answer read tolerantly."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, time
from typing import Any

import pytest

from ringback.models import Availability, State
from ringback.providers.base import ProviderError, UnexpectedAnswer
from ringback.providers.fonolo import Fonolo
from ringback.providers.fonolo_records import Window
from tests.providers.fonolo_double import CALL, OPTION, OTHER_OPTION, PROFILE, Double, envelope

START = "2026-11-23 10:30:00"
STARTS_AT = datetime(2026, 11, 23, 15, 30, tzinfo=UTC)
DAYS = (date(2026, 11, 1), date(2026, 11, 23))
CALL_ENTRY = {
    "sid": CALL,
    "number": "14165550123",
    "option": OPTION,
    "status": "Success",
    "duration": 31,
    "start_date": START,
    "details": "rang\n416 555 0123",
}
SCHEDULING = {
    "profile_sid": PROFILE,
    "offer_interval": "30",
    "max_scheduled": 10,
    "max_options": 8,
    "daily_overflow": "cancel",
    "entries": [
        {
            "status": "active",
            "day_of_week": [2, 3, 4, 5, 6],
            "start_time": ["09:00", "13:00"],
            "end_time": ["12:00", "17:00"],
        },
        {"status": "Paused", "day_of_week": "7", "start_time": "10:00", "end_time": "24:00"},
    ],
}

Read = Callable[[Fonolo], Awaitable[Any]]


@pytest.mark.parametrize(
    ("read", "path", "query", "data"),
    [
        (lambda f: f.profiles(), "profiles", {}, []),
        (lambda f: f.option(OPTION), f"profile/{PROFILE}/option/{OPTION}", {}, {"sid": OPTION, "name": "Billing"}),
        (lambda f: f.question("Q.1"), f"profile/{PROFILE}/question/Q.1", {}, {"id": "Q.1", "text": "Why?"}),
        (lambda f: f.scheduling(), f"profile/{PROFILE}/scheduling", {}, SCHEDULING),
        (lambda f: f.realtime(), "realtime", {}, []),
        (lambda f: f.pending(), "pending", {}, []),
        (lambda f: f.scheduled(), "scheduled", {}, []),
        (lambda f: f.calls(*DAYS), "calls", {"start_date": "2026-11-01", "end_date": "2026-11-23"}, []),
        (lambda f: f.call(CALL), f"call/{CALL}", {}, CALL_ENTRY),
        (lambda f: f.timezones(), "timezones", {}, ["America/Toronto"]),
        (lambda f: f.optins(), "optins", {}, []),
        (lambda f: f.optin("OI1"), "optin/OI1", {}, {"id": "OI1"}),
    ],
)
async def test_requests(read: Read, path: str, query: dict[str, str], data: Any) -> None:
    """Each read is one GET of its documented path."""
    double = Double(envelope(data))
    await read(double.fonolo())
    assert (double.only.method, double.only.url.path) == ("GET", f"/3.0/{path}")
    assert dict(double.only.url.params) == query
    assert double.only.headers["authorization"].startswith("Basic ")


@pytest.mark.parametrize("wrap", [lambda some: some, lambda some: {"profiles": some}])
async def test_profiles(wrap: Callable[[Any], Any]) -> None:
    """Every profile with a SID, from a bare or a named list."""
    some = [{"sid": PROFILE, "name": "Web", "status": "Paused", "sms": "true"}, {"name": "without a SID"}]
    (profile,) = await Double(envelope(wrap(some))).fonolo().profiles()
    assert (profile.id, profile.name, profile.availability, profile.sms) == (PROFILE, "Web", Availability.PAUSED, True)


@pytest.mark.parametrize("wrap", [lambda one: one, lambda one: [one], lambda one: {"option": one}])
async def test_option(wrap: Callable[[Any], Any]) -> None:
    """One option as a queue, bare, in a list or under its name; the SID may be left out."""
    one = {"name": "Billing", "status": "Closed", "order": "3"}
    queue = await Double(envelope(wrap(one))).fonolo().option(OPTION)
    assert (queue.id, queue.name, queue.availability, queue.position) == (OPTION, "Billing", Availability.CLOSED, 3)


async def test_question() -> None:
    """One question, its id as asked when the answer does not repeat it."""
    double = Double(envelope({"question": {"question": "Why?", "required": 1, "max_length": "40"}}))
    question = await double.fonolo().question("QU1")
    assert (question.id, question.text, question.required, question.max_length) == ("QU1", "Why?", True, 40)


async def test_scheduling() -> None:
    """Days are Fonolo's, 1 = Sunday, and have an ISO form; windows are pairs; words stay words, numbers numbers."""
    found = await Double(envelope(SCHEDULING)).fonolo().scheduling()
    assert (found.profile_id, found.offer_interval, found.daily_overflow) == (PROFILE, "30", "cancel")
    assert (found.max_scheduled, found.max_options) == (10, 8)
    week, saturday = found.entries
    assert week.availability is Availability.ACTIVE
    assert (week.days, week.iso_weekdays) == ((2, 3, 4, 5, 6), (1, 2, 3, 4, 5))
    assert week.windows == (Window(start=time(9), end=time(12)), Window(start=time(13), end=time(17)))
    assert (saturday.availability, saturday.days, saturday.iso_weekdays) == (Availability.PAUSED, (7,), (6,))
    assert saturday.windows == (Window(start=time(10), end=time(0)),)


async def test_scheduling_with_holes() -> None:
    """What is missing or senseless in the scheduling is left out."""
    entries = [{"day_of_week": [0, 1, 8, "x", None], "start_time": ["25:00", "09:00", "10:00"], "end_time": ["1", 2]}]
    found = await Double(envelope({"entries": entries, "max_options": "many"})).fonolo().scheduling()
    assert (found.profile_id, found.max_scheduled, found.max_options) == ("", None, None)
    assert (found.entries[0].days, found.entries[0].iso_weekdays, found.entries[0].windows) == ((1,), (7,), ())
    assert (await Double(envelope({})).fonolo().scheduling()).entries == ()


@pytest.mark.parametrize(
    ("read", "name"),
    [
        (lambda f: f.realtime(), "realtime"),
        (lambda f: f.pending(), "pending"),
        (lambda f: f.scheduled(), "scheduled"),
        (lambda f: f.calls(*DAYS), "calls"),
    ],
)
async def test_lists_of_calls(read: Read, name: str) -> None:
    """The four lists give calls, from a bare or a named list."""
    for data in ([CALL_ENTRY], {name: [CALL_ENTRY]}, {"callbacks": [CALL_ENTRY, {"status": "no SID"}]}):
        (call,) = await read(Double(envelope(data)).fonolo())
        assert (call.id, call.queue_id, call.number) == (CALL, OPTION, "14165550123")
        assert (call.sighting.state, call.sighting.word, call.sighting.timer) == (State.COMPLETED, "Success", 31)
        assert (call.start, call.starts_at) == (START, STARTS_AT)


async def test_call() -> None:
    """One call; its number and details stay out of its repr, and an unknown word survives."""
    data = CALL_ENTRY | {"status": "Thinking", "option": {"sid": OPTION}}
    call = await Double(envelope(data)).fonolo().call(CALL)
    assert (call.sighting.state, call.sighting.word, call.queue_id) == (None, "Thinking", OPTION)
    assert call.details == "rang •••"
    assert "0123" not in repr(call)
    bare = await Double(envelope({"status": f"/3.0/call/{CALL}/status.json"})).fonolo().call(CALL)
    assert (bare.id, bare.sighting.word, bare.number, bare.queue_id, bare.starts_at) == (CALL, "", "", "", None)


@pytest.mark.parametrize(
    "data",
    [
        ["America/Toronto", "Europe/Berlin"],
        {"timezones": ["America/Toronto", "Europe/Berlin"]},
        {"timezones": {"America/Toronto": "Eastern", "Europe/Berlin": "Central European"}},
        [{"name": "America/Toronto", "offset": -5}, {"timezone": "Europe/Berlin"}],
        {"0": {"name": "America/Toronto"}, "2": {"name": "Europe/Berlin"}},
    ],
)
async def test_timezones(data: Any) -> None:
    """The names of time zones, whatever they are wrapped in."""
    assert await Double(envelope(data)).fonolo().timezones() == ["America/Toronto", "Europe/Berlin"]


async def test_optins() -> None:
    """Opt-in requests with their ids as strings or numbers, the number kept out of the repr."""
    some = [{"sid": "OI1", "number": "14165550123", "status": "new", "created": START}, {"id": 7}, {"status": "no id"}]
    first, second = await Double(envelope({"optins": some})).fonolo().optins()
    assert (first.id, first.number, first.word, first.starts_at) == ("OI1", "14165550123", "new", STARTS_AT)
    assert "0123" not in repr(first)
    assert (second.id, second.number, second.word, second.start) == ("7", "", "", "")
    assert (await Double(envelope(some[0])).fonolo().optin("OI1")) == first


@pytest.mark.parametrize(
    ("read", "data"),
    [
        (lambda f: f.profiles(), [{"name": "no SID"}]),
        (lambda f: f.profiles(), "text"),
        (lambda f: f.option(OPTION), {"sid": OTHER_OPTION}),
        (lambda f: f.option(OPTION), [1]),
        (lambda f: f.question("QU1"), {"sid": "QU2", "text": "Why?"}),
        (lambda f: f.question("QU1"), {"sid": "QU1"}),
        (lambda f: f.scheduling(), None),
        (lambda f: f.scheduling(), {"entries": "text"}),
        (lambda f: f.realtime(), [{"status": "no SID"}]),
        (lambda f: f.call(CALL), {"sid": "CA" + "ff" * 16}),
        (lambda f: f.timezones(), {"timezones": []}),
        (lambda f: f.timezones(), 7),
        (lambda f: f.optins(), [{"status": "no id"}]),
        (lambda f: f.optin("OI1"), {"sid": "OI2"}),
    ],
)
async def test_answers_to_another_question(read: Read, data: Any) -> None:
    """A success that does not answer what was asked is not taken for an answer."""
    with pytest.raises(UnexpectedAnswer):
        await read(Double(envelope(data)).fonolo())


@pytest.mark.parametrize("bad", ["", "..", ".", "a/b", "a?b", "ü", "x" * 200, CALL + "\n"])
async def test_no_url_from_anything_but_an_id(bad: str) -> None:
    """What is not fit for an address is refused before anything is sent."""
    double = Double(envelope({}))
    fonolo = double.fonolo()
    for call in (fonolo.option(bad), fonolo.question(bad), fonolo.call(bad), fonolo.optin(bad)):
        with pytest.raises(ProviderError):
            await call
    assert not double.requests
