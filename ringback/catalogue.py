"""What a provider lacks, out of desk.yml: opening hours, time slots, questions and what the agent is told. Pure.

A span of hours is local to the centre. Where the clocks go forward, what begins or ends in the hour that is skipped
does so at the moment of the change; where they go back, a span begins the first time and ends the second time that its
hour comes. A time slot's `start` is the local time as "2026-11-23T09:30", and as "2026-10-25T02:30+01:00" when it is
the second of two equal ones.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from ringback.models import Availability, Frozen, Question, TimeSlot
from ringback.settings import SettingsError, TeniosQueue

# Minutes after midnight, local, from and until.
Span = tuple[int, int]
Interval = tuple[datetime, datetime]

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_SPAN = re.compile(r"(\d\d?):(\d\d)\s*[-–]\s*(\d\d?):(\d\d)", re.ASCII)
_GAP_BETWEEN_SPANS = re.compile(r"[\s,;]+")
_LEAST_AHEAD = timedelta(minutes=5)
# Nobody wants to hear that a queue opens again after this many days.
_HORIZON = 60
_ANSWERS = "{answers}"


class Opening(Frozen):
    """Whether a queue is open at a moment. Both times are aware and in UTC.

    `opens_at`: the next opening of a closed queue, None when there is none in the next sixty days. `closes_at`: when an
    open queue closes, None when it stays open as far as one can see.
    """

    availability: Availability
    opens_at: datetime | None = None
    closes_at: datetime | None = None


# -- hours ----------------------------------------------------------------------------------------------------------


def read_hours(queue: TeniosQueue) -> Sequence[tuple[Span, ...]]:
    """The spans of each day, Monday first, in order. The entry that names fewer days wins ("sun" over "daily").
    Raises SettingsError with the queue's name and the text that is wrong.
    """
    week: list[tuple[Span, ...]] = [()] * 7
    chosen_by = [""] * 7
    entries = [(_read_days(queue, key), key, spans) for key, spans in queue.hours.items()]
    for days, key, spans in sorted(entries, key=lambda entry: -len(entry[0])):
        read = _read_spans(queue, key, spans)
        for day in days:
            rival = chosen_by[day]
            if rival and len(_read_days(queue, rival)) == len(days):
                raise _wrong(queue, f"{_DAYS[day]} stands in {rival!r} and in {key!r}")
            week[day], chosen_by[day] = read, key
    return week


def _read_days(queue: TeniosQueue, key: str) -> Sequence[int]:
    days: list[int] = []
    for part in re.split(r"[\s,]+", key.strip().casefold()):
        first, dash, last = part.partition("-")
        if part == "daily":
            days += range(7)
        elif first in _DAYS and (not dash or last in _DAYS):
            start = _DAYS.index(first)
            length = (_DAYS.index(last) - start) % 7 if dash else 0
            days += ((start + step) % 7 for step in range(length + 1))
        else:
            raise _wrong(queue, f"{key!r} names no days; write one of {', '.join(_DAYS)}, 'mon-fri' or 'daily'")
    return sorted(set(days))


def _read_spans(queue: TeniosQueue, key: str, text: str) -> tuple[Span, ...]:
    if text.strip().casefold() in {"", "closed"}:
        return ()
    spans: list[Span] = []
    rest = text.strip()
    while rest:
        found = _SPAN.match(rest)
        if found is None:
            raise _wrong(queue, f"{text!r} ({key}) is not like '09:00-12:00 13:00-17:00' or 'closed'")
        start, end = (_minutes(queue, key, text, *found.group(place, place + 1)) for place in (1, 3))
        if start >= end:
            raise _wrong(queue, f"{text!r} ({key}): a span ends after it begins; past midnight, write two")
        spans.append((start, end))
        gap = _GAP_BETWEEN_SPANS.match(rest, found.end())
        if gap is None and found.end() < len(rest):
            raise _wrong(queue, f"{text!r} ({key}) is not like '09:00-12:00 13:00-17:00' or 'closed'")
        rest = rest[gap.end() :] if gap else ""
    spans.sort()
    for earlier, later in pairwise(spans):
        if later[0] < earlier[1]:
            raise _wrong(queue, f"{text!r} ({key}): two spans overlap")
    return tuple(spans)


def _minutes(queue: TeniosQueue, key: str, text: str, hours: str, minutes: str) -> int:
    total = int(hours) * 60 + int(minutes)
    if total > 24 * 60 or int(minutes) > 59:
        raise _wrong(queue, f"{text!r} ({key}): {hours}:{minutes} is no time of day")
    return total


def _wrong(queue: TeniosQueue, why: str) -> SettingsError:
    return SettingsError(f"desk.yml: hours of queue {queue.name!r}: {why}")


# -- open or closed -------------------------------------------------------------------------------------------------


def opening(queue: TeniosQueue, zone: ZoneInfo, now: datetime) -> Opening:
    """Whether the queue is open at `now` (aware), and until or from when. Raises SettingsError."""
    today = now.astimezone(zone).date()
    until: datetime | None = None
    for starts_at, ends_at in _intervals(queue, zone, today - timedelta(days=1), _HORIZON + 1):
        if until is not None and starts_at > until:
            break
        if until is not None or starts_at <= now < ends_at:
            until = max(until or ends_at, ends_at)
        elif starts_at > now:
            return Opening(availability=Availability.CLOSED, opens_at=starts_at)
    else:
        # Open to the end of what was looked at, or closed all along.
        endless = until is not None and until - now > timedelta(days=_HORIZON - 1)
        if until is None or endless:
            return Opening(availability=Availability.CLOSED if until is None else Availability.ACTIVE)
    return Opening(availability=Availability.ACTIVE, closes_at=until)


def time_slots(queue: TeniosQueue, zone: ZoneInfo, now: datetime) -> Sequence[TimeSlot]:
    """The windows that begin at least five minutes after `now` (aware), from today to `days_ahead` days on, soonest
    first. Only whole windows are offered. Raises SettingsError.
    """
    length = timedelta(minutes=queue.slot_minutes)
    slots: dict[datetime, TimeSlot] = {}
    for opens_at, closes_at in _intervals(queue, zone, now.astimezone(zone).date(), queue.days_ahead):
        starts_at = opens_at
        while starts_at + length <= closes_at:
            if starts_at >= now + _LEAST_AHEAD:
                start = write_start(starts_at, zone)
                slots.setdefault(starts_at, TimeSlot(start=start, starts_at=starts_at, ends_at=starts_at + length))
            starts_at += length
    return [slots[starts_at] for starts_at in sorted(slots)]


def write_start(moment: datetime, zone: ZoneInfo) -> str:
    """An aware moment as a time slot's `start`: local to the minute, with its offset if it is the second of two."""
    local = moment.astimezone(zone)
    return (local if local.fold else local.replace(tzinfo=None)).isoformat(timespec="minutes")


