"""Something said before is said otherwise, at any step."""

from __future__ import annotations

import pytest

from tests.conversations.script import Script

BEGIN = ("call me on 416 555 0123 about my bill", "utter_ask_question_optional")
TO_THE_SUMMARY = (BEGIN, ("skip", ""), ("refund", ""), ("no", ""), ("now", "utter_summary ~ Billing"))
LATER = (*TO_THE_SUMMARY, ("tomorrow at 10:30", "utter_summary ~ tomorrow at 10:30"))


def at_the_summary(says: str, text: str, expected: str) -> Script:
    return Script(says, (*TO_THE_SUMMARY, (text, expected)))


SCRIPTS = (
    at_the_summary(
        "another number", "no, use my work number 647 555 0199", "utter_summary ~ 647-555-0199 ~ as soon as possible"
    ),
    at_the_summary("another queue", "actually new orders", "utter_summary ~ New orders ~ 416-555-0123"),
    at_the_summary("another time", "make that tomorrow at 10:30", "utter_summary ~ tomorrow at 10:30"),
    at_the_summary("another day is asked for its hour", "rather on thursday", "utter_ask_time_slot"),
    at_the_summary("a yes with a change books nothing", "yes, but on 647 555 0199", "utter_summary ~ 647-555-0199"),
    at_the_summary("texts after all", "and text me please", "utter_summary_with_sms"),
    at_the_summary(
        "a queue that is closed does not take its place",
        "no, technical support",
        "utter_queue_closed + utter_summary ~ Billing",
    ),
    at_the_summary("the number is to be changed", "change the number", "utter_ask_phone_number"),
    at_the_summary("wrong number", "wrong number", "utter_ask_phone_number"),
    at_the_summary("a plain no asks what", "no", "utter_ask_change"),
    at_the_summary("a no with a reason asks what", "no, that's not what I said", "utter_ask_change"),
    Script("another day keeps the hour", (*LATER, ("make that thursday", "utter_summary ~ Thu ~ 10:30"))),
    Script("now after all", (*LATER, ("no, call me now", "utter_summary ~ as soon as possible"))),
    Script("another queue keeps the time", (*LATER, ("actually new orders", "utter_summary ~ New orders ~ 10:30"))),
    Script(
        "what to change, by its place and at once",
        (
            *TO_THE_SUMMARY,
            ("change something", "utter_ask_change"),
            ("2", "utter_ask_phone_number"),
            ("647 555 0188", "utter_summary ~ 647-555-0188"),
            ("no", "utter_ask_change"),
            ("make it new orders", "utter_summary ~ New orders"),
            ("no", "utter_ask_change"),
            ("nothing", "utter_summary"),
            ("yes", "utter_booked"),
        ),
        booked=1,
        check=lambda calls: (calls[0].queue_name, calls[0].number) == ("New orders", "+16475550188"),
    ),
    Script(
        "another queue while the number is asked",
        (
            ("call me about my bill", "utter_ask_phone_number"),
            ("sorry, I meant new orders", "utter_ask_phone_number"),
            ("416 555 0123", ""),
            ("skip", ""),
            ("x", ""),
            ("no", ""),
            ("now", "utter_summary ~ New orders"),
        ),
    ),
    Script(
        "another number while the centre asks",
        (
            BEGIN,
            ("no, use my work number 647 555 0199", "utter_ask_question_optional"),
            ("skip", ""),
            ("x", ""),
            ("no", ""),
            ("now", "utter_summary ~ 647-555-0199"),
        ),
    ),
    Script(
        "another queue while texts are asked",
        (
            BEGIN,
            ("skip", ""),
            ("refund", ""),
            ("actually new orders", "utter_ask_sms_consent"),
            ("no", ""),
            ("now", "utter_summary ~ New orders"),
        ),
    ),
    Script(
        "another number while the time is asked",
        (
            BEGIN,
            ("skip", ""),
            ("refund", ""),
            ("no", ""),
            ("later", "utter_ask_time_slot"),
            ("use 647 555 0199 instead", "utter_ask_time_slot"),
            ("1", "utter_summary ~ 647-555-0199"),
        ),
    ),
    Script(
        "an answer by its name",
        (*TO_THE_SUMMARY, ("my account number is 48151623", "utter_summary"), ("yes", "utter_booked")),
        booked=1,
        check=lambda calls: "48151623" in calls[0].answers.values(),
    ),
)


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.says)
def test_said_otherwise(outcomes: dict[str, AssertionError | None], script: Script) -> None:
    """The newer word counts, nothing else is lost, and nothing is booked by it."""
    if (wrong := outcomes[script.says]) is not None:
        raise wrong
