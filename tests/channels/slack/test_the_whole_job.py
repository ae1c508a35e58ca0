"""A call is ordered in Slack and followed to its end: by taps, by typing, by command, with every way it can go."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

from ringback.models import State
from tests.channels.slack.person import Person


async def ask_by_tapping(person: Person) -> str:
    """From the greeting to the summary."""
    await person.say("hello")
    await person.tap("Call me back")
    await person.tap("Billing")
    await person.tap("Use ")
    await person.tap("Skip")
    await person.say("A wrong invoice.")
    await person.tap("No, thanks")
    return await person.tap("Now")


async def test_by_taps_alone(person: Person) -> None:
    """Taps order the call for the profile's number; one card shows it to the end, its thread what matters."""
    assert "Shall I book it?" in await ask_by_tapping(person)
    assert "Booked." in await person.tap("Book it")
    [callback] = await person.callbacks()
    assert callback.number == "+1416555" + person.slack.profiles[person.user]["phone"][-4:]
    assert callback.number not in str([posted.shown for posted in person.messages if "So:" not in posted.shown])
    [card] = person.cards

    async def thread() -> list[str]:
        return [one.shown for one in person.messages if one.thread_ts == card.ts]

    told = await person.until(thread, lambda texts: "Did Billing help you?" in texts[-1] if texts else False)
    assert [text.split(":")[0] for text in told[:1]] == ["Your phone is ringing now"]
    assert len(told) == 2
    assert "Over" in card.shown
    assert card.taps == {}
    shown = [text for _, text in card.versions]
    order = [
        next(place for place, text in enumerate(shown) if part in text)
        for part in ("Booked.", "Your phone is ringing now", "You are connected", "is over")
    ]
    assert order == sorted(order)
    assert "Glad to hear that" in await person.tap("Yes, it helped")


async def test_a_question_shows_what_was_chosen(person: Person) -> None:
    """After a tap the question's controls give way to the choice."""
    await ask_by_tapping(person)
    asked = [one for one in person.messages if "What is it about?" in one.shown]
    assert [one.taps for one in asked] == [{}]
    assert "You chose: Billing" in asked[0].shown
    numbers = next(one for one in person.messages if "Which number" in one.shown)
    assert "••" in numbers.shown


async def test_by_typing_alone(person: Person) -> None:
    """Numbers and words do all that taps do, also as Slack writes them."""
    await person.say("hi")
    await person.say("1")
    await person.say("billing")
    await person.say("<tel:4165550199|416 555 0199>")
    await person.say("skip")
    await person.say("a wrong invoice &amp; a late one")
    await person.say("no")
    assert "Shall I book it?" in await person.say("1")
    assert "Booked." in await person.say("1")
    [callback] = await person.callbacks()
    assert callback.number == "+14165550199"
    assert "a wrong invoice & a late one" in callback.answers.values()


async def test_by_command(person: Person) -> None:
    """The command asks in the direct message, wherever it is given; in a channel only the person sees where it goes."""
    person.slack.members["C0GENERAL"] = {person.user}
    body = person.slack.command(person.user, "about my bill", channel="C0GENERAL")
    answer = await person.post(body)
    assert answer.json()["response_type"] == "ephemeral"
    assert "direct message" in answer.json()["text"]
    await person.hears("Which number shall we call?")
    assert "Use " in str(person.messages[-1].taps)
    direct = await person.post(person.slack.command(person.user, ""))
    assert direct.text == ""


async def test_a_mention_and_a_shortcut(person: Person) -> None:
    """Called by name or by shortcut in a channel, the bot whispers there and asks in the direct message."""
    slack = person.slack
    slack.members["C0TEAM"] = {person.user}
    slack.whispered.clear()
    mention = {"type": "app_mention", "user": person.user, "channel": "C0TEAM", "ts": "1.1", "text": "<@U0BOT> hello"}
    assert "Shall I?" in await person.do(slack.event(mention))
    message = {"type": "message", "user": "U9", "ts": "1.2", "text": "My bill is wrong, ring me on 416 555 0177"}
    shortcut = slack.interaction(
        "message_action",
        person.user,
        callback_id="call_me_about_this",
        channel={"id": "C0TEAM", "name": "team"},
        message=message,
        response_url=slack.response_url(),
    )
    assert "Which number shall we call?" in await person.do(shortcut)

    async def whispers() -> int:
        return len(slack.whispered)

    await person.until(whispers, lambda count: count == 2)
    said = [event["text"] for event in await person.events() if event["event"] == "user"]
    assert "0177" not in str(said), "a number out of somebody else's message"


