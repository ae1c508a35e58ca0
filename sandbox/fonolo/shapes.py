"""What Fonolo's resources look like. Keys whose grade is ASSUMED are said to be; a client must not rely on them."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from sandbox.calls import Call, Seen
from sandbox.company import OptIn, Option, Profile, Question
from sandbox.hours import STAMP, bookable, is_open, stamp
from sandbox.world import World

MAX_SCHEDULED = 10  # not enforced: what it counts is not documented
MAX_OPTIONS = 8

_DETAILS = {
    "Initialization": "The call-back is being set up.",
    "Scheduled": "The call-back will start at its start date.",
    "Pending": "The call-back waits for capacity.",
    "Calling Target": "Calling the contact centre.",
    "Holding": "Waiting on hold for an agent.",
    "Calling Client": "An agent is there; calling the client.",
    "Call In Progress": "The client and the agent are talking.",
    "Success": "The call-back is complete.",
}


def profile_shape(profile: Profile) -> dict[str, Any]:
    """`status` and `sms` near-CONFIRMED; `sid` INFERRED; the other keys ASSUMED."""
    return {
        "sid": profile.sid,
        "name": profile.name,
        "status": profile.status,
        "total_options": len(profile.options),
        "sms": profile.sms,
        "questions": profile.questions_on,
        "scheduling": profile.scheduling,
    }


def option_shape(world: World, profile: Profile, option: Option, order: int) -> dict[str, Any]:
    """`status` near-CONFIRMED, `sid` INFERRED, `name` and `order` (from 1) ASSUMED."""
    return {"sid": option.sid, "name": option.name, "order": order, "status": status_of(world, profile, option)}


def option_shapes(world: World, profile: Profile) -> list[dict[str, Any]]:
    """All queues of a profile in their order."""
    return [option_shape(world, profile, option, at) for at, option in enumerate(profile.options, start=1)]


def status_of(world: World, profile: Profile, option: Option) -> str:
    """An option's status now: with the setting `hours`, an active one is closed outside opening hours."""
    closes = world.settings.hours and option.status == "active"
    return "closed" if closes and not is_open(profile.hours, world.company.zone, world.clock.now()) else option.status


def question_shape(question: Question) -> dict[str, Any]:
    """Every key is ASSUMED; lengths are in characters."""
    return {
        "sid": question.sid,
        "name": question.name,
        "question": question.text,
        "type": question.type,
        "required": question.required,
        "min_length": question.min_length,
        "max_length": question.max_length,
        "choices": list(question.choices),
    }


def scheduling_shape(profile: Profile) -> dict[str, Any]:
    """Keys and JSON types CONFIRMED-3P: `offer_interval` (minutes, ASSUMED) is a string, the maxima are integers,
    days count from 1 = Sunday (INFERRED), start and end times are parallel lists of HH:MM.
    """
    hours = profile.hours
    entry = {
        "status": "active",
        "day_of_week": list(hours.days),
        "start_time": [opens.strftime("%H:%M") for opens, _ in hours.spans],
        "end_time": [closes.strftime("%H:%M") for _, closes in hours.spans],
    }
    return {
        "profile_sid": profile.sid,
        "offer_interval": str(hours.minutes),
        "max_scheduled": MAX_SCHEDULED,
        "max_options": MAX_OPTIONS,
        "daily_overflow": "reschedule",
        "entries": [entry] if profile.scheduling else [],
    }


def schedule_shape(profile: Profile, option: Option, zone: ZoneInfo, now: float) -> dict[str, Any]:
    """Keys CONFIRMED-3P. Local stamps without a zone. Empty for an option that takes no orders (ASSUMED); one that only
    its hours have closed takes them for later (ASSUMED).
    """
    takes_orders = profile.scheduling and profile.status == "active" and option.status == "active"
    windows = bookable(profile.hours, zone, now) if takes_orders else []
    return {
        "schedule": [
            {"start_time": window.start.strftime(STAMP), "end_time": window.end.strftime(STAMP)} for window in windows
        ]
    }


def status_shape(call: Call, seen: Seen, zone: ZoneInfo) -> dict[str, Any]:
    """Types CONFIRMED-3P: `duration` is an integer (seconds, ASSUMED), 0 while scheduled. The number is not told."""
    return {
        "sid": call.sid,
        "status": seen.state,
        "start_date": stamp(_start(call, seen), zone),
        "duration": seen.duration,
        "details": _DETAILS.get(seen.state, ""),
    }


def entry_shape(call: Call, seen: Seen, zone: ZoneInfo) -> dict[str, Any]:
    """A call in a list. All names but `sid` and `status` are ASSUMED; `client_number` is bare digits."""
    return {
        "sid": call.sid,
        "status": seen.state,
        "profile_sid": call.profile,
        "option_sid": call.option,
        "client_number": call.number,
        "created": stamp(call.created_at, zone),
        "start_date": stamp(_start(call, seen), zone),
        "duration": seen.duration,
    }


def call_shape(call: Call, seen: Seen, zone: ZoneInfo) -> dict[str, Any]:
    """One call: its list entry and what was given with the order. All names but `sid` and `status` are ASSUMED."""
    return {
        **entry_shape(call, seen, zone),
        "scheduled": call.start_at is not None,
        "sms": call.sms,
        "answers": call.answers,
        "details": _DETAILS.get(seen.state, ""),
    }


def optin_shape(optin: OptIn) -> dict[str, Any]:
    """A request for a call-back offer; every key is ASSUMED."""
    return {"sid": optin.sid, "client_number": optin.number, "status": "active"}


def _start(call: Call, seen: Seen) -> float:
    """When the attempt that counts begins or began (that a later attempt has a start of its own is ASSUMED)."""
    return call.begins_at if seen.again_at is None else seen.again_at
