"""A bot message as WhatsApp over Twilio can show it: text, quick replies, a list, or an approved template. Pure.

Everything that differs from one message to the next is a variable, so that a few Content objects serve all messages and
nothing about a person is stored in them. A variable takes 255 characters and no line break, so the lines of a longer
body become several variables.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from channels.chat_base.choices import Page, are_cut, choices_of, numbered, page_of, shorten, titles
from channels.chat_base.words import WORDS as ALL_WORDS
from channels.chat_base.words import state_in_words
from channels.languages import language_of_message
from channels.whatsapp_words import WORDS

LONGEST_BODY = 1600
LONGEST_PICK_BODY = 1024
LONGEST_VARIABLE = 255
MOST_BUTTONS, BUTTON_TITLE = 3, 20
MOST_ROWS, ROW_TITLE, ROW_NOTE = 10, 24, 72
PREFIX = "ringback-"


@dataclass(frozen=True)
class Text:
    """Free text, at most `LONGEST_BODY` characters."""

    body: str


@dataclass(frozen=True)
class Pick:
    """Something to tap: the Content's `types`, the `variables` of this message, the same `in_words`, and the `language`
    of our own words in it.
    """

    types: Mapping[str, Any]
    variables: Mapping[str, str]
    in_words: tuple[Text, ...]
    language: str

    @property
    def friendly_name(self) -> str:
        """By which the Content is found again: the same for all messages of this shape, which holds a list's own word
        and is thereby one for each language.
        """
        shape = json.dumps(self.types, sort_keys=True, ensure_ascii=False)
        return PREFIX + hashlib.sha256(shape.encode()).hexdigest()[:24]


@dataclass(frozen=True)
class Template:
    """A template that WhatsApp approved."""

    sid: str
    variables: Mapping[str, str]


Part = Text | Pick | Template


def parts_of(message: Mapping[str, Any], page: int | None = 0) -> list[Part]:
    """The messages to send for one bot message, with this page of its choices; None is all of them in writing.

    `message["language"]` is that of our own words in them.
    """
    language = str(message.get("language") or "")
    text = str(message.get("text") or "").strip()
    choices = choices_of(message)
    if not choices:
        return [*_texts(text)]
    if page is None:
        return [*_texts(f"{text}\n\n{numbered(Page(choices))}")]
    shown = page_of(choices, page, MOST_ROWS) if len(choices) > MOST_BUTTONS else Page(choices)
    more = f"\n{WORDS.say('type_more', language)}" if len(choices) > MOST_ROWS else ""
    in_words = tuple(_texts(f"{text}\n\n{numbered(shown)}{more}"))
    before: list[Part] = []
    choose = ALL_WORDS.say("choose", language)
    body = text or choose
    is_buttons = len(shown.choices) <= MOST_BUTTONS and len(choices) <= MOST_BUTTONS
    if is_buttons and are_cut(shown.choices, BUTTON_TITLE):
        body = f"{body}\n\n{numbered(shown)}"
    if len(body) > LONGEST_PICK_BODY:
        before, body = [*_texts(body)], choose
    variables = _Variables()
    layout = variables.lay_out(body)
    types = _buttons(layout, shown, variables) if is_buttons else _list(layout, shown, variables, language)
    return [*before, Pick(types, variables.values, in_words, language)]


def _buttons(body: str, page: Page, variables: _Variables) -> dict[str, Any]:
    actions = [
        {"type": "QUICK_REPLY", "title": variables.add(title), "id": variables.add(one.id)}
        for one, title in zip(page.choices, titles(page.choices, BUTTON_TITLE), strict=True)
    ]
    return {"twilio/quick-reply": {"body": body, "actions": actions}}


def _list(body: str, page: Page, variables: _Variables, language: str) -> dict[str, Any]:
    items = []
    for one, title in zip(page.choices, titles(page.choices, ROW_TITLE), strict=True):
        row = {"item": variables.add(title), "id": variables.add(one.id)}
        note = one.note if title == one.title else f"{one.title}  {one.note}"
        if note.strip():
            row["description"] = variables.add(shorten(note, ROW_NOTE))
        items.append(row)
    if page.more_id:
        items.append({"item": variables.add(WORDS.say("more", language)), "id": variables.add(page.more_id)})
    return {"twilio/list-picker": {"body": body, "button": WORDS.say("choose_button", language), "items": items}}


class _Variables:
    """Collects the values of a message and gives each its place holder."""

    def __init__(self) -> None:
        self.values: dict[str, str] = {}

    def add(self, value: str) -> str:
        name = str(len(self.values) + 1)
        self.values[name] = value
        return "{{" + name + "}}"

    def lay_out(self, body: str) -> str:
        """The body's lines as place holders; a long line as several with a space between them."""
        lines = [_cleaned(line) for line in body.splitlines()]
        return "\n".join(" ".join(self.add(piece) for piece in split(line, LONGEST_VARIABLE)) for line in lines)


def _cleaned(line: str) -> str:
    return re.sub(r"[\s\x00-\x1f]+", " ", line).strip()


def split(text: str, most: int) -> list[str]:
    """The text in pieces of at most `most` characters, between lines or words where it can be."""
    pieces: list[str] = []
    rest = text.strip()
    while len(rest) > most:
        head = rest[: most + 1]
        cut = max(head.rfind("\n"), head.rfind(" ") if head.rfind("\n") < most // 2 else -1)
        cut = cut if cut > 0 else most
        pieces.append(rest[:cut].rstrip())
        rest = rest[cut:].lstrip()
    return [*pieces, rest] if rest else pieces


def _texts(text: str) -> Sequence[Text]:
    return [Text(piece) for piece in split(text, LONGEST_BODY)]


def fill_template(sid: str, variables: Mapping[str, str], message: Mapping[str, Any]) -> Template:
    """An approved template with what this piece of news says: `{text}`, `{queue}`, `{number}` (masked), `{state}` in
    words, in the language of the news.
    """
    card = message.get("card") or {}
    facts = {
        "text": str(message.get("text") or ""),
        "queue": str(card.get("queue") or ""),
        "number": str(card.get("number") or ""),
        "state": state_in_words(card.get("state"), language_of_message(message)) if card else "",
    }

    def filled(value: str) -> str:
        known = re.sub(r"{(\w+)}", lambda found: facts.get(found[1], found[0]), value)
        return shorten(_cleaned(known), LONGEST_VARIABLE) or "–"

    return Template(sid, {name: filled(value) for name, value in variables.items()})