async def test_cancelled_on_the_card(person: Person) -> None:
    """The card's button cancels the call, and the same card shows it."""
    await ask_by_tapping(person)
    await person.tap("Book it")
    card = person.cards[-1]
    assert list(card.taps) == ["Cancel the call"]
    await person.do(person.slack.tap(person.user, card, "Cancel"))
    await person.until(person.callbacks, lambda found: found[0].state is State.CANCELLED)
    await person.hears("Cancelled")

    async def shown() -> str:
        return person.cards[0].shown

    await person.until(shown, lambda text: "*Cancelled*" in text)
    assert len(person.cards) == 1
    assert person.cards[0].taps == {}


async def test_a_failed_call_is_ordered_again(person: Person) -> None:
    """When nobody answers, the thread says so, and one tap asks for the call again with what is known."""
    await person.say("call me on 416 555 0140 about my bill")  # the sandbox's number that nobody answers
    for text in ("skip", "a wrong invoice", "no", "now", "yes"):
        await person.say(text)
    posted = await person.hears("nobody answered")
    [card] = person.cards
    failed = await person.hears("Shall we try again?")
    assert card.ts in {posted.thread_ts, failed.thread_ts}
    assert "?" in await person.tap("Call me again")
    await person.say("yes")

    async def count() -> int:
        return len(person.cards)

    await person.until(count, lambda cards: cards == 2)


async def test_a_time_is_chosen_from_days(newcomer: Callable[..., Person]) -> None:
    """All free times stand in one menu by days, with the person's own clock beside the centre's; what they type is read
    by their clock too; the card says when.
    """
    person = newcomer(phone="", timezone="Europe/Berlin")
    await person.say("call me on 416 555 0123 about my bill")
    for text in ("skip", "a wrong invoice", "no"):
        await person.say(text)
    await person.tap("Later")
    asked = await person.hears("Which time suits you?")
    [menu] = [one for block in asked.blocks if block["type"] == "actions" for one in block["elements"]
              if one["type"] == "static_select"]  # fmt: skip
    groups = menu["option_groups"]
    assert len(groups) > 1
    late = groups[1]["options"][0]
    assert late["description"]["text"].endswith("your time")
    own = late["description"]["text"].removesuffix(" your time")
    assert "Shall I book it?" in await person.say(f"{groups[1]['label']['text']} at {own}")
    await person.tap("Book it")
    [callback] = await person.callbacks()
    assert callback.starts_at is not None
    there = datetime.fromtimestamp(callback.starts_at, ZoneInfo("Europe/Berlin"))
    assert own == f"{there:%a %H:%M}"
    [card] = person.cards
    assert "Booked for later" in card.shown and "<!date^" in card.shown
    assert list(card.taps) == ["Another time", "Cancel the call"]
    await person.tap("Another time")
    asked_again = person.last[-1]
    assert "call you instead?" in asked_again.shown
    before = card.shown
    await person.do(person.slack.tap(person.user, asked_again, list(asked_again.taps)[-1]))

    async def cards() -> list[str]:
        return [one.shown for one in person.cards]

    [after] = await person.until(cards, lambda shown: shown[0] != before)
    assert "Booked for later" in after
    await person.tap("Cancel the call")
    await person.until(person.callbacks, lambda found: found[0].state is State.CANCELLED)


async def test_the_home(person: Person) -> None:
    """The app's home shows the person's own calls as they stand, and its buttons work."""
    slack = person.slack
    opened = {"type": "app_home_opened", "user": person.user, "channel": slack.direct[person.user], "tab": "home"}
    await person.post(slack.event(opened))

    async def home() -> str:
        return str(slack.homes.get(person.user, {}))

    await person.until(home, lambda view: "Ask for a call" in view and "not asked" in view)
    assert "What is it about?" in await person.do(slack.tap_at_home(person.user, "Ask for a call"))
    await person.tap("Billing")
    await person.tap("Use ")
    for text in ("skip", "a wrong invoice", "no", "now", "yes"):
        await person.say(text)
    await person.until(home, lambda view: "Cancel the call" in view)
    await person.do(slack.tap_at_home(person.user, "Cancel the call"))
    await person.until(home, lambda view: "*Cancelled*" in view)


async def test_no_number_in_the_profile(newcomer: Callable[..., Person]) -> None:
    """Whoever has no number in their profile, or something else in its place, is just asked for it."""
    for phone in ("", "ask my assistant", "911"):
        person = newcomer(phone=phone)
        assert "Which number shall we call?" in await person.say("call me about my bill")
        assert not any(title.startswith("Use ") for title in person.messages[-1].taps)
