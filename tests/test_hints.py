"""The hints that go with questions: facts that a channel can make something of."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

from actions.hints import MOST_TIMES, queue_hint, time_hint
from ringback.intake import Menu
from ringback.models import Availability, Queue, TimeSlot
from ringback.providers.base import ProviderOffline

ZONE = ZoneInfo("America/Toronto")
NOW = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)


def slot(hours: float) -> TimeSlot:
    starts = NOW + timedelta(hours=hours)
    return TimeSlot(start=f"{starts:%Y-%m-%d %H:%M:%S}", starts_at=starts, ends_at=starts + timedelta(minutes=30))


class Desk:
    """Has times for one queue, and trouble with another."""

    config = SimpleNamespace(zone_of=lambda provider: ZONE)

    async def time_slots(self, queue: str) -> Sequence[TimeSlot]:
        if queue == "p:offline":
            raise ProviderOffline("down")
        return [slot(-1), slot(13)]


def queue(name: str, availability: Availability, *, bookable: bool = False) -> Queue:
    return Queue(id=f"p:{name}", name=name, availability=availability, bookable=bookable)


async def test_queues_with_their_state() -> None:
    """Each queue has its state and a closed one its next time, in the order given; a paused one has no payload."""
    queues = (
        queue("open", Availability.ACTIVE),
        queue("later", Availability.CLOSED, bookable=True),
        queue("offline", Availability.CLOSED, bookable=True),
        queue("paused", Availability.PAUSED),
    )
    menu = Menu(queues=queues, queue_options=(), zone=ZONE, now=NOW)
    desk: Any = Desk()
    hint = await queue_hint(desk, menu, queues)
    options = {one["title"]: one for one in hint["options"]}
    assert [one["title"] for one in hint["options"]] == ["open", "later", "offline", "paused"]
    assert [one["state"] for one in hint["options"]] == ["open", "closed", "closed", "paused"]
    assert options["open"]["payload"] == '/inform{"queue": "p:open"}'
    assert options["paused"]["payload"] == ""
    assert options["later"]["opens_at"] == slot(13).starts_at.timestamp()
    assert options["later"]["note"] == "tomorrow at 09:00 (Toronto time)"
    assert (options["offline"]["opens_at"], options["offline"]["note"]) == (None, "")


def test_times_name_their_moments() -> None:
    """Each time has its moments and the payload of the button that takes it; there is an upper limit to how many."""
    hint = time_hint([slot(hours / 2) for hours in range(500)], ZONE, "change", callback="k")
    assert (hint["ask"], hint["zone"], len(hint["options"])) == ("time_slot", "America/Toronto", MOST_TIMES)
    first = hint["options"][0]
    assert json.loads(first["payload"].removeprefix("/change")) == {"callback": "k", "time_slot": slot(0).start}
    assert (first["starts_at"], first["ends_at"]) == (NOW.timestamp(), NOW.timestamp() + 1800)
