"""Messages that come in: acknowledged at once, each handled once and in order, also after a restart or elsewhere."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable

from sqlalchemy.exc import SQLAlchemyError

from channels.chat_base.store import Store
from channels.intake import Accepted
from channels.turns import Taken, Turns, shortened

logger = logging.getLogger(__name__)

LEASE = 300.0
"""Seconds after which what a dead process had taken in is handled by another; longer than any queue of turns lasts."""
LOOK_EVERY = 60.0
"""Seconds between two looks for what a dead process left over."""

Handle = Callable[[str, Accepted], Awaitable[None]]
Apologise = Callable[[str], Awaitable[None]]


class Inbox:
    """Takes messages in and has them handled.

    `handle` does one turn; if it fails, or takes longer than a turn may, `apologise` is awaited instead. Without the
    database messages are still handled, and told apart by this process's memory alone.
    """

    def __init__(self, store: Store, handle: Handle, apologise: Apologise) -> None:
        self._store = store
        self._handle = handle
        self._turns = Turns(self._one, apologise)

    async def take(self, conversation: str, address: str, message: Accepted) -> Taken:
        """Take a message in. Returns as soon as it is safe: NEW, AGAIN (it came before), FULL (too many wait)."""
        content = {"text": message.text, "metadata": message.metadata}
        try:
            if not await self._store.take_in(message.message_id, conversation, address, content, time.time(), LEASE):
                return Taken.AGAIN
        except SQLAlchemyError as error:
            logger.error("The channels' database is away: %s", type(error).__name__)  # noqa: TRY400 - holds numbers
        taken = self._turns.take(conversation, message)
        if taken is Taken.FULL:
            await self._note_handled(message.message_id)
        return taken

    async def _one(self, conversation: str, message: Accepted) -> None:
        try:
            await self._handle(conversation, message)
        except asyncio.CancelledError:
            # The server stops, or the turn took too long; in the first case somebody else takes it over.
            raise
        except Exception:
            await self._note_handled(message.message_id)
            raise
        await self._note_handled(message.message_id)

    async def _note_handled(self, message_id: str) -> None:
        try:
            await self._store.handled(message_id)
        except SQLAlchemyError as error:
            logger.error("The channels' database is away: %s", type(error).__name__)  # noqa: TRY400 - holds numbers

    async def look_after(self) -> None:
        """Handle what other processes left over, again and again, until cancelled."""
        while True:
            try:
                now = time.time()
                for left in await self._store.left_over(now, LEASE):
                    logger.info("A message of conversation %s is taken over.", shortened(left.conversation))
                    content = left.content
                    self._turns.take(left.conversation, Accepted(content["text"], left.message_id, content["metadata"]))
                await self._store.tidy(now)
            except SQLAlchemyError as error:
                logger.error("The channels' database is away: %s", type(error).__name__)  # noqa: TRY400
            await asyncio.sleep(LOOK_EVERY)
