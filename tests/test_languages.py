"""Every sentence in every language: none forgotten, none half translated, and the same to do under each."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml

from ringback.languages import FALLBACK, LANGUAGES, Language
from ringback.words import Words

FILES = sorted(Path("domain/responses").glob("*.yml"))
ALIKE = {"utter_consent", "utter_ask_question", "utter_ask_question_optional", "utter_person"}
"""Responses that hold nothing but what the centre itself says."""
ENGLISH = re.compile(r"\b(?:the|your|you|call|booked|please|with|number|and|shall|not)\b", re.IGNORECASE)
_VARIABLE = re.compile(r"(?<!{){(\w+)}")

Variation = Mapping[str, Any]


def responses() -> dict[str, Sequence[Variation]]:
    """All responses, by name."""
    found: dict[str, Sequence[Variation]] = {}
    for file in FILES:
        found |= yaml.safe_load(file.read_text(encoding="utf-8"))["responses"]
    return found


def language_of(variation: Variation) -> str:
    """The language that a variation is for."""
    conditions = variation.get("condition") or ()
    return next((one["value"] for one in conditions if one["name"] == "language"), FALLBACK)


def by_channel(variations: Sequence[Variation]) -> dict[str, dict[str, Variation]]:
    """The variations, by channel ("" for all of them) and language."""
    found: dict[str, dict[str, Variation]] = {}
    for one in variations:
        found.setdefault(one.get("channel", ""), {})[language_of(one)] = one
    return found


def holes(variation: Variation) -> set[str]:
    """The variables that a variation's text fills in."""
    return set(_VARIABLE.findall(variation.get("text", "")))


CASES = [
    pytest.param(languages, id=f"{name} {channel}".strip())
    for name, variations in responses().items()
    for channel, languages in by_channel(variations).items()
]


@pytest.mark.parametrize("languages", CASES)
def test_every_response_is_said_in_every_language(languages: Mapping[str, Variation]) -> None:
    """A response has each language, on each channel that has words of its own, with the same variables and buttons."""
    assert sorted(languages) == sorted(LANGUAGES)
    first = languages[FALLBACK]
    for variation in languages.values():
        assert holes(variation) == holes(first)
        assert [one["payload"] for one in variation.get("buttons", ())] == [
            one["payload"] for one in first.get("buttons", ())
        ]
        assert variation.get("metadata") == first.get("metadata")


def test_no_sentence_was_left_as_it_was() -> None:
    """No response and no button says the same in two languages, but for what holds the centre's own words only."""
    left = set()
    for name, variations in responses().items():
        for languages in by_channel(variations).values():
            for part in zip(*([one["text"], *_titles(one)] for one in languages.values()), strict=True):
                if len(set(part)) < len(part):
                    left.add(name)
    assert left == ALIKE


def _titles(variation: Variation) -> list[str]:
    return [one["title"] for one in variation.get("buttons", ())]


@pytest.mark.parametrize("language", ["de", "fr"])
def test_no_english_word_leaks(language: Language) -> None:
    """No German or French response or button holds a word that only English has."""
    leaks = {
        name: found
        for name, variations in responses().items()
        for one in variations
        if language_of(one) == language
        for text in [one["text"], *_titles(one)]
        if (found := ENGLISH.findall(_VARIABLE.sub("", text)))
    }
    assert leaks == {}


def test_french_keeps_its_signs_together() -> None:
    """Before ! ? ; : and inside guillemets French has a space at which no line is broken."""
    apart = [
        text
        for variations in responses().values()
        for one in variations
        if language_of(one) == "fr"
        for text in [one["text"], *_titles(one)]
        if re.search(r" [!?;»]|« |\w[!?;»]", text)
    ]
    assert apart == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_news_is_rendered_in_its_language(language: Language) -> None:
    """What the teller renders is the variation of the conversation's language."""
    said = Words.read(Path("domain")).say("utter_news_connected", "website", {"queue": "Billing"}, language)
    expected = {
        "en": "You are connected with Billing.",
        "de": "Sie sind jetzt mit Billing verbunden.",
        "fr": "Vous êtes maintenant en ligne avec Billing.",
    }
    assert said.text == expected[language]


def test_the_best_variation_wins() -> None:
    """Channel and language together win; a channel's general words win over another channel's in the language."""
    de = [{"type": "slot", "name": "language", "value": "de"}]
    both = {"text": "both", "channel": "whatsapp", "condition": de}
    channel = {"text": "channel", "channel": "whatsapp"}
    language = {"text": "language", "condition": de}
    general = {"text": "general"}
    words = Words({"utter_x": [general, language, channel, both], "utter_y": [general, language, channel]})
    assert words.say("utter_x", "whatsapp", {}, "de").text == "both"
    assert words.say("utter_x", "whatsapp", {}, "fr").text == "channel"
    assert words.say("utter_x", "website", {}, "de").text == "language"
    assert words.say("utter_x", "website", {}, "fr").text == "general"
    assert words.say("utter_y", "whatsapp", {}, "de").text == "channel"
