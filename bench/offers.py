"""The offers of time slots that the sentences of bench/data/times.txt are about, and what those lines expect."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

from ringback.models import TimeSlot

LISTS = {
    "en": Path(__file__).parent / "data" / "times.txt",
    "de": Path(__file__).parent / "data" / "times_de.txt",
    "fr": Path(__file__).parent / "data" / "times_fr.txt",
}
"""By the language that is spoken when they are said; the English list has a few German and French ones as well."""
MOST = 10
"""As many slots as a reading gives back to choose from."""


class Offer(NamedTuple):
    """What is free, and when it is asked. `now` is aware, in `zone`."""

    zone: ZoneInfo
    now: datetime
    slots: tuple[TimeSlot, ...]


class Case(NamedTuple):
    """One line of the list."""

    text: str
    offer: str
    expected: str
    held_out: bool


def every(
    zone: str, now: str, *, until: str, hours: tuple[int, int], minutes: int, weekend: bool = False, closed: str = ""
) -> Offer:
    """Slots of `minutes` from `now` until the end of the day `until`, between two full hours of the zone."""
    place = ZoneInfo(zone)
    asked = datetime.fromisoformat(now).replace(tzinfo=place)
    start, end = asked.astimezone(UTC).replace(minute=0), datetime.combine(date.fromisoformat(until), time(23, 59))
    slots = []
    while start.astimezone(place).replace(tzinfo=None) <= end:
        local = start.astimezone(place)
        open_day = (weekend or local.weekday() < 5) and f"{local:%m-%d}" not in closed
        if start > asked and open_day and hours[0] <= local.hour < hours[1]:
            slots.append(slot_at(start, start + timedelta(minutes=minutes)))
        start += timedelta(minutes=minutes)
    return Offer(place, asked, tuple(slots))


def these(zone: str, now: str, *starts: str) -> Offer:
    """Slots at exactly these local times."""
    place = ZoneInfo(zone)
    local = [datetime.fromisoformat(start).replace(tzinfo=place) for start in starts]
    slots = tuple(slot_at(start, start + timedelta(minutes=30)) for start in local)
    return Offer(place, datetime.fromisoformat(now).replace(tzinfo=place), slots)


def slot_at(start: datetime, end: datetime) -> TimeSlot:
    """A slot as a provider would give it."""
    return TimeSlot(start=f"{start:%Y-%m-%d %H:%M:%S}", starts_at=start.astimezone(UTC), ends_at=end.astimezone(UTC))


def offers() -> dict[str, Offer]:
    """Every offer that the list names."""
    office = every("America/Toronto", "2026-11-23 09:10", until="2026-12-04", hours=(9, 17), minutes=30)
    return {
        "office": office,
        "without": office,
        "sparse": these(
            "America/Toronto",
            "2026-11-23 09:10",
            *("2026-11-24 10:00", "2026-11-24 14:00", "2026-11-26 09:00", "2026-11-27 11:30"),
        ),
        "berlin": every(
            "Europe/Berlin", "2026-12-16 11:20", until="2026-12-31", hours=(8, 18), minutes=30, closed="12-25"
        ),
        "paris": every(
            "Europe/Paris", "2026-12-16 11:20", until="2026-12-31", hours=(8, 18), minutes=30, closed="12-25"
        ),
        "berlin quarters": every(
            "Europe/Berlin", "2026-12-16 11:20", until="2026-12-31", hours=(8, 18), minutes=15, closed="12-25"
        ),
        "paris quarters": every(
            "Europe/Paris", "2026-12-16 11:20", until="2026-12-31", hours=(8, 18), minutes=15, closed="12-25"
        ),
        "round the clock": every(
            "Europe/London", "2026-10-24 20:00", until="2026-10-27", hours=(0, 24), minutes=60, weekend=True
        ),
        "spring": every(
            "America/New_York", "2027-03-13 12:00", until="2027-03-15", hours=(0, 24), minutes=60, weekend=True
        ),
        "friday evening": every("America/Toronto", "2026-11-27 18:00", until="2026-12-04", hours=(9, 17), minutes=30),
    }


def cases(language: str = "en") -> list[Case]:
    """A language's list, in its own order."""
    found, offer, held_out = [], "", False
    for line in LISTS[language].read_text(encoding="utf-8").splitlines():
        heading = re.fullmatch(r"\[(.+)\]", line)
        if heading and heading[1] == "held out":
            held_out = True
        elif heading:
            offer = heading[1]
        elif line and not line.startswith("#"):
            text, _, expected = line.rpartition(" => ")
            found.append(Case(text, offer, expected, held_out))
    return found


def in_windows(spec: str, offer: Offer) -> list[TimeSlot]:
    """The slots in "11-24 09:00-12:00 | 11-25..11-27", the first ten of them."""
    windows = list(map(_window, spec.split("|")))
    return [slot for slot in offer.slots if any(_within(slot, offer.zone, *window) for window in windows)][:MOST]


def _window(spec: str) -> tuple[str, str, str, str]:
    days, _, hours = spec.strip().partition(" ")
    first, _, last = days.partition("..")
    start, _, end = hours.partition("-")
    return first, last or first, start, end or "24:00"


def _within(slot: TimeSlot, zone: ZoneInfo, first: str, last: str, start: str, end: str) -> bool:
    local = slot.starts_at.astimezone(zone)
    return first <= f"{local:%m-%d}" <= last and start <= f"{local:%H:%M}" < end


def exactly(spec: str, offer: Offer) -> TimeSlot:
    """The slot at "11-24 14:30"; "10-25 01:00 second" is the one after the clocks went back. Raises IndexError."""
    day, clock, *which = spec.split(" ")
    found = [slot for slot in offer.slots if f"{slot.starts_at.astimezone(offer.zone):%m-%d %H:%M}" == f"{day} {clock}"]
    return found[-1 if which == ["second"] else 0]


def everything(offer: Offer) -> Iterator[datetime]:
    """The starts of all slots, in the offer's zone."""
    return (slot.starts_at.astimezone(offer.zone) for slot in offer.slots)
