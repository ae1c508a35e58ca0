"""What a chat channel says by itself, and in which language of whom."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Protocol

from channels.chat_base.words import WORDS
from channels.languages import language_in, language_in_events, language_of_message
from channels.phrasebook import Phrasebook

_REMEMBERED = 10_000
BUSY_EVERY = 60.0
"""Seconds between two words to a person that their messages are waiting."""


class Answers(Protocol):
    """Where answers go out: the outbox."""

    def answer(self, conversation: str, message: Mapping[str, Any]) -> None:
        """Send it in the background."""
        ...


class Voice:
    """Knows the language of the conversations that passed by lately.

    `default` is the centre's; `hint` tells the tag under which the platform knows a conversation's person, or "".
    """

    def __init__(self, outbox: Answers, default: str, hint: Callable[[str], str] = lambda _: "") -> None:
        self._outbox = outbox
        self._default = default
        self._hint = hint
        self._known: OrderedDict[str, str] = OrderedDict()
        self._said_busy: dict[str, float] = {}

    def language(self, conversation: str) -> str:
        """The conversation's language; before anything was said the platform's for this person, else the centre's."""
        return self._known.get(conversation) or language_in(self._hint(conversation)) or self._default

    def learn(self, conversation: str, events: Iterable[Mapping[str, Any]]) -> None:
        """The tracker's events, oldest first, say which it is."""
        self._note(conversation, language_in_events(events))

    def labelled(self, conversation: str, message: Mapping[str, Any]) -> dict[str, Any]:
        """A bot message with its `language`, by which the conversation's is known from now on."""
        told = language_of_message(message)
        if not (message.get("news") and conversation in self._known):
            # News may have been written before the person went on in another language.
            self._note(conversation, told)
        return {**message, "language": told or self.language(conversation)}

    def answer(self, conversation: str, message: Mapping[str, Any]) -> None:
        """Send a bot message. Returns at once."""
        self._outbox.answer(conversation, self.labelled(conversation, message))

    def say(self, conversation: str, book: Phrasebook, name: str, **values: object) -> None:
        """Say one of our own sentences. Returns at once."""
        language = self.language(conversation)
        self._outbox.answer(conversation, {"text": book.say(name, language, **values), "language": language})

    async def apologise(self, conversation: str) -> None:
        """A turn has failed."""
        self.say(conversation, WORDS, "apology")

    def say_busy(self, conversation: str) -> None:
        """Too many messages wait; said once in a while."""
        now = time.monotonic()
        if now - self._said_busy.get(conversation, -BUSY_EVERY) >= BUSY_EVERY:
            self._said_busy = {one: at for one, at in self._said_busy.items() if now - at < BUSY_EVERY}
            self._said_busy[conversation] = now
            self.say(conversation, WORDS, "busy")

    def _note(self, conversation: str, language: str) -> None:
        if not language:
            return
        self._known[conversation] = language
        self._known.move_to_end(conversation)
        if len(self._known) > _REMEMBERED:
            self._known.popitem(last=False)
