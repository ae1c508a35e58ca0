"""Messages that come in: acknowledged at once, each handled once and in order, also after a restart or elsewhere."""

from __future__ import annotations

import asyncio
import itertools
import logging
import time
from collections.abc import Awaitable, Callable

from sqlalchemy.exc import SQLAlchemyError

from channels.chat_base.acknowledged import AcknowledgedFirst, elsewhere
from channels.chat_base.store import Store
from channels.intake import Accepted
from channels.turns import TURN_TIMEOUT, Taken, Turns, shortened

logger = logging.getLogger(__name__)

LEASE = 40.0
"""Seconds after which what a dead process had taken in is handled by another; a living one renews it."""
LOOK_EVERY = 10.0
"""Seconds between two looks for what a dead process left over."""
TIDY_EVERY = 360
"""Looks."""
IN_ORDER = 20.0
"""Seconds for which a message waits for what the same person said before it at another replica."""
_LOOK_AGAIN = 0.05

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
        self._turns = Turns(self._one, apologise, _nobody_waits)
        self._held: set[str] = set()
        self._first = AcknowledgedFirst()

    async def take(self, conversation: str, address: str, message: Accepted) -> Taken:
        """Take a message in; returns as soon as it is safe. NEW, or DONE or WAITING (it came before), or FULL."""
        with self._first.acknowledging():
            return await self._take(conversation, address, message)

    async def _take(self, conversation: str, address: str, message: Accepted) -> Taken:
        content = {"text": message.text, "metadata": message.metadata}
        try:
            if not await self._store.take_in(message.message_id, conversation, address, content, time.time(), LEASE):
                return Taken.DONE
        except SQLAlchemyError as error:
            logger.error("The channels' database is away: %s", type(error).__name__)  # noqa: TRY400 - holds numbers
        taken = self._turns.take(conversation, message)
        if taken is Taken.NEW:
            self._held.add(message.message_id)
        if taken is Taken.FULL:
            await self._note_handled(message.message_id)
        return taken

    async def _one(self, conversation: str, message: Accepted) -> None:
        began = time.monotonic()
        try:
            async with self._first.turn():
                await self._in_order(conversation, message.message_id)
                await self._handle(conversation, message)
        except asyncio.CancelledError:
            # The turn took too long, and the person gets an apology; or the server stops, and another takes it over.
            if time.monotonic() - began >= TURN_TIMEOUT - 1.0:
                await asyncio.shield(self._note_handled(message.message_id))
            raise
        except Exception:
            await self._note_handled(message.message_id)
            raise
        await self._note_handled(message.message_id)

    async def _in_order(self, conversation: str, message_id: str) -> None:
        """Wait until what this person said before has been answered: another replica may have it in hand."""
        latest = time.monotonic() + IN_ORDER
        try:
            while not await self._store.is_first(message_id, time.time()):
                if time.monotonic() >= latest:
                    logger.warning("A message of conversation %s does not wait any more.", shortened(conversation))
                    return
                async with elsewhere():
                    await asyncio.sleep(_LOOK_AGAIN)
        except SQLAlchemyError as error:
            logger.error("The channels' database is away: %s", type(error).__name__)  # noqa: TRY400 - holds numbers

    async def _note_handled(self, message_id: str) -> None:
        self._held.discard(message_id)
        try:
            await self._store.handled(message_id)
        except SQLAlchemyError as error:
            logger.error("The channels' database is away: %s", type(error).__name__)  # noqa: TRY400 - holds numbers

    async def look_after(self) -> None:
        """Handle what other processes left over, again and again, until cancelled."""
        for look in itertools.count():
            try:
                await self._take_over(time.time())
                if look % TIDY_EVERY == 0:
                    await self._store.tidy(time.time())
            except SQLAlchemyError as error:
                logger.error("The channels' database is away: %s", type(error).__name__)  # noqa: TRY400
            await asyncio.sleep(LOOK_EVERY)

    async def _take_over(self, now: float) -> None:
        await self._store.renew(self._held, now + LEASE)
        for left in await self._store.left_over(now, LEASE):
            logger.info("A message of conversation %s is taken over.", shortened(left.conversation))
            accepted = Accepted(left.content["text"], left.message_id, left.content["metadata"])
            if self._turns.take(left.conversation, accepted) is Taken.NEW:
                self._held.add(left.message_id)


async def _nobody_waits(_conversation: str, _message: Accepted) -> None:
    """These platforms are not told when a turn is over."""
