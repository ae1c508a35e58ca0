"""One conversation's messages, one after the other, each once, while the browser already has its acknowledgement."""

from __future__ import annotations

import asyncio
import enum
import logging
from collections import OrderedDict, deque
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field

from channels.intake import Accepted

logger = logging.getLogger(__name__)

REMEMBERED_IDS = 200
MAX_WAITING = 20
TURN_TIMEOUT = 90.0
"""Seconds one turn may take; longer than Rasa waits for a conversation's lock (60 s)."""

Handle = Callable[[str, Accepted], Awaitable[None]]
Apologise = Callable[[str], Awaitable[None]]
Done = Callable[[str, Accepted], Awaitable[None]]


class Taken(enum.Enum):
    """What became of a message that was handed in."""

    NEW = "new"
    WAITING = "waiting"
    DONE = "done"
    FULL = "full"


@dataclass
class _Line:
    seen: OrderedDict[str, None] = field(default_factory=OrderedDict)
    waiting: deque[Accepted] = field(default_factory=deque)
    running: Accepted | None = None
    sockets: set[str] = field(default_factory=set)
    worker: asyncio.Task[None] | None = None

    def remember(self, message_id: str) -> None:
        self.seen[message_id] = None
        self.seen.move_to_end(message_id)
        while len(self.seen) > REMEMBERED_IDS:
            self.seen.popitem(last=False)


def shortened(conversation: str) -> str:
    """A conversation's id for the log: enough to tell two apart, too little to ask Rasa's API about that person."""
    return conversation[:8] + "…"


class Turns:
    """Runs the messages of each conversation in order, and drops those that were handed in before.

    ``handle`` does one turn; if it fails or takes longer than ``timeout`` seconds, ``apologise`` is awaited instead, so
    that the person is never left without an answer. Afterwards ``done`` is told, however it went. A conversation is
    remembered while a socket is in it or a message of it is waiting; after that its ids come back from the tracker,
    through ``know``.
    """

    def __init__(self, handle: Handle, apologise: Apologise, done: Done, timeout: float = TURN_TIMEOUT) -> None:
        self._handle = handle
        self._apologise = apologise
        self._done = done
        self._timeout = timeout
        self._lines: dict[str, _Line] = {}

    def join(self, conversation: str, socket: str) -> None:
        """A socket is in this conversation."""
        self._lines.setdefault(conversation, _Line()).sockets.add(socket)

    def know(self, conversation: str, ids: Iterable[str]) -> None:
        """Messages with these ids were handled before, says the tracker (they survive a restart there)."""
        line = self._lines.get(conversation)
        if line is not None:
            for message_id in list(ids)[-REMEMBERED_IDS:]:
                line.remember(message_id)

    def leave(self, conversation: str, socket: str) -> None:
        """A socket has left this conversation."""
        line = self._lines.get(conversation)
        if line is not None:
            line.sockets.discard(socket)
            self._forget_if_idle(conversation)

    def take(self, conversation: str, message: Accepted) -> Taken:
        """Queue a message.

        NEW if it will be handled; WAITING or DONE if it was handed in before and is not yet, or is, handled; FULL if
        too many wait.
        """
        line = self._lines.setdefault(conversation, _Line())
        if message.message_id in line.seen:
            waiting = any(message.message_id == other.message_id for other in self.pending(conversation))
            return Taken.WAITING if waiting else Taken.DONE
        if len(line.waiting) >= MAX_WAITING:
            return Taken.FULL
        line.remember(message.message_id)
        line.waiting.append(message)
        if line.worker is None:
            # The loop keeps only a weak reference to a task: without this one a turn could vanish half way.
            line.worker = asyncio.get_running_loop().create_task(self._work(conversation, line))
        return Taken.NEW

    def pending(self, conversation: str) -> list[Accepted]:
        """The messages that were taken and are not handled yet, oldest first: no tracker holds them."""
        line = self._lines.get(conversation)
        if line is None:
            return []
        return [*([line.running] if line.running else []), *line.waiting]

    async def finish(self, seconds: float) -> None:
        """Wait until nothing is under way, for that many seconds at most; what has not begun is not begun any more."""
        for line in self._lines.values():
            line.waiting.clear()
        working = [line.worker for line in self._lines.values() if line.worker is not None]
        if working:
            await asyncio.wait(working, timeout=seconds)

    async def _work(self, conversation: str, line: _Line) -> None:
        try:
            while line.waiting:
                line.running = line.waiting.popleft()
                await self._one(conversation, line.running)
        finally:
            line.running = line.worker = None
            self._forget_if_idle(conversation)

    async def _one(self, conversation: str, message: Accepted) -> None:
        try:
            await asyncio.wait_for(self._handle(conversation, message), self._timeout)
        except Exception:
            logger.exception("A turn of conversation %s failed.", shortened(conversation))
            try:
                await self._apologise(conversation)
            except Exception:
                logger.exception("The apology to conversation %s could not be sent.", shortened(conversation))
        try:
            await self._done(conversation, message)
        except Exception:
            logger.exception("The end of a turn of conversation %s could not be told.", shortened(conversation))

    def _forget_if_idle(self, conversation: str) -> None:
        line = self._lines.get(conversation)
        if line is not None and not line.sockets and not line.waiting and line.worker is None:
            del self._lines[conversation]
