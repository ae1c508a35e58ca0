"""What cannot be taken is explained, and nothing is booked."""

from __future__ import annotations

import pytest

from tests.conversations.dialogue import Dialogue
from tests.conversations.script import Script


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
    assert turn.responses[-1] == "utter_ask_queue_some_closed"
    assert len(turn.responses) == 2


NUMBER_ASKED = ("call me about my bill", "utter_ask_phone_number")
AGAIN = "utter_ask_phone_number"
TO_THE_SUMMARY = (
    ("call me on 416 555 0123 about my bill", ""),
    ("skip", ""),
    ("refund", ""),
    ("no", ""),
    ("now", "utter_summary"),
)


def wrong_number(says: str, text: str, response: str) -> Script:
    """It is explained, asked for again, and then taken."""
    return Script(
        says, (NUMBER_ASKED, (text, f"{response} + {AGAIN}"), ("416 555 0123", "utter_ask_question_optional"))
    )


SCRIPTS = (
    wrong_number("a number that is too short", "12", "utter_number_too_short"),
    wrong_number("a number that is too long", "416 555 0123 4567 8910 11", "utter_number_too_long"),
    wrong_number("no number at all", "my phone", "utter_number_missing"),
    wrong_number("a number that does not exist", "000 000 0000", "utter_number_not_valid"),
    wrong_number("a number that costs money", "1 900 555 0123", "utter_guard_premium"),
    wrong_number("an emergency number", "911", "utter_guard_emergency"),
    wrong_number("a picture instead of a number", "🙂", "utter_number_missing"),
    Script(
        "two numbers, chosen by place",
        (
            NUMBER_ASKED,
            ("416 555 0123 or 647 555 0188", "utter_number_which"),
            ("the second one", "utter_ask_question_optional"),
        ),
    ),
    Script(
        "two numbers, chosen by button",
        (
            ("call me about my bill on 416 555 0123 or 647 555 0188", "utter_number_which"),
            ("!+1 647-555-0188", "utter_ask_question_optional"),
        ),
    ),
    Script(
        "one number and not the other",
        (NUMBER_ASKED, ("not 416 555 0123 but 647 555 0188", "utter_ask_question_optional")),
    ),
    Script(
        "three failures lead to an example and ways out",
        (
            NUMBER_ASKED,
            ("12", f"utter_number_too_short + {AGAIN}"),
            ("34", f"utter_number_how + {AGAIN}"),
            ("56", f"utter_stuck_phone_number + {AGAIN} ~ for example"),
            ("!I want a person", f"utter_person + {AGAIN}"),
        ),
    ),
    Script(
        "three failures at the summary",
        (
            *TO_THE_SUMMARY,
            ("purple", "utter_not_understood + utter_summary"),
            ("asdfgh", "… + utter_summary"),
            ("😀😀", "… + utter_summary"),
            ("yes", "utter_booked"),
        ),
        booked=1,
    ),
    Script(
        "two queues at once lead to one question back",
        (("call me", ""), ("my bill for the new order", "utter_queue_ambiguous ~ Billing or New orders"), ("2", AGAIN)),
    ),
    Script("a queue with a typing error", (("call me", ""), ("biling", AGAIN))),
    Script("a queue by another word", (("call me", ""), ("it's about an invoice", AGAIN))),
    Script(
        "five thousand characters",
        (
            NUMBER_ASKED,
            ("blah " * 999, f"… + {AGAIN}"),
            ("416 555 0123", "utter_ask_question_optional"),
            ("skip", "utter_ask_question"),
            ("blah " * 999, "utter_answer_too_long + utter_ask_question"),
            ("refund", "utter_ask_sms_consent"),
        ),
    ),
    Script(
        "a time at which nothing is free",
        (*TO_THE_SUMMARY, ("tomorrow at 3:17 am", "utter_time_not_free + utter_ask_time_slot"), ("1", "utter_summary")),
    ),
)


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.says)
def test_cannot_be_taken(outcomes: dict[str, AssertionError | None], script: Script) -> None:
    """What cannot be taken is explained, the question is asked again once, and nothing is booked by it."""
    if (wrong := outcomes[script.says]) is not None:
        raise wrong


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
