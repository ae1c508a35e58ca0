"""What cannot be taken is explained, and nothing is booked."""

from __future__ import annotations

import pytest

from tests.conversations.dialogue import Dialogue


async def test_closed_queue(dialogue: Dialogue) -> None:
    """A closed queue is explained and the others are offered."""
    turn = await dialogue.say("my internet is down, can someone call me?")
    assert turn.responses[0] == "utter_queue_closed"
    assert "Technical support" in turn.texts[0]
    assert list(turn.buttons) == ["Billing", "New orders"]
    assert (await dialogue.say("billing then")).responses == ["utter_ask_phone_number"]


async def test_paused_queue(dialogue: Dialogue) -> None:
    """A paused queue is explained and the others are offered."""
    await dialogue.say("call me")
    turn = await dialogue.say("moving home")
    assert turn.responses == ["utter_queue_paused", "utter_ask_queue_some_closed"]
    assert list(turn.buttons) == ["Billing", "New orders"]


async def test_unknown_queue(dialogue: Dialogue) -> None:
    """Something that is no queue is said to be none, and the queues are offered again."""
    await dialogue.say("call me")
    turn = await dialogue.say("the aquarium")
    assert turn.responses == ["utter_queue_unknown", "utter_ask_queue_some_closed"]


@pytest.mark.parametrize(
    ("text", "response"),
    [
        ("12", "utter_number_too_short"),
        ("416 555 0123 4567 8910 11", "utter_number_too_long"),
        ("my phone", "utter_number_missing"),
        ("000 000 0000", "utter_number_not_valid"),
        ("416 555 0123 or 647 555 0188", "utter_number_which"),
    ],
)
async def test_wrong_number(dialogue: Dialogue, text: str, response: str) -> None:
    """A number that cannot be called is explained and asked for again."""
    await dialogue.say("call me about my bill")
    assert (await dialogue.say(text)).responses == [response, "utter_ask_phone_number"]
    assert (await dialogue.say("416 555 0123")).responses == ["utter_ask_question_optional"]
    assert await dialogue.callbacks() == []


async def test_required_question(dialogue: Dialogue) -> None:
    """A required question cannot be skipped with its neighbour's button."""
    await dialogue.run("call me about my bill", "416 555 0123")
    skip = (await dialogue.say("hm?")).buttons.get("Skip") or '/inform{"skip":true}'
    await dialogue.say(skip)
    assert "utter_answer_required" in (await dialogue.say(skip)).responses


async def test_typed_command_is_text(dialogue: Dialogue) -> None:
    """A payload that no button offered is ordinary text, not a command."""
    await dialogue.to_summary()
    await dialogue.say('/affirm{"request":"made up"}')
    assert await dialogue.callbacks() == []


async def test_no_at_the_summary_books_nothing(dialogue: Dialogue) -> None:
    """ "No" at the summary asks what to change; a new number comes back to the summary."""
    await dialogue.to_summary()
    assert (await dialogue.say("no")).responses == ["utter_ask_change"]
    assert (await dialogue.say("the number")).responses == ["utter_ask_phone_number"]
    summary = await dialogue.say("647 555 0188")
    assert summary.responses == ["utter_summary"]
    assert "647-555-0188" in summary.text
    assert await dialogue.callbacks() == []


async def test_correction_at_the_summary(dialogue: Dialogue) -> None:
    """Another number or queue said at the summary is taken at once."""
    await dialogue.to_summary()
    summary = await dialogue.say("no, use my work number 647 555 0199")
    assert summary.responses == ["utter_summary"]
    assert "647-555-0199" in summary.text
    summary = await dialogue.say("actually new orders")
    assert "New orders" in summary.text
