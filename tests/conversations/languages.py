"""What dialogues in other languages look for: English where there should be none."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from tests.conversations.dialogue import Dialogue

_ENGLISH = re.compile(
    r"\b(?:the|your|you|our|call|calls|booked|please|with|and|shall|at|today|tomorrow|time|as soon|stop|"
    r"cancel|another|now|later|tue|wed|thu|fri|sat|sun|may|oct|dec)\b",
    re.IGNORECASE,
)
_THE_CENTRES = ("Billing", "New orders", "Technical support", "Moving home", "Maple Telecom")
_WORDS_OF = frozenset({"title", "text", "note"})
_QUESTIONS = frozenset({"utter_ask_question", "utter_ask_question_optional"})


def plain(text: str) -> str:
    """With ordinary spaces where French has unbreakable ones."""
    return text.replace("\N{NO-BREAK SPACE}", " ")


def english_in(events: Iterable[Mapping[str, Any]]) -> list[str]:
    """English words in anything that the bot said, its buttons, hints and cards; not in the centre's own words."""
    found: list[str] = []
    for event in events:
        if event["event"] == "bot" and event["metadata"].get("utter_action") not in _QUESTIONS:
            for text in _words(event):
                for own in _THE_CENTRES:
                    text = text.replace(own, "")  # noqa: PLW2901 - what is left of it
                found += [f"{one}: {text}" for one in _ENGLISH.findall(text)]
    return found


def _words(tree: Any) -> list[str]:
    if isinstance(tree, Mapping):
        own = [value for name, value in tree.items() if name in _WORDS_OF and isinstance(value, str)]
        return own + [text for value in tree.values() for text in _words(value)]
    return [text for value in tree for text in _words(value)] if isinstance(tree, list) else []


async def told_texts(dialogue: Dialogue) -> list[str]:
    """The sentences of the news, in order."""
    return [
        event["text"] for event in await dialogue.events() if event["event"] == "bot" and "news" in event["metadata"]
    ]
