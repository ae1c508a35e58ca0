"""What could not be said while a person was out of reach is said first when they write again."""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from channels.chat_base.store import Store
from channels.chat_base.voice import Voice
from channels.chat_base.words import WORDS
from channels.languages import language_of_message
from channels.messages import message_of_event

logger = logging.getLogger(__name__)


async def make_up(store: Store, voice: Voice, conversation: str, events: Sequence[Mapping[str, Any]]) -> None:
    """Of each call, say the newest news that never arrived; `events` are the tracker's. Never raises."""
    try:
        missed = await store.missed(conversation)
        if not missed:
            return
        told = {
            (event.get("metadata") or {})["news"].get("id"): event
            for event in events
            if event.get("event") == "bot" and (event.get("metadata") or {}).get("news")
        }
        for one in missed:
            event = told.get(one.news)
            if event is None:
                voice.say(conversation, WORDS, "missed_unknown")
                continue
            message = {**message_of_event(event), "news": None, "card": None}
            spoken = voice.language(conversation)
            text = WORDS.say("missed", language_of_message(message_of_event(event)) or spoken, text=event.get("text"))
            voice.answer(conversation, {**message, "text": text, "language": spoken})
        await store.made_up(conversation, time.time())
    except SQLAlchemyError as error:
        logger.error("The channels' database is away: %s", type(error).__name__)  # noqa: TRY400 - holds numbers
