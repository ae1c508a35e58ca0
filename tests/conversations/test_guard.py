"""Who may not be called hears why, and a stranger's number is called only once a code was read there."""

from __future__ import annotations

import secrets
import time

import pytest

from ringback.guard import Guard
from ringback.guarding.counting import HOUR, Bound
from ringback.guarding.rules import Rule
from ringback.settings import Settings
from tests.conversations.dialogue import Dialogue, Turn
from tests.conversations.script import Script
from tests.system import LEDGER_KEY

NUMBER_ASKED = ("call me about my bill", "utter_ask_phone_number")
AGAIN = "utter_ask_phone_number"
NEXT = "utter_ask_question_optional"
UNUSED = iter(range(90))
SCRIPTS = (
    Script(
        "numbers that are never called",
        (
            NUMBER_ASKED,
            ("905 555 0199", f"utter_guard_blocked + {AGAIN}"),
            ("+33 1 42 68 53 00", f"utter_guard_country + {AGAIN}"),
            ("416 555 0123", NEXT),
        ),
    ),
    Script("of two numbers the one that may be called", (NUMBER_ASKED, ("905 555 0199 or 416 555 0123", NEXT))),
)


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.says)
def test_early(outcomes: dict[str, AssertionError | None], script: Script) -> None:
    """A number that may never be called is refused as soon as it is given."""
    if (wrong := outcomes[script.says]) is not None:
        raise wrong


@pytest.fixture
def number() -> str:
    """A number that is neither a test phone nor used before, as people write it."""
    return f"905 555 01{next(UNUSED):02}"


def e164(number: str) -> str:
    return "+1" + number.replace(" ", "")


async def summary(dialogue: Dialogue, number: str) -> Turn:
    turn = await dialogue.run(f"call me on {number} about my bill", "skip", "a wrong invoice", "no", "now")
    assert turn.responses == ["utter_summary"], turn
    return turn


async def code_sent(dialogue: Dialogue, number: str) -> str:
    answer = await dialogue._http.get(f"{dialogue.system.sandbox_url}/sandbox/texts")
    return str(next(one["text"] for one in answer.json()["texts"] if one["to"] == e164(number)))[-6:]


async def test_number_is_proven(dialogue: Dialogue, number: str) -> None:
    """Nothing is ordered until the code is said; then the call is booked, and the number is not asked about again."""
    offered = await dialogue.run(f"call me on {number} about my bill", "skip", "a wrong invoice", "no", "later")
    # For later, so that it is still open at the end of this.
    await dialogue.tap(next(iter(offered.buttons)))
    asked = await dialogue.tap("Book it")
    assert asked.responses == ["utter_proof_sent", "utter_ask_code"]
    code = await code_sent(dialogue, number)
    wrong = f"{(int(code) + 1) % 10**6:06}"
    assert (await dialogue.say(wrong)).responses == ["utter_proof_wrong", "utter_ask_code"]
    assert (await dialogue.say("which code?")).responses == ["utter_proof_not_a_code", "utter_ask_code"]
    assert await dialogue.callbacks() == []
    assert (await dialogue.say(f"it is {code[:3]} {code[3:]}")).responses == ["utter_booked_later"]
    [booked] = await dialogue.callbacks()
    assert booked.number == e164(number)
    await summary(dialogue, number)
    assert (await dialogue.say("yes")).responses == ["utter_guard_open"]


async def test_ways_out_of_the_proof(dialogue: Dialogue, number: str) -> None:
    """The code can be sent again, the number be changed, and all be stopped; nothing is ordered by any of that."""
    await summary(dialogue, number)
    await dialogue.say("yes")
    assert (await dialogue.tap("Send it again")).responses[-1] == "utter_ask_code"
    assert (await dialogue.tap("Another number")).responses == ["utter_ask_phone_number"]
    assert (await dialogue.say("416 555 0123")).responses == ["utter_summary"]
    assert await dialogue.callbacks() == []
    await dialogue.run("change the number", number)
    # The question alone when the pause is not over yet; a code all the same.
    assert (await dialogue.say("yes")).responses[-1] == "utter_ask_code"
    assert (await dialogue.say("stop")).responses == ["utter_stopped"]
    assert await dialogue.callbacks() == []


async def test_limit_of_a_number(dialogue: Dialogue, number: str) -> None:
    """A number that was called often enough is refused with the time from which it is possible, and another is asked
    for and called.
    """
    guard = Guard.of(Settings().desk(), LEDGER_KEY)
    bound = Bound(subject=guard.subject("number", e164(number)), most=99, seconds=HOUR, rule=Rule.NUMBER_LIMIT)
    for _ in range(3):
        assert await dialogue._ledger.take_place(secrets.token_hex(8), (bound,), time.time() - 60) is None
    await dialogue._ledger.prove(guard.proof_of(dialogue.id, e164(number)), time.time() + HOUR)
    await summary(dialogue, number)
    refused = await dialogue.say("order it")
    assert refused.responses == ["utter_guard_number_limit", "utter_ask_phone_number"]
    assert "It can be called again t" in refused.text
    assert await dialogue.callbacks() == []
    summed = await dialogue.say("647 555 0188")
    assert summed.responses == ["utter_summary"] and "Billing" in summed.text
    assert (await dialogue.say("yes")).responses == ["utter_booked"]
