"""People, messages that came in and what became of those that went out; shared by all replicas of the Rasa server."""

from __future__ import annotations

import sqlalchemy as sa

from channels.chat_base.arrivals import Arrivals
from channels.chat_base.deliveries import Deliveries
from channels.chat_base.tables import deliveries, incoming

KEPT_FOR = 30 * 86_400.0
"""Seconds for which handled messages and deliveries are remembered."""


class Store(Arrivals, Deliveries):
    """The chat channels' database, as one channel sees it. Every method may raise SQLAlchemyError."""

    async def tidy(self, now: float) -> None:
        """Forget what is long past."""

        def work(connection: sa.engine.Connection) -> None:
            past = now - KEPT_FOR
            connection.execute(incoming.delete().where((incoming.c.came_at < past) & incoming.c.done.is_(True)))
            connection.execute(deliveries.delete().where(deliveries.c.changed_at < past))

        await self.run(work)
