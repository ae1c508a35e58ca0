"""Opening hours and the windows in which a call-back can be booked: local time in, moments out."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

STAMP = "%Y-%m-%d %H:%M:%S"
_STAMP_FORM = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}")
LEAD_SECONDS = 300
DAYS_AHEAD = 7


@dataclass(frozen=True, slots=True)
class Hours:
    """Opening hours: `days` with 1 = Sunday … 7 = Saturday, `spans` of local times, windows of `minutes`."""

    days: tuple[int, ...]
    spans: tuple[tuple[time, time], ...]
    minutes: int


@dataclass(frozen=True, slots=True)
class Window:
    """From `start` to `end`, both with their zone, both times that a clock on the wall does show."""

    start: datetime
    end: datetime


def local(moment: float, zone: ZoneInfo) -> datetime:
    """Seconds since the epoch as local time."""
    return datetime.fromtimestamp(moment, UTC).astimezone(zone)


def stamp(moment: float, zone: ZoneInfo) -> str:
    """Seconds since the epoch as `YYYY-MM-DD HH:MM:SS` in that zone, without saying which (Fonolo's only form)."""
    return local(moment, zone).strftime(STAMP)


def day_number(day: date) -> int:
    """1 = Sunday … 7 = Saturday (INFERRED from the calendar of a program that read these numbers)."""
    return day.isoweekday() % 7 + 1


def windows_on(day: date, hours: Hours, zone: ZoneInfo) -> list[Window]:
    """That day's windows. None starts in an hour that the clock skips; one may end at its far side."""
    if day_number(day) not in hours.days:
        return []
    step = timedelta(minutes=hours.minutes)
    found = []
    for opens, closes in hours.spans:
        start, last = datetime.combine(day, opens), datetime.combine(day, closes) - step
        while start <= last:
            real = _on_the_wall(start, zone)
            if real.replace(tzinfo=None) == start:
                found.append(Window(real, _on_the_wall(start + step, zone)))
            start += step
    return found


def is_open(hours: Hours, zone: ZoneInfo, now: float) -> bool:
    """Whether somebody is there now: from the minute of opening up to the minute of closing."""
    here = local(now, zone)
    return day_number(here.date()) in hours.days and any(opens <= here.time() < closes for opens, closes in hours.spans)


def bookable(hours: Hours, zone: ZoneInfo, now: float) -> list[Window]:
    """What is offered: the rest of today, at least five minutes ahead, and the six days after it."""
    today = local(now, zone).date()
    return [
        window
        for ahead in range(DAYS_AHEAD)
        for window in windows_on(today + timedelta(days=ahead), hours, zone)
        if window.start.timestamp() >= now + LEAD_SECONDS
    ]


def booked(text: str, hours: Hours, zone: ZoneInfo, now: float) -> float | str:
    """The moment (seconds since the epoch) that `YYYY-MM-DD HH:MM:SS` books, or the sentence that says why it cannot.

    A window that was offered can still be booked in its last five minutes: choosing takes a while.
    """
    if not _STAMP_FORM.fullmatch(text):
        return "The start date must look like YYYY-MM-DD HH:MM:SS."
    try:
        wanted = datetime.strptime(text, STAMP)  # noqa: DTZ007 - the stamp has no zone; the company's is meant
    except ValueError:
        return "The start date does not exist."
    starts = (window.start for window in windows_on(wanted.date(), hours, zone))
    start = next((start for start in starts if start.replace(tzinfo=None) == wanted), None)
    if start is None:
        return "The start date is not the start of a bookable window."
    if start.timestamp() <= now:
        return "The start date is in the past."
    if wanted.date() >= local(now, zone).date() + timedelta(days=DAYS_AHEAD):
        return "The start date is too far ahead."
    return start.timestamp()


def _on_the_wall(naive: datetime, zone: ZoneInfo) -> datetime:
    return naive.replace(tzinfo=zone).astimezone(UTC).astimezone(zone)
