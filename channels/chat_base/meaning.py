"""What a tap or a typed text means, given what the bot has offered in this conversation. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from channels.chat_base.choices import Choice, choices_of, fingerprint, read_more
from channels.messages import EXTERNAL_PREFIX, message_of_event
from channels.payloads import looks_like_command, offered, without_command_sign

_NUMBER = re.compile(r"[#(]?\s*(\d{1,3})\s*[.)]?")
_MORE_WORDS = frozenset({
    "more", "more …", "more...", "show more", "mehr", "mehr …", "mehr...", "mehr anzeigen", "mehr zeigen", "weitere",
    "alle", "plus", "plus …", "plus...", "afficher plus", "voir plus", "voir tout", "tout voir", "la suite",
})  # fmt: skip

Events = Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class Incoming:
    """What a person sent: `text` as typed (or a button's title), and the id of what was tapped, if anything was."""

    text: str = ""
    tapped: str = ""


@dataclass(frozen=True)
class ToRasa:
    """The text for Rasa: the payload of something offered, or words that are no command."""

    text: str


@dataclass(frozen=True)
class ShowPage:
    """The person wants to see more of the message's choices: this page (from 0), or all in writing if it is None."""

    message: Mapping[str, Any]
    page: int | None


@dataclass(frozen=True)
class Nothing:
    """There is nothing in it that could be understood."""


Meaning = ToRasa | ShowPage | Nothing


def meant(incoming: Incoming, events: Events, *, shown: int) -> Meaning:
    """What is meant. `events` are the tracker's, as dictionaries, oldest first; `shown`: choices on a page."""
    if incoming.tapped:
        more = read_more(incoming.tapped)
        if more is not None:
            wanted = _message_with(more[1], events)
            return ShowPage(wanted, more[0]) if wanted is not None else Nothing()
        for payload in offered(events):
            if Choice("", payload).id == incoming.tapped:
                return ToRasa(payload)
    # A button that we never offered here says no more than its title does.
    text = incoming.text.strip()
    if looks_like_command(text):
        text = without_command_sign(text)
    if not text:
        return Nothing()
    return _typed(text, events, shown)


def _typed(text: str, events: Events, shown: int) -> Meaning:
    message = open_message(events)
    choices = choices_of(message) if message is not None else ()
    # With a single one ("Skip"), a number is rather the answer to the question itself.
    if message is None or len(choices) < 2:
        return ToRasa(text)
    said = " ".join(text.casefold().split())
    same = [one for one in choices if " ".join(one.title.casefold().split()) == said]
    if len(same) == 1:
        return ToRasa(same[0].payload)
    number = _NUMBER.fullmatch(text)
    if number and not any(_NUMBER.fullmatch(one.title) for one in choices) and 0 < int(number[1]) <= len(choices):
        return ToRasa(choices[int(number[1]) - 1].payload)
    if said in _MORE_WORDS and len(choices) > shown:
        return ShowPage(message, None)
    return ToRasa(text)


def open_message(events: Events) -> dict[str, Any] | None:
    """The newest message with choices since the person said something; None if nothing is open."""
    for event in reversed(events):
        if is_from_person(event):
            return None
        if event.get("event") == "bot":
            message = message_of_event(event)
            if choices_of(message):
                return message
    return None


def open_question(events: Events) -> dict[str, Any] | None:
    """The newest bot message that is no news: what the person was asked or told last."""
    for event in reversed(events):
        if event.get("event") == "bot" and event.get("text") and not (event.get("metadata") or {}).get("news"):
            return message_of_event(event)
    return None


def is_from_person(event: Mapping[str, Any]) -> bool:
    """Whether a person said this, rather than a program by way of Rasa's API."""
    text = str(event.get("text") or "")
    external = text.startswith(EXTERNAL_PREFIX) or (event.get("metadata") or {}).get("is_external")
    return event.get("event") == "user" and not external


def _message_with(wanted: str, events: Iterable[Mapping[str, Any]]) -> dict[str, Any] | None:
    for event in reversed(list(events)):
        if event.get("event") == "bot":
            message = message_of_event(event)
            choices = choices_of(message)
            if choices and fingerprint(choices) == wanted:
                return message
    return None
