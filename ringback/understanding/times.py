"""Which of the offered time slots a person means: "2pm", "tomorrow at half past nine", "Thu 10:30", "25.11. 14 Uhr".

Pure, and bound to what was offered: a time that no slot begins at is never guessed, the nearest ones are given back
instead. Days and hours are understood in the zone in which the slots were shown.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from ringback.models import Frozen, TimeSlot

_DAYS = {
    "mon": 0, "tue": 1, "wed": 2, "thu": 3, "fri": 4, "sat": 5, "sun": 6,
}  # fmt: skip
_MONTHS = {
    name: number
    for number, name in enumerate(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), start=1
    )
}
_MONTH = r"(?P<month>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
_DATE_WORDS = re.compile(
    rf"\b(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\.?\s*(?:of\s+)?{_MONTH}\b"
    rf"|\b{_MONTH.replace('month', 'month2')}\s+(?P<day2>\d{{1,2}})\b"
)
_DATE_NUMBERS = re.compile(r"\b(?P<day>\d{1,2})\.(?P<month>\d{1,2})\.(?:\d{2,4})?")
_WEEKDAY = re.compile(r"\b(mon|tue|wed|thu|fri|sat|sun)(?:day|s|sday|nesday|r|rs|rsday|urday)?\b")
_CLOCK = re.compile(
    r"\b(?P<hour>\d{1,2})(?:[:.h](?P<minute>[0-5]\d))?\s*(?P<half>am|pm|a\.m\.|p\.m\.|uhr|o'?clock)?(?!\d)"
)
_HALF = re.compile(
    r"\bhalf (?:past )?(?P<hour>\d{1,2}|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)\b"
)
_WORDS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_PARTS = {
    "morning": (time(6), time(12)),
    "noon": (time(11), time(13)),
    "afternoon": (time(12), time(17)),
    "arvo": (time(12), time(17)),
    "evening": (time(17), time(23)),
}
_SOONEST = re.compile(r"\b(first|earliest|soonest|next available|as soon as)\b")
_LATEST = re.compile(r"\b(last|latest|as late as)\b")


class ThisSlot(Frozen):
    """Exactly one offered slot is meant."""

    slot: TimeSlot


class OneOfThese(Frozen):
    """Several offered slots fit what was said; at most ten, soonest first."""

    slots: tuple[TimeSlot, ...]


class NotOffered(Frozen):
    """A time was named at which nothing is free; the nearest slots, soonest first."""

    nearest: tuple[TimeSlot, ...]


class NoTime(Frozen):
    """No time was named."""


TimeReading = ThisSlot | OneOfThese | NotOffered | NoTime


def find_slot(text: str, slots: Sequence[TimeSlot], *, zone: ZoneInfo, now: datetime) -> TimeReading:
    """Read a time out of `text` and find it among `slots`. `now` is aware."""
    lowered = text.casefold()
    days = _days(lowered, now.astimezone(zone).date())
    lowered = _without_dates(lowered)
    clocks = _clocks(lowered)
    parts = [span for word, span in _PARTS.items() if re.search(rf"\b{word}s?\b", lowered)]
    picky = _SOONEST.search(lowered) or _LATEST.search(lowered)
    if not (days or clocks or parts or picky):
        return NoTime()
    fitting = [slot for slot in slots if _on_days(slot, days, zone)]
    if parts:
        fitting = [slot for slot in fitting if any(start <= _clock(slot, zone) < end for start, end in parts)]
    if clocks:
        at_the_time = [slot for slot in fitting if _clock(slot, zone) in clocks]
        if not at_the_time:
            return NotOffered(nearest=_nearest(fitting or slots, clocks[0], zone))
        fitting = _on_first_day(at_the_time, zone) if not days else at_the_time
    if not fitting:
        return NotOffered(nearest=tuple(slots[:3]))
    if picky:
        chosen = fitting[-1] if _LATEST.search(lowered) else fitting[0]
        return ThisSlot(slot=chosen)
    if len(fitting) == 1:
        return ThisSlot(slot=fitting[0])
    return OneOfThese(slots=tuple(fitting[:10]))


def _days(text: str, today: date) -> list[date]:
    days = []
    if re.search(r"\b(tomorrow|tmrw|tmr|tomorow|2morrow)\b", text):
        days.append(today + timedelta(days=1))
    if re.search(r"\b(today|this afternoon|this evening|tonight)\b", text):
        days.append(today)
    days += [today + timedelta(days=(_DAYS[found[1]] - today.weekday()) % 7) for found in _WEEKDAY.finditer(text)]
    for found in _DATE_WORDS.finditer(text):
        month = _MONTHS[found["month"] or found["month2"]]
        days += _date(today, month, int(found["day"] or found["day2"]))
    for found in _DATE_NUMBERS.finditer(text):
        days += _date(today, int(found["month"]), int(found["day"]))
    return days


def _date(today: date, month: int, day: int) -> list[date]:
    """The next such date; no date when there is none, as on 31 February."""
    for year in (today.year, today.year + 1):
        try:
            found = date(year, month, day)
        except ValueError:
            continue
        if found >= today:
            return [found]
    return []


def _without_dates(text: str) -> str:
    return _DATE_NUMBERS.sub(" ", _DATE_WORDS.sub(" ", text))


def _clocks(text: str) -> list[time]:
    """The times of day that may be meant; "2" alone in the morning or the afternoon is both."""
    clocks: list[time] = []
    for found in _HALF.finditer(text):
        hour = int(found["hour"]) if found["hour"].isdigit() else _WORDS.index(found["hour"]) + 1
        clocks += _either_half(hour, 30)
    for found in _CLOCK.finditer(_HALF.sub(" ", text)):
        named = found["half"] or found["minute"] or re.search(r"\b(at|around|about|from)\s*$", text[: found.start()])
        if not named:
            continue
        hour, minute, half = int(found["hour"]), int(found["minute"] or 0), (found["half"] or "")[:1]
        if hour > 23:
            continue
        if half == "p":
            clocks.append(time(hour % 12 + 12, minute))
        elif half == "a":
            clocks.append(time(hour % 12, minute))
        elif (found["minute"] and len(found["hour"]) == 2) or hour > 12 or half == "u":
            clocks.append(time(hour, minute))
        else:
            clocks += _either_half(hour, minute)
    return clocks


def _either_half(hour: int, minute: int) -> list[time]:
    """7 to 11 can be both; 1 to 6 o'clock is the afternoon when offices telephone."""
    if hour > 12:
        return [time(hour, minute)] if hour < 24 else []
    afternoon = time(hour % 12 + 12, minute)
    return [afternoon] if 1 <= hour <= 6 or hour == 12 else [time(hour, minute), afternoon]


def _clock(slot: TimeSlot, zone: ZoneInfo) -> time:
    return slot.starts_at.astimezone(zone).time()


def _on_days(slot: TimeSlot, days: Sequence[date], zone: ZoneInfo) -> bool:
    return not days or slot.starts_at.astimezone(zone).date() in days


def _on_first_day(slots: Sequence[TimeSlot], zone: ZoneInfo) -> list[TimeSlot]:
    first = slots[0].starts_at.astimezone(zone).date()
    return [slot for slot in slots if slot.starts_at.astimezone(zone).date() == first]


def _nearest(slots: Sequence[TimeSlot], clock: time, zone: ZoneInfo) -> tuple[TimeSlot, ...]:
    def distance(slot: TimeSlot) -> int:
        at = _clock(slot, zone)
        return abs((at.hour - clock.hour) * 60 + at.minute - clock.minute)

    first_day = _on_first_day(slots, zone) if slots else []
    return tuple(sorted(sorted(first_day, key=distance)[:3], key=lambda slot: slot.starts_at))
