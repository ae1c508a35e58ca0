"""Stopping, asking where the call is, and cancelling."""

from __future__ import annotations

import pytest

from ringback.models import State
from tests.conversations.dialogue import Dialogue
from tests.conversations.script import Script

BEGIN = ("call me about my bill", "utter_ask_phone_number")
STEPS = (
    BEGIN,
    ("416 555 0123", "utter_ask_question_optional"),
    ("skip", "utter_ask_question"),
    ("refund", "utter_ask_sms_consent"),
    ("no", "utter_ask_when"),
    ("later", "utter_ask_time_slot"),
    ("1", "utter_summary"),
)
AFRESH = ("call me", "utter_ask_queue_some_closed")


def after(steps: int, says: str, *more: tuple[str, str]) -> Script:
    return Script(f"{says}, after {steps} steps", (*STEPS[:steps], *more))


SCRIPTS = (
    Script("stop with nothing to lose", (BEGIN, ("stop", "utter_stopped"), AFRESH)),
    *(
        after(steps, "stop", ("stop", "utter_ask_leaving"), ("yes", "utter_stopped"), AFRESH)
        for steps in range(2, len(STEPS) + 1)
    ),
    after(4, "stop twice", ("stop", "utter_ask_leaving"), ("stop!!", "utter_stopped"), AFRESH),
    after(4, "stop, but go on", ("cancel", "utter_ask_leaving"), ("!No, go on", "utter_ask_sms_consent")),
    after(5, "stop, but answered", ("never mind", "utter_ask_leaving"), ("now", "utter_summary")),
    Script("start over with nothing to lose", (BEGIN, ("start over", "utter_ask_queue_some_closed"))),
    after(
        4,
        "start over",
        ("let's start over", "utter_ask_leaving"),
        ("yes", "utter_ask_queue_some_closed"),
        ("new orders", "utter_ask_phone_number"),
    ),
    after(
        4,
        "back, step by step",
        ("go back", "utter_ask_question ~ about"),
        ("back", "utter_ask_question_optional"),
        ("back", "utter_ask_phone_number"),
        ("back", "utter_ask_queue_some_closed"),
        ("back", "utter_first_question + utter_ask_queue_some_closed"),
        ("billing", "utter_ask_phone_number"),
    ),
    after(7, "back from the summary", ("one step back please", "utter_ask_when"), ("now", "utter_summary ~ as soon")),
    after(2, "a person", ("agent", "utter_person + utter_ask_question_optional ~ 416 555 0100")),
    Script(
        "a person outside of a request",
        (("I want a human", "utter_person"), ("!Call me back", "utter_ask_queue_some_closed")),
    ),
    Script("go back when there is nothing", (("go back", "utter_what_next"), ("start over", "utter_what_next"))),
)


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.says)
def test_way_out(outcomes: dict[str, AssertionError | None], script: Script) -> None:
    """A way out is there at every step, and asks once more only when something would be lost."""
    if (wrong := outcomes[script.says]) is not None:
        raise wrong


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
