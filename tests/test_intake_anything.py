"""Whatever is typed at any question ends soon, raises nothing, and chooses nothing that was not offered."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ringback.intake import Ask, Draft, Heard, Said, Wish, hear, settle
from ringback.languages import LANGUAGES, Language
from tests.intake_menu import MENU, READY, SLOTS

LONGEST = 5_000
"""Characters; the channels take no more."""
PIECES = (
    *(
        "a",
        "a ",
        "1",
        "1 ",
        "+",
        "(",
        "((1)",
        "416 555 0123 ",
        "ext. 1 ",
        "one ",
        "double ",
        "not ",
        "no, ",
        "yes but ",
    ),
    *(
        "or ",
        "and ",
        "tomorrow ",
        "tomorrow or monday ",
        "at 3 or ",
        "3:30 ",
        "1/2/",
        "between 3 and ",
        "my number is ",
    ),
    *("halb ", "übermorgen ", "einundzwanzig", "nicht ", "demain ", "à 3 h ", "soixante-dix-", "vingt et ", "pas "),
    *(
        "billing ",
        "the ",
        "the first one or ",
        "actually ",
        "'",
        "?",
        "\n",
        "\x00",
        "\u0301",
        "\u200d",
        "👍🏽",
        "ß",
        "ﷺ",
    ),
    *("½", "٣", "１", "Ⅷ", "\u202e", "//", '{"', "a@b.", "http://", "speak german ", "parlez "),
)
QUEUES = {one.id for one in MENU.queues}
ASKS = (None, *Ask)


def heard(text: str, asked: Ask | None, language: Language) -> tuple[Heard, Heard]:
    """What a text adds to the request, and what then becomes of the wish for a time that may be in it."""
    menu = MENU.model_copy(update={"language": language})
    draft = Draft(queue="B") if asked in {Ask.ANSWER, Ask.NUMBER} else READY
    found = hear(Said(text=text, intent="inform", confidence=0.9), asked, draft, menu)
    wish = found.slots.get("wish")
    return found, settle(draft.model_copy(update={"wish": Wish.model_validate(wish)}), menu) if wish else Heard()


def offered_only(found: tuple[Heard, Heard]) -> bool:
    """No queue and no time that the person did not see."""
    queues = [one.slots.get(Ask.QUEUE) for one in found]
    times = [one.slots.get(Ask.TIME) for one in found]
    starts = {slot.start for slot in SLOTS}
    return {one for one in queues if one} <= QUEUES and {one["start"] for one in times if one} <= starts


@pytest.mark.parametrize("asked", ASKS)
def test_long_texts_end_soon(asked: Ask | None) -> None:
    """Five thousand characters of one thing cost well under a second, and would cost minutes if a pattern read all of
    them again at each of them.
    """
    for place, piece in enumerate(PIECES):
        text = (piece * LONGEST)[:LONGEST]
        began = time.process_time()
        assert offered_only(heard(text, asked, LANGUAGES[place % len(LANGUAGES)])), piece
        assert time.process_time() - began < 10, piece


@settings(max_examples=400, deadline=None, derandomize=True)
@given(
    st.lists(st.one_of(st.text(max_size=40), st.sampled_from(PIECES)), max_size=8).map("".join),
    st.sampled_from(ASKS),
    st.sampled_from(LANGUAGES),
)
def test_nothing_is_chosen_that_was_not_offered(text: str, asked: Ask | None, language: Language) -> None:
    """Any characters at all, and pieces of real answers in any order, choose what was offered or nothing."""
    assert offered_only(heard(text, asked, language))


def test_a_wish_that_was_offered_is_taken() -> None:
    """The tests above look in the right place."""
    _, settled = heard("tomorrow at 2pm", Ask.TIME, "en")
    assert settled.slots[Ask.TIME]["start"] == "2026-11-23 14:00:00"
