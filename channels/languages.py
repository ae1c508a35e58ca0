"""In which language a conversation is held: what a tracker, a message or a tag of a platform says of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

LANGUAGES = ("en", "de", "fr")
FALLBACK = "en"
_SLOT = "language"


async def language_of(agent: Any, conversation: str) -> str:
    """The language of a conversation ("de"); empty before anything was said. May raise what its store raises."""
    tracker = await agent.tracker_store.retrieve(conversation)
    slot = tracker.slots.get(_SLOT) if tracker is not None else None
    return str(slot.value or "") if slot is not None else ""


def language_in(tag: object) -> str:
    """Our language of a tag as platforms write it ("de-AT", "fr_CA"); empty if it is none of ours."""
    short = str(tag or "").replace("_", "-").partition("-")[0].casefold()
    return short if short in LANGUAGES else ""


def language_in_events(events: Iterable[Mapping[str, Any]]) -> str:
    """The language that a tracker's events (oldest first) end in; empty before anything was said."""
    found = ""
    for event in events:
        if event.get("event") == "slot" and event.get("name") == _SLOT:
            found = language_in(event.get("value"))
        elif event.get("event") == "restart":
            found = ""
    return found


def language_of_message(message: Mapping[str, Any]) -> str:
    """The language in which a bot message is written; empty if nothing about it says so.

    An action says it, and so does news. Of a response that Rasa chose by itself, the variation's condition does.
    """
    said = language_in(message.get("language"))
    if said or not message.get("utter_action"):
        return said
    conditions = message.get("condition") or ()
    return next((language_in(one.get("value")) for one in conditions if one.get("name") == _SLOT), FALLBACK)
