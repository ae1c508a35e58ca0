"""Fonolo's other records as types: settings of the scheduling, calls, opt-ins. Pure; raises `Unreadable` only."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, time
from zoneinfo import ZoneInfo

from pydantic import Field

from ringback.models import Availability, Frozen, Profile, Question, Queue, Sighting
from ringback.providers.fonolo_names import FonoloNames
from ringback.providers.fonolo_reading import (
    Unreadable,
    availability,
    profile_of,
    question_of,
    queue_of,
    read_moment,
    record,
    records,
    sighting_of,
)
from ringback.providers.fonolo_wire import is_sid
from ringback.providers.wire import Json, clean, is_plain_id, pick, string, whole

_CLOCK = re.compile(r"([01]?\d|2[0-4]):([0-5]\d)(:\d\d)?", re.ASCII)


class Window(Frozen):
    """A span of local time on one day; an `end` of 00:00 is midnight at the end of that day."""

    start: time
    end: time


class SchedulingEntry(Frozen):
    """On which days calls can be booked, and when.

    `days` are Fonolo's own numbers, taken to be 1 = Sunday … 7 = Saturday (INFERRED, weakly, from one client);
    `iso_weekdays` says the same with 1 = Monday … 7 = Sunday.
    """

    availability: Availability
    days: tuple[int, ...]
    windows: tuple[Window, ...]

    @property
    def iso_weekdays(self) -> tuple[int, ...]:
        """The days as `date.isoweekday()` counts them."""
        return tuple((day - 2) % 7 + 1 for day in self.days)


class Scheduling(Frozen):
    """When a profile lets calls be booked. Holidays are not in it.

    Keys and types CONFIRMED by a third-party client. `offer_interval` (minutes ASSUMED) and `daily_overflow` are words
    on the wire and stay so; None stands for a number that was not given.
    """

    profile_id: str
    offer_interval: str
    daily_overflow: str
    max_scheduled: int | None
    max_options: int | None
    entries: tuple[SchedulingEntry, ...]


class CallRecord(Frozen):
    """One call of a list. `start` is Fonolo's own stamp and `starts_at` the same in UTC, None if it has no meaning."""

    id: str
    number: str = Field(repr=False)
    queue_id: str
    sighting: Sighting
    start: str
    starts_at: datetime | None
    details: str = Field(repr=False)


class OptIn(Frozen):
    """A call-back opt-in request. All of its keys are ASSUMED; what was not found is empty."""

    id: str
    number: str = Field(repr=False)
    word: str
    start: str
    starts_at: datetime | None


def read_profiles(data: object, names: FonoloNames) -> Sequence[Profile]:
    """Raises Unreadable when there are some and none has a SID."""
    items = records(data, names.profiles_list)
    profiles = [profile_of(item, item["sid"], names) for item in items if is_sid(item.get("sid"))]
    if items and not profiles:
        raise Unreadable("no profile with a SID in the answer")
    return profiles


def read_option(data: object, sid: str, names: FonoloNames) -> Queue:
    """Raises Unreadable, also for another option than the one asked for."""
    queue = queue_of({"sid": sid} | _one(data, "option"), 1, names)
    if queue is None or queue.id != sid:
        raise Unreadable("another option in the answer")
    return queue


def read_question(data: object, question_id: str, names: FonoloNames) -> Question:
    """Raises Unreadable when it cannot be asked."""
    item = _one(data, "question")
    if pick(item, names.question_id) is None:
        item = item | {names.question_id.split("|", maxsplit=1)[0]: question_id}
    question = question_of(item, names)
    if question is None or question.id != question_id:
        raise Unreadable("no such question in the answer")
    return question


def read_scheduling(data: object) -> Scheduling:
    """Raises Unreadable."""
    item = _one(data, "scheduling")
    return Scheduling(
        profile_id=string(item.get("profile_sid")),
        offer_interval=string(item.get("offer_interval")),
        daily_overflow=string(item.get("daily_overflow")),
        max_scheduled=whole(item.get("max_scheduled")),
        max_options=whole(item.get("max_options")),
        entries=tuple(_entry(entry) for entry in records(item.get("entries") or [], "entries")),
    )


