from __future__ import annotations

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import httpx
import pytest

from sandbox.clock import Clock
from sandbox.company import BILLING_SID, maple_telecom
from sandbox.hours import STAMP, Hours, bookable, booked, day_number, windows_on
from tests.sandbox.asking import PROFILE, data, order, ordered, refused

TORONTO = ZoneInfo("America/Toronto")
DAY = maple_telecom().profiles[0].hours
NIGHT = Hours(days=(1, 2, 3, 4, 5, 6, 7), spans=((time(0), time(5)),), minutes=30)
SPRING = date(2027, 3, 14)  # 02:00 becomes 03:00
AUTUMN = date(2026, 11, 1)  # 02:00 becomes 01:00


def at(text: str) -> float:
    return datetime.strptime(text, STAMP).replace(tzinfo=TORONTO).timestamp()


def test_a_day_has_its_windows_without_the_lunch_break() -> None:
    """08:00 to 12:00 and 13:00 to 20:00 in half hours make 22 windows, none of them at noon."""
    starts = [window.start.strftime("%H:%M") for window in windows_on(date(2026, 11, 23), DAY, TORONTO)]
    assert len(starts) == 22
    assert starts[0] == "08:00"
    assert starts[7:9] == ["11:30", "13:00"]
    assert starts[-1] == "19:30"


@pytest.mark.parametrize(("day", "number"), [(date(2026, 11, 22), 1), (date(2026, 11, 23), 2), (date(2026, 11, 28), 7)])
def test_the_week_starts_on_sunday(day: date, number: int) -> None:
    """Sunday is 1, Saturday is 7."""
    assert day_number(day) == number


def test_closed_days_have_no_windows() -> None:
    """A day that is not in the list of days has no windows."""
    weekdays = Hours(days=(2, 3, 4, 5, 6), spans=DAY.spans, minutes=30)
    assert windows_on(date(2026, 11, 22), weekdays, TORONTO) == []
    assert windows_on(date(2026, 11, 23), weekdays, TORONTO)


def test_offered_are_the_rest_of_today_and_six_days() -> None:
    """The first window is at least five minutes ahead, the last is on the sixth day after today."""
    offered = bookable(DAY, TORONTO, at("2026-11-23 09:25:01"))
    assert offered[0].start.strftime(STAMP) == "2026-11-23 10:00:00"
    assert offered[-1].start.strftime(STAMP) == "2026-11-29 19:30:00"
    assert bookable(DAY, TORONTO, at("2026-11-23 09:25:00"))[0].start.strftime(STAMP) == "2026-11-23 09:30:00"


def test_no_window_starts_in_the_hour_that_is_skipped() -> None:
    """On the night of the spring change no stamp lies between 02:00 and 03:00, and all stamps exist."""
    windows = windows_on(SPRING, NIGHT, TORONTO)
    starts = [window.start.strftime("%H:%M") for window in windows]
    assert starts == ["00:00", "00:30", "01:00", "01:30", "03:00", "03:30", "04:00", "04:30"]
    assert windows[3].end.strftime("%H:%M") == "03:00"
    assert all(window.end.timestamp() - window.start.timestamp() == 1800 for window in windows)


def test_the_hour_that_comes_twice_is_offered_once() -> None:
    """On the night of the autumn change each stamp is there once, in order, and means its first time."""
    windows = windows_on(AUTUMN, NIGHT, TORONTO)
    starts = [window.start.strftime("%H:%M") for window in windows]
    assert starts == sorted(set(starts))
    one = next(window for window in windows if window.start.strftime("%H:%M") == "01:00")
    assert one.start.astimezone(UTC).hour == 5


def test_a_booking_across_the_change_is_one_hour_off_in_utc() -> None:
    """09:00 in Toronto is 13:00 UTC in summer and 14:00 UTC in winter."""
    now = at("2026-10-30 12:00:00")
    summer, winter = (booked(f"{day} 09:00:00", DAY, TORONTO, now) for day in ("2026-10-31", "2026-11-01"))
    assert isinstance(summer, float)
    assert isinstance(winter, float)
    assert datetime.fromtimestamp(summer, UTC).hour == 13
    assert datetime.fromtimestamp(winter, UTC).hour == 14


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-23T10:00:00",
        "2026-11-23 10:00",
        "2026-11-23 10:00:00Z",
        "2026-11-31 10:00:00",
        "2026-11-23 10:15:00",
        "2026-11-23 12:00:00",
        "2026-11-23 20:00:00",
        "2026-11-23 09:00:00",
        "2026-11-30 10:00:00",
        "٢٠٢٦-11-23 10:00:00",
        "tomorrow",
    ],
)
def test_what_cannot_be_booked(text: str) -> None:
    """Another form, a day that does not exist, the middle of a window, a closed hour, the past and the far future."""
    assert isinstance(booked(text, DAY, TORONTO, at("2026-11-23 09:02:00")), str)


def test_everything_offered_can_be_booked() -> None:
    """Each offered stamp, sent back as it is, is taken and means the same moment."""
    now = at("2026-10-29 21:00:00")
    for window in bookable(DAY, TORONTO, now):
        assert booked(window.start.strftime(STAMP), DAY, TORONTO, now) == window.start.timestamp()


@pytest.fixture
async def by_hours(client: httpx.AsyncClient) -> httpx.AsyncClient:
    assert (await client.post("/sandbox/settings", json={"hours": True})).json()["hours"] is True
    return client


@pytest.mark.parametrize(
    ("later", "expected"),
    [
        (0, "active"),  # Monday, 09:02
        (3 * 3600 - 2 * 60 - 1, "active"),
        (3 * 3600 - 2 * 60, "closed"),  # 12:00, lunch
        (4 * 3600 - 2 * 60, "active"),
        (11 * 3600 - 2 * 60, "closed"),  # 20:00
        (23 * 3600 - 2 * 60, "active"),  # 08:00 on Tuesday
    ],
)
async def test_queues_close_by_their_hours(
    by_hours: httpx.AsyncClient, clock: Clock, later: float, expected: str
) -> None:
    """With the setting, active queues are closed at lunch and at night; closed and paused ones stay as they are."""
    clock.advance(later)
    options = data(await by_hours.get(f"{PROFILE}/options"))["options"]
    assert [option["status"] for option in options] == [expected, expected, "closed", "paused"]
    assert data(await by_hours.get(f"{PROFILE}/option/{BILLING_SID}"))["status"] == expected


async def test_a_queue_outside_its_hours(by_hours: httpx.AsyncClient, clock: Clock) -> None:
    """A queue that its hours have closed refuses calls for now, and still offers and takes those for later."""
    clock.advance(12 * 3600)
    assert "closed" in refused(await order(by_hours))
    schedule = data(await by_hours.get(f"{PROFILE}/option/{BILLING_SID}/schedule"))["schedule"]
    assert schedule[0]["start_time"] == "2026-11-24 08:00:00"
    assert await ordered(by_hours, fc_start_date=schedule[0]["start_time"])
    await by_hours.post("/sandbox/settings", json={"hours": False})
    assert await ordered(by_hours)
