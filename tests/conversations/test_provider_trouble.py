"""The provider fails in its ways; each gets a sentence, nothing is booked by mistake, and nothing hangs."""

from __future__ import annotations

import asyncio

from ringback.models import State
from tests.conversations.dialogue import Dialogue


async def test_refused_order(dialogue: Dialogue) -> None:
    """`head.status` 500 under HTTP 200 is a refusal: nothing is booked, and the way back is open."""
    await dialogue.to_summary()
    await dialogue.break_provider("refuse", only="callback")
    assert (await dialogue.say("book it")).responses == ["utter_order_refused"]
    [refused] = await dialogue.callbacks()
    assert (refused.state, refused.provider_id) == (State.REFUSED, "")
    await dialogue.break_provider("none")
    assert (await dialogue.tap("Try again")).responses == ["utter_summary"]
    assert (await dialogue.say("yes")).responses == ["utter_booked"]


async def test_silent_order(dialogue: Dialogue) -> None:
    """No answer to the order is neither "booked" nor "failed": it is looked for, told plainly, never sent again."""
    await dialogue.to_summary()
    before = await dialogue.orders()
    await dialogue.break_provider("silence", only="callback")
    assert (await dialogue.say("book it")).responses == ["utter_order_uncertain"]
    await dialogue.break_provider("none")
    events = await dialogue.until(
        dialogue.events,
        lambda events: any(e.get("metadata", {}).get("utter_action") == "utter_news_unknown" for e in events),
    )
    assert events
    [lost] = await dialogue.callbacks()
    assert (lost.state, lost.needs_operator) == (State.UNCERTAIN, True)
    assert await dialogue.orders() <= before + 1


async def test_answer_lost_after_the_order_was_taken(dialogue: Dialogue) -> None:
    """An order that was taken without an answer is found at the provider and followed to its end, ordered once."""
    company = (await dialogue._http.get(f"{dialogue.system.sandbox_url}/sandbox/company")).json()
    number = next(one["number"] for one in company["magic_numbers"] if one["name"] == "lost_answer")
    await dialogue.run(f"call me on +{number} about my bill", "skip", "a refund", "no", "now")
    assert (await dialogue.say("book it")).responses == ["utter_order_uncertain"]
    news = await dialogue.news_until("COMPLETED")
    assert news[-1] == "COMPLETED"
    [found] = await dialogue.callbacks()
    assert found.provider_id.startswith("CA")


async def test_provider_goes_down_while_being_asked(dialogue: Dialogue) -> None:
    """What was heard a moment ago serves once more; then a sentence, nothing hangs, and trying again goes on."""
    await dialogue.say("call me about my bill")
    await dialogue.break_provider("bad_gateway")
    await asyncio.sleep(0.6)  # the queues are kept for half a second in the tests
    answers = [(await dialogue.say(text)).responses[-1] for text in ("416 555 0123", "skip", "refund")]
    assert "utter_trouble_provider" in answers
    await dialogue.break_provider("none")
    again = await dialogue.say("call me")
    assert again.responses[-1].startswith("utter_ask")


async def test_outage_during_the_call(dialogue: Dialogue) -> None:
    """A provider that is down for a while during a call delays the news and loses nothing."""
    await dialogue.book()
    await dialogue.break_provider("bad_gateway", seconds=3)
    assert (await dialogue.news_until("COMPLETED"))[-1] == "COMPLETED"
