"""Which option a person means."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from ringback.understanding.choices import ALIKE, Ambiguous, Choice, Chosen, NoMatch, Option, alike, match

BILLING, ORDERS, SUPPORT, MOVING = "CO1", "CO2", "CO3", "CO4"
QUEUES = (
    Option(id=BILLING, title="Billing", synonyms=("bill", "invoice", "payment", "charge", "refund")),
    Option(id=ORDERS, title="New orders", synonyms=("order", "buy", "sales", "new phone")),
    Option(id=SUPPORT, title="Technical support", synonyms=("internet", "broken", "not working", "router")),
    Option(id=MOVING, title="Moving home", synonyms=("moving", "move house", "new address", "change of address")),
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Billing", BILLING),
        ("  BÍLLING! ", BILLING),
        ("co3", SUPPORT),
        ("new-orders", ORDERS),
        ("about my bill", BILLING),
        ("I have a question about my invoices", BILLING),
        ("my internet is not working", SUPPORT),
        ("support please", SUPPORT),
        ("change of address", MOVING),
        ("I'd like a new order please", ORDERS),
        ("not billing but moving", MOVING),
        ("instead of billing, technical support", SUPPORT),
        ("I did not get the invoice", BILLING),
    ],
)
def test_finds_titles_and_synonyms(text: str, expected: str) -> None:
    """A title, part of one, or a synonym is found alone and in a sentence, without regard to case or accents."""
    assert match(text, QUEUES) == Chosen(id=expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2", ORDERS),
        ("#2", ORDERS),
        ("2.", ORDERS),
        ("2nd", ORDERS),
        ("no. 2", ORDERS),
        ("two please", ORDERS),
        ("number two", ORDERS),
        ("option 3", SUPPORT),
        ("the second one", ORDERS),
        ("first", BILLING),
        ("the last one", MOVING),
        ("die zweite bitte", ORDERS),
    ],
)
def test_finds_places(text: str, expected: str) -> None:
    """A text that says nothing but a place means the option in that place, unless places are not offered."""
    assert match(text, QUEUES) == Chosen(id=expected)
    assert match(text, QUEUES, by_position=False) == NoMatch()


def test_a_title_that_is_a_number_wins_over_a_place() -> None:
    """Among options called by numbers, a number is a name."""
    years = [Option(id="a", title="2"), Option(id="b", title="1")]
    assert match("1", years) == Chosen(id="b")


@pytest.mark.parametrize(
    "text",
    [
        "hello",
        "yes",
        "no",
        "call me",
        "call me back please",
        "thanks",
        "what?",
        "",
        "   ",
        "!!!",
        "9",
        "0",
        "the",
        "both",
        "I have 2 phones",
        "call me on 416 555 0123",
        "change my number",
        "not billing",
        "no one",
        "will you call",
        "older",
        "interest",
        "report",
        "I'd like someone to call me",
        "tomorrow at 2",
        "not biling",
    ],
)
def test_says_no_match_rather_than_guess(text: str) -> None:
    """Greetings, other answers, denied titles and numbers inside a sentence choose nothing."""
    assert match(text, QUEUES) == NoMatch()


@pytest.mark.parametrize(
    ("text", "options", "ids"),
    [
        ("moving and billing", QUEUES, (BILLING, MOVING)),
        ("buy a router", QUEUES, (ORDERS, SUPPORT)),
        ("support", [Option(id="a", title="Phone support"), Option(id="b", title="TV support")], ("a", "b")),
        (
            "marten",
            [Option(id="a", title="Martin"), Option(id="b", title="Marten B"), Option(id="c", title="X")],
            ("b",),
        ),
        ("centar", [Option(id="a", title="Center"), Option(id="b", title="Centaur")], ("a", "b")),
    ],
)
def test_two_equally_near_are_ambiguous(text: str, options: Sequence[Option], ids: tuple[str, ...]) -> None:
    """What fits several options is given back with all of them, in their order; a better fit wins alone."""
    expected: Choice = Chosen(id=ids[0]) if len(ids) == 1 else Ambiguous(ids=ids)
    assert match(text, options) == expected


# The table from which ALIKE was chosen: (typed, meant) and (typed, looks like but is not).
SLIPS = [
    ("biling", "billing"),
    ("billling", "billing"),
    ("bililng", "billing"),
    ("suport", "support"),
    ("suppport", "support"),
    ("tecnical", "technical"),
    ("techncal", "technical"),
    ("inovice", "invoice"),
    ("movng", "moving"),
    ("internt", "internet"),
    ("rouer", "router"),
    ("cancelations", "cancellation"),
    ("reciept", "receipt"),
]
STRANGERS = [
    ("bowling", "billing"),
    ("sport", "support"),
    ("inside", "invoice"),
    ("making", "moving"),
    ("outer", "order"),
    ("intent", "internet"),
    ("report", "refund"),
    ("petty", "payment"),
    ("testing", "technical"),
    ("hello", "help"),
]


def test_the_threshold_parts_slips_from_strangers() -> None:
    """`ALIKE` lies between the least alike slip and the most alike stranger of the table."""
    assert min(OSA.normalized_similarity(*pair) for pair in SLIPS) >= ALIKE
    assert max(OSA.normalized_similarity(*pair) for pair in STRANGERS) < ALIKE


@pytest.mark.parametrize(
    ("word", "wanted"), [("change", "charge"), ("will", "bill"), ("phone", "phony"), ("border", "order")]
)
def test_everyday_and_short_words_are_no_slips(word: str, wanted: str) -> None:
    """One letter makes another word of a short one, and everyday words mean themselves."""
    assert alike(word, wanted) == 0.0


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("biling", BILLING),
        ("tecnical suport", SUPPORT),
        ("suport", SUPPORT),
        ("neworders", ORDERS),
        ("movign home", MOVING),
        ("it is about an inovice", BILLING),
        ("my internt is slow", SUPPORT),
    ],
)
def test_forgives_slips(text: str, expected: str) -> None:
    """A slip of the pen in a title or a synonym is forgiven, in a sentence too."""
    assert match(text, QUEUES) == Chosen(id=expected)


@settings(max_examples=150, deadline=None)
@given(st.text(), st.lists(st.builds(Option, id=st.text(max_size=4), title=st.text(max_size=12)), max_size=5))
def test_never_raises_and_never_invents(text: str, options: list[Option]) -> None:
    """Any text gets an outcome, and only ids of the list come back."""
    ids = {option.id for option in options}
    match match(text, options):
        case Chosen(id=one):
            assert one in ids
        case Ambiguous(ids=several):
            assert set(several) <= ids
            assert len(set(several)) > 1