def _entry(item: Json) -> SchedulingEntry:
    days = (whole(day) for day in _listed(item.get("day_of_week")))
    starts, ends = (_listed(item.get(key)) for key in ("start_time", "end_time"))
    windows = ((_clock(start), _clock(end)) for start, end in zip(starts, ends, strict=False))
    return SchedulingEntry(
        availability=availability(item.get("status")),
        days=tuple(day for day in days if day is not None and 1 <= day <= 7),
        windows=tuple(Window(start=start, end=end) for start, end in windows if start is not None and end is not None),
    )


def _listed(value: object) -> Sequence[object]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _clock(value: object) -> time | None:
    found = _CLOCK.fullmatch(string(value))
    if found is None or (found[1] == "24" and found[2] != "00"):
        return None
    return time(int(found[1]) % 24, int(found[2]))


def read_calls(data: object, list_names: str, zone: ZoneInfo, names: FonoloNames) -> Sequence[CallRecord]:
    """Raises Unreadable when there are some and none has a SID."""
    items = records(data, list_names)
    calls = [_call(item, sid, zone, names) for item in items if is_sid(sid := pick(item, names.call_sid))]
    if items and not calls:
        raise Unreadable("no call with a SID in the answer")
    return calls


def read_call(data: object, sid: str, zone: ZoneInfo, names: FonoloNames) -> CallRecord:
    """Raises Unreadable, also for another call than the one asked for."""
    item = _one(data, "call")
    other = pick(item, names.call_sid)
    if is_sid(other) and other != sid:
        raise Unreadable("another call in the answer")
    return _call(item, sid, zone, names)


def _call(item: Json, sid: str, zone: ZoneInfo, names: FonoloNames) -> CallRecord:
    option, start = pick(item, names.call_option), pick(item, names.call_start)
    option = option.get("sid") if isinstance(option, dict) else option
    word = string(pick(item, names.call_status))
    return CallRecord(
        id=sid,
        number=string(pick(item, names.call_number)),
        queue_id=option if isinstance(option, str) and is_sid(option) else "",
        sighting=sighting_of("" if "/" in word else word, item.get("duration")),
        start=string(start),
        starts_at=read_moment(start, zone),
        details=clean(string(pick(item, names.call_details))),
    )


def read_timezones(data: object, names: FonoloNames) -> Sequence[str]:
    """The names, from a list of names or records or from a table by name. Raises Unreadable when there is none."""
    if isinstance(data, dict):
        keys = [key for key in names.timezones_list.split("|") if isinstance(data.get(key), (list, dict))]
        data = data[keys[0]] if keys else data
    if isinstance(data, dict):
        data = [name if isinstance(value, str) else value for name, value in data.items()]
    items = data if isinstance(data, list) else []
    zones = [string(pick(item, names.timezone_name) if isinstance(item, dict) else item) for item in items]
    if not any(zones):
        raise Unreadable("no time zone in the answer")
    return [zone for zone in zones if zone]


def read_optins(data: object, zone: ZoneInfo, names: FonoloNames) -> Sequence[OptIn]:
    """Raises Unreadable when there are some and none has an id."""
    items = records(data, names.optins_list)
    ids = [string(pick(item, names.optin_id)) for item in items]
    optins = [_optin(item, one, zone, names) for item, one in zip(items, ids, strict=True) if is_plain_id(one)]
    if items and not optins:
        raise Unreadable("no opt-in with an id in the answer")
    return optins


def read_optin(data: object, optin_id: str, zone: ZoneInfo, names: FonoloNames) -> OptIn:
    """Raises Unreadable, also for another opt-in than the one asked for."""
    item = _one(data, "optin")
    if string(pick(item, names.optin_id)) not in ("", optin_id):
        raise Unreadable("another opt-in in the answer")
    return _optin(item, optin_id, zone, names)


def _optin(item: Json, optin_id: str, zone: ZoneInfo, names: FonoloNames) -> OptIn:
    start = pick(item, names.optin_start)
    return OptIn(
        id=optin_id,
        number=string(pick(item, names.optin_number)),
        word=clean(string(pick(item, names.optin_status))),
        start=string(start),
        starts_at=read_moment(start, zone),
    )


def _one(data: object, kind: str) -> dict[str, object]:
    """One record, bare or under its own name. Raises Unreadable."""
    item = record(data)
    inner = item.get(kind)
    return dict(inner if isinstance(inner, dict) else item)
