"""What goes out: in order, tried again, written down."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from channels.chat_base import outbox as module
from channels.chat_base.outbox import Outbox
from channels.chat_base.outcomes import Later, Never, NotYet, Outcome, Parts, Sent
from channels.chat_base.records import DELIVERED, SENDING, SENT, UNSENT, Person
from channels.chat_base.store import Store
from channels.chat_base.tables import metadata

TALK = "wa-1"


class Platform:
    """Does with each try what the test wrote down; afterwards takes everything."""

    def __init__(self) -> None:
        self.script: list[Outcome] = []
        self.tries: list[str] = []
        self.taken: list[str] = []
        self.gate = asyncio.Event()
        self.gate.set()

    async def render(self, person: Person, message: Mapping[str, Any], way: str) -> Parts | Never:
        if message["text"] == "never":
            return Never("closed")
        return Parts(message["text"].split("|"), way or "free")

    async def send(self, person: Person, part: Any, mark: str) -> Outcome:
        await self.gate.wait()
        self.tries.append(part)
        outcome = self.script.pop(0) if self.script else Sent(f"SM{len(self.tries)}")
        if isinstance(outcome, Sent):
            self.taken.append(part)
        return outcome


@pytest.fixture
async def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Store]:
    monkeypatch.setattr(module, "FIRST_PAUSE", 0.01)
    monkeypatch.setattr(module, "NEWS_PATIENCE", 0.3)
    monkeypatch.setattr(module, "ANSWER_PATIENCE", 1.0)
    opened = Store(f"sqlite:///{tmp_path / 'chats.sqlite3'}", "whatsapp")
    await opened.take_in("m0", TALK, "whatsapp:+1", {}, 1.0, 60.0)
    yield opened
    opened.close()


@pytest.fixture
def platform() -> Platform:
    return Platform()


@pytest.fixture
def outbox(store: Store, platform: Platform) -> Outbox:
    return Outbox(store, platform)


def news(identity: str, text: str = "ringing", seq: int = 1) -> dict[str, Any]:
    return {"text": text, "news": {"id": identity, "callback": "K1", "seq": seq}}


async def settled(outbox: Outbox) -> None:
    while outbox._tasks:
        await asyncio.wait(set(outbox._tasks))


async def status(store: Store, number: int = 1) -> tuple[str, str]:
    found = await store.by_id(number)
    assert found is not None
    return found.status, found.why


async def test_answers_keep_their_order_whatever_fails(outbox: Outbox, platform: Platform, store: Store) -> None:
    """The second waits for the first, which is tried again."""
    platform.script = [Later("503"), Later("429", 0.05)]
    outbox.answer(TALK, {"text": "one|two"})
    outbox.answer(TALK, {"text": "three"})
    await settled(outbox)
    assert platform.taken == ["one", "two", "three"]
    assert await status(store) == (SENT, "")


async def test_an_answer_that_cannot_be_sent_is_written_down(outbox: Outbox, platform: Platform, store: Store) -> None:
    """After its time, or at once if it never will; the next one goes out all the same."""
    platform.script = [Later("503")] * 100
    outbox.answer(TALK, {"text": "hello"})
    await settled(outbox)
    platform.script = [Never("63003")]
    outbox.answer(TALK, {"text": "hello"})
    outbox.answer(TALK, {"text": "never"})
    outbox.answer(TALK, {"text": "last"})
    await settled(outbox)
    assert [await status(store, one) for one in (1, 2, 3, 4)] == [
        (UNSENT, "503"),
        (UNSENT, "63003"),
        (UNSENT, "closed"),
        (SENT, ""),
    ]


async def test_news_that_may_get_better_is_raised_and_told_once(
    outbox: Outbox, platform: Platform, store: Store
) -> None:
    """The teller tries again; when it has gone out, telling it again sends nothing."""
    platform.script = [Later("503")] * 100
    with pytest.raises(NotYet, match="503"):
        await outbox.news(TALK, news("n1"))
    assert await status(store) == (SENDING, "503")
    platform.script = []
    await outbox.news(TALK, news("n1"))
    await outbox.news(TALK, news("n1"))
    assert platform.taken == ["ringing"]
    assert await status(store) == (SENT, "")


async def test_news_that_never_gets_better_is_no_error(outbox: Outbox, platform: Platform, store: Store) -> None:
    """It is written down, so that it can be made up for, and told only once."""
    platform.script = [Never("63003")]
    await outbox.news(TALK, news("n1"))
    await outbox.news(TALK, news("n1"))
    await outbox.news(TALK, news("n2", "never", 2))
    assert platform.tries == ["ringing"]
    assert [one.news for one in await store.missed(TALK)] == ["n2"]


async def test_news_waits_for_an_answer_on_its_way_but_not_long(outbox: Outbox, platform: Platform) -> None:
    """In order behind the answer; if that hangs, the push ends in time and is tried again by the teller."""
    platform.gate.clear()
    outbox.answer(TALK, {"text": "answer"})
    await asyncio.sleep(0)
    with pytest.raises(NotYet, match="on their way"):
        await outbox.news(TALK, news("n1"))
    platform.gate.set()
    await outbox.news(TALK, news("n1"))
    assert platform.taken == ["answer", "ringing"]


async def test_a_try_without_an_answer_is_not_repeated_once_it_is_reported(
    outbox: Outbox, platform: Platform, store: Store
) -> None:
    """The platform's own report counts more than an answer that got lost."""
    platform.script = [Later("no answer", 0.1)]
    outbox.answer(TALK, {"text": "hello"})
    while not platform.tries:
        await asyncio.sleep(0.01)
    await store.set(1, 2.0, status=DELIVERED, sid="SM9")
    await settled(outbox)
    assert platform.tries == ["hello"]


async def test_nobody_is_written_to_who_never_wrote(outbox: Outbox, platform: Platform, store: Store) -> None:
    """A conversation without a person is recorded and sends nothing."""
    await outbox.news("wa-unknown", news("n1"))
    assert platform.tries == []
    assert (await status(store))[0] == UNSENT


async def test_without_a_database_answers_go_out_all_the_same(outbox: Outbox, platform: Platform, store: Store) -> None:
    """Who has just written is answered; news waits until it can be written down."""
    store.now(metadata.drop_all)
    outbox.answer(TALK, {"text": "hello"})
    await settled(outbox)
    assert platform.taken == ["hello"]
    with pytest.raises(NotYet):
        await outbox.news(TALK, news("n1"))
