"""The ledger's hindsight: how long calls took to come about, and whether they helped."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, delete, func, insert, select
from sqlalchemy.exc import IntegrityError

from ringback.ledger.rows import Part
from ringback.ledger.tables import callbacks, feedback, sightings
from ringback.models import State
from ringback.waiting_time import LOOK_BACK, Wait

_MOST = 2000


class Hindsight(Part):
    """What is known of calls that are over."""

    async def waits(self, provider: str, queue_id: str, now: float) -> Sequence[Wait]:
        """The calls of one queue that were asked for at once and connected, newest first; `now` is in epoch seconds.

        Calls that were booked for a later time say nothing about waiting and are left out.
        """
        query = (
            select(callbacks.c.created_at, func.min(sightings.c.seen_at))
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
        rows = await self._database.read(lambda connection: connection.execute(query).all())
        return [Wait(asked_at=float(asked), connected_at=float(connected)) for asked, connected in rows]

    async def note_feedback(self, key: str, *, helped: bool, now: float) -> bool:
        """Keep the person's word on a call; whoever answers again is believed again. False: there is no such call."""

        def write(connection: Connection) -> None:
            connection.execute(delete(feedback).where(feedback.c.key == key))
            connection.execute(insert(feedback), {"key": key, "helped": helped, "given_at": now})

        try:
            await self._database.write(write)
        except IntegrityError:
            return False
        return True

    async def helped(self, key: str) -> bool | None:
        """Whether the person said that the call helped; None when they did not say."""
        query = select(feedback.c.helped).where(feedback.c.key == key)
        return await self._database.read(lambda connection: connection.execute(query).scalar())
