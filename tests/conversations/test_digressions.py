"""Something else in the middle, and news that arrives in the middle."""

from __future__ import annotations

import pytest

from tests.conversations.dialogue import Dialogue
from tests.conversations.script import Script

# The way to the summary, and what is asked after each step.
WAY = (
    ("call me", "utter_ask_queue_some_closed"),
    ("about my bill", "utter_ask_phone_number"),
    ("416 555 0123", "utter_ask_question_optional"),
    ("skip", "utter_ask_question"),
    ("refund", "utter_ask_sms_consent"),
    ("no", "utter_ask_when"),
    ("later", "utter_ask_time_slot"),
    ("1", "utter_summary"),
)
QUESTIONS = (
    ("are you a robot?", "utter_iamabot"),
    ("how long will it take?", "…"),
    ("which departments are there?", "utter_queues_some_closed"),
    ("what do you do with my number?", "utter_privacy"),
    ("where is my call?", "utter_no_call_yet"),
    ("you are so stupid", "utter_sorry"),
    ("I want to talk to a human", "utter_person"),
)


def everywhere(text: str, response: str) -> Script:
    """Ask it at every step; each time it is answered, and the open question is asked again, once."""
    steps: list[tuple[str, str]] = []
    for said, asked in WAY:
        steps += [(said, asked), (text, f"{response} + {asked}")]
    return Script(f"{text} at every step", tuple(steps))


SCRIPTS = (
    *(everywhere(text, response) for text, response in QUESTIONS),
    Script(
        "courtesies",
        (
            ("call me about my bill", "utter_ask_phone_number"),
            ("thanks", "utter_welcome + utter_ask_phone_number"),
            ("what can you do?", "utter_help + utter_ask_phone_number"),
            ("416 555 0123, thank you", "utter_ask_question_optional"),
        ),
    ),
    Script(
        "out of scope is said to be out of scope",
        (
            ("call me about my bill", "utter_ask_phone_number"),
            ("what's the weather like", "utter_beyond + utter_ask_phone_number"),
            ("stop", "utter_stopped"),
            ("what's the weather like", "utter_out_of_scope"),
        ),
    ),
    Script(
        "call me, while being asked, is no mistake",
        (("call me about my bill", "utter_ask_phone_number"), ("call me please", "utter_ask_phone_number")),
    ),
)


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.says)
def test_something_else(outcomes: dict[str, AssertionError | None], script: Script) -> None:
    """A question in between is answered in a line, and then the open question is asked again, once."""
    if (wrong := outcomes[script.says]) is not None:
        raise wrong


async def test_news_while_a_question_is_open(dialogue: Dialogue) -> None:
    """News of one call arrives while another is being asked for: the question is neither repeated nor eaten."""
    await dialogue.book()
    assert (await dialogue.say("call me about a new order as well")).responses == ["utter_ask_phone_number"]
    asked = [event for event in await dialogue.events() if event["event"] == "bot"]
    await dialogue.news_until("COMPLETED")
    since = [event for event in await dialogue.events() if event["event"] == "bot"][len(asked) :]
    assert all("news" in event["metadata"] for event in since)
    assert (await dialogue.say("647 555 0188")).responses == ["utter_ask_question_optional"]
