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
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Protocol

from sqlalchemy.exc import SQLAlchemyError

from channels.chat_base.records import FAILED, MADE_UP, SENDING, SENT, UNSENT, Delivery, Person
from channels.chat_base.store import Store
from channels.turns import shortened

logger = logging.getLogger(__name__)

ANSWER_PATIENCE = 240.0
"""Seconds for which an answer is tried; later it would answer nothing any more."""
NEWS_PATIENCE = 4.0
"""Seconds in which a try of one push may begin; with the try itself shorter than the teller waits for it (10 s)."""
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 30.0


class NotYet(Exception):
    """This piece of news could not be sent now, and may be later."""


@dataclass(frozen=True)
class Sent:
    """The platform has taken it and calls it `sid`."""

    sid: str


@dataclass(frozen=True)
class Later:
    """Not now. `after`: seconds to wait at least, 0 if the platform did not say."""

    why: str
    after: float = 0.0


@dataclass(frozen=True)
class Never:
    """It will not get better by trying again."""

    why: str


Outcome = Sent | Later | Never


@dataclass(frozen=True)
class Parts:
    """What a bot message becomes on the platform. `way`: "free", "template" or whatever the platform knows."""

    parts: Sequence[Any]
    way: str = "free"


class Carrier(Protocol):
    """The platform's side."""

    async def render(self, person: Person, message: Mapping[str, Any], way: str) -> Parts | Never:
        """The platform's messages for one bot message. `way`: the one that is wanted, "" for the platform's choice."""
        ...

    async def send(self, person: Person, part: Any, mark: str) -> Outcome:
        """Hand one of them over. Never raises for what the platform does; bounded in time (about 5 s).

        `mark` ("<delivery>.<way>") names this try, for a platform that reports later what became of it.
        """
        ...


class Outbox:
    """Everything that one channel says."""

    def __init__(self, store: Store, carrier: Carrier) -> None:
        self._store = store
        self._carrier = carrier
        self._lines: dict[str, tuple[asyncio.Lock, int]] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def answer(self, conversation: str, message: Mapping[str, Any]) -> None:
        """Send an answer after what is already on its way to this person. Returns at once and never raises."""
        task = asyncio.get_running_loop().create_task(self._answer(conversation, dict(message)))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def finish(self, seconds: float) -> None:
        """Give answers that are on their way this long to get out, before the server stops."""
        if self._tasks:
            await asyncio.wait(set(self._tasks), timeout=seconds)

    async def news(self, conversation: str, message: Mapping[str, Any]) -> None:
        """Send a piece of news (`message["news"]["id"]`), once however often it is told. Raises NotYet."""
        try:
            until = time.monotonic() + NEWS_PATIENCE
            known = await self._store.of_news(str((message.get("news") or {}).get("id") or ""))
            if known is not None and known.news and known.status != SENDING:
                return
            delivery = known.id if known is not None and known.news else None
            if delivery is None:
                delivery = await self._store.begin(conversation, message, time.time())
            async with self._in_line(conversation, NEWS_PATIENCE):
                if await self._store.is_on_its_way(delivery):
                    return  # told twice, and the first time has just succeeded
                outcome = await self._deliver(conversation, message, delivery, until)
        except SQLAlchemyError as error:
            raise NotYet(type(error).__name__) from None
        if isinstance(outcome, Later):
            raise NotYet(outcome.why)

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

    async def _answer(self, conversation: str, message: Mapping[str, Any]) -> None:
        delivery = 0
        try:
            async with self._in_line(conversation, ANSWER_PATIENCE):
                try:
                    delivery = await self._store.begin(conversation, message, time.time())
                except SQLAlchemyError as error:
                    logger.error("An answer cannot be recorded: %s", type(error).__name__)  # noqa: TRY400
                until = time.monotonic() + ANSWER_PATIENCE
                outcome = await self._deliver(conversation, message, delivery, until)
                if isinstance(outcome, Later):
                    logger.error("An answer to %s was not sent: %s", shortened(conversation), outcome.why)
                    await self._note(delivery, status=UNSENT, why=outcome.why)
        except NotYet as error:
            logger.error("An answer to %s was not sent: %s", shortened(conversation), error)  # noqa: TRY400
            await self._note(delivery, status=UNSENT, why=str(error))
        except Exception:
            logger.exception("An answer to %s was not sent.", shortened(conversation))
            await self._note(delivery, status=UNSENT, why="our own mistake")

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

    async def late_failure(self, delivery: Delivery, why: str) -> None:
        """The platform says later that it could not deliver what it had taken."""
        await self._store.set(delivery.id, time.time(), status=FAILED, why=why)
        logger.error("A message to %s was not delivered: %s", shortened(delivery.conversation), why)
