"""A whole call in German in Slack: the profile's language, and then the words of the person."""

from __future__ import annotations

from collections.abc import Callable

from channels import slack_words
from channels.chat_base import words
from tests.channels.slack.person import Person
from tests.conversations.languages import english_in

BOOKS = (words.WORDS, words.STATES, slack_words.WORDS)
OURS = {said["en"].split("{")[0].strip(":, ") for book in BOOKS for _, said in book} - {""}


async def test_a_call_is_ordered_in_german(newcomer: Callable[..., Person]) -> None:
    """Who has set Slack to German gets German from the home to the end of the call, card and states included."""
    person = newcomer(locale="de-DE")
    slack = person.slack
    opened = {"type": "app_home_opened", "user": person.user, "channel": slack.direct[person.user], "tab": "home"}
    await person.post(slack.event(opened))

    async def home() -> str:
        return str(slack.homes.get(person.user, {}))

    await person.until(home, lambda view: "Anruf anfordern" in view)
    assert "Worum geht es?" in await person.do(slack.tap_at_home(person.user, "Anruf anfordern"))
    await person.tap("Billing")
    assert "Ihre Wahl: Billing" in next(one for one in person.messages if "Worum geht es?" in one.shown).shown
    await person.say("416 555 0198")
    await person.tap("Überspringen")
    await person.say("Mir wurde die Rechnung zweimal abgebucht")
    await person.tap("Nein, danke")
    assert "Welche Zeit passt Ihnen?" in await person.tap("Später")
    times = person.messages[-1]
    assert "Alle freien Zeiten …" in str(times.blocks)
    assert "Soll ich das buchen?" in await person.say("jetzt gleich bitte")
    assert "Gebucht." in await person.tap("Buchen")
    [card] = person.cards

    async def shown() -> str:
        return card.shown

    await person.until(shown, lambda text: words.STATES.say("COMPLETED", "de") in text)
    states = " ".join(text for _, text in card.versions)
    assert "Ihr Telefon klingelt" in states
    await person.until(home, lambda view: words.STATES.say("COMPLETED", "de") in view)
    assert english_in(await person.events()) == []
    everything = " ".join([*(one.shown for one in person.messages), states, str(slack.homes[person.user])])
    assert [text for text in OURS if text in everything] == []
