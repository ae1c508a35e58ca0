"""People, messages that came in and what became of those that went out; shared by all replicas of the Rasa server.

Database calls run in a thread of their own, many in one transaction: Rasa has one event loop for everybody.
Moments are seconds since 1970 (UTC).
"""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Callable, Collection, Mapping
from contextlib import AbstractContextManager
from typing import Any, TypeVar

import sqlalchemy as sa

from channels.chat_base.gathering import Gathering
from channels.chat_base.records import (
    DELIVERED,
    FAILED,
    MADE_UP,
    READ,
    SENDING,
    SENT,
    UNSENT,
    Delivery,
    Person,
    Waiting,
)
from channels.chat_base.tables import STATEMENTS, deliveries, incoming, open_engine, people

KEPT_FOR = 30 * 86_400.0
"""Seconds for which handled messages and deliveries are remembered."""

_RANK = {SENDING: 0, SENT: 1, DELIVERED: 2, READ: 3, FAILED: 4, UNSENT: 4, MADE_UP: 5}
_MISSED = (FAILED, UNSENT)
_ON_ITS_WAY = (SENT, DELIVERED, READ, MADE_UP)

_REMEMBERED = 1000

T = TypeVar("T")


class Store:
    """The chat channels' database, as one channel sees it. Every method may raise SQLAlchemyError."""

    def __init__(self, url: str, channel: str) -> None:
        self._url = url
        self._channel = channel
        self._engine: sa.engine.Engine | None = None
        self._seen: OrderedDict[str, Person] = OrderedDict()
        self._gathering = Gathering(self._begin)

    async def _run(self, work: Callable[[sa.engine.Connection], T]) -> T:
        return await self._gathering.run(work)

    def _begin(self) -> AbstractContextManager[sa.engine.Connection]:
        if self._engine is None:
            self._engine = open_engine(self._url)
        return self._engine.begin()

    def now(self, work: Callable[[sa.engine.Connection], T]) -> T:
        """Run one transaction here and now."""
        with self._begin() as connection:
            return work(connection)

    def close(self) -> None:
        """Close all connections."""
        self._gathering.close()
        if self._engine is not None:
            self._engine.dispose()

    # -- what comes in -------------------------------------------------------------------------------------------------

    async def take_in(
        self, message_id: str, conversation: str, address: str, content: Mapping[str, Any], now: float, lease: float
    ) -> bool:
        """Note a message that came in, and its sender; False if it came before, to any replica."""
        self._seen[conversation] = Person(address, now)
        self._seen.move_to_end(conversation)
        if len(self._seen) > _REMEMBERED:
            self._seen.popitem(last=False)

        row = {
            "channel": self._channel,
            "message_id": message_id,
            "conversation": conversation,
            "content": json.dumps(content),
            "came_at": now,
            "taken_until": now + lease,
            "tries": 1,
            "done": False,
        }
        sender = {"channel": self._channel, "conversation": conversation, "address": address, "wrote_at": now}

        def work(connection: sa.engine.Connection) -> bool:
            statements = STATEMENTS[connection.dialect.name]
            if not connection.execute(statements.take_in, row).rowcount:
                return False
            connection.execute(statements.wrote, sender)
            return True

        return await self._run(work)

    async def handled(self, message_id: str) -> None:
        """The message has been answered; what it said is forgotten here."""
        mine = (incoming.c.channel == self._channel) & (incoming.c.message_id == message_id)
        await self._run(
            lambda connection: connection.execute(incoming.update().where(mine).values(done=True, content=""))
        )

    async def left_over(self, now: float, lease: float, most_tries: int = 2) -> list[Waiting]:
        """Take over what another process took in and did not finish, in the order in which it came.

        What was begun `most_tries` times and never finished is not tried again: it may be what kills the process.
        """

        def work(connection: sa.engine.Connection) -> list[Waiting]:
            table = incoming.c
            is_open = (table.channel == self._channel) & (table.done.is_(False)) & (table.taken_until < now)
            tried_enough = is_open & (table.tries >= most_tries)
            connection.execute(incoming.update().where(tried_enough).values(done=True, content=""))
            found = []
            for row in connection.execute(sa.select(incoming).where(is_open).order_by(table.came_at)).fetchall():
                mine = is_open & (table.message_id == row.message_id)
                taken = connection.execute(
                    incoming.update().where(mine).values(taken_until=now + lease, tries=row.tries + 1)
                )
                if taken.rowcount:
                    found.append(Waiting(row.message_id, row.conversation, json.loads(row.content or "{}")))
            return found

        return await self._run(work)

    async def renew(self, message_ids: Collection[str], until: float) -> None:
        """Who took these in is alive and still at it."""
        if not message_ids:
            return
        mine = (incoming.c.channel == self._channel) & incoming.c.message_id.in_(list(message_ids))
        await self._run(lambda connection: connection.execute(incoming.update().where(mine).values(taken_until=until)))

    async def person(self, conversation: str) -> Person | None:
        """Who is in this conversation; None if nobody wrote in it. Who did lately is known without a database."""
        ours = (people.c.channel == self._channel) & (people.c.conversation == conversation)
        try:
            row = await self._run(lambda connection: connection.execute(sa.select(people).where(ours)).first())
        except sa.exc.SQLAlchemyError:
            if conversation not in self._seen:
                raise
            return self._seen[conversation]
        return Person(row.address, row.wrote_at) if row else self._seen.get(conversation)

    # -- what goes out -------------------------------------------------------------------------------------------------

    async def begin(self, conversation: str, message: Mapping[str, Any], now: float, way: str = "free") -> int:
        """Note that a bot message is about to be sent; the id of the delivery."""
        news = message.get("news") or {}

        def work(connection: sa.engine.Connection) -> int:
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

        return await self._run(work)

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

        await self._run(work)

    async def again(self, delivery: int, now: float, way: str) -> None:
        """A delivery that failed is sent once more, this way; its earlier end is forgotten."""
        mine = deliveries.c.id == delivery
        values = {"status": SENDING, "sid": "", "way": way, "changed_at": now}
        await self._run(lambda connection: connection.execute(deliveries.update().where(mine).values(**values)))

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

    async def of_news(self, news: str) -> Delivery | None:
        """The newest delivery of a piece of news."""
        return await self._one((deliveries.c.news == news) & (deliveries.c.channel == self._channel))

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

        return await self._run(work)

    async def made_up(self, conversation: str, now: float) -> None:
        """The person has been told since: nothing of this conversation is missed any more."""
        missed = (
            (deliveries.c.channel == self._channel)
            & (deliveries.c.conversation == conversation)
            & (deliveries.c.status.in_(_MISSED))
        )
        values = {"status": MADE_UP, "changed_at": now}
        await self._run(lambda connection: connection.execute(deliveries.update().where(missed).values(**values)))

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

        return await self._run(work)

    async def tidy(self, now: float) -> None:
        """Forget what is long past."""

        def work(connection: sa.engine.Connection) -> None:
            past = now - KEPT_FOR
            connection.execute(incoming.delete().where((incoming.c.came_at < past) & incoming.c.done.is_(True)))
            connection.execute(deliveries.delete().where(deliveries.c.changed_at < past))

        await self._run(work)

    async def _one(self, where: Any) -> Delivery | None:
        wanted = sa.select(deliveries).where(where).order_by(deliveries.c.id.desc()).limit(1)
        row = await self._run(lambda connection: connection.execute(wanted).first())
        return _delivery(row) if row else None


def _delivery(row: Any) -> Delivery:
    return Delivery(**{name: getattr(row, name) for name in Delivery.__dataclass_fields__})
