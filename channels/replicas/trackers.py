# mypy: disable-error-code="misc, import-not-found, import-untyped, type-arg"
"""Conversations in PostgreSQL: `type: channels.replicas.trackers.SharedTrackers`, `url: postgresql://…`.

Rasa's own SQL tracker store, with patience: a restart of the database costs a turn some seconds and not the
conversation. Rasa itself would go on with an empty memory (see `rasa-server/launch.py`, which keeps it from that).
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import sqlalchemy as sa
from rasa.core.tracker_store import SQLTrackerStore, create_engine_kwargs
from rasa.shared.core.trackers import DialogueStateTracker
from sqlalchemy.exc import InterfaceError, OperationalError

logger = logging.getLogger(__name__)

PATIENCE = 20.0
"""Seconds for which the database may be away before a turn fails; shorter than the time a turn has (90 s)."""
AGAIN = 0.25
_CONNECTION = {"connect_timeout": 3, "tcp_user_timeout": 5000}
T = TypeVar("T")


class SharedTrackers(SQLTrackerStore):
    """Asks again while the database is away; raises what it raised when that lasts longer than PATIENCE."""

    def __init__(self, *, host: str, **kwargs: Any) -> None:
        more = create_engine_kwargs(host)
        more["connect_args"] = {**_CONNECTION, **more.get("connect_args", {})}
        # Without a ping each connection of the pool would fail once after a restart of the database.
        engine = sa.create_engine(host, pool_pre_ping=True, **more)
        _make_tables(engine)
        super().__init__(host=host, **kwargs)
        self.engine.dispose()
        self.engine = engine
        self.sessionmaker = sa.orm.session.sessionmaker(bind=self.engine)

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Store what is new; a second try stores nothing twice, because it counts what is there."""
        await _patiently(lambda: super(SharedTrackers, self).save(tracker))

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        return await _patiently(lambda: super(SharedTrackers, self).retrieve(sender_id))

    async def retrieve_full_tracker(self, conversation_id: str) -> DialogueStateTracker | None:
        return await _patiently(lambda: super(SharedTrackers, self).retrieve_full_tracker(conversation_id))


def _make_tables(engine: Any) -> None:
    """Servers that start together would otherwise each make them, and all but one fail over it."""
    with engine.begin() as connection:
        connection.execute(sa.text("SELECT pg_advisory_xact_lock(hashtext('ringback conversations'))"))
        SQLTrackerStore.Base.metadata.create_all(connection)


async def _patiently(work: Callable[[], Awaitable[T]]) -> T:
    deadline: float | None = None
    while True:
        try:
            return await work()
        except (InterfaceError, OperationalError) as error:
            now = time.monotonic()
            if deadline is None:
                deadline = now + PATIENCE
                logger.warning("The conversations' database is away: %s", type(error.orig).__name__)
            if now >= deadline:
                raise
        await asyncio.sleep(AGAIN)
