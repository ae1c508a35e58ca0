"""How long calls took to come about: one query over what the ledger saw."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select

from ringback.ledger.store import Ledger
from ringback.ledger.tables import callbacks, sightings
from ringback.models import State
from ringback.waiting_time import LOOK_BACK, Wait

_MOST = 2000


async def waits(ledger: Ledger, *, provider: str, queue_id: str, now: float) -> Sequence[Wait]:
    """The calls of one queue that were asked for at once and connected, newest first. `now` in seconds since the epoch.

    Calls that were booked for a later time say nothing about waiting and are left out.
    """
    connected_at = func.min(sightings.c.seen_at)
    query = (
        select(callbacks.c.created_at, connected_at)
        .join(sightings, sightings.c.key == callbacks.c.key)
        .where(
            callbacks.c.provider == provider,
            callbacks.c.queue_id == queue_id,
            callbacks.c.created_at >= now - LOOK_BACK,
            callbacks.c.starts_at.is_(None),
            sightings.c.state == State.CONNECTED.value,
        )
        .group_by(callbacks.c.key, callbacks.c.created_at)
        .order_by(callbacks.c.created_at.desc())
        .limit(_MOST)
    )
    async with ledger._reading() as connection:  # noqa: SLF001 - a part of the ledger in a file of its own
        rows = (await connection.execute(query)).all()
    return [Wait(asked_at=float(asked), connected_at=float(connected)) for asked, connected in rows]
