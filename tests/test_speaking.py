"""In which language a conversation goes on."""

from __future__ import annotations

import pytest

from ringback.languages import Language, language_in
from ringback.speaking import Spoken, go_on, of_number, wish_in

GERMAN = Spoken(language="de")


@pytest.mark.parametrize(
    ("tag", "language"), [("de-AT", "de"), ("fr_CA", "fr"), ("EN", "en"), ("it", None), ("", None)]
)
def test_tags_of_browsers(tag: str, language: Language | None) -> None:
    """A browser's or a platform's tag counts by its language, whatever its region."""
    assert language_in(tag) == language


def test_a_tap_says_nothing_of_the_language() -> None:
    """Without words of the person's own, what is spoken stays, and the hint counts at the beginning only."""
    assert go_on("", None, "fr") == Spoken(language="fr")
    assert go_on("", GERMAN, "fr") == GERMAN


def test_words_beat_the_browser() -> None:
    """What the person writes counts more than the browser's language."""
    assert go_on("Bitte rufen Sie mich an, meine Rechnung ist falsch", None, "en").language == "de"


def test_what_is_plain_in_no_language_changes_nothing() -> None:
    """A number or a name leaves the conversation in its language."""
    assert go_on("416 555 0123", GERMAN, "en") == GERMAN
    assert go_on("Billing", GERMAN, "en") == GERMAN


def test_a_wish_beats_words_for_good() -> None:
    """Who asked for a language keeps it, whatever is written later, until they ask for another."""
    asked = go_on("en français s’il vous plaît", GERMAN, "de")
    assert asked == Spoken(language="fr", asked=True)
    assert go_on("please call me about my bill", asked, "de") == asked
    assert go_on("auf Deutsch bitte", asked, "de") == Spoken(language="de", asked=True)


@pytest.mark.parametrize("text", ["auf Deutsch bitte", "Deutsch bitte", "in German please"])
def test_a_wish_for_german(text: str) -> None:
    """German can be asked for in German and in English."""
    assert wish_in(text) == "de"


def test_an_answer_is_no_wish() -> None:
    """One word is an answer where the centre asked something, and a sentence with a number says more than a wish."""
    assert wish_in("German") == "de"
    assert wish_in("German", free_text=True) is None
    assert wish_in("auf Deutsch bitte, 416 555 0123") is None


@pytest.mark.parametrize(
    ("number", "language"), [("+4915123456789", "de"), ("+33612345678", "fr"), ("+14165550123", None), ("", None)]
)
def test_a_number_is_a_hint(number: str, language: Language | None) -> None:
    """A number hints at a language where its country has one; Canada has two."""
    assert of_number(number) == language
