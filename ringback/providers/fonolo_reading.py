"""Fonolo's records as Ringback's models. Pure functions over `data`; every one raises `Unreadable` and nothing else."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from ringback.models import Availability, Profile, Question, Queue, Sighting, TimeSlot
from ringback.providers.fonolo_names import FonoloNames, spelling_of, state_of
from ringback.providers.fonolo_wire import is_sid
from ringback.providers.wire import Json, clean, flag, is_plain_id, pick, string, whole

_STAMP = re.compile(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d:?\d\d)?", re.ASCII)


class Unreadable(Exception):
    """The answer was a success, but not of the kind that was asked for. The text names the kind only."""


def record(data: object) -> Json:
    """One record: a dict, or a list of exactly one. Raises Unreadable."""
    if isinstance(data, list) and len(data) == 1:
        data = data[0]
    if not isinstance(data, dict):
        raise Unreadable("no record in the answer")
    return data


def records(data: object, names: str) -> Sequence[Json]:
    """The records of a list that is bare, under one of `names`, or the only list there is. Raises Unreadable."""
    if isinstance(data, dict):
        keys = [name for name in names.split("|") if name in data and isinstance(data[name], (list, dict, type(None)))]
        lists = [value for value in data.values() if isinstance(value, list)]
        if keys:
            data = data[keys[0]] or []
        elif len(lists) == 1:
            data = lists[0]
    if isinstance(data, dict) and all(isinstance(value, dict) for value in data.values()):
        data = list(data.values())
    if not isinstance(data, list):
        raise Unreadable(f"no list {names.split('|', maxsplit=1)[0]!r} in the answer")
    found = [item for item in data if isinstance(item, dict)]
    if data and not found:
        raise Unreadable("a list without one record in the answer")
    return found


def availability(value: object) -> Availability:
    """No word means active, since the key is INFERRED; a word that we do not know means that it is not offered."""
    word = string(value).casefold()
    if value is None or value is True or word in {"active", "open", "enabled", "true", "1"}:
        return Availability.ACTIVE
    return Availability.CLOSED if word == "closed" else Availability.PAUSED


def read_sighting(data: object, call_id: str, names: FonoloNames) -> Sighting:
    """The state of one call-back. In this answer `status` is a word (CONFIRMED), after a start it is a URL.
    Raises Unreadable, also when the answer is about another call-back.
    """
    item = record(data)
    other = pick(item, names.call_sid)
    if is_sid(other) and other != call_id:
        raise Unreadable("the state of another call-back in the answer")
    word = string(pick(item, names.call_status))
    if not word or "/" in word:
        raise Unreadable("no status word in the answer")
    return sighting_of(word, item.get("duration"))


def sighting_of(word: str, timer: object = None) -> Sighting:
    """A sighting with the word in Fonolo's own spelling when it is known, and cleaned as it came when it is not."""
    return Sighting(state=state_of(word), word=spelling_of(word) or clean(word), timer=whole(timer))


def read_profile(data: object, profile_id: str, names: FonoloNames) -> Profile:
    """Raises Unreadable."""
    return profile_of(record(data), profile_id, names)


def profile_of(item: Json, profile_id: str, names: FonoloNames) -> Profile:
    """One profile."""
    return Profile(
        id=profile_id,
        name=string(pick(item, names.profile_name)),
        availability=availability(pick(item, names.profile_status)),
        sms=flag(pick(item, names.profile_sms)),
        asks_questions=flag(pick(item, names.profile_questions)),
        schedules=flag(pick(item, names.profile_scheduling)),
    )


def read_queues(data: object, names: FonoloNames) -> Sequence[Queue]:
    """The options in Fonolo's order. Raises Unreadable when there are some and none can be used."""
    items = records(data, names.options_list)
    queues = [queue for place, item in enumerate(items, start=1) if (queue := queue_of(item, place, names))]
    if items and not queues:
        raise Unreadable("no option with a SID in the answer")
    return sorted(queues, key=lambda queue: queue.position)


def queue_of(item: Json, place: int, names: FonoloNames) -> Queue | None:
    """One option as a queue, at `place` when it does not say where it stands; None without a SID."""
    sid, position = item.get("sid"), whole(pick(item, names.option_position))
    if not isinstance(sid, str) or not is_sid(sid):
        return None
    return Queue(
        id=sid,
        name=string(pick(item, names.option_name)) or sid,
        availability=availability(pick(item, names.option_status)),
        position=place if position is None else position,
    )


def read_questions(data: object, names: FonoloNames) -> Sequence[Question]:
    """Raises Unreadable when there are some and none can be asked."""
    items = records(data, names.questions_list)
    questions = [question for item in items if (question := question_of(item, names))]
    if items and not questions:
        raise Unreadable("no question with an id and a text in the answer")
    return questions


def question_of(item: Json, names: FonoloNames) -> Question | None:
    """One question; None without a usable id and a text."""
    question_id, text = string(pick(item, names.question_id)), string(pick(item, names.question_text))
    if not is_plain_id(question_id) or not text:
        return None
    choices = pick(item, names.question_choices)
    return Question(
        id=question_id,
        text=text,
        required=flag(pick(item, names.question_required)),
        min_length=whole(pick(item, names.question_min_length)) or 0,
        max_length=whole(pick(item, names.question_max_length)) or None,
        choices=tuple(filter(None, map(string, choices))) if isinstance(choices, list) else (),
    )


# -- time -----------------------------------------------------------------------------------------------------------


def read_moment(stamp: object, zone: ZoneInfo) -> datetime | None:
    """A naive stamp, local in `zone`, as an aware moment in UTC. None for no stamp and for a time that the clocks
    skip; of a time that comes twice, the first.
    """
    local = _parse(stamp)
    if local is None:
        return None
    try:
        if local.tzinfo is not None:
            return local.astimezone(UTC)
        moment = local.replace(tzinfo=zone).astimezone(UTC)
        return moment if moment.astimezone(zone).replace(tzinfo=None) == local else None
    except (OverflowError, ValueError):
        return None


def _parse(stamp: object) -> datetime | None:
    if not isinstance(stamp, str) or not _STAMP.fullmatch(stamp.strip()):
        return None
    try:
        return datetime.fromisoformat(stamp.strip())
    except ValueError:
        return None


def _end(stamp: object, zone: ZoneInfo, starts_at: datetime) -> datetime:
    """A window may well end at an hour that the clocks skip; that is the moment at which they do."""
    local = _parse(stamp)
    try:
        moment = local.replace(tzinfo=local.tzinfo or zone).astimezone(UTC) if local else starts_at
    except (OverflowError, ValueError):
        return starts_at
    return max(moment, starts_at)


def read_time_slots(data: object, zone: ZoneInfo, now: datetime, names: FonoloNames) -> Sequence[TimeSlot]:
    """The windows that begin after `now` (aware), soonest first. Raises Unreadable when none has a readable start."""
    items = records(data, names.schedule_list)
    starts = [pick(item, names.schedule_start) for item in items]
    if items and not any(_parse(start) for start in starts):
        raise Unreadable("no window with a start in the answer")
    slots: dict[str, TimeSlot] = {}
    for item, start in zip(items, starts, strict=True):
        starts_at = read_moment(start, zone)
        if starts_at is not None and starts_at > now:
            ends_at = _end(pick(item, names.schedule_end), zone, starts_at)
            slots.setdefault(start, TimeSlot(start=start, starts_at=starts_at, ends_at=ends_at))
    return sorted(slots.values(), key=lambda slot: slot.starts_at)
