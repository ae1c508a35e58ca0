"""A person wants to be forgotten."""

from __future__ import annotations

from ringback.models import State
from tests.conversations.dialogue import Dialogue


async def test_a_call_for_later_is_cancelled_and_all_is_erased(dialogue: Dialogue) -> None:
    """Asked once whether it is meant; then the call is called off and nothing that was said is left anywhere."""
    await dialogue.run("call me on 647 555 0199 about my bill", "skip", "a very secret matter", "no")
    await dialogue.tap("Later")
    await dialogue.say("the first one")
    await dialogue.say("yes")
    [booked] = await dialogue.callbacks()
    assert booked.state is State.SCHEDULED
    assert (await dialogue.say("please delete my data")).responses == ["utter_forget_sure"]
    assert (await dialogue.callbacks())[0].number == "+16475550199"
    assert (await dialogue.tap("Yes, erase it")).responses == ["utter_forgotten_cancelled"]
    assert await dialogue.callbacks() == []
    erased = await dialogue._ledger.get(booked.key)
    assert (erased.state, erased.number, erased.answers) == (State.CANCELLED, "", {})

    async def events() -> int:
        return len([one for one in await dialogue.events() if one["event"] == "user"])

    await dialogue.until(events, lambda count: count == 0)
    assert (await dialogue.say("where is my call?")).responses == ["utter_no_call"]


async def test_no_means_no(dialogue: Dialogue) -> None:
    """Whoever does not mean it keeps their call, and "yes" in words means the same as the button."""
    await dialogue.book()
    assert (await dialogue.say("forget me")).responses == ["utter_forget_sure"]
    assert (await dialogue.tap("No, keep it")).responses == ["utter_all_right"]
    assert len(await dialogue.callbacks()) == 1
    await dialogue.news_until("COMPLETED")
    assert (await dialogue.say("forget me")).responses == ["utter_forget_sure"]
    assert (await dialogue.say("yes")).responses == ["utter_forgotten"]
    assert await dialogue.callbacks() == []
