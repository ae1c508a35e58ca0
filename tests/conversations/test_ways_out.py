"""Stopping, asking where the call is, and cancelling."""

from __future__ import annotations

import pytest

from ringback.models import State
from tests.conversations.dialogue import Dialogue


@pytest.mark.parametrize("so_far", [1, 2, 3, 5])
async def test_stop_anywhere(dialogue: Dialogue, so_far: int) -> None:
    """ "stop" ends the request at every step, and the next one starts afresh."""
    steps = ["call me about my bill", "416 555 0123", "skip", "a refund", "no"]
    await dialogue.run(*steps[:so_far])
    assert (await dialogue.say("stop")).responses == ["utter_stopped"]
    assert await dialogue.callbacks() == []
    assert (await dialogue.say("call me")).responses == ["utter_ask_queue_some_closed"]


async def test_stop_at_the_summary(dialogue: Dialogue) -> None:
    """ "stop" at the summary books nothing."""
    await dialogue.to_summary()
    assert (await dialogue.tap("Stop")).responses == ["utter_stopped"]
    assert await dialogue.callbacks() == []


async def test_cancel_before_it_rings(dialogue: Dialogue) -> None:
    """A call that was just booked can be cancelled; the provider is told, and no news follows."""
    await dialogue.book()
    assert (await dialogue.say("cancel it")).responses == ["utter_cancelled"]
    [callback] = await dialogue.callbacks()
    assert callback.state is State.CANCELLED
    assert "COMPLETED" not in await dialogue.news()


async def test_cancel_while_it_rings(dialogue: Dialogue) -> None:
    """A call can still be cancelled while the agents' phones ring."""
    await dialogue.book()
    await dialogue.news_until("CALLING_AGENT")
    assert (await dialogue.say("please cancel my call")).responses == ["utter_cancelled"]
    assert (await dialogue.say("where is my call?")).responses == ["utter_status_cancelled"]


async def test_nothing_to_cancel(dialogue: Dialogue) -> None:
    """Cancelling without a call is answered, not failed."""
    assert (await dialogue.say("cancel my call")).responses == ["utter_nothing_to_cancel"]


async def test_status(dialogue: Dialogue) -> None:
    """ "Where is my call?" is answered before, during and after a call."""
    assert (await dialogue.say("where is my call?")).responses == ["utter_no_call"]
    await dialogue.book()
    await dialogue.news_until("HOLDING")
    assert (await dialogue.say("where is my call?")).responses[0].startswith("utter_status_")
    await dialogue.news_until("COMPLETED")
    assert (await dialogue.say("any news?")).responses == ["utter_status_completed"]


async def test_double_tap(dialogue: Dialogue) -> None:
    """Tapping "Book it" twice is one order."""
    summary = await dialogue.to_summary()
    before = await dialogue.orders()
    payload = summary.buttons["Book it"]
    assert (await dialogue.say(payload)).responses == ["utter_booked"]
    assert (await dialogue.say(payload)).responses == ["utter_already_booked"]
    assert await dialogue.orders() == before + 1
    assert len(await dialogue.callbacks()) == 1
