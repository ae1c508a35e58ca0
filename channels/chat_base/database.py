"""The chat channels' database as one channel uses it; shared by all replicas of the Rasa server.

Database calls run in a thread of their own, many in one transaction: Rasa has one event loop for everybody.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import TypeVar

import sqlalchemy as sa

from channels.chat_base.gathering import Gathering, Together
from channels.chat_base.records import Person
from channels.chat_base.tables import open_engine

T = TypeVar("T")
Item = TypeVar("Item")


class Database:
    """Opened when it is first used."""

    def __init__(self, url: str, channel: str) -> None:
        self._url = url
        self._channel = channel
        self._engine: sa.engine.Engine | None = None
        self._seen: OrderedDict[str, Person] = OrderedDict()
        self._gathering = Gathering(self._begin)

    async def run(self, work: Callable[[sa.engine.Connection], T]) -> T:
        """Run a piece of work in a transaction, perhaps with others. Raises SQLAlchemyError."""
        return await self._gathering.run(work)

    async def run_together(self, work: Together[Item, T], item: Item) -> T:
        """Run a piece of work for this item and all that wait for the same, before others. Raises SQLAlchemyError."""
        return await self._gathering.run_together(work, item)

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
