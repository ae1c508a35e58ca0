"""Our own English, for looking whether any of it is shown to somebody who is spoken to in another language."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from channels.chat_base import words
from channels.slack_words import WORDS as SLACK_WORDS
from channels.whatsapp_words import WORDS as WHATSAPP_WORDS

_DOMAIN = Path(__file__).resolve().parents[2] / "domain" / "responses"
_BOOKS = (words.WORDS, words.STATES, SLACK_WORDS, WHATSAPP_WORDS)
_LEAST = 3
"""Letters that a piece of a sentence has to have to be told from anything else."""


@cache
def english_pieces() -> tuple[str, ...]:
    """What stands between the places of English sentences and titles, and in no other language."""
    spoken: dict[bool, set[str]] = {True: set(), False: set()}
    for file in _DOMAIN.glob("*.yml"):
        for variations in yaml.safe_load(file.read_text(encoding="utf-8"))["responses"].values():
            for one in variations:
                texts = (one.get("text") or "", *(button["title"] for button in one.get("buttons", ())))
                spoken[not one.get("condition")].update(piece for text in texts for piece in _pieces(text))
    for book in _BOOKS:
        for _, said in book:
            for language, text in said.items():
                spoken[language == "en"].update(_pieces(text))
    return tuple(sorted(spoken[True] - spoken[False], key=len, reverse=True))


def _pieces(text: str) -> Iterable[str]:
    for piece in re.split(r"{\w*}", text):
        bare = piece.strip(" .,:;!?()\n").strip()
        if sum(map(str.isalpha, bare)) >= _LEAST:
            yield bare


def english_in_texts(texts: Iterable[str]) -> list[str]:
    """Each text that holds a piece of ours in English, with the piece."""
    found = []
    for text in texts:
        piece = next((one for one in english_pieces() if re.search(rf"(?<!\w){re.escape(one)}(?!\w)", text)), "")
        found += [f"{piece!r} in {text!r}"] if piece else []
    return found


def texts_in(tree: Any) -> list[str]:
    """Every text in blocks or a view, wherever it stands."""
    if isinstance(tree, Mapping):
        own = [value for name, value in tree.items() if name == "text" and isinstance(value, str)]
        return own + [text for value in tree.values() for text in texts_in(value)]
    return [text for value in tree for text in texts_in(value)] if isinstance(tree, list) else []
