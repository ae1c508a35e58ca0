"""Recognises one order among Fonolo's call-backs. Pure; the keys of these lists are ASSUMED (`FonoloNames`).

Adopting somebody else's call-back would tell a person wrong news, so what contradicts the order is left out, and so is
what is over and does not say when it was.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from ringback.models import Order, Sighting
from ringback.providers.base import Found
from ringback.providers.fonolo_names import FonoloNames
from ringback.providers.fonolo_reading import read_moment, records, sighting_of
from ringback.providers.fonolo_wire import is_sid
from ringback.providers.wire import Json, pick, string

# A call for "now" may have been ordered this long ago, and stamps may run ahead of our clock this far.
_OLDEST, _AHEAD = timedelta(hours=2), timedelta(minutes=10)


def digits_of(number: str) -> str:
    """The digits of a number, without the plus or the double zero in front."""
    return "".join(character for character in number if character in "0123456789").removeprefix("00")


def find_in(
    data: object, list_names: str, order: Order, zone: ZoneInfo, now: datetime, names: FonoloNames
) -> list[Found]:
    """The entries of one list that can be `order`. `now` is aware. Raises Unreadable."""
    found = []
    for item in records(data, list_names):
        call_id = pick(item, names.call_sid)
        if is_sid(call_id) and _same_number(item, order, names) and _same_queue(item, order, names):
            sighting = _sighting(item, names)
            if _same_time(item, order, sighting, zone, now, names):
                found.append(Found(id=call_id, sighting=sighting))
    return found


def merged(lists: Sequence[Sequence[Found]]) -> Sequence[Found]:
    """Every id once, what is still going on before what is over."""
    once: dict[str, Found] = {}
    for found in (one for some in lists for one in some):
        once.setdefault(found.id, found)
    return sorted(once.values(), key=lambda one: one.sighting.state is not None and one.sighting.state.is_final)


def _sighting(item: Json, names: FonoloNames) -> Sighting:
    word = string(pick(item, names.call_status))
    return sighting_of("" if "/" in word else word, item.get("duration"))


def _same_number(item: Json, order: Order, names: FonoloNames) -> bool:
    theirs, ours = digits_of(string(pick(item, names.call_number))), digits_of(order.number)
    return bool(theirs) and (theirs == ours or "1" + theirs == ours)


def _same_queue(item: Json, order: Order, names: FonoloNames) -> bool:
    """An option may be its SID, a record with one, or only a name; a name says nothing for or against."""
    option = pick(item, names.call_option)
    option = option.get("sid") if isinstance(option, dict) else option
    return option == order.queue_id or not is_sid(option)


def _same_time(item: Json, order: Order, sighting: Sighting, zone: ZoneInfo, now: datetime, names: FonoloNames) -> bool:
    start = pick(item, names.call_start)
    theirs = read_moment(start, zone)
    if order.start is not None:
        wanted = read_moment(order.start, zone)
        return start == order.start or theirs is None or theirs == wanted
    if theirs is None:
        return sighting.state is None or not sighting.state.is_final
    return now - _OLDEST < theirs < now + _AHEAD
