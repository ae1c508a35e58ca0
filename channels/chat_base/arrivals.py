"""People, and messages that came in. Moments are seconds since 1970 (UTC)."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from typing import Any

import sqlalchemy as sa

from channels.chat_base.database import Database
from channels.chat_base.records import Person, Waiting
from channels.chat_base.tables import incoming, people
from channels.chat_base.taking_in import Arrival, take_in

_REMEMBERED = 1000


class Arrivals(Database):
    """The part of the database that the inbox works with."""

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
        return await self.run_together(take_in, Arrival(row, sender))

    async def handled(self, message_id: str) -> None:
        """The message has been answered; what it said is forgotten here."""
        mine = (incoming.c.channel == self._channel) & (incoming.c.message_id == message_id)
        await self.run(
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

        return await self.run(work)

    async def renew(self, message_ids: Collection[str], until: float) -> None:
        """Who took these in is alive and still at it."""
        if not message_ids:
            return
        mine = (incoming.c.channel == self._channel) & incoming.c.message_id.in_(list(message_ids))
        await self.run(lambda connection: connection.execute(incoming.update().where(mine).values(taken_until=until)))

    async def person(self, conversation: str) -> Person | None:
        """Who is in this conversation; None if nobody wrote in it. Who did lately is known without a database."""
        ours = (people.c.channel == self._channel) & (people.c.conversation == conversation)
        try:
            row = await self.run(lambda connection: connection.execute(sa.select(people).where(ours)).first())
        except sa.exc.SQLAlchemyError:
            if conversation not in self._seen:
                raise
            return self._seen[conversation]
        return Person(row.address, row.wrote_at) if row else self._seen.get(conversation)

    async def is_first(self, message_id: str, now: float) -> bool:
        """Whether nothing that this person said before it is still to be answered, by any replica that is alive."""
        before = incoming.alias()
        mine = (incoming.c.channel == self._channel) & (incoming.c.message_id == message_id)
        waits_for = (
            sa.select(before.c.message_id)
            .where(before.c.channel == incoming.c.channel, before.c.conversation == incoming.c.conversation)
            .where(before.c.done.is_(False), before.c.taken_until >= now)
            .where(
                (before.c.came_at < incoming.c.came_at)
                | ((before.c.came_at == incoming.c.came_at) & (before.c.message_id < incoming.c.message_id))
            )
        )
        wanted = sa.select(incoming.c.message_id).where(mine & waits_for.exists())
        return await self.run(lambda connection: connection.execute(wanted).first()) is None
