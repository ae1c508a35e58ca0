"""The person in `make smoke`: what to answer to a question of Ringback's. Pure; change the words here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

OPENING = "Hi, can someone call me about my bill?"
PHONE = "416 555 0123"
REASON = "I want to check my last invoice"


@dataclass(frozen=True)
class Button:
    """What a person sees on a button and what pressing it sends."""

    title: str
    payload: str


# First match wins: a word of the question ("" stands for any question), and how the button's title begins.
_PRESSES: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = (
    (("",), ("book it",)),
    (("sms", "text message"), ("no",)),
    (("when", "what time", "which time"), ("now", "as soon as possible")),
    (("what is it about", "department", "team"), ("billing",)),
    (("",), ("skip",)),
)
# Without a button that fits: a word of the question, and what to type.
_TYPED: tuple[tuple[tuple[str, ...], str], ...] = (
    (("sms", "text message"), "No"),
    (("book it",), "Book it"),
    (("when shall", "what time", "which time"), "Now"),
    (("optional", "skip"), "skip"),
    (("phone number", "which number", "what number", "your number"), PHONE),
    (("what is it about", "department", "team"), "Billing"),
)


def next_answer(question_text: str, buttons: Sequence[Button]) -> str:
    """What to send: by the question's buttons first and its words second; else the first button, or REASON."""
    asked = question_text.casefold()
    for words, titles in _PRESSES:
        for button in buttons:
            if any(word in asked for word in words) and button.title.casefold().startswith(titles):
                return button.payload or button.title
    for words, text in _TYPED:
        if any(word in asked for word in words):
            return text
    return (buttons[0].payload or buttons[0].title) if buttons else REASON
