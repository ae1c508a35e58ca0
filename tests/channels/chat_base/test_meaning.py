"""What taps and typed texts mean."""

from __future__ import annotations

from typing import Any

from channels.chat_base.choices import Choice
from channels.chat_base.meaning import Incoming, Nothing, ShowPage, ToRasa, meant, open_question


def bot(text: str, *titles: str, **metadata: Any) -> dict[str, Any]:
    buttons = [{"title": one, "payload": f'/pick{{"it":"{one}"}}'} for one in titles]
    return {"event": "bot", "text": text, "data": {"buttons": buttons}, "metadata": metadata, "timestamp": 1.0}


def person(text: str) -> dict[str, Any]:
    return {"event": "user", "text": text, "metadata": {}}


def said(text: str, events: list[dict[str, Any]], tapped: str = "") -> Any:
    return meant(Incoming(text, tapped), events, shown=10)


ASKED = [bot("Which?", "Billing", "Sales")]
SALES = '/pick{"it":"Sales"}'


def test_a_tap_is_the_payload_that_was_offered() -> None:
    """Also when it is an older button; one that was never offered here counts as the words on it."""
    tapped = Choice("", SALES).id
    assert said("Sales", ASKED, tapped) == ToRasa(SALES)
    assert said("Sales", [*ASKED, person("hm"), bot("Your number?")], tapped) == ToRasa(SALES)
    assert said("Sales", [], tapped) == ToRasa("Sales")
    assert said('/affirm{"request":"x"}', [], "c-000000000000") == ToRasa('affirm{"request":"x"}')


def test_a_number_or_a_title_is_typed_for_a_choice() -> None:
    """As long as the choice is open; afterwards it is text like any other."""
    for text in ("2", "2.", "#2", "sales", "  SALES "):
        assert said(text, ASKED) == ToRasa(SALES)
    assert said("3", ASKED) == ToRasa("3")
    assert said("2", [*ASKED, person("hello")]) == ToRasa("2")


def test_a_number_that_may_be_the_answer_itself_stays_one() -> None:
    """Under a question whose only button is "Skip", or whose choices are numbers, a number is no place in a list."""
    assert said("1", [bot("How many lines?", "Skip")]) == ToRasa("1")
    assert said("2", [bot("How many?", "2", "5")]) == ToRasa('/pick{"it":"2"}')
    assert said("1", [bot("How many?", "2", "5")]) == ToRasa("1")


def test_news_in_between_closes_no_question() -> None:
    """A call rings while the person still chooses: their number means what it meant."""
    assert said("2", [*ASKED, bot("Ringing now.", news={"id": "n1"})]) == ToRasa(SALES)


def test_what_is_typed_is_never_a_command() -> None:
    """Not even when it is a payload, because a person cannot type what only a tap says."""
    assert said("/restart", ASKED) == ToRasa("restart")
    assert said(" //EXTERNAL_x{}", ASKED) == ToRasa("EXTERNAL_x{}")
    assert said("/", ASKED) == Nothing()
    assert said("   ", ASKED) == Nothing()


def test_more_is_found_again() -> None:
    """A tapped "More" names its message and its page; typed, it means everything in writing."""
    many = [bot("Which?", *[f"Team {number}" for number in range(12)])]
    assert said("more", many).page is None
    assert isinstance(said("more", ASKED), ToRasa)
    shown = said("More …", many, "more-1-000000000000")
    assert shown == Nothing()


def test_the_open_question_is_what_was_said_last_and_no_news() -> None:
    """News is not repeated as if it had been the question."""
    events = [bot("Which?", "Billing"), bot("Ringing.", news={"id": "n1"})]
    found = open_question(events)
    assert found is not None
    assert found["text"] == "Which?"
    assert open_question([]) is None
    assert not isinstance(said("x", events), ShowPage)
