# mypy: disable-error-code="misc, import-not-found, import-untyped, type-arg"
"""Socket.IO's fan-out between replicas: what one server emits to a conversation reaches the pages on the others.

python-socketio's own Redis manager, with two differences: it is back within a second of Redis rather than within a
minute, and it says when it may have missed something, because Redis keeps nothing for a listener that was away.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

from socketio import AsyncRedisManager

from channels.replicas.redis import OPTIONS

logger = logging.getLogger(__name__)

CHANNEL = "ringback:website"
AGAIN = 0.5
"""Seconds between two tries to listen again."""


class Fanout(AsyncRedisManager):
    """`missed` is awaited after Redis was away, once this server listens again."""

    def __init__(self, url: str, missed: Callable[[], Awaitable[None]]) -> None:
        super().__init__(url, channel=CHANNEL, redis_options=dict(OPTIONS))
        self._missed = missed
        self._catching_up: asyncio.Task[None] | None = None

    async def _redis_listen_with_retries(self) -> AsyncIterator[Any]:
        away = False
        while True:
            try:
                self._redis_connect()
                listening = self.pubsub
                await listening.subscribe(self.channel)
                if away:
                    logger.warning("The other servers are heard again.")
                    self._catch_up()
                away = False
                async for message in listening.listen():
                    yield message
            except Exception as error:  # noqa: BLE001 - whatever it is, listening has to go on
                if not away:
                    logger.warning("The other servers are not heard: %s", type(error).__name__)
            # Also when listening just ended: whatever was said meanwhile was not heard.
            away = True
            await asyncio.sleep(AGAIN)

    def _catch_up(self) -> None:
        if self._catching_up is None or self._catching_up.done():
            self._catching_up = asyncio.get_running_loop().create_task(self._tell_missed())

    async def _tell_missed(self) -> None:
        # The others listen again within AGAIN: what they say until then is fetched as well.
        await asyncio.sleep(2 * AGAIN)
        try:
            await self._missed()
        except Exception:
            logger.exception("What was missed could not be fetched.")
