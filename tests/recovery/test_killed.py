"""Processes die without a word in the middle of a call; what remains of the story is still told, each piece once."""

from __future__ import annotations

import asyncio
import sqlite3
from pathlib import Path

from ringback.models import State
from tests.conversations.dialogue import Dialogue


def outbox(dialogue: Dialogue) -> list[tuple[str, str]]:
    """Every piece of news that was ever written for this conversation, with what became of it."""
    with sqlite3.connect(Path(dialogue.system.folder) / "ledger.sqlite3") as ledger:
        return ledger.execute(
            "SELECT kind, outcome FROM news WHERE conversation_id = ? ORDER BY made_at", (dialogue.id,)
        ).fetchall()


async def test_action_server_killed_on_hold(dialogue: Dialogue) -> None:
    """After `kill -9` of the action server on hold and a new start, the rest arrives, each once and in order."""
    await dialogue.book()
    await dialogue.news_until("HOLDING")
    dialogue.system.actions.kill()
    dialogue.system.actions.start()
    await asyncio.to_thread(dialogue.system.actions.wait)
    news = await dialogue.news_until("COMPLETED")
    await asyncio.sleep(1.5)
    assert await dialogue.news() == news
    assert len(news) == len(set(news))
    assert news[-1] == "COMPLETED"
    [callback] = await dialogue.callbacks()
    assert callback.state is State.COMPLETED
    assert all(outcome in {"told", "overtaken"} for _, outcome in outbox(dialogue))


async def test_rasa_down_during_the_call(dialogue: Dialogue) -> None:
    """While Rasa is away the call goes on; when it is back the person gets the ending, and no pile of old news."""
    await dialogue.book()
    await dialogue.news_until("CALLING_AGENT")
    told_before = await dialogue.news()
    dialogue.system.rasa.stop()
    await dialogue.until(dialogue.callbacks, lambda rows: rows[0].state is State.COMPLETED)
    dialogue.system.rasa.start()
    await asyncio.to_thread(dialogue.system.rasa.wait)
    news = await dialogue.news_until("COMPLETED")
    assert len(news) <= len(told_before) + 1


async def test_action_server_away(dialogue: Dialogue) -> None:
    """While the action server is away a person gets an apology and not silence, and afterwards the chat goes on."""
    dialogue.system.actions.stop()
    try:
        heard = len(dialogue.visitor.heard)
        assert await dialogue.visitor.say("where is my call?", id="away-1") == {"ok": True}
        await dialogue.visitor.hears(heard + 1)
        assert "went wrong on our side" in dialogue.visitor.heard[-1]["text"]
    finally:
        dialogue.system.actions.start()
        await asyncio.to_thread(dialogue.system.actions.wait)
    assert (await dialogue.say("where is my call?")).responses == ["utter_no_call"]
