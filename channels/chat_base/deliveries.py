"""What became of each message that went out. Moments are seconds since 1970 (UTC)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import sqlalchemy as sa

from channels.chat_base.database import Database
from channels.chat_base.records import (
    DELIVERED,
    FAILED,
    MADE_UP,
    READ,
    SENDING,
    SENT,
    UNSENT,
    Claim,
    Claimed,
    Delivery,
    Elsewhere,
    Over,
)
from channels.chat_base.tables import INSERT, deliveries, incoming

STALE = 12.0
"""Seconds after which a delivery that nobody has touched is nobody's any more: its server died over it."""

_RANK = {SENDING: 0, SENT: 1, DELIVERED: 2, READ: 3, FAILED: 4, UNSENT: 4, MADE_UP: 5}
_MISSED = (FAILED, UNSENT)
_ON_ITS_WAY = (SENT, DELIVERED, READ, MADE_UP)


class Deliveries(Database):
    """The part of the database that the outbox works with."""

    async def begin(self, conversation: str, message: Mapping[str, Any], now: float, way: str = "free") -> int:
        """Note that a bot message is about to be sent; the id of the delivery."""
        return await self.run(lambda connection: self._insert(connection, conversation, message, now, way))

    def _insert(
        self, connection: sa.engine.Connection, conversation: str, message: Mapping[str, Any], now: float, way: str
    ) -> int:
        news = message.get("news") or {}
        made = connection.execute(
            deliveries.insert().values(
                channel=self._channel,
                conversation=conversation,
                news=str(news.get("id") or ""),
                callback=str(news.get("callback") or ""),
                seq=int(news.get("seq") or 0),
                kind=str(message.get("utter_action") or "")[:64],
                way=way,
                status=SENDING,
                made_at=now,
                changed_at=now,
            )
        )
        return int(next(iter(made.inserted_primary_key or ())))

    async def claim(self, conversation: str, message: Mapping[str, Any], now: float) -> Claim:
        """Take a piece of news (`message["news"]["id"]`) to tell it, if nobody else is telling it or has told it.

        A try that ended has a reason (`why`); one that is under way has none, and is touched again and again.
        """
        news = str(message["news"]["id"])
        # Of servers that claim it at the same moment the second one waits here until the first one is done.
        turnstile = {
            "channel": self._channel,
            "message_id": f"news:{news}"[:128],
            "conversation": conversation,
            "content": "",
            "came_at": now,
            "taken_until": 0.0,
            "tries": 0,
            "done": True,
        }

        def work(connection: sa.engine.Connection) -> Claim:
            connection.execute(INSERT[connection.dialect.name](incoming).values(turnstile).on_conflict_do_nothing())
            known = (deliveries.c.news == news) & (deliveries.c.channel == self._channel)
            wanted = sa.select(deliveries).where(known).order_by(deliveries.c.id.desc()).limit(1)
            row = connection.execute(wanted).first()
            if row is None:
                return Claimed(self._insert(connection, conversation, message, now, "free"))
            if row.status != SENDING:
                return Over()
            is_free = (deliveries.c.why != "") | (deliveries.c.changed_at < now - STALE)
            taken = connection.execute(
                deliveries.update().where(deliveries.c.id == row.id, is_free).values(why="", changed_at=now)
            )
            return Claimed(int(row.id)) if taken.rowcount else Elsewhere()

        return await self.run(work)

    async def touch(self, ours: Collection[int], now: float) -> None:
        """Who sends these is alive and still at it."""
        mine = deliveries.c.id.in_(list(ours)) & (deliveries.c.status == SENDING)
        await self.run(lambda connection: connection.execute(deliveries.update().where(mine).values(changed_at=now)))

    async def before(self, conversation: str, delivery: int, now: float) -> set[int]:
        """The answers to this person that come before this delivery and are still being sent, by whichever server."""
        wanted = sa.select(deliveries.c.id).where(
            deliveries.c.channel == self._channel,
            deliveries.c.conversation == conversation,
            deliveries.c.id < delivery,
            deliveries.c.news == "",
            deliveries.c.status == SENDING,
            deliveries.c.changed_at >= now - STALE,
        )
        return await self.run(lambda connection: {int(row.id) for row in connection.execute(wanted)})

    async def set(self, delivery: int, now: float, **values: Any) -> None:
        """Write down what became of a delivery: `status`, `why`, `sid`, `way`.

        A status never goes backwards: callbacks overtake each other, and each other's answers.
        """

        def work(connection: sa.engine.Connection) -> None:
            mine = deliveries.c.id == delivery
            if "status" in values:
                row = connection.execute(sa.select(deliveries.c.status).where(mine)).first()
                if row is None or _RANK[row.status] > _RANK[values["status"]]:
                    values.pop("status")
            connection.execute(deliveries.update().where(mine).values(changed_at=now, **values))

        await self.run(work)

    async def failed(self, delivery: int, now: float, why: str) -> bool:
        """The platform could not deliver what it had taken; False if that was known, to any replica."""
        had_it = (deliveries.c.id == delivery) & deliveries.c.status.in_((SENDING, SENT, DELIVERED))
        values = {"status": FAILED, "why": why, "changed_at": now}
        done = await self.run(lambda connection: connection.execute(deliveries.update().where(had_it).values(**values)))
        return bool(done.rowcount)

    async def again(self, delivery: int, now: float, way: str) -> None:
        """A delivery that failed is sent once more, this way; its earlier end is forgotten."""
        mine = deliveries.c.id == delivery
        values = {"status": SENDING, "sid": "", "way": way, "why": "", "changed_at": now}
        await self.run(lambda connection: connection.execute(deliveries.update().where(mine).values(**values)))

    async def by_id(self, delivery: int) -> Delivery | None:
        """A delivery by our own id."""
        return await self._one((deliveries.c.id == delivery) & (deliveries.c.channel == self._channel))

    async def is_on_its_way(self, delivery: int) -> bool:
        """Whether the platform has this one; False also while nobody can say."""
        try:
            found = await self.by_id(delivery)
        except sa.exc.SQLAlchemyError:
            return False
        return found is not None and found.status in _ON_ITS_WAY

    async def by_sid(self, sid: str) -> Delivery | None:
        """The delivery that the platform knows by this id."""
        return await self._one((deliveries.c.sid == sid) & (deliveries.c.channel == self._channel))

    async def was_told_later(self, delivery: Delivery) -> bool:
        """Whether a newer piece of news about the same call has gone out since."""
        newer = (
            (deliveries.c.channel == self._channel)
            & (deliveries.c.conversation == delivery.conversation)
            & (deliveries.c.callback == delivery.callback)
            & (deliveries.c.seq > delivery.seq)
            & (deliveries.c.status.in_(_ON_ITS_WAY))
        )
        return await self._one(newer) is not None

    async def missed(self, conversation: str) -> list[Delivery]:
        """Of each call, the newest news that never arrived, unless something newer did; oldest first."""

        def work(connection: sa.engine.Connection) -> list[Delivery]:
            ours = (deliveries.c.channel == self._channel) & (deliveries.c.conversation == conversation)
            told = ours & (deliveries.c.news != "")
            newest: dict[str, Any] = {}
            for row in connection.execute(sa.select(deliveries).where(told).order_by(deliveries.c.id)).fetchall():
                if row.callback not in newest or row.seq >= newest[row.callback].seq:
                    newest[row.callback] = row
            return [_delivery(row) for row in newest.values() if row.status in _MISSED]

        return await self.run(work)

    async def made_up(self, conversation: str, now: float) -> None:
        """The person has been told since: nothing of this conversation is missed any more."""
        missed = (
            (deliveries.c.channel == self._channel)
            & (deliveries.c.conversation == conversation)
            & (deliveries.c.status.in_(_MISSED))
        )
        values = {"status": MADE_UP, "changed_at": now}
        await self.run(lambda connection: connection.execute(deliveries.update().where(missed).values(**values)))

    async def undelivered(self, now: float, stuck_after: float = 120.0) -> list[Delivery]:
        """For the operator: what failed, was not sent, or was never finished; newest first."""

        def work(connection: sa.engine.Connection) -> list[Delivery]:
            stuck = (deliveries.c.status == SENDING) & (deliveries.c.changed_at < now - stuck_after)
            wanted = (deliveries.c.channel == self._channel) & (deliveries.c.status.in_(_MISSED) | stuck)
            later = deliveries.alias()
            overtaken = (
                sa.select(later.c.id)
                .where(later.c.channel == deliveries.c.channel, later.c.conversation == deliveries.c.conversation)
                .where(later.c.callback == deliveries.c.callback, later.c.seq > deliveries.c.seq)
                .where(deliveries.c.news != "", later.c.status.in_(_ON_ITS_WAY))
                .exists()
            )
            # What was held up until newer news had gone out was never missed.
            wanted &= ~((deliveries.c.status == SENDING) & overtaken)
            rows = connection.execute(sa.select(deliveries).where(wanted).order_by(deliveries.c.id.desc())).fetchall()
            return [_delivery(row) for row in rows]

        return await self.run(work)

    async def _one(self, where: Any) -> Delivery | None:
        wanted = sa.select(deliveries).where(where).order_by(deliveries.c.id.desc()).limit(1)
        row = await self.run(lambda connection: connection.execute(wanted).first())
        return _delivery(row) if row else None


def _delivery(row: Any) -> Delivery:
    return Delivery(**{name: getattr(row, name) for name in Delivery.__dataclass_fields__})
