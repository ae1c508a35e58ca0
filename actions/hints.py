"""Hints: what a question asks for, as facts, so that a channel which can do better than a row of buttons may do so.

A hint goes with the question in the message's metadata. It offers nothing that the question's own words and buttons
would not take as well: a channel may ignore it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from actions.careful import button, speaking
from ringback.desk import Desk
from ringback.intake import Menu
from ringback.models import Availability, Queue, TimeSlot
from ringback.providers.base import ProviderError
from ringback.wording import capital, say_moment, say_slot

Hint = dict[str, Any]

MOST_TIMES = 200
"""A fortnight of half hours; more would only make the conversation heavy."""


async def queue_hint(desk: Desk, menu: Menu, queues: Sequence[Queue]) -> Hint:
    """``{"ask": "queue", "options": [{"title", "payload", "state", "note", "opens_at"}]}``, one for each of `queues`.

    `state` is "open", "closed" or "paused"; `payload` is empty for a queue that cannot be chosen; `opens_at` is the
    first time (seconds since 1970) that can be booked with a closed one, or None, and `note` says it in words.
    """
    return {"ask": "queue", "options": [await _queue_option(desk, menu, queue) for queue in queues]}


async def _queue_option(desk: Desk, menu: Menu, queue: Queue) -> Hint:
    first = None
    if queue.is_offered and queue.availability is not Availability.ACTIVE:
        first = await _first_time(desk, menu, queue)
    zone = desk.config.zone_of(queue.id.partition(":")[0])
    return {
        **(button(queue.name, "inform", queue=queue.id) if queue.is_offered else {"title": queue.name, "payload": ""}),
        "state": "open" if queue.availability is Availability.ACTIVE else queue.availability.value,
        "note": say_moment(first.starts_at, zone=zone, now=menu.now, language=menu.language) if first else "",
        "opens_at": first.starts_at.timestamp() if first else None,
    }


async def _first_time(desk: Desk, menu: Menu, queue: Queue) -> TimeSlot | None:
    try:
        slots = await desk.time_slots(queue.id)
    except ProviderError:
        return None  # the choice itself does not depend on it
    return next((slot for slot in slots if slot.starts_at > menu.now), None)


def time_hint(slots: Sequence[TimeSlot], zone: ZoneInfo, intent: str, **entities: Any) -> Hint:
    """``{"ask": "time_slot", "zone", "options": [{"title", "payload", "starts_at", "ends_at"}]}``.

    `zone` is the centre's (IANA), `starts_at` and `ends_at` are seconds since 1970; `intent` and `entities` are those
    of the button that takes a slot.
    """
    now = datetime.now(UTC)

    def title(slot: TimeSlot) -> str:
        return capital(say_slot(slot, zone=zone, now=now, language=speaking()))

    options = [
        {
            **button(title(slot), intent, **entities, time_slot=slot.start),
            "starts_at": slot.starts_at.timestamp(),
            "ends_at": slot.ends_at.timestamp(),
        }
        for slot in slots[:MOST_TIMES]
    ]
    return {"ask": "time_slot", "zone": zone.key, "options": options}
