"""What could not be said while a person was out of reach is said first when they write again."""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from channels.chat_base.outbox import Outbox
from channels.chat_base.store import Store
from channels.messages import message_of_event

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class MissedWords:
    """`told` has a place for the news, ``{text}``; `unknown` is said when its words are nowhere any more."""

    told: str
    unknown: str


async def make_up(
    store: Store, outbox: Outbox, conversation: str, events: Sequence[Mapping[str, Any]], words: MissedWords
) -> None:
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
                outbox.answer(conversation, {"text": words.unknown})
                continue
            message = {**message_of_event(event), "news": None, "card": None}
            outbox.answer(conversation, {**message, "text": words.told.format(text=event.get("text"))})
        await store.made_up(conversation, time.time())
    except SQLAlchemyError as error:
        logger.error("The channels' database is away: %s", type(error).__name__)  # noqa: TRY400 - holds numbers
