"""A call was ordered: where it is, another time or number, a second one, and how it went."""

from __future__ import annotations

import asyncio

import pytest

from ringback.models import State
from tests.conversations.dialogue import Dialogue
from tests.conversations.script import Script

NOBODY_ANSWERS = "416 555 0140"
LONG_HOLD = "416 555 0143"
TOMORROW = (
    (f"call me tomorrow at 10:30 on {LONG_HOLD} about my bill, no texts", ""),
    ("skip", ""),
    ("refund", "utter_summary ~ tomorrow at 10:30"),
    ("yes", "utter_booked_later"),
)
NOW = (
    (f"call me now on {LONG_HOLD} about my bill, no texts", ""),
    ("skip", ""),
    ("refund", "utter_summary ~ as soon as possible"),
    ("yes", "utter_booked"),
)
SECOND = (
    ("call me about a new order as well, the same number, tomorrow at 11:00, no texts", "utter_ask_question_optional"),
    ("skip", ""),
    ("a second line", "utter_summary ~ New orders ~ tomorrow at 11:00"),
    ("yes", "utter_booked_later"),
)
OFF = ("cancel my call", "utter_cancelled")

SCRIPTS = (
    Script(
        "asked about, changed, nearly forgotten and called off in German",
        (
            (f"Rufen Sie mich morgen um 10:30 unter {LONG_HOLD} an", "~ Worum geht es?"),
            ("Billing", "utter_ask_question_optional"),
            ("überspringen", ""),
            ("eine Gutschrift", ""),
            ("nein danke", "utter_summary ~ morgen um 10:30"),
            ("ja, passt", "utter_booked_later"),
            ("Ist der Anruf storniert?", "utter_status_scheduled"),
            ("Bitte die Nummer ändern", "utter_ask_new_number"),
            ("647 555 0199", "utter_renumbered ~ 10:30"),
            ("Löschen Sie bitte meine Daten", "utter_forget_sure"),
            ("nein, doch nicht", "utter_all_right"),
            ("Sagen Sie den Anruf bitte ab", "utter_cancelled"),
        ),
        booked=2,
        check=lambda calls: calls[0].number == "+16475550199" and calls[0].language == "de",
    ),
    Script(
        "asked about, changed, called off and forgotten in French",
        (
            (f"Rappelez-moi demain à 10 h 30 au {LONG_HOLD}, pas de SMS s'il vous plaît", "~ De quoi s’agit"),
            ("Billing", "utter_ask_question_optional"),
            ("passer", ""),
            ("un remboursement", "utter_summary ~ demain"),
            ("oui, c'est bon", "utter_booked_later"),
            ("Est-ce que mon appel est annulé ?", "utter_status_scheduled"),
            ("changez le numéro", "utter_ask_new_number"),
            ("647 555 0199", "utter_renumbered ~ demain"),
            ("annulez mon appel", "utter_cancelled"),
            ("supprimez mes données", "utter_forget_sure"),
            ("oui", "utter_forgotten"),
        ),
    ),
    Script("where is it", (*TOMORROW, ("where is my call?", "utter_status_scheduled ~ Billing"), OFF), booked=1),
    Script(
        "how long, when it is for tomorrow",
        (*TOMORROW, ("how long will it take?", "utter_status_scheduled"), OFF),
        booked=1,
    ),
    Script("how long, when it is for now", (*NOW, ("how long will it take?", "~ Billing"), OFF), booked=1),
    Script(
        "asking whether it is cancelled cancels nothing",
        (*TOMORROW, ("is it cancelled?", "utter_status_scheduled"), OFF),
        booked=1,
    ),
    Script(
        "another call is no cancellation",
        (*TOMORROW, ("can i get another call?", ""), ("stop", ""), ("stop", "")),
        booked=1,
        check=lambda calls: calls[0].state is State.SCHEDULED,
    ),
    Script(
        "another time in words",
        (*TOMORROW, ("move it to thursday at 9:30", "utter_moved ~ Thu"), OFF),
        booked=2,
        check=lambda calls: all(one.state is State.CANCELLED for one in calls),
    ),
    Script(
        "another time by button",
        (
            *TOMORROW,
            ("can you move my call to another time", "utter_ask_new_time"),
            ("thursday at 10:00", "utter_moved"),
            OFF,
        ),
        booked=2,
    ),
    Script(
        "a call for now is moved to later",
        (*NOW, ("move it to tomorrow at 10:30", "utter_moved ~ tomorrow at 10:30"), OFF),
        booked=2,
        check=lambda calls: all(one.state is State.CANCELLED for one in calls),
    ),
    Script(
        "another number at once",
        (*TOMORROW, ("use another number: 647 555 0199", "utter_renumbered ~ 99 ~ 10:30"), OFF),
        booked=2,
        check=lambda calls: calls[0].number == "+16475550199",
    ),
    Script(
        "another number when asked",
        (*NOW, ("change the number", "utter_ask_new_number ~ Billing"), ("647 555 0199", "utter_renumbered"), OFF),
        booked=2,
        check=lambda calls: calls[0].number == "+16475550199" and calls[1].state is State.CANCELLED,
    ),
    Script(
        "a number out of the blue is asked about",
        (*TOMORROW, ("647 555 0199", "utter_renumber_sure"), ("!+1 647-555-0199", "utter_renumbered"), OFF),
        booked=2,
    ),
    Script(
        "a second call for another matter, and the number is not asked again",
        (
            *TOMORROW,
            *SECOND,
            ("where is my call?", "utter_status_scheduled + utter_status_scheduled ~ Billing ~ New orders"),
            ("cancel the billing one", "utter_cancelled ~ Billing"),
            OFF,
        ),
        booked=2,
    ),
    Script(
        "which of two is cancelled is asked",
        (
            *TOMORROW,
            *SECOND,
            ("cancel my call", "utter_cancel_which"),
            ("!New orders, tomorrow at 11:00 (Toronto time)", "utter_cancelled ~ New orders"),
            OFF,
        ),
        booked=2,
    ),
    Script(
        "which of two is said by its name or its place",
        (
            *TOMORROW,
            *SECOND,
            ("cancel my call", "utter_cancel_which"),
            ("the billing one", "utter_cancelled ~ Billing"),
            OFF,
        ),
        booked=2,
    ),
    Script(
        "which of two is changed is asked",
        (
            *TOMORROW,
            *SECOND,
            ("change the number of my call", "utter_change_which"),
            ("the second one", "utter_ask_new_number ~ Billing"),
            ("647 555 0199", "utter_renumbered ~ Billing ~ 99"),
            ("reschedule my new orders call", "utter_ask_new_time ~ New orders"),
            ("cancel the billing one", "utter_cancelled"),
            OFF,
        ),
        booked=3,
    ),
    Script(
        "got through already",
        (*TOMORROW, ("I got through already", "utter_cancelled_solved"), ("I got through already", "utter_solved")),
        booked=1,
    ),
    Script("nothing to change", (("change the time of my call", "utter_nothing_to_move"),)),
)


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.says)
def test_afterwards(outcomes: dict[str, AssertionError | None], script: Script) -> None:
    """A call that was ordered can be asked about, changed and called off, alone or beside another one."""
    if (wrong := outcomes[script.says]) is not None:
        raise wrong


