"""A whole call in German in Slack: the profile's language, and then the words of the person."""

from __future__ import annotations

from collections.abc import Callable

from channels.chat_base import words
from tests.channels.slack.person import Person
from tests.conversations.languages import english_in
from tests.platforms.english import english_in_texts, english_pieces, texts_in


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
    await person.post(slack.event(slack.message(person.user, "", subtype="file_share", files=[{"id": "F1"}])))
    await person.hears("Dateien kann ich leider nicht öffnen")
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
    slack.members["C0GENERAL"] = {person.user}
    answer = await person.post(slack.command(person.user, "wo ist mein Anruf?", channel="C0GENERAL"))
    assert "Direktnachricht" in answer.json()["text"]

    async def shown() -> str:
        return card.shown

    await person.until(shown, lambda text: words.STATES.say("COMPLETED", "de") in text)
    states = " ".join(text for _, text in card.versions)
    assert "Ihr Telefon klingelt" in states
    await person.until(home, lambda view: words.STATES.say("COMPLETED", "de") in view)
    assert english_in(await person.events()) == []
    assert "Das freut mich" in await person.tap("Ja, hat es")
    shown_to_them = [states, answer.json()["text"], *texts_in(slack.homes[person.user])]
    for one in person.messages:
        shown_to_them += [one.said, *texts_in(one.blocks), *one.taps]
    assert english_in_texts(shown_to_them) == []


def test_english_would_be_seen() -> None:
    """The comparison knows an English sentence, a state and a menu's word when it sees them."""
    assert len(english_pieces()) > 200
    for text in ("Booked. Billing will call you.", "*You are connected*, since 12:00", "All free times …", "Skip"):
        assert english_in_texts([text]) != [], text
    assert english_in_texts(["Gebucht. Billing ruft Sie an.", "Technical support", "C’est réservé."]) == []
