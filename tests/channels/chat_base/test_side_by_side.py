"""Two Rasa servers side by side with one database: one person's messages and answers stay in their order, each once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from channels.chat_base import deliveries
from channels.chat_base import inbox as inbox_module
from channels.chat_base import outbox as outbox_module
from channels.chat_base.inbox import Inbox
from channels.chat_base.outbox import Outbox
from channels.chat_base.outcomes import Never, NotYet, Outcome, Parts, Sent
from channels.chat_base.records import Person
from channels.chat_base.store import Store
from channels.intake import Accepted

TALK = "wa-1"


@dataclass
class Platform:
    """One platform for both servers; each server's way to it can be held up."""

    shown: list[str] = field(default_factory=list)


@dataclass
class Server:
    """A replica: its own inbox and outbox over the common database. Each message is answered with its own words."""

    store: Store
    platform: Platform
    turn: asyncio.Event = field(default_factory=asyncio.Event)
    line: asyncio.Event = field(default_factory=asyncio.Event)
    begun: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.turn.set()
        self.line.set()
        self.inbox = Inbox(self.store, self._handle, self._apologise)
        self.outbox = Outbox(self.store, self)

    async def _handle(self, conversation: str, message: Accepted) -> None:
        self.begun.append(message.text)
        await self.turn.wait()
        self.outbox.answer(conversation, {"text": f"answer to {message.text}"})
        await self.outbox.recorded(conversation)

    async def _apologise(self, conversation: str) -> None:
        self.outbox.answer(conversation, {"text": "sorry"})

    async def render(self, person: Person, message: Mapping[str, Any], way: str) -> Parts | Never:
        return Parts([message["text"]], way or "free")

    async def send(self, person: Person, part: Any, mark: str) -> Outcome:
        await self.line.wait()
        self.platform.shown.append(part)
        return Sent(f"SM{len(self.platform.shown)}")

    async def hear(self, text: str) -> None:
        await self.inbox.take(TALK, "whatsapp:+1", Accepted(text, f"id of {text}", {}))


@pytest.fixture
async def servers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[tuple[Server, Server]]:
    monkeypatch.setattr(outbox_module, "_LOOK_AGAIN", 0.01)
    monkeypatch.setattr(inbox_module, "_LOOK_AGAIN", 0.01)
    stores = [Store(f"sqlite:///{tmp_path / 'chats.sqlite3'}", "whatsapp") for _ in range(2)]
    platform = Platform()
    yield Server(stores[0], platform), Server(stores[1], platform)
    for store in stores:
        store.close()


async def until_shown(server: Server, *texts: str) -> None:
    async with asyncio.timeout(60):
        while len(server.platform.shown) < len(texts):
            await asyncio.sleep(0.01)
    assert server.platform.shown == list(texts)


async def until_begun(server: Server, text: str) -> None:
    async with asyncio.timeout(60):
        while text not in server.begun:
            await asyncio.sleep(0.01)


async def test_turns_keep_the_order_of_the_messages(servers: tuple[Server, Server]) -> None:
    """What comes to the other server begins when what came before to this one has been answered."""
    one, two = servers
    one.turn.clear()
    await one.hear("first")
    await until_begun(one, "first")
    await two.hear("second")
    await one.hear("third")
    await asyncio.sleep(0.3)
    assert two.begun == []
    one.turn.set()
    await until_shown(one, "answer to first", "answer to second", "answer to third")


async def test_answers_keep_the_order_of_the_turns(servers: tuple[Server, Server]) -> None:
    """An answer that one server cannot get out yet is not overtaken by the other server's, nor by news."""
    one, two = servers
    one.line.clear()
    await one.hear("first")
    await until_begun(one, "first")
    await two.hear("second")
    await until_begun(two, "second")
    telling = asyncio.create_task(two.outbox.news(TALK, {"text": "news", "news": {"id": "n1", "callback": "K"}}))
    await asyncio.sleep(0.3)
    assert one.platform.shown == []
    one.line.set()
    await telling
    await until_shown(one, "answer to first", "answer to second", "news")


async def test_the_same_message_and_the_same_news_at_both(servers: tuple[Server, Server]) -> None:
    """What reaches both servers at the same moment is handled by one of them, and said once."""
    one, two = servers
    await asyncio.gather(*(server.hear("first") for server in (one, two, one, two)))
    await until_shown(one, "answer to first")
    piece = {"text": "news", "news": {"id": "n1", "callback": "K"}}
    await asyncio.gather(*(server.outbox.news(TALK, piece) for server in (one, two, one, two)))
    assert one.platform.shown == ["answer to first", "news"]
    assert sorted(one.begun + two.begun) == ["first"]


async def test_a_dead_server_holds_nobody_up_for_long(
    servers: tuple[Server, Server], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a server that died had in hand is waited for only until nobody has touched it for a while."""
    one, two = servers
    dead = await one.store.begin(TALK, {"text": "never sent"}, 1.0)
    assert await two.store.before(TALK, dead + 1, 1.0 + deliveries.STALE) == {dead}
    await two.hear("first")
    await until_shown(two, "answer to first")
    piece = {"text": "news", "news": {"id": "n1", "callback": "K"}}
    await one.store.claim(TALK, piece, 1.0)
    await two.outbox.news(TALK, piece)
    assert one.platform.shown == ["answer to first", "news"]


async def test_a_living_server_keeps_what_it_sends(
    servers: tuple[Server, Server], monkeypatch: pytest.MonkeyPatch
) -> None:
    """However long a platform takes, the other server does not send the same piece meanwhile."""
    one, two = servers
    monkeypatch.setattr(outbox_module, "TOUCH_EVERY", 0.02)
    monkeypatch.setattr(outbox_module, "NEWS_PATIENCE", 0.3)
    await one.hear("first")
    await until_shown(one, "answer to first")
    while one.outbox._ours:  # shown is not yet written down
        await asyncio.sleep(0.01)
    one.line.clear()
    piece = {"text": "news", "news": {"id": "n1", "callback": "K"}}
    telling = asyncio.create_task(one.outbox.news(TALK, piece))
    while not one.outbox._ours:
        await asyncio.sleep(0.01)
    [delivery] = one.outbox._ours
    await one.store.set(delivery, 1.0)  # long ago, as if nobody had touched it since
    async with asyncio.timeout(60):
        while (found := await one.store.by_id(delivery)) is None or found.changed_at < 2.0:
            await asyncio.sleep(0.01)
    with pytest.raises(NotYet, match="another server"):
        await two.outbox.news(TALK, piece)
    one.line.set()
    await telling
    await two.outbox.news(TALK, piece)
    assert one.platform.shown == ["answer to first", "news"]