async def book(dialogue: Dialogue, number: str) -> None:
    turn = await dialogue.run(f"call me now on {number} about my bill, no texts", "48151623", "a refund", "yes")
    assert turn.responses == ["utter_booked"], turn


@pytest.mark.parametrize("text", ["call me again", "try again please", "yes"])
async def test_call_me_again(dialogue: Dialogue, text: str) -> None:
    """After a failure "again" leads straight to the summary, with all that was said before."""
    await book(dialogue, NOBODY_ANSWERS)
    await dialogue.news_until("FAILED_CUSTOMER")
    summary = await dialogue.say(text)
    assert summary.responses == ["utter_summary"]
    assert "Billing" in summary.text and "416-555-0140" in summary.text
    assert (await dialogue.say("yes")).responses == ["utter_booked"]
    second, first = await dialogue.callbacks()
    assert (second.answers, second.queue_id) == (first.answers, first.queue_id)


@pytest.mark.parametrize(
    ("text", "response", "helped"),
    [
        ("!Yes, it helped", "utter_feedback_good", True),
        ("!No", "utter_feedback_bad", False),
        ("yes", "utter_feedback_good", True),
        ("not at all", "utter_feedback_bad", False),
    ],
)
async def test_did_it_help(dialogue: Dialogue, text: str, response: str, helped: bool) -> None:
    """When the call is over it is asked whether it helped, and the answer is kept with the call."""
    callback = await dialogue.book()
    await dialogue.news_until("COMPLETED")
    if text.startswith("!"):
        news = [event for event in await dialogue.events() if event["event"] == "bot"][-1]
        text = {one["title"]: one["payload"] for one in news["data"]["buttons"]}[text[1:]]
    assert (await dialogue.say(text)).responses == [response]
    assert await dialogue.helped(callback.key) is helped


async def test_two_side_by_side(dialogue: Dialogue) -> None:
    """Two calls for two matters live side by side, and each piece of news says which one it is about."""
    await book(dialogue, "416 555 0123")
    turn = await dialogue.run("call me now about a new order too, same number, no texts", "skip", "a line", "yes")
    assert turn.responses == ["utter_booked"], turn
    both = {one.key: one.queue_name for one in await dialogue.callbacks()}
    assert sorted(both.values()) == ["Billing", "New orders"]
    deadline = asyncio.get_running_loop().time() + 40
    told: list[tuple[str, str]] = []
    while sum("is over" in text for _, text in told) < 2:
        assert asyncio.get_running_loop().time() < deadline, told
        told = [
            (event["metadata"]["news"]["callback"], event["text"])
            for event in await dialogue.events()
            if event["event"] == "bot" and "news" in event["metadata"]
        ]
        await asyncio.sleep(0.1)
    assert all(both[key] in text for key, text in told), told
