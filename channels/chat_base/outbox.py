"""Messages that go out: in order for each person, tried again where that helps, and every end of them written down.

An answer in a turn is sent in the background, so that neither a slow platform nor one that is away holds up the turn
(an exception from an output channel would make Rasa drop it). News is waited for: what may still get better is raised
as `NotYet`, so that whoever tells the news tries again, and what never will is recorded and kept for the person's next
message.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from channels.chat_base.outcomes import Carrier, Later, Never, NotYet, Outcome, Sent
from channels.chat_base.records import MADE_UP, SENT, UNSENT, Claimed, Delivery, Over, Person
from channels.chat_base.store import Store
from channels.turns import shortened

logger = logging.getLogger(__name__)

ANSWER_PATIENCE = 240.0
"""Seconds for which an answer is tried; later it would answer nothing any more."""
NEWS_PATIENCE = 4.0
"""Seconds in which a try of one push may begin; with the try itself shorter than the teller waits for it (10 s)."""
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 30.0
TOUCH_EVERY = 4.0
"""Seconds between two signs that what this server is sending is not abandoned."""
_LOOK_AGAIN = 0.1


class Outbox:
    """Everything that one channel says."""

    def __init__(self, store: Store, carrier: Carrier) -> None:
        self._store = store
        self._carrier = carrier
        self._lines: dict[str, tuple[asyncio.Lock, int]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._recordings: dict[str, set[asyncio.Task[int]]] = {}
        self._ours: set[int] = set()
        self._touching: asyncio.Task[None] | None = None

    def answer(self, conversation: str, message: Mapping[str, Any]) -> None:
        """Send an answer after what is already on its way to this person. Returns at once and never raises."""
        loop = asyncio.get_running_loop()
        # Tasks begin in the order in which they are made, and so the ids of answers are in the order of the answers.
        recording = loop.create_task(self._record(conversation, message))
        self._recordings.setdefault(conversation, set()).add(recording)
        recording.add_done_callback(lambda _: self._recorded(conversation, recording))
        task = loop.create_task(self._answer(conversation, dict(message), recording))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def recorded(self, conversation: str) -> None:
        """Wait until all answers to this person so far stand in the database, so that another replica's come later."""
        recordings = self._recordings.get(conversation)
        if recordings:
            await asyncio.wait(set(recordings))

    def _recorded(self, conversation: str, recording: asyncio.Task[int]) -> None:
        self._recordings[conversation].discard(recording)
        if not self._recordings[conversation]:
            del self._recordings[conversation]

    async def _record(self, conversation: str, message: Mapping[str, Any]) -> int:
        """The id of an answer's delivery; 0 if it cannot be written down."""
        try:
            delivery = await self._store.begin(conversation, message, time.time())
        except SQLAlchemyError as error:
            logger.error("An answer cannot be recorded: %s", type(error).__name__)  # noqa: TRY400
            return 0
        self._is_ours(delivery)
        return delivery

    async def finish(self, seconds: float) -> None:
        """Give answers that are on their way this long to get out, before the server stops."""
        if self._tasks:
            await asyncio.wait(set(self._tasks), timeout=seconds)

    async def news(self, conversation: str, message: Mapping[str, Any]) -> None:
        """Send a piece of news (`message["news"]["id"]`), once however often it is told. Raises NotYet."""
        until = time.monotonic() + NEWS_PATIENCE
        try:
            async with self._in_line(conversation, NEWS_PATIENCE):
                claimed = await self._claim(conversation, message, until)
                if isinstance(claimed, Over):
                    return
                with self._sending(claimed.delivery):
                    if not await self._is_next(conversation, claimed.delivery, until):
                        await self._note(claimed.delivery, why="behind an answer")
                        raise NotYet("earlier messages are still on their way")
                    outcome = await self._deliver(conversation, message, claimed.delivery, until)
        except SQLAlchemyError as error:
            raise NotYet(type(error).__name__) from None
        if isinstance(outcome, Later):
            raise NotYet(outcome.why)

    async def _claim(self, conversation: str, message: Mapping[str, Any], until: float) -> Claimed | Over:
        """Raises NotYet if another server is at it until then."""
        while True:
            claim = await self._store.claim(conversation, message, time.time())
            if isinstance(claim, (Claimed, Over)):
                return claim
            if time.monotonic() + _LOOK_AGAIN >= until:
                raise NotYet("another server is telling it")
            await asyncio.sleep(_LOOK_AGAIN)

    async def _is_next(self, conversation: str, delivery: int, until: float) -> bool:
        """Wait until the answers that other servers began before are out; False if they are not until then."""
        while await self._store.before(conversation, delivery, time.time()) - self._ours:
            if time.monotonic() + _LOOK_AGAIN >= until:
                return False
            await asyncio.sleep(_LOOK_AGAIN)
        return True

    @contextmanager
    def _sending(self, delivery: int) -> Iterator[None]:
        """While this lasts, other servers can see that somebody is at it."""
        self._is_ours(delivery)
        try:
            yield
        finally:
            self._ours.discard(delivery)

    def _is_ours(self, delivery: int) -> None:
        self._ours.add(delivery)
        if self._touching is None or self._touching.done():
            self._touching = asyncio.get_running_loop().create_task(self._touch())

    async def _touch(self) -> None:
        while True:
            await asyncio.sleep(TOUCH_EVERY)
            if not self._ours:
                return
            try:
                await self._store.touch(self._ours, time.time())
            except SQLAlchemyError as error:
                logger.error("The channels' database is away: %s", type(error).__name__)  # noqa: TRY400

    async def again(self, delivery: Delivery, message: Mapping[str, Any], way: str) -> None:
        """Send news that failed late once more, in this way."""
        await self._store.again(delivery.id, time.time(), way)
        async with self._in_line(delivery.conversation, ANSWER_PATIENCE):
            if await self._store.was_told_later(delivery):
                await self._store.set(delivery.id, time.time(), status=MADE_UP, why="overtaken")
                return
            until = time.monotonic() + ANSWER_PATIENCE
            outcome = await self._deliver(delivery.conversation, message, delivery.id, until, way)
            if isinstance(outcome, Later):
                await self._store.set(delivery.id, time.time(), status=UNSENT, why=outcome.why)

    async def _answer(self, conversation: str, message: Mapping[str, Any], recording: asyncio.Task[int]) -> None:
        delivery = 0
        try:
            # In line before it is written down: what comes next must not come between.
            async with self._in_line(conversation, ANSWER_PATIENCE):
                delivery = await recording
                until = time.monotonic() + ANSWER_PATIENCE
                if delivery:
                    await self._after_others(conversation, delivery, until)
                outcome = await self._deliver(conversation, message, delivery, until)
                if isinstance(outcome, Later):
                    logger.error("An answer to %s was not sent: %s", shortened(conversation), outcome.why)
                    await self._note(delivery, status=UNSENT, why=outcome.why)
        except NotYet as error:
            delivery = await recording
            logger.error("An answer to %s was not sent: %s", shortened(conversation), error)  # noqa: TRY400
            await self._note(delivery, status=UNSENT, why=str(error))
        except Exception:
            logger.exception("An answer to %s was not sent.", shortened(conversation))
            await self._note(delivery, status=UNSENT, why="our own mistake")
        finally:
            self._ours.discard(delivery)

    async def _after_others(self, conversation: str, delivery: int, until: float) -> None:
        try:
            await self._is_next(conversation, delivery, until)
        except SQLAlchemyError as error:
            logger.error("The channels' database is away: %s", type(error).__name__)  # noqa: TRY400

    async def _deliver(
        self, conversation: str, message: Mapping[str, Any], delivery: int, until: float, way: str = ""
    ) -> Outcome:
        """All parts, one after the other, each tried until `until` (monotonic seconds). The last outcome."""
        person = await self._store.person(conversation)
        parts = Never("nobody ever wrote here") if person is None else await self._carrier.render(person, message, way)
        if isinstance(parts, Never) or person is None:
            why = parts.why if isinstance(parts, Never) else ""
            logger.error("A message to %s is not sent: %s", shortened(conversation), why)
            await self._note(delivery, status=UNSENT, why=why)
            return Never(why)
        await self._note(delivery, way=parts.way)
        outcome: Outcome = Sent("")
        for part in parts.parts:
            alone = delivery if len(parts.parts) == 1 else 0
            outcome = await self._persist(person, part, f"{delivery}.{parts.way}", until, alone)
            if not isinstance(outcome, Sent):
                break
        if isinstance(outcome, Sent):
            sid = {"sid": outcome.sid} if outcome.sid else {}
            await self._note(delivery, status=SENT, why="", **sid)
        elif isinstance(outcome, Never):
            logger.error("A message to %s was refused: %s", shortened(conversation), outcome.why)
            await self._note(delivery, status=UNSENT, why=outcome.why)
        else:
            await self._note(delivery, why=outcome.why)
        return outcome

    async def _persist(self, person: Person, part: Any, mark: str, until: float, alone: int) -> Outcome:
        pause = FIRST_PAUSE
        while True:
            outcome = await self._carrier.send(person, part, mark)
            if not isinstance(outcome, Later):
                return outcome
            wait = max(outcome.after, pause)
            if time.monotonic() + wait >= until:
                return outcome
            await asyncio.sleep(wait)
            if alone and await self._store.is_on_its_way(alone):
                # No answer is not no delivery: the platform has meanwhile told that it has this one.
                return Sent("")
            pause = min(pause * 2, LONGEST_PAUSE)

    async def _note(self, delivery: int, **values: Any) -> None:
        if not delivery:
            return
        try:
            await self._store.set(delivery, time.time(), **values)
        except SQLAlchemyError as error:
            logger.error("A delivery cannot be recorded: %s", type(error).__name__)  # noqa: TRY400

    @asynccontextmanager
    async def _in_line(self, conversation: str, patience: float) -> AsyncIterator[None]:
        """One message to a person at a time, in the order of the calls. Raises NotYet after `patience` seconds."""
        lock, waiting = self._lines.get(conversation, (asyncio.Lock(), 0))
        self._lines[conversation] = (lock, waiting + 1)
        try:
            try:
                await asyncio.wait_for(lock.acquire(), patience)
            except asyncio.TimeoutError:
                raise NotYet("earlier messages are still on their way") from None
            try:
                yield
            finally:
                lock.release()
        finally:
            lock, waiting = self._lines[conversation]
            if waiting == 1:
                del self._lines[conversation]
            else:
                self._lines[conversation] = (lock, waiting - 1)

    async def late_failure(self, delivery: Delivery, why: str) -> bool:
        """The platform says later that it could not deliver what it had taken; False if it has said so before."""
        is_new = await self._store.failed(delivery.id, time.time(), why)
        if is_new:
            logger.error("A message to %s was not delivered: %s", shortened(delivery.conversation), why)
        return is_new
