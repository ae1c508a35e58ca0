"""Every resource that Fonolo lets one read. A list lies under the last word of its path (CONFIRMED-3P for `schedule`,
ASSUMED for the others).
"""

from __future__ import annotations

import functools
import zoneinfo
from datetime import date, datetime, time
from typing import Any

from sandbox.calls import FONOLO, Call, Seen, state_at
from sandbox.company import Profile
from sandbox.fonolo import shapes
from sandbox.fonolo.wire import NowhereError, Refused
from sandbox.world import World

Sighted = list[tuple[Call, Seen]]


def read(world: World, parts: list[str], query: dict[str, str]) -> dict[str, Any]:
    """The `data` of a path below `/3.0/`. Refused for an unknown SID, NowhereError for an unknown path."""
    zone = world.company.zone
    match parts:
        # `call/…/status` is the address that an order's answer gives, `callback/…/status` the documented one.
        case ["callback" | "call", sid, "status"]:
            data = shapes.status_shape(*_sighted(world, sid), zone)
        case ["call", sid]:
            data = shapes.call_shape(*_sighted(world, sid), zone)
        case ["calls" | "realtime" | "pending" | "scheduled" as name]:
            found = _between(world, query) if name == "calls" else _live(world, name)
            data = {name: [shapes.entry_shape(call, seen, zone) for call, seen in found]}
        case ["profiles"]:
            data = {"profiles": [shapes.profile_shape(profile) for profile in world.company.profiles]}
        case ["profile", sid, *rest]:
            data = _of_profile(world, sid, rest)
        case ["optins"]:
            data = {"optins": [shapes.optin_shape(optin) for optin in world.company.optins]}
        case ["optin", sid]:
            data = next((shapes.optin_shape(optin) for optin in world.company.optins if optin.sid == sid), {})
            _must(data, "The opt-in does not exist.")
        case ["timezones"]:
            data = {"timezones": _timezones()}
        case _:
            raise NowhereError
    return data


def _of_profile(world: World, sid: str, rest: list[str]) -> dict[str, Any]:
    profile = world.company.profile(sid)
    if profile is None:
        raise Refused("The call-back profile does not exist.")
    questions = [shapes.question_shape(question) for question in profile.questions if profile.questions_on]
    match rest:
        case []:
            data = shapes.profile_shape(profile)
        case ["options"]:
            data = {"options": shapes.option_shapes(world, profile)}
        case ["option", option, *more]:
            data = _of_option(world, profile, option, more)
        case ["questions"]:
            data = {"questions": questions}
        case ["question", question]:
            data = next((shape for shape in questions if shape["sid"] == question), {})
            _must(data, "The question does not exist.")
        case ["scheduling"]:
            data = shapes.scheduling_shape(profile)
        case _:
            raise NowhereError
    return data


def _of_option(world: World, profile: Profile, sid: str, more: list[str]) -> dict[str, Any]:
    for place, option in enumerate(profile.options, start=1):
        if option.sid == sid:
            if not more:
                return shapes.option_shape(world, profile, option, place)
            if more == ["schedule"]:
                return shapes.schedule_shape(profile, option, world.company.zone, world.clock.now())
            raise NowhereError
    raise Refused("The call option does not exist.")


def _sighted(world: World, sid: str) -> tuple[Call, Seen]:
    call = world.calls.get(sid, FONOLO)
    if call is None:
        raise Refused("The call-back does not exist.")
    return call, state_at(call, world.clock.now())


def _live(world: World, name: str) -> Sighted:
    """The three views share nothing (ASSUMED): what waits for its date, what waits for capacity, what is under way."""
    view = {"Scheduled": "scheduled", "Pending": "pending"}
    live = world.calls.live(world.clock.now(), FONOLO)
    return [(call, seen) for call, seen in live if view.get(seen.state, "realtime") == name]


def _between(world: World, query: dict[str, str]) -> Sighted:
    """Calls ordered between two days, both included, local to the company (that this day counts is ASSUMED)."""
    # Whole days as moments, so that each call costs a comparison of numbers and no calendar.
    first, last = (_day(query.get(name, "")) for name in ("start_date", "end_date"))
    since = datetime.combine(first or date.min, time.min, world.company.zone).timestamp()
    until = datetime.combine(last or date.max, time.max, world.company.zone).timestamp()
    now = world.clock.now()
    calls = (call for call in world.calls if call.provider == FONOLO and since <= call.created_at <= until)
    return [(call, state_at(call, now)) for call in calls]


def _day(text: str) -> date | None:
    if not text:
        return None
    try:
        if len(text) == len("YYYY-MM-DD"):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise Refused("Dates must look like YYYY-MM-DD.")


def _must(found: dict[str, Any], message: str) -> None:
    if not found:
        raise Refused(message)


@functools.cache
def _timezones() -> list[str]:
    return sorted(zoneinfo.available_timezones())
