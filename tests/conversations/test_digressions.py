"""Something else in the middle, and news that arrives in the middle."""

from __future__ import annotations

import pytest

from tests.conversations.dialogue import Dialogue


@pytest.mark.parametrize(
    ("text", "response"),
    [
        ("are you a robot?", "utter_iamabot"),
        ("what do you do with my number?", "utter_privacy"),
        ("thanks", "utter_welcome"),
        ("where is my call?", "utter_no_call"),
        ("what can you do?", "utter_help"),
    ],
)
async def test_digression(dialogue: Dialogue, text: str, response: str) -> None:
    """A question in between is answered, and then the open question is asked again, once."""
    await dialogue.say("call me about my bill")
    assert (await dialogue.say(text)).responses == [response, "utter_ask_phone_number"]
    assert (await dialogue.say("416 555 0123")).responses == ["utter_ask_question_optional"]


async def test_news_while_a_question_is_open(dialogue: Dialogue) -> None:
    """News of one call arrives while another is being asked for: the question is neither repeated nor eaten."""
    await dialogue.book()
    assert (await dialogue.say("call me again about a new order")).responses == ["utter_ask_phone_number"]
    asked = [event for event in await dialogue.events() if event["event"] == "bot"]
    await dialogue.news_until("COMPLETED")
    since = [event for event in await dialogue.events() if event["event"] == "bot"][len(asked) :]
    assert all("news" in event["metadata"] for event in since)
    assert (await dialogue.say("647 555 0188")).responses == ["utter_ask_question_optional"]
