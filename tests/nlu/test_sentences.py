"""The examples the model learns from, and the sentences it is tested with."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest
import yaml
from rapidfuzz import fuzz, process

from intents.wording import BEGINNING, END, SIGNS, UNKNOWN, known_words, marked, words
from tests.nlu.sentences import (
    FRESH_SET,
    OTHER_SETS,
    ROOT,
    TEST_SET,
    TRAINING,
    Reading,
    Sentence,
    read,
    shares,
    understand,
)

ALMOST_THE_SAME = 95.0


@pytest.fixture(scope="module")
def by_language() -> dict[str, Sequence[Reading]]:
    sets = {"en": read(TEST_SET), **{language: read(file) for language, file in OTHER_SETS.items()}}
    readings = iter(understand([one for sentences in sets.values() for one in sentences])[0])
    return {language: [next(readings) for _ in sentences] for language, sentences in sets.items()}


@pytest.fixture
def readings(by_language: dict[str, Sequence[Reading]]) -> Sequence[Reading]:
    return by_language["en"]


@pytest.mark.parametrize("language", ["de", "fr"])
def test_most_german_and_french_sentences_are_understood(
    by_language: dict[str, Sequence[Reading]], language: str
) -> None:
    """Of at least 120 sentences in each further language 93 of 100 get their intent, and none out of scope begins
    anything.
    """
    readings = by_language[language]
    missed = [f"{one.sentence.intent} > {one.intent}: {one.sentence.text}" for one in readings if not one.right]
    assert len(readings) >= 120
    assert shares(readings)["right"] >= 0.93, "\n".join(missed)
    assert shares(readings)["started"] == 0.0


def test_most_sentences_are_understood(readings: Sequence[Reading]) -> None:
    """At least 95 of 100 sentences that the model never saw get the intent they were written for."""
    missed = [f"{one.sentence.intent} > {one.intent}: {one.sentence.text}" for one in readings if not one.right]
    assert shares(readings)["right"] >= 0.95, "\n".join(missed)


def test_a_sentence_about_something_else_starts_nothing(readings: Sequence[Reading]) -> None:
    """Of the sentences out of scope at most 2 of 100 begin, change or cancel a call."""
    started = [f"{one.intent}: {one.sentence.text}" for one in readings if one.started]
    assert shares(readings)["started"] <= 0.02, "\n".join(started)


def test_every_intent_is_understood(readings: Sequence[Reading]) -> None:
    """No intent is left behind by a good average: of each at least three quarters are right."""
    right = Counter(one.sentence.intent for one in readings if one.right)
    there = Counter(one.sentence.intent for one in readings)
    assert [intent for intent in there if right[intent] < 0.75 * there[intent]] == []


def test_the_test_set_is_large_enough() -> None:
    """420 sentences, 90 of them out of scope, and every intent of the domain among them."""
    sentences = read(TEST_SET)
    intents = Counter(one.intent for one in sentences)
    domain = yaml.safe_load((ROOT / "domain" / "skeleton.yml").read_text(encoding="utf-8"))["intents"]
    named = {next(iter(one)) if isinstance(one, dict) else one for one in domain} - {"nlu_fallback"}
    assert len(sentences) >= 420
    assert intents["out_of_scope"] >= 90
    assert set(intents) == named == {one.intent for one in read(*TRAINING)}
    assert min(intents.values()) >= 7


@pytest.mark.parametrize("tested", [TEST_SET, FRESH_SET, *OTHER_SETS.values()], ids=lambda file: file.stem)
def test_nothing_tested_was_learnt(tested: Path) -> None:
    """No sentence of the tests stands among the examples, not even with a letter changed."""
    learnt = [one.plain for one in read(*TRAINING)]
    alike = [
        (one.text, found[0])
        for one in read(tested)
        if (found := process.extractOne(one.plain, learnt, scorer=fuzz.ratio, score_cutoff=ALMOST_THE_SAME))
    ]
    assert alike == []


def test_no_example_is_there_twice() -> None:
    """An example stands once, under one intent."""
    count = Counter(one.plain for one in read(*TRAINING))
    assert [plain for plain, times in count.items() if times > 1] == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Can u CALL me tmrw?!", "can you call me tomorrow"),
        ("I don’t need it", "i do not need it"),
        ("whats up, where's my call", "what is up where is my call"),
        ("Pleeeease 416-555-0123 at 10:30", "pleease _number_ at 00 00"),
        ("???", ""),
    ],
)
def test_short_forms_are_written_out(text: str, expected: str) -> None:
    """Spellings of one thing become one: case, short forms, apostrophes, digits, signs."""
    assert words(text) == expected.split()


def test_a_rare_word_stands_for_unknown_ones() -> None:
    """A word of one text only is not known, so that the model learns what unknown words mean."""
    known = known_words([["call", "me"], ["call", "grandma"], ["me", "me"]])
    assert known == {"call", "me"}
    assert marked(["call", "grandma"], known) == [BEGINNING, "call", UNKNOWN, END]
    assert marked([], known) == [BEGINNING, SIGNS, END]


def test_not_understanding_is_right_only_for_what_is_out_of_scope() -> None:
    """ "Did not understand" counts as right for something else, and separately for what is ours."""
    outside = Reading(Sentence("tell me a joke", "out_of_scope"), "nlu_fallback", "greet", 0.2)
    ours = Reading(Sentence("ring my mobile", "request_callback"), "nlu_fallback", "greet", 0.2)
    begun = Reading(Sentence("call a taxi", "out_of_scope"), "request_callback", "request_callback", 0.9)
    assert shares([outside, ours, begun, begun]) == {
        "right": 0.25,
        "asked_back": 0.25,
        "wrong": 0.5,
        "best": 0.0,
        "started": pytest.approx(2 / 3),
    }
