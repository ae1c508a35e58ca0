"""Several things in one sentence, in any order, before they are asked for."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from tests.conversations.dialogue import Dialogue
from tests.conversations.script import Script

SCRIPTS = (
    Script(
        "one hurried sentence with queue, time and number",
        (
            ("can smb call me abt my invoice tmrw arvo? 0151 2345 6789", "utter_ask_question_optional"),
            ("skip", "utter_ask_question"),
            ("a wrong invoice", "utter_ask_sms_consent"),
            ("no", "utter_ask_time_slot ~ Toronto"),
            ("1", "utter_summary ~ Billing ~ +49 1512 3456789 ~ tomorrow at 1"),
            ("yes", "utter_booked_later"),
        ),
        booked=1,
        check=lambda calls: calls[0].number == "+4915123456789" and calls[0].starts_at is not None,
    ),
    Script(
        "everything but the answers, for now",
        (
            ("please call me now on 416 555 0123 about a new order, no texts", "utter_ask_question_optional"),
            ("12345678", "utter_ask_question"),
            ("a second line", "utter_summary ~ New orders ~ 416-555-0123 ~ as soon as possible"),
            ("book it", "utter_booked"),
        ),
        booked=1,
        check=lambda calls: sorted(calls[0].answers.values()) == ["12345678", "a second line"] and not calls[0].sms,
    ),
    Script(
        "the account number by its name, before it is known that it will be asked for",
        (
            ("call me now about my bill on 416 555 0111, account number 12345678, no texts", "utter_ask_question"),
            ("charged twice", "utter_summary ~ Billing ~ 416-555-0111 ~ as soon as possible"),
            ("book it", "utter_booked"),
        ),
        booked=1,
        check=lambda calls: sorted(calls[0].answers.values()) == ["12345678", "charged twice"],
    ),
    Script(
        "number first, then queue and time together",
        (
            ("call me at +1 647 555 0188", "utter_ask_queue_some_closed"),
            ("billing, tomorrow at 10:30", "utter_ask_question_optional"),
            ("skip", "utter_ask_question"),
            ("refund", "utter_ask_sms_consent"),
            ("yes", "utter_summary_with_sms ~ Billing ~ 647-555-0188 ~ tomorrow at 10:30"),
        ),
    ),
    Script(
        "queue and number answered at once",
        (
            ("call me", "utter_ask_queue_some_closed"),
            ("my bill, on 416 555 0123", "utter_ask_question_optional"),
        ),
    ),
    Script(
        "time given with the number",
        (
            ("call me about my bill", "utter_ask_phone_number"),
            ("416 555 0123 but not before thursday 9am", "utter_ask_question_optional"),
            ("skip", "utter_ask_question"),
            ("refund", "utter_ask_sms_consent"),
            ("no", "utter_summary ~ Thu ~ 09:00"),
        ),
    ),
    Script(
        "two answers at once: no texts, and now",
        (
            ("call me on 416 555 0123 about my bill", "utter_ask_question_optional"),
            ("skip", "utter_ask_question"),
            ("refund", "utter_ask_sms_consent"),
            ("no texts, call me now", "utter_summary ~ as soon as possible"),
        ),
    ),
    Script(
        "yes to texts, and a time",
        (
            ("call me on 416 555 0123 about my bill", "utter_ask_question_optional"),
            ("skip", "utter_ask_question"),
            ("refund", "utter_ask_sms_consent"),
            ("yes please, and tomorrow at 9:30", "utter_summary_with_sms ~ tomorrow at 09:30"),
        ),
    ),
    Script(
        "an answer to the centre's question before it is asked",
        (
            ("call me about my bill", "utter_ask_phone_number"),
            ("416 555 0123, my account number is 48151623", "utter_ask_question ~ What is the call about"),
        ),
    ),
    Script(
        "details before a call was asked for are kept",
        (
            ("it is about my bill", "utter_offer_call"),
            ("416 555 0123", "utter_offer_call"),
            ("!Call me back", "utter_ask_question_optional"),
        ),
    ),
    Script(
        "yes to the greeting's offer starts the request",
        (
            ("hello", "utter_greet"),
            ("yes please", "utter_ask_queue_some_closed"),
            ("the first one", "utter_ask_phone_number"),
        ),
    ),
    Script(
        "an extension is kept and told to the agent",
        (
            ("call me about my bill on 416 555 0123 ext 22", "utter_ask_question_optional"),
            ("skip", "utter_ask_question"),
            ("refund", "utter_ask_sms_consent"),
            ("no", "utter_ask_when"),
            ("now", "utter_summary ~ extension 22"),
            ("yes", "utter_booked"),
        ),
        booked=1,
        check=lambda calls: "refund (extension 22)" in calls[0].answers.values(),
    ),
)


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.says)
def test_said_at_once(outcomes: dict[str, AssertionError | None], script: Script) -> None:
    """Whatever is said is taken, and only the rest is asked."""
    if (wrong := outcomes[script.says]) is not None:
        raise wrong


async def test_times_in_the_persons_own_zone(dialogue: Dialogue) -> None:
    """Somebody whose page knows their zone is understood and answered in it, and it is named."""
    vancouver = {"timezone": "America/Vancouver"}
    await dialogue.say("call me about my bill tomorrow at 10am on 416 555 0142, no texts", **vancouver)
    await dialogue.say("skip", **vancouver)
    summary = await dialogue.say("refund", **vancouver)
    assert summary.responses == ["utter_summary"]
    assert "tomorrow at 10:00 (Vancouver time)" in summary.text
    await dialogue.say("book it", **vancouver)
    [callback] = await dialogue.callbacks()
    assert callback.starts_at is not None
    assert datetime.fromtimestamp(callback.starts_at, ZoneInfo("America/Toronto")).hour == 13
