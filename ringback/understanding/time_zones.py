"""The time zone that a sentence names: "3pm EST", "15:00 Berlin time", "10 your time".

Pure, but for the zone database.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo, available_timezones

_SHORT = {
    "UTC": "UTC", "GMT": "UTC", "ET": "America/New_York", "EST": "America/New_York", "EDT": "America/New_York",
    "CT": "America/Chicago", "CDT": "America/Chicago", "MT": "America/Denver", "MST": "America/Denver",
    "MDT": "America/Denver", "PT": "America/Los_Angeles", "PST": "America/Los_Angeles", "PDT": "America/Los_Angeles",
    "ADT": "America/Halifax", "NDT": "America/St_Johns", "AKST": "America/Anchorage", "AKDT": "America/Anchorage",
    "HST": "Pacific/Honolulu", "BST": "Europe/London", "WET": "Europe/Lisbon", "WEST": "Europe/Lisbon",
    "CET": "Europe/Berlin", "CEST": "Europe/Berlin", "MEZ": "Europe/Berlin", "MESZ": "Europe/Berlin",
    "EET": "Europe/Helsinki", "EEST": "Europe/Helsinki", "MSK": "Europe/Moscow", "JST": "Asia/Tokyo",
    "SGT": "Asia/Singapore", "HKT": "Asia/Hong_Kong", "SAST": "Africa/Johannesburg", "AEST": "Australia/Sydney",
    "AEDT": "Australia/Sydney", "NZST": "Pacific/Auckland", "NZDT": "Pacific/Auckland",
    "CST": "America/Chicago", "IST": "Asia/Kolkata", "AST": "America/Halifax",
}  # fmt: skip
# CST is in America and in China, IST in India, Israel and Ireland, AST in Canada and Arabia.
_UNSURE = frozenset({"CST", "IST", "AST"})
_PEOPLE = {
    "eastern": "America/New_York", "central": "America/Chicago", "mountain": "America/Denver",
    "pacific": "America/Los_Angeles", "uk": "Europe/London", "british": "Europe/London", "german": "Europe/Berlin",
    "french": "Europe/Paris", "munich": "Europe/Berlin", "hamburg": "Europe/Berlin", "frankfurt": "Europe/Berlin",
    "berliner": "Europe/Berlin", "deutscher": "Europe/Berlin", "wiener": "Europe/Vienna", "montreal": "America/Toronto",
    "ottawa": "America/Toronto", "boston": "America/New_York", "washington": "America/New_York",
    "miami": "America/New_York", "atlanta": "America/New_York", "dallas": "America/Chicago",
    "houston": "America/Chicago", "seattle": "America/Los_Angeles", "san francisco": "America/Los_Angeles",
    "calgary": "America/Edmonton", "la": "America/Los_Angeles", "ny": "America/New_York", "nyc": "America/New_York",
    "zulu": "UTC", "utc": "UTC", "gmt": "UTC", "indian": "Asia/Kolkata", "mumbai": "Asia/Kolkata",
    "delhi": "Asia/Kolkata", "beijing": "Asia/Shanghai",
}  # fmt: skip
_BY_CLOCK = r"(?<=[\dmMrRkKtTnN.])\s*\(?\s*"
_OFFSET = re.compile(r"\b(?:UTC|GMT)\s?([+-])\s?(\d{1,2})(?::?([0-5]\d))?\b", re.IGNORECASE)
# Two letters are words too ("et", "la"), so they count in capitals only.
_SHORT_NAME = re.compile(
    rf"{_BY_CLOCK}\b(ET|CT|MT|PT|{'|'.join(f'(?i:{name})' for name in _SHORT if len(name) > 2)})\b\)?"
)
# "Demain matin est libre", "morgen ist gut": in other languages all of them count in capitals only.
_SHORT_NAME_IN_CAPITALS = re.compile(_SHORT_NAME.pattern.replace("(?i:", "(?:"))
_REGION = re.compile(
    rf"{_BY_CLOCK}\b(eastern|central|mountain|pacific)\b(?:\s+(?:standard|daylight))?(?:\s+time)?", re.IGNORECASE
)
_PLACE_TIME = re.compile(r"\b((?:[^\W\d_]+\s)?[^\W\d_]+)\s(?:time|zeit|ortszeit)\b", re.IGNORECASE)
_HEURE_DE = re.compile(r"\b(?:heure de|time in)\s((?:[^\W\d_]+\s)?[^\W\d_]+)", re.IGNORECASE)
_MINE = re.compile(r"\b(my|our|local|meiner)\s+(?:local\s+)?(?:time|zone|zeit|ortszeit)(?:\s+zone)?\b", re.IGNORECASE)
_YOURS = re.compile(r"\b(your|eurer|ihrer)\s+(?:local\s+)?(?:time|zeit|ortszeit)(?:\s+zone)?\b", re.IGNORECASE)


class SaidZone(NamedTuple):
    """The zone to read the times in, the text without its name, and whether no other zone can be meant."""

    zone: ZoneInfo
    text: str
    sure: bool
    said: bool


def said_zone(text: str, zone: ZoneInfo, home: ZoneInfo | None, language: str = "en") -> SaidZone:
    """Find the zone that `text` names, else `zone`, the person's; `home` is the centre's ("your time").

    "My time" is sure only where `home` is given too: then `zone` is known to be the person's own.
    """
    if _YOURS.search(text):
        return SaidZone(home or zone, _YOURS.sub(" ", text), True, True)
    if _MINE.search(text):
        return SaidZone(zone, _MINE.sub(" ", text), home is not None, True)
    short_name = _SHORT_NAME if language == "en" else _SHORT_NAME_IN_CAPITALS
    return _abbreviated(text, short_name) or _named_after_a_place(text) or SaidZone(zone, text, True, False)


def _abbreviated(text: str, short_name: re.Pattern[str]) -> SaidZone | None:
    offset = _OFFSET.search(text)
    if offset and int(offset[2]) <= 12 and not offset[3]:
        # The names of these zones have the sign the other way round.
        sign = "-" if offset[1] == "+" else "+"
        return SaidZone(ZoneInfo(f"Etc/GMT{sign}{int(offset[2])}"), _OFFSET.sub(" ", text), True, True)
    short = short_name.search(text)
    if short:
        name = short[1].upper()
        return SaidZone(ZoneInfo(_SHORT[name]), short_name.sub(" ", text), name not in _UNSURE, True)
    region = _REGION.search(text)
    if region:
        return SaidZone(ZoneInfo(_PEOPLE[region[1].casefold()]), _REGION.sub(" ", text), True, True)
    return None


def _named_after_a_place(text: str) -> SaidZone | None:
    for pattern in (_PLACE_TIME, _HEURE_DE):
        for found in pattern.finditer(text):
            named = _place(found[1])
            if named is not None:
                words, there = named
                before = found[1].rsplit(" ", maxsplit=words)[0] if found[1].count(" ") >= words else ""
                return SaidZone(there, f"{text[: found.start()]}{before} {text[found.end() :]}", True, True)
    return None


def _place(name: str) -> tuple[int, ZoneInfo] | None:
    """How many words at the end of `name` are a place, and its zone."""
    words = name.casefold().split()
    for count in range(len(words), 0, -1):
        candidate = " ".join(words[-count:])
        key = _PEOPLE.get(candidate) or _cities().get(candidate)
        if key:
            return count, ZoneInfo(key)
    return None


@lru_cache(maxsize=1)
def _cities() -> dict[str, str]:
    """The cities that zones are named after. Easter is an island there and a holiday everywhere else."""
    keys = sorted(key for key in available_timezones() if "/" in key and not key.startswith(("Etc/", "SystemV/")))
    cities = {key.rsplit("/", maxsplit=1)[-1].replace("_", " ").casefold(): key for key in keys}
    return {city: key for city, key in cities.items() if city != "easter"}
