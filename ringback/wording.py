"""How facts are said to a person: times with their zone, numbers masked, durations rounded."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import phonenumbers

from ringback.models import Callback, TimeSlot
from ringback.understanding.phone import mask


def say_zone(zone: ZoneInfo) -> str:
    """The zone as people know it: "Toronto time" for America/Toronto."""
    city = zone.key.rsplit("/", maxsplit=1)[-1].replace("_", " ")
    return f"{city} time"


def say_day(moment: datetime, *, zone: ZoneInfo, now: datetime) -> str:
    """ "today", "tomorrow" or "Wed 25 Nov". Both moments aware."""
    day = moment.astimezone(zone).date()
    today = now.astimezone(zone).date()
    if day == today:
        return "today"
    if day == today + timedelta(days=1):
        return "tomorrow"
    return f"{day:%a} {day.day} {day:%b}"


def say_moment(moment: datetime, *, zone: ZoneInfo, now: datetime) -> str:
    """ "tomorrow at 09:00 (Toronto time)". Both moments aware."""
    local = moment.astimezone(zone)
    return f"{say_day(moment, zone=zone, now=now)} at {local:%H:%M} ({say_zone(zone)})"


def say_slot(slot: TimeSlot, *, zone: ZoneInfo, now: datetime) -> str:
    """A time slot as short as a button wants it: "tomorrow 09:00" or "Wed 25 Nov 13:30"."""
    local = slot.starts_at.astimezone(zone)
    return f"{say_day(slot.starts_at, zone=zone, now=now)} {local:%H:%M}"


def capital(text: str) -> str:
    """With a capital letter at its beginning, and the rest as it is."""
    return text[:1].upper() + text[1:]


def say_number(e164: str) -> str:
    """A number in full, for the person who gave it: "+1 416-555-0123". Raises NumberParseException."""
    return phonenumbers.format_number(phonenumbers.parse(e164, None), phonenumbers.PhoneNumberFormat.INTERNATIONAL)


def say_span(seconds: float) -> str:
    """ "a few seconds", "40 seconds", "3 minutes", "2 hours"."""
    if seconds < 10:
        return "a few seconds"
    if seconds < 90:
        return f"{round(seconds / 10) * 10} seconds"
    if seconds < 5400:
        return f"{round(seconds / 60)} minutes"
    return f"{round(seconds / 3600)} hours"


def say_band(least: int, most: int) -> str:
    """ "5 to 10 minutes", "about 5 minutes", "up to 2 minutes"; whole minutes."""
    if least == most:
        return f"about {most} minute{'s' * (most != 1)}"
    return f"{least} to {most} minutes" if least else f"up to {most} minute{'s' * (most != 1)}"


def say_list(names: Sequence[str], last: str = "and") -> str:
    """ "A, B and C"; empty for nothing."""
    return f"{', '.join(names[:-1])} {last} {names[-1]}" if len(names) > 1 else "".join(names)


def describe(callback: Callback, *, zone: ZoneInfo, centre: str, now: datetime) -> dict[str, str]:
    """The variables that every sentence about a call-back may use: queue, number (masked), when, centre."""
    if callback.starts_at is None:
        when = "as soon as possible"
    else:
        when = say_moment(datetime.fromtimestamp(callback.starts_at, UTC), zone=zone, now=now)
    return {"queue": callback.queue_name, "number": mask(callback.number), "when": when, "centre": centre}
