"""What the channels say by themselves: in every language, and each person in their own."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from string import Formatter
from typing import Any

import pytest

from channels import slack_words, website_words, whatsapp_words
from channels.centre import centres_language
from channels.chat_base import words
from channels.chat_base.meaning import Incoming, ShowPage, meant
from channels.chat_base.voice import Voice
from channels.languages import LANGUAGES, language_in, language_in_events, language_of_message
from channels.phrasebook import Phrasebook
from channels.slack_words import clock_in_words, day_in_words
from ringback.intake.asides import question, wants_a_call
from ringback.intake.parts import Aside
from ringback.languages import LANGUAGES as RINGBACKS
from ringback.models import State
from ringback.understanding.language import language_of

BOOKS: Mapping[str, Phrasebook] = {
    "all": words.WORDS, "states": words.STATES, "slack": slack_words.WORDS, "asked": slack_words.ASKED,
    "whatsapp": whatsapp_words.WORDS, "website": website_words.WORDS,
}  # fmt: skip
SENTENCES = [pytest.param(said, id=f"{name} {key}") for name, book in BOOKS.items() for key, said in book]
ALIKE = {": {moment}"}
ENGLISH = re.compile(r"\b(?:the|your|you|call|booked|please|with|and|shall|not|choose|more|since)\b", re.IGNORECASE)


def places(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("said", SENTENCES)
def test_a_sentence_is_there_in_every_language(said: Mapping[str, str]) -> None:
    """Each sentence has each language, with the same places to fill in, other words, and no English left."""
    assert sorted(said) == sorted(LANGUAGES) == sorted(RINGBACKS)
    assert all(places(text) == places(said["en"]) for text in said.values())
    assert len(set(said.values())) == len(said) or set(said.values()) & ALIKE
    left = {tag: found for tag in ("de", "fr") if (found := ENGLISH.findall(re.sub(r"{\w+}", "", said[tag])))}
    assert left == {}
    assert not re.search(r" [!?;:»]|« ", said["fr"]), "French keeps these signs with the word before"


def test_every_state_has_its_words_and_its_sign() -> None:
    """A card can say each state there is, and one that is new to it."""
    for state in (*(one.value for one in State), ""):
        assert state in words.STATES
        assert state in slack_words.SIGNS
    assert words.state_in_words("NEW_TO_US", "de") == "In Bearbeitung"
    assert words.state_in_words("COMPLETED", "fr") == "Terminé"


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_asked_on_behalf_of_a_person_is_understood(language: str) -> None:
    """What a tap or a shortcut asks for is a wish for a call, in the language that it is meant to be in."""
    asked = slack_words.asked_in_words("call", "", language)
    assert wants_a_call(asked)
    assert language_of(asked, language) == language
    about = slack_words.asked_in_words("about", "Billing {x}", language)
    assert wants_a_call(about) and about.endswith("Billing {x}")
    assert slack_words.asked_in_words("", "as it is", language) == "as it is"
    asks = re.search(r"[„«\"](.+\?)", words.WORDS.say("missed_unknown", language).replace("\N{NO-BREAK SPACE}", " "))
    assert asks is not None
    assert question(asks[1]) is Aside.STATUS, "the question that is recommended"


@pytest.mark.parametrize("language", LANGUAGES)
def test_more_can_be_asked_for_in_writing(language: str) -> None:
    """What the list's last row says, and what the line under it recommends to write, both bring all choices."""
    buttons = [{"title": f"T{place}", "payload": f"/x{place}"} for place in range(12)]
    events = [{"event": "bot", "text": "Which?", "data": {"buttons": buttons}, "metadata": {}}]
    advice = re.search(r"[„«\"]\W*(\w+)", whatsapp_words.WORDS.say("type_more", language))
    assert advice is not None
    for said in (whatsapp_words.WORDS.say("more", language), advice[1]):
        assert isinstance(meant(Incoming(said), events, shown=10), ShowPage), said


def test_days_and_clocks() -> None:
    """A day and a time as each language writes them."""
    moment = datetime(2026, 3, 2, 15, 5, tzinfo=UTC)
    assert [day_in_words(moment, one) for one in LANGUAGES] == ["Monday 2 March", "Montag, 2. März", "lundi 2 mars"]
    assert [clock_in_words(moment, one).replace("\N{NO-BREAK SPACE}", " ") for one in LANGUAGES] == [
        "Mon 15:05",
        "Mo 15:05",
        "lun. 15 h 05",
    ]
    assert day_in_words(moment, "") == "Monday 2 March"


def test_a_message_says_in_which_language_it_is() -> None:
    """By what the action or the news said of it, by the variation that Rasa chose, or not at all."""
    condition = [{"type": "slot", "name": "language", "value": "fr"}]
    assert language_of_message({"text": "x", "language": "de"}) == "de"
    assert language_of_message({"text": "x", "utter_action": "utter_greet", "condition": condition}) == "fr"
    assert language_of_message({"text": "x", "utter_action": "utter_greet"}) == "en"
    assert language_of_message({"text": "x"}) == ""
    slots = [{"event": "slot", "name": "language", "value": one} for one in ("en", "de")]
    assert language_in_events([*slots, {"event": "slot", "name": "queue", "value": "fr"}]) == "de"
    assert language_in_events([*slots, {"event": "restart"}]) == ""
    assert [language_in(tag) for tag in ("de-AT", "FR_ca", "es", None, "")] == ["de", "fr", "", "", ""]


class Outgoing:
    """Keeps what is sent."""

    def __init__(self) -> None:
        self.said: list[Mapping[str, Any]] = []

    def answer(self, _conversation: str, message: Mapping[str, Any]) -> None:
        self.said.append(message)


def test_each_person_is_spoken_to_in_their_own_language() -> None:
    """By the conversation, before there is one by the platform, and else by the centre."""
    out = Outgoing()
    voice = Voice(out, "fr", lambda who: "de-CH" if who == "b" else "")
    voice.say("a", words.WORDS, "empty")
    voice.say("b", words.WORDS, "empty")
    voice.learn("b", [{"event": "slot", "name": "language", "value": "en"}])
    voice.say("b", words.WORDS, "empty")
    assert [one["text"] for one in out.said] == [
        "Ce message était vide.",
        "Diese Nachricht war leer.",
        "That message was empty.",
    ]
    voice.answer("a", {"text": "x", "language": "de"})
    assert voice.language("a") == "de"
    assert voice.labelled("a", {"text": "y"})["language"] == "de"
    late = voice.labelled("a", {"text": "Over.", "language": "en", "news": {"id": "n"}})
    assert (late["language"], voice.language("a")) == ("en", "de"), "news of an earlier language changes nothing"
    voice.say_busy("a")
    voice.say_busy("a")
    assert [one["text"][:12] for one in out.said[4:]] == ["Einen Moment"]


def test_the_centre_s_language_is_that_of_its_desk(tmp_path: Path) -> None:
    """`language` of desk.yml; English where the file is not there or says nothing of use."""
    file = tmp_path / "desk.yml"
    environment = {"RINGBACK_DESK_FILE": str(file)}
    assert centres_language(environment) == "en"
    for content, expected in (("language: de\ncentre: x\n", "de"), ("centre: x", "en"), ("- a", "en"), ("{", "en")):
        file.write_text(content, encoding="utf-8")
        assert centres_language(environment) == expected
