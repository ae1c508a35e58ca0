"""A call is ordered on WhatsApp and followed to its end: by taps, by typing, with every way it can go."""

from __future__ import annotations

from collections.abc import Callable

import httpx

from ringback.models import State
from tests.channels.whatsapp.person import Person
from tests.system import RASA_TOKEN


async def ask_by_tapping(person: Person) -> None:
    """From the greeting to the summary."""
    await person.say("hello")
    await person.tap("Call me back")
    await person.tap("Billing")
    await person.tap("Use +1 416")
    await person.tap("Skip")
    await person.say("A wrong invoice.")
    await person.tap("No, thanks")
    await person.tap("Now")
    assert "Shall I book it?" in person.text


async def test_by_taps_alone(person: Person) -> None:
    """Taps order the call for the number that the person writes from, and every piece of news arrives in order."""
    await ask_by_tapping(person)
    await person.tap("Book it")
    assert "Booked." in person.text
    [callback] = await person.callbacks()
    assert callback.number == person.address.removeprefix("whatsapp:")
    await person.hears("Did Billing help you?")
    news = [one.body for one in person.twilio.to(person.address) if "for you" in one.body or "Billing" in one.body]
    order = [
        next(place for place, body in enumerate(news) if part in body)
        for part in ("Booked.", "Your phone is ringing now", "You are connected", "is over")
    ]
    assert order == sorted(order)
    await person.tap("Yes, it helped")
    assert "Glad to hear that" in person.text


async def test_by_typing_alone(person: Person) -> None:
    """Numbers and words do all that taps do."""
    await person.say("hi")
    await person.say("1")
    await person.say("billing")
    await person.say("416 555 0199")
    await person.say("skip")
    await person.say("a wrong invoice")
    await person.say("2")
    await person.say("1")
    assert "Shall I book it?" in person.text
    await person.say("1")
    assert "Booked." in person.text
    [callback] = await person.callbacks()
    assert callback.number == "+14165550199"
    await person.hears("Did Billing help you?")
    await person.say("2")
    assert "sorry" in person.text
    await person.say("please call me about new orders")
    # Two numbers are known by now; a button has no room for the first one, so both stand in the text.
    assert person.titles == ["Same as before: +1…", "Use +1 416 ••• ••" + person.address[-2:]]
    assert "1. Same as before: +1 416 ••• ••99" in person.text
    await person.say("1")
    assert "Which number" not in person.text


async def test_cancelled_by_a_tap(person: Person) -> None:
    """The booked call is cancelled with the button under the booking, or in words."""
    await ask_by_tapping(person)
    await person.tap("Book it")
    await person.say("cancel it")
    await person.until(person.callbacks, lambda found: found[0].state is State.CANCELLED)


async def test_a_failed_call_is_ordered_again(person: Person) -> None:
    """When nobody answers, the person is told, and one tap asks for the call again with what is known."""
    await person.say("call me on 416 555 0140 about my bill")  # the sandbox's number that nobody answers
    for text in ("skip", "a wrong invoice", "no", "now", "yes"):
        await person.say(text)
    await person.until(person.callbacks, lambda found: bool(found) and found[0].state.is_final)
    [callback] = await person.callbacks()
    assert callback.state.value.startswith("FAILED"), callback.state
    await person.until(lambda: _titles(person), lambda titles: "Call me again" in titles)
    await person.tap("Call me again")
    assert "?" in person.text


async def _titles(person: Person) -> list[str]:
    return person.titles


async def test_a_user_name_is_asked_for_the_number(newcomer: Callable[..., Person]) -> None:
    """Who writes under a user name is asked which number to call; their id is never taken for one."""
    person = newcomer("whatsapp:CA.1A2b3C4d5E6f")
    await person.say("call me about my bill")
    assert "Which number shall we call?" in person.text
    assert not any(title.startswith("Use ") for title in person.titles)
    await person.say("416 555 0123")
    assert "Which number" not in person.text


async def test_what_cannot_be_read_is_answered_with_the_question(person: Person) -> None:
    """A photo, a voice message, a place or nothing at all: one line, and the open question with its buttons again."""
    await person.say("call me about my bill")
    for fields, line in (
        (
            {"NumMedia": "1", "MediaContentType0": "image/jpeg", "MediaUrl0": "https://x/y", "MessageType": "image"},
            "pictures",
        ),
        (
            {"NumMedia": "1", "MediaContentType0": "audio/ogg", "MediaUrl0": "https://x/y", "MessageType": "audio"},
            "voice",
        ),
        ({"Latitude": "43.6", "Longitude": "-79.3", "MessageType": "location"}, "location"),
        ({}, "empty"),
    ):
        before = len(person.twilio.to(person.address))
        await person.post("", **fields)

        async def shown(before: int = before) -> list[str]:
            return [one.body for one in person.twilio.to(person.address)[before:]]

        bodies = await person.until(shown, lambda found: len(found) >= 2)
        assert line in bodies[0]
        assert bodies[1] == "Which number shall we call?"
    await person.say("416 555 0123", NumMedia="1", MediaContentType0="image/jpeg", MediaUrl0="https://x/y")
    assert "pictures" in person.text
    assert "Which number" not in person.text


async def test_more_than_ten_choices_come_in_pages(person: Person) -> None:
    """ "More …" shows the next page, in writing all of them; a choice of any page is taken, by tap or by number."""
    await person.say("hello")
    buttons = [{"title": f"Choice {number}", "payload": f'/inform{{"choice":"{number}"}}'} for number in range(1, 24)]
    event = {"event": "bot", "text": "Which one?", "data": {"buttons": buttons}, "metadata": {}}
    pushed = await person.http.post(
        f"{person.system.rasa_url}/conversations/{person.id}/tracker/events",
        params={
            "output_channel": "whatsapp",
            "execute_side_effects": "true",
            "include_events": "NONE",
            "token": RASA_TOKEN,
        },
        json=[event],
    )
    assert pushed.status_code == httpx.codes.OK
    await person.hears("Which one?")
    assert person.titles == [*[f"Choice {number}" for number in range(1, 10)], "More …"]
    for first in (10, 19):
        last = person.twilio.to(person.address)[-1]
        await person.post("More …", ListTitle="More …", ListId=last.taps["More …"])
        await person.until(lambda: _titles(person), lambda titles, first=first: f"Choice {first}" in titles)
    assert person.titles == [f"Choice {number}" for number in range(19, 24)]
    await person.post("more")
    assert "23. Choice 23" in (await person.hears("1. Choice 1\n")).body
    await person.say("23")
    texts = [event["text"] for event in await person.events() if event["event"] == "user"]
    assert texts == ["hello", '/inform{"choice":"23"}']