def read_start(start: str, zone: ZoneInfo) -> datetime | None:
    """The moment (in UTC) of a time slot's `start`; None for anything else."""
    try:
        local = datetime.fromisoformat(start)
        return local.replace(tzinfo=local.tzinfo or zone).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _intervals(queue: TeniosQueue, zone: ZoneInfo, first: date, days: int) -> Iterator[Interval]:
    """When the queue is open, from the day `first` to `days` days later, in UTC."""
    week = read_hours(queue)
    for day in (first + timedelta(days=step) for step in range(days + 1)):
        if day in queue.holidays:
            continue
        for start, end in week[day.weekday()]:
            starts_at, ends_at = _moment(day, start, zone, fold=0), _moment(day, end, zone, fold=1)
            if starts_at < ends_at:
                yield starts_at, ends_at


def _moment(day: date, minutes: int, zone: ZoneInfo, *, fold: int) -> datetime:
    """A local time as a moment: of two the one that `fold` names; of none, when the clocks are changed."""
    local = datetime.combine(day, time()) + timedelta(minutes=minutes)
    early, late = sorted(local.replace(tzinfo=zone, fold=one).astimezone(UTC) for one in (0, 1))
    if early == late:
        return early
    if early.astimezone(zone).replace(tzinfo=None, fold=0) == local:
        return late if fold else early
    return _change_between(early, late, zone)


def _change_between(early: datetime, late: datetime, zone: ZoneInfo) -> datetime:
    before = early.astimezone(zone).utcoffset()
    while late - early > timedelta(seconds=1):
        middle = early + (late - early) // 2
        if middle.astimezone(zone).utcoffset() == before:
            early = middle
        else:
            late = middle
    return late.replace(microsecond=0)


# -- questions and what the agent is told ---------------------------------------------------------------------------


def questions(queue: TeniosQueue) -> Sequence[Question]:
    """The queue's questions. An id is made of the question's words, so it survives another order or other limits.
    Raises SettingsError when one is asked twice or cannot be answered.
    """
    asked: dict[str, Question] = {}
    for one in queue.questions:
        text = one_line(one.text)
        question_id = "Q" + hashlib.sha256(text.casefold().encode("utf-8", "replace")).hexdigest()[:16]
        if not text or question_id in asked:
            raise SettingsError(f"desk.yml: questions of queue {queue.name!r}: {text!r} is empty or asked twice")
        if one.min_length > one.max_length:
            raise SettingsError(f"desk.yml: questions of queue {queue.name!r}: {text!r}: min_length exceeds max_length")
        asked[question_id] = Question(
            id=question_id,
            text=text,
            required=one.required,
            min_length=one.min_length,
            max_length=one.max_length,
            choices=one.choices,
        )
    return list(asked.values())


def announcement(queue: TeniosQueue, questions: Sequence[Question], answers: Mapping[str, str], most: int = 300) -> str:
    """What the agent hears: the queue's announcement with "question: answer" pairs, at most `most` characters.

    One line without control characters. When it is too long, the answers are cut before the centre's own words are. A
    queue that asks questions and has no announcement has its answers read out alone.
    """
    pairs = []
    for question in questions:
        answer = one_line(answers.get(question.id, ""))
        if answer:
            pairs.append(f"{one_line(question.text).rstrip(' ?:.!')}: {answer}")
    before, place, after = (queue.announcement or _ANSWERS).partition(_ANSWERS)
    after = after.replace(_ANSWERS, "")
    if not pairs and place:
        # Neither "Reason: ." nor "A caller. . Press 1."
        before = before.rstrip(" :,;(-")
        after = after if before and before[-1] not in ".!?" else " " + after.lstrip(" .,;:!?)")
    room = most - len(one_line(f"{before} {after}"))
    said = cut("; ".join(pairs), room) if place and room > 0 else ""
    return cut(one_line(before + said + after), most)


def one_line(text: str) -> str:
    """Without control and invisible characters, line breaks, half surrogates and double spaces."""
    return " ".join("".join(map(_seen, text)).split())


def _seen(character: str) -> str:
    category = unicodedata.category(character)
    if category in {"Cf", "Cs", "Co", "Cn"}:
        return ""
    return " " if category[0] in "CZ" else character


def cut(text: str, most: int) -> str:
    """At most `most` characters; what is cut ends after a word, unless that would cost more than half, and with "…"."""
    if len(text) <= most:
        return text
    if most < 2:
        return text[:most] if most == 1 else ""
    kept = text[: most - 1]
    space = kept.rfind(" ")
    if text[most - 1] != " " and space > most // 2:
        kept = kept[:space]
    return kept.rstrip(" ,;:.-") + "…"
