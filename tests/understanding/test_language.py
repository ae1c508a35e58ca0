"""Which language is written, and which one is asked for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ringback.understanding.language import asked_language, language_of
from tests.nlu.sentences import FRESH_SET, OTHER_SETS, TEST_SET, read

GERMAN = (
    "Hallo", "guten Tag", "ich hätte gern einen Rückruf", "koennen sie mich anrufen", "bitte rufen Sie mich zurück",
    "meine rechnung stimmt nicht", "wie lange dauert das denn", "Wo bleibt mein Anruf?", "ja bitte",
    "nein danke, heute nicht",
    "morgen um drei wäre gut", "ich möhcte mit jemandem sprchen", "kann mich wer anrufen wegen dem Vertrag?",
    "was kostet das?", "ruft mich unter 0151 23456789 an", "auf keinen Fall, ich will das nicht", "das ist falsch",
    "Ich will mit Billing sprechen", "könnt ihr mich wegen New orders anrufen", "mit einem Menschen sprechen bitte",
)  # fmt: skip
FRENCH = (
    "Bonjour", "bonsoir", "je voudrais qu'on me rappelle", "pouvez-vous m'appeler", "rappelez moi svp",
    "combien de temps faut-il attendre",
    "ma facture est fausse", "où est mon appel ?", "c'est pour un problème de facture",
    "demain à trois heures c'est bien",
    "je veux parler à quelqu'un", "non merci, pas aujourd'hui", "oui, s'il vous plaît",
    "jai besoin d'aide avec mon contrat",
    "appelez-moi au 06 12 34 56 78", "quelles sont vos heures", "je ne comprends pas",
    "Je veux parler à Technical support",
    "est-ce que vous êtes un robot", "pourriez vous rapeler plus tard",
)  # fmt: skip
ENGLISH = (
    "hello there", "please call me back", "my bill is wrong", "can someone ring me tomorow",
    "I want to talk to a human",
    "how long do I have to wait", "where is my call?", "I don't understand", "that's not my number", "yes please",
    "call me at 416 555 0123 please", "its about the invoice you sent me", "I'd like to speak to Jürgen Müller",
    "my name is René and I need help", "someone from the Berlin office called me", "what are your hours",
)  # fmt: skip
ANY = (
    "", "ok", "OK!", "stop", "Termin", "non", "416 555 0123", "+49 151 23456789", "0151 / 234 567 89", "Billing",
    "New orders",
    "Technical support", "SMS", "14:30", "2", "👍", "Müller", "René", "Café Zürich", "info@example.com", "hi", "hmm",
    "super",
    "merci", "A-12345", "???", "Maple Telecom", "sms ok", "Internet", "14 Uhr", "ja", "no",
)  # fmt: skip


@pytest.mark.parametrize(
    ("text", "language"),
    [(text, name) for name, texts in (("de", GERMAN), ("fr", FRENCH), ("en", ENGLISH)) for text in texts],
)
def test_a_sentence_turns_the_conversation_to_its_language(text: str, language: str) -> None:
    """Whatever was spoken before, a plain sentence goes on in its own language."""
    assert {now: language_of(text, now) for now in ("en", "de", "fr")} == dict.fromkeys(("en", "de", "fr"), language)


@pytest.mark.parametrize("text", ANY)
def test_names_numbers_and_single_words_turn_nothing(text: str) -> None:
    """What people of every language write leaves the language as it is."""
    assert [language_of(text, now) for now in ("en", "de", "fr")] == ["en", "de", "fr"]


@pytest.mark.parametrize("language", ["en", "de", "fr"])
def test_who_writes_a_language_is_answered_in_it(language: str) -> None:
    """On sentences that no word list was made from: few leave their own language, most others are followed."""
    files = (OTHER_SETS[language],) if language in OTHER_SETS else (TEST_SET, FRESH_SET)
    texts = [one.text for one in read(*files) if one.intent != "switch_language"]
    others = [now for now in ("en", "de", "fr") if now != language]
    left = sum(language_of(text, language) != language for text in texts)
    followed = sum(language_of(text, now) == language for text in texts for now in others)
    assert left / len(texts) <= 0.02
    assert followed / (2 * len(texts)) >= 0.85


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("auf Deutsch bitte", "de"), ("Deutsch", "de"), ("deutsch bitte!", "de"), ("sprechen Sie Deutsch?", "de"),
        ("können wir Deutsch sprechen", "de"), ("do you speak German?", "de"), ("in german pls", "de"),
        ("en allemand s'il vous plaît", "de"), ("lieber auf deutsch", "de"), ("Geht das auch auf Deutsch?", "de"),
        ("in English please", "en"), ("english", "en"), ("English!", "en"), ("can we speak English?", "en"),
        ("auf Englisch bitte", "en"), ("parlez-vous anglais ?", "en"), ("je préfère en anglais", "en"),
        ("switch to English", "en"), ("I prefer English", "en"), ("could we do this in English instead", "en"),
        ("en français", "fr"), ("français svp", "fr"), ("parlez-vous français ?", "fr"), ("vous parlez francais ?",
        "fr"),
        ("auf Französisch", "fr"), ("can we do this in French please", "fr"), ("plutôt en français", "fr"),
        ("est-ce qu’on peut parler français ?", "fr"), ("hello, in French please", "fr"),
        ("on peut continuer en français ?", "fr"),
        ("not in French please", ""), ("ich spreche kein Englisch", ""), ("je ne parle pas allemand", ""), ("hello",
        ""),
        ("my English course", ""), ("the French department", ""), ("I am German", ""),
        ("a call about my German contract", ""),
        ("", ""), ("German or English?", ""),
        ("call me back about the invoice that you sent in English last week", ""),
    ],
)  # fmt: skip
def test_a_language_is_asked_for(text: str, language: str) -> None:
    """A wish for a language is heard in any of the three; a language that is only mentioned, or refused, is none."""
    assert asked_language(text) == language


@given(st.text(max_size=900), st.sampled_from(["en", "de", "fr"]))
def test_any_text_has_an_outcome(text: str, now: str) -> None:
    """Nothing raises, and only languages come back."""
    assert language_of(text, now) in {"en", "de", "fr"}
    assert asked_language(text) in {"", "en", "de", "fr"}
