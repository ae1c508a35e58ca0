# mypy: disable-error-code="misc, import-not-found, import-untyped, type-arg"
"""Rasa's lock store over Redis: `type: channels.replicas.locks.RedisLocks` in the endpoints file, `url` as for Redis.

Rasa's own `type: redis` reads a line of tickets, adds one and writes it back, in three steps: two servers that do so at
the same moment both believe to be first, and one overwrites what the other stored. It also blocks everybody on the
server while it asks, looks again only once a second, and leaves the conversation of a server that died locked for a
minute.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from rasa.core.lock import TicketLock
from rasa.core.lock_store import LOCK_LIFETIME, LockError, LockStore
from rasa.utils.endpoints import EndpointConfig

from channels.replicas.leases import Leases, NotHeld
from channels.replicas.redis import connect


class RedisLocks(LockStore):
    """One turn, or one piece of news, at a time in each conversation, on whichever server it is."""

    def __init__(self, endpoint_config: EndpointConfig) -> None:
        self._leases = Leases(connect(str(endpoint_config.url)))
        super().__init__()

    @asynccontextmanager
    async def lock(
        self,
        conversation_id: str,
        lock_lifetime: float = LOCK_LIFETIME,
        wait_time_in_seconds: float = 1,  # noqa: ARG002 - Rasa's
    ) -> AsyncIterator[TicketLock]:
        """Wait for the conversation's lock, for `lock_lifetime` seconds at most. Raises LockError."""
        try:
            async with self._leases.hold(f"conversation:{conversation_id}", lock_lifetime):
                yield TicketLock(conversation_id)
        except NotHeld as error:
            raise LockError(f"A conversation's lock could not be had: {error}.") from error
