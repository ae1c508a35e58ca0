"""Messages of one conversation: in order, each once, and never without an answer."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

import pytest

from channels.intake import Accepted
from channels.turns import MAX_WAITING, Taken, Turns

ALICE = "web-alice-secret-part"
BOB = "web-bob-secret-part"


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not condition():
            await asyncio.sleep(0)


class Stage:
    """Handles turns only when told to, and writes down what happened."""

    def __init__(self, timeout: float = 5.0) -> None:
        self.log: list[str] = []
        self.done: list[str] = []
        self.gate = asyncio.Event()
        self.gate.set()
        self.turns = Turns(self._handle, self._apologise, self._done, timeout)

    async def _handle(self, conversation: str, message: Accepted) -> None:
        self.log.append(f"start {message.text}")
        if message.text == "hang":
            await asyncio.Event().wait()
        if message.text == "fail":
            raise RuntimeError("no")
        await self.gate.wait()
        self.log.append(f"end {message.text}")

    async def _apologise(self, conversation: str) -> None:
        self.log.append("sorry")

    async def _done(self, conversation: str, message: Accepted) -> None:
        self.done.append(message.message_id)

    def take(self, text: str, message_id: str | None = None, conversation: str = ALICE) -> Taken:
        return self.turns.take(conversation, Accepted(text, message_id or text))

    async def reaches(self, entry: str) -> None:
        await until(lambda: entry in self.log)


async def test_one_after_the_other() -> None:
    """The second message of a conversation waits for the first; another conversation does not."""
    stage = Stage()
    stage.gate.clear()
    assert [stage.take("a"), stage.take("b"), stage.take("c", conversation=BOB)] == [Taken.NEW] * 3
    await stage.reaches("start c")
    assert stage.log == ["start a", "start c"]
    stage.gate.set()
    await stage.reaches("end b")
    assert stage.log.index("end a") < stage.log.index("start b")


async def test_each_once() -> None:
    """A message handed in again is not run again, not while it waits, not afterwards, not after a restart."""
    stage = Stage()
    stage.turns.join(ALICE, "socket")
    assert stage.take("a", "1") is Taken.NEW
    assert stage.take("a", "1") is Taken.WAITING
    assert [message.text for message in stage.turns.pending(ALICE)] == ["a"]
    await until(lambda: stage.done == ["1"])
    assert stage.take("a", "1") is Taken.DONE
    assert stage.turns.pending(ALICE) == []
    stage.turns.know(ALICE, ["from the tracker"])
    assert stage.take("b", "from the tracker") is Taken.DONE
    assert stage.take("a", "1", BOB) is Taken.NEW


async def test_a_failed_turn_is_answered(caplog: pytest.LogCaptureFixture) -> None:
    """A failure brings an apology, a log line that does not name the session, and then the next message."""
    stage = Stage()
    with caplog.at_level(logging.ERROR):
        stage.take("fail")
        stage.take("after")
        await stage.reaches("end after")
    assert stage.log == ["start fail", "sorry", "start after", "end after"]
    await until(lambda: stage.done == ["fail", "after"])
    assert "RuntimeError" in caplog.text
    assert "secret-part" not in caplog.text


async def test_a_hanging_turn_ends() -> None:
    """A turn that does not end is given up, with an apology."""
    stage = Stage(timeout=0.01)
    stage.take("hang")
    stage.take("after")
    await stage.reaches("end after")
    assert stage.log == ["start hang", "sorry", "start after", "end after"]


async def test_a_flood_is_refused() -> None:
    """So many messages may wait, and no more."""
    stage = Stage()
    stage.gate.clear()
    answers = [stage.take(str(number)) for number in range(MAX_WAITING + 1)]
    assert set(answers[:-1]) == {Taken.NEW}
    assert answers[-1] is Taken.FULL


async def test_nothing_is_kept_of_who_left() -> None:
    """A conversation without sockets and without work takes no memory."""
    stage = Stage()
    stage.turns.join(ALICE, "one")
    stage.turns.join(ALICE, "two")
    stage.take("a")
    stage.turns.leave(ALICE, "one")
    stage.turns.leave(ALICE, "two")
    assert stage.turns._lines
    await until(lambda: not stage.turns._lines)
    assert stage.log == ["start a", "end a"]


async def test_the_end_of_the_server() -> None:
    """A turn under way may finish; what waits behind it is not begun, and one that hangs is not waited for."""
    stage = Stage()
    stage.gate.clear()
    for text in ("a", "b"):
        stage.take(text)
    await stage.reaches("start a")
    stage.take("hang", conversation=BOB)
    await stage.reaches("start hang")
    finishing = asyncio.create_task(stage.turns.finish(0.2))
    stage.gate.set()
    await finishing
    assert stage.log == ["start a", "start hang", "end a"]
    assert stage.done == ["a"]
