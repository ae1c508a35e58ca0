"""What a person types is never a command: only a payload that one of our own buttons offered is one.

Rasa runs any text of the form ``/intent{json}`` as that intent, so without this gate anybody could type the intent that
announces news, or confirm something that was never asked. Pure functions over tracker events in their dictionary form
(``Event.as_dict()``); every channel can use them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

COMMAND_SIGN = "/"
_LEADING_COMMAND_SIGNS = re.compile(r"^[\s/]+")


def buttons_of(data: Mapping[str, Any] | None) -> list[dict[str, str]]:
    """The buttons (or quick replies) of a bot event's ``data``, or of a whole bot message, as ``{"title", "payload"}``.

    A button without a payload sends its title; one without a title cannot be shown and is left out.
    """
    if not data:
        return []
    found: list[dict[str, str]] = []
    for key in ("buttons", "quick_replies"):
        entries = data.get(key)
        if not isinstance(entries, list):
            continue
        for entry in entries:
            if not isinstance(entry, Mapping) or not entry.get("title"):
                continue
            title = str(entry["title"])
            found.append({"title": title, "payload": str(entry.get("payload") or title).strip()})
    return found


def richer_buttons(message: Mapping[str, Any] | None) -> list[dict[str, str]]:
    """What a message offers beside its buttons: the options of its ``hint`` and the buttons of its ``card``."""
    found: list[dict[str, str]] = []
    for key, part in (("hint", "options"), ("card", "buttons")):
        holder = (message or {}).get(key)
        entries = holder.get(part) if isinstance(holder, Mapping) else None
        choosable = [one for one in entries or () if isinstance(one, Mapping) and one.get("payload")]
        found += buttons_of({"buttons": choosable})
    return found


def offered(events: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """Every payload that buttons in these events offered, with the title it was last shown under."""
    titles: dict[str, str] = {}
    for event in events:
        if event.get("event") == "bot":
            shown = buttons_of(event.get("data")) + richer_buttons(event.get("metadata"))
            titles.update((button["payload"], button["title"]) for button in shown)
    return titles


def looks_like_command(text: str) -> bool:
    """Whether Rasa would try to read this text as an intent instead of understanding it."""
    return text.strip().startswith(COMMAND_SIGN)


def without_command_sign(text: str) -> str:
    """The text as ordinary words: leading slashes and white space gone, so that Rasa can only read it as text."""
    return _LEADING_COMMAND_SIGNS.sub("", text).rstrip()


def as_meant(text: str, offers: Mapping[str, str]) -> str:
    """The text to hand to Rasa: the payload itself if a button offered exactly it, otherwise never a command."""
    stripped = text.strip()
    if not looks_like_command(stripped) or stripped in offers:
        return stripped
    return without_command_sign(stripped)
