"""In which language a conversation is held: what Rasa's tracker says of it."""

from __future__ import annotations

from typing import Any


async def language_of(agent: Any, conversation: str) -> str:
    """The language of a conversation ("de"); empty before anything was said. May raise what its store raises."""
    tracker = await agent.tracker_store.retrieve(conversation)
    slot = tracker.slots.get("language") if tracker is not None else None
    return str(slot.value or "") if slot is not None else ""
