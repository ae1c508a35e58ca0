"""A person asks for a call and gets it."""

from __future__ import annotations

from ringback.models import State
from tests.conversations.dialogue import Dialogue

WHOLE_LIFE = ["CALLING_AGENT", "HOLDING", "CALLING_CUSTOMER", "CONNECTED", "COMPLETED"]


async def test_by_typing(dialogue: Dialogue) -> None:
    """Typed step by step, a request is booked with exactly what was said, and every state is told to the end."""
    assert (await dialogue.say("hi, can someone call me about my bill?")).responses == ["utter_ask_phone_number"]
    assert (await dialogue.say("416 555 0123")).responses == ["utter_ask_question_optional"]
    assert (await dialogue.say("48151623")).responses == ["utter_ask_question"]
    assert (await dialogue.say("I was charged twice")).responses == ["utter_ask_sms_consent"]
    assert (await dialogue.say("no thanks")).responses == ["utter_ask_when"]
    summary = await dialogue.say("now")
    assert summary.responses == ["utter_summary"]
    assert "Billing" in summary.text and "416-555-0123" in summary.text
    assert await dialogue.callbacks() == []
    assert (await dialogue.say("yes")).responses == ["utter_booked"]
    [booked] = await dialogue.callbacks()
    assert booked.provider_id.startswith("CA")
    assert booked.number == "+14165550123"
    assert sorted(booked.answers.values()) == ["48151623", "I was charged twice"]
    assert await dialogue.news_until("COMPLETED") == WHOLE_LIFE
    assert (await dialogue.callbacks())[0].state is State.COMPLETED


async def test_by_tapping(dialogue: Dialogue) -> None:
    """The same by buttons alone, but for number and free text."""
    await dialogue.say("hello")
    turn = await dialogue.tap("Call me back")
    assert turn.responses == ["utter_ask_queue_some_closed"]
    assert list(turn.buttons) == ["Billing", "New orders"]
    await dialogue.tap("New orders")
    await dialogue.say("+1 647 555 0188")
    await dialogue.tap("Skip")
    await dialogue.say("A second line")
    await dialogue.tap("Yes, text me")
    summary = await dialogue.tap("Now")
    assert summary.responses == ["utter_summary_with_sms"]
    assert (await dialogue.tap("Book it")).responses == ["utter_booked"]
    [booked] = await dialogue.callbacks()
    assert (booked.queue_name, booked.number, booked.sms) == ("New orders", "+16475550188", True)


async def test_number_in_the_first_sentence(dialogue: Dialogue) -> None:
    """Queue and number said at once are not asked for again."""
    turn = await dialogue.say("please call me on 416 555 0123 about my invoice")
    assert turn.responses == ["utter_ask_question_optional"]


async def test_later(dialogue: Dialogue) -> None:
    """A call for later takes one of the provider's own slots and waits as scheduled until it is cancelled."""
    await dialogue.run("call me on 416 555 0123 about my bill", "skip", "a refund", "no")
    offered = await dialogue.tap("Later")
    assert offered.responses == ["utter_ask_time_slot"]
    times = [title for title in offered.buttons if title != "Later times"]
    assert len(times) == 6
    more = await dialogue.tap("Later times")
    assert not set(times) & set(more.buttons)
    summary = await dialogue.tap(next(iter(more.buttons)))
    assert summary.responses == ["utter_summary"]
    assert "Toronto time" in summary.text
    assert (await dialogue.say("yes please")).responses == ["utter_booked_later"]
    [booked] = await dialogue.callbacks()
    assert booked.state is State.SCHEDULED
    assert booked.start != ""
    assert (await dialogue.say("where is my call?")).responses == ["utter_status_scheduled"]
    assert (await dialogue.say("cancel it")).responses == ["utter_cancelled"]


async def test_every_choice_can_be_typed(dialogue: Dialogue) -> None:
    """Numbers and names stand for buttons at every question."""
    await dialogue.say("call me")
    assert (await dialogue.say("2")).responses == ["utter_ask_phone_number"]
    await dialogue.run("416 555 0123", "skip", "an upgrade", "no")
    offered = await dialogue.say("later")
    first = next(iter(offered.buttons))
    assert (await dialogue.say("1")).responses == ["utter_summary"]
    assert (await dialogue.say("change something")).responses == ["utter_ask_change"]
    assert (await dialogue.say("the time")).responses == ["utter_ask_when"]
    await dialogue.say("later")
    summary = await dialogue.say(first)
    assert summary.responses == ["utter_summary"]
