"""Yes, no, or neither."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.understanding_yes_no import misread, reading
from ringback.intake import Ask, Said, hear
from ringback.understanding.yes_no import YesNo, first_word, yes_no
from tests.intake_menu import MENU, READY
from tests.understanding.summary_answers import NEITHER, NO, YES


@pytest.mark.parametrize(
    "text",
    [
        "yes",
        "Yes!!",
        "yep",
        "ja",
        "go ahead",
        "yes please",
        "ok 👍🏽",
        "that's right",
        "sí",
        "yes please call me",
        "OK",
        "sounds good, thanks",
        "sure",
        "of course",
        "y",
        "ja bitte",
        "Yes, that is correct.",
    ],
)
def test_yes(text: str) -> None:
    """A plain yes, with or without courtesies, in several languages and as a thumb."""
    assert yes_no(text) is YesNo.YES


@pytest.mark.parametrize(
    "text",
    [
        "no",
        "nope",
        "not now",
        "don't",
        "don’t",
        "do not",
        "no thanks",
        "nein danke",
        "I’d rather not",
        "not right",
        "👎",
        "that is not right",
        "nah mate",
        "No, don't call me",
        "not correct",
        "n",
    ],
)
def test_no(text: str) -> None:
    """A plain no, also where a word of yes stands in it."""
    assert yes_no(text) is YesNo.NO


@pytest.mark.parametrize(
    "text",
    [
        "yes but change the number",
        "not sure",
        "maybe",
        "",
        "   ",
        "yes?",
        "please",
        "yes no",
        "right now",
        "ok later",
        "?",
        "no, call me later",
        "yes at 10:30",
        "why",
        "I don't know",
        "no problem",
        "416 555 0123",
        "yes " * 20,
    ],
)
def test_unclear(text: str) -> None:
    """A condition, a doubt, a question or anything more is neither yes nor no."""
    assert yes_no(text) is YesNo.UNCLEAR


@given(st.text())
def test_never_raises(text: str) -> None:
    """Any text gets an outcome."""
    assert yes_no(text) in YesNo


def test_summary_answers() -> None:
    """At the summary at least 97 in 100 ways of saying yes or no are read right."""
    wrong = misread()
    assert len(wrong) <= 0.03 * (len(YES) + len(NO) + len(NEITHER)), wrong


@pytest.mark.parametrize("text", [*NO, *NEITHER])
def test_never_booked_without_a_yes(text: str) -> None:
    """Nothing but a "yes" books, whatever the model makes of it."""
    assert reading(text) != "yes"
    sure_of_itself = Said(text=text, intent="affirm", confidence=0.99)
    assert hear(sure_of_itself, Ask.CONFIRM, READY, MENU).slots.get(Ask.CONFIRM) is not True


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("no, use my work number", YesNo.NO),
        ("no use my work number", YesNo.NO),
        ("yes, tomorrow at 9", YesNo.YES),
        ("no problem, go on", YesNo.UNCLEAR),
        ("not sure, maybe", YesNo.UNCLEAR),
    ],
)
def test_first_word(text: str, answer: YesNo) -> None:
    """The first clause of a longer answer says yes or no by itself."""
    assert first_word(text) is answer
