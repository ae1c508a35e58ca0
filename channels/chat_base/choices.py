"""The choices of a bot message as a platform can show them: pages, short titles that still differ, short ids. Pure."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from channels.payloads import buttons_of

_ELLIPSIS = "…"
_MORE_ID = re.compile(r"more-(\d{1,3})-([0-9a-f]{12})")


@dataclass(frozen=True)
class Choice:
    """Something to tap. `payload` is what Rasa gets; `note` a few words more, where the platform has room for them."""

    title: str
    payload: str
    note: str = ""

    @property
    def id(self) -> str:
        """What the platform sends back: short, and without what the payload holds (a phone number, perhaps)."""
        return "c-" + _digest(self.payload)


@dataclass(frozen=True)
class Page:
    """A part of the choices. `first` is the place of its first choice (from 1); `more_id` is empty on the last page."""

    choices: tuple[Choice, ...]
    first: int = 1
    more_id: str = ""


def choices_of(message: Mapping[str, Any]) -> tuple[Choice, ...]:
    """What a bot message offers: its buttons, or, if it has none and tells no news, the buttons of its card.

    `message` is what Rasa hands to ``send_response``, or ``channels.messages.message_of_event`` of a tracker's event.
    """
    notes = _notes(message.get("hint") or (message.get("metadata") or {}).get("hint"))
    found = buttons_of(message)
    card = message.get("card")
    if not found and not message.get("news") and isinstance(card, Mapping):
        found = buttons_of(card)
    return tuple(Choice(one["title"], one["payload"], notes.get(one["payload"], "")) for one in found)


def _notes(hint: object) -> dict[str, str]:
    options = hint.get("options") if isinstance(hint, Mapping) else None
    found = options if isinstance(options, list) else []
    return {str(one.get("payload")): str(one.get("note") or "") for one in found if isinstance(one, Mapping)}


def page_of(choices: Sequence[Choice], number: int, most: int) -> Page:
    """Page `number` (from 0) of the choices, with at most `most` to tap on it, "More" included."""
    if len(choices) <= most:
        return Page(tuple(choices))
    size = most - 1
    start = max(0, number) * size
    if start >= len(choices):
        start = 0
    shown = tuple(choices[start : start + size])
    rest = len(choices) - start - len(shown)
    if rest == 1:  # the place of "More" takes the last one just as well
        return Page(tuple(choices[start:]), start + 1)
    more = f"more-{start // size + 1}-{fingerprint(choices)}" if rest else ""
    return Page(shown, start + 1, more)


def fingerprint(choices: Iterable[Choice]) -> str:
    """Names a set of choices, so that "More" under an old message is told from "More" under the newest."""
    return _digest("\n".join(one.payload for one in choices))


def read_more(choice_id: str) -> tuple[int, str] | None:
    """Page number and fingerprint of a tapped "More"; None if it is no such id."""
    found = _MORE_ID.fullmatch(choice_id)
    return (int(found[1]), found[2]) if found else None


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def shorten(text: str, most: int) -> str:
    """At most `most` characters (and as many UTF-16 units), cut between words where that leaves enough of it."""
    text = " ".join(text.split())
    if _units(text) <= most:
        return text
    while text and _units(text) > most - 1:
        text = text[:-1]
    head, space, _ = text.rpartition(" ")
    if space and len(head) >= most // 2:
        text = head
    return text.rstrip(" ,;:.-–") + _ELLIPSIS


def _units(text: str) -> int:
    # WhatsApp and Slack count as JavaScript does: an emoji is two.
    return len(text.encode("utf-16-le")) // 2


def titles(choices: Sequence[Choice], most: int) -> list[str]:
    """A title for each choice, at most `most` characters long and no two alike: a second one gets its place."""
    found: list[str] = []
    taken: set[str] = set()
    for place, choice in enumerate(choices, start=1):
        title = shorten(choice.title, most) or str(place)
        if title.casefold() in taken:
            mark = f" ({place})"
            title = shorten(choice.title, most - len(mark)) + mark
        taken.add(title.casefold())
        found.append(title)
    return found


def are_cut(choices: Sequence[Choice], most: int) -> bool:
    """Whether the titles lose something when they may be only so long."""
    return any(title != " ".join(one.title.split()) for title, one in zip(titles(choices, most), choices, strict=True))


def numbered(page: Page) -> str:
    """The choices as lines of text, each with the number by which it can be answered."""
    return "\n".join(f"{place}. {one.title}" for place, one in enumerate(page.choices, start=page.first))
