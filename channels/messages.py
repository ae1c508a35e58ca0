"""The website channel's wire form of a message: one pure function for live messages and for history.

Live and replayed messages must carry the same id, or a page that reconnects shows a message twice. So both are made by
``from_bot_message`` out of what ``BotUttered.message()`` gives: the event's data, its metadata merged in, ``text`` and
``timestamp`` (seconds since 1970, UTC).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from channels.payloads import buttons_of, looks_like_command, richer_buttons, without_command_sign

EXTERNAL_PREFIX = "EXTERNAL: "
HISTORY_LIMIT = 1000
_NEVER_SHOWN = frozenset({"/session_start", "/restart"})

Wire = dict[str, Any]


def message_id(message: Mapping[str, Any]) -> str:
    """The news id if the message is news (so that news told twice is shown once), otherwise its moment."""
    news = message.get("news")
    if isinstance(news, Mapping) and news.get("id"):
        return str(news["id"])
    return f"b{float(message.get('timestamp') or 0.0):.6f}"


def from_bot_message(message: Mapping[str, Any]) -> Wire:
    """The wire form of a bot message.

    Returns ``{"id", "sender": "bot", "text", "buttons": [{"title", "payload"}], "timestamp", "news", "custom",
    "card", "hint"}``;
    ``timestamp`` in seconds since 1970 (UTC), ``news`` a dictionary or None, ``custom`` whatever the response held;
    ``card`` (see ``ringback.card``) and ``hint`` (see ``actions.hints``) dictionaries or None.
    """
    news = message.get("news")
    return {
        "id": message_id(message),
        "sender": "bot",
        "text": str(message.get("text") or ""),
        "buttons": buttons_of(message),
        "timestamp": float(message.get("timestamp") or 0.0),
        "news": dict(news) if isinstance(news, Mapping) else None,
        "custom": message.get("custom"),
        "card": message.get("card"),
        "hint": message.get("hint") or (message.get("metadata") or {}).get("hint"),
    }


def message_of_event(event: Mapping[str, Any]) -> dict[str, Any]:
    """A bot event as the message Rasa would send for it: its data, text and timestamp, with its metadata merged in."""
    return {
        **(event.get("data") or {}),
        "text": event.get("text"),
        "timestamp": event.get("timestamp"),
        **(event.get("metadata") or {}),
    }


def from_user_message(message_id: str, text: str, timestamp: float, titles: Mapping[str, str]) -> Wire:
    """The wire form of what a person said; a tapped button is shown as its title (``titles``: by payload)."""
    text = text.strip()
    shown = titles.get(text, text)
    if looks_like_command(shown):
        shown = without_command_sign(shown)
    return {"id": message_id, "sender": "user", "text": shown, "timestamp": timestamp}


def _from_user_event(event: Mapping[str, Any], titles: Mapping[str, str]) -> Wire | None:
    text = str(event.get("text") or "").strip()
    external = text.startswith(EXTERNAL_PREFIX) or (event.get("metadata") or {}).get("is_external")
    if not text or external or text in _NEVER_SHOWN:
        return None
    timestamp = float(event.get("timestamp") or 0.0)
    return from_user_message(str(event.get("message_id") or f"u{timestamp:.6f}"), text, timestamp, titles)


def history(events: Iterable[Mapping[str, Any]], after: float = 0.0) -> list[Wire]:
    """The user's and the bot's messages newer than ``after`` (seconds since 1970), oldest first.

    A tapped button is shown as its title, as the person saw it, and news told more than once appears once. At most the
    newest ``HISTORY_LIMIT`` messages.
    """
    titles: dict[str, str] = {}
    shown: list[Wire] = []
    ids: set[str] = set()
    for event in events:
        wire: Wire | None = None
        if event.get("event") == "bot":
            message = message_of_event(event)
            titles.update(
                (button["payload"], button["title"]) for button in buttons_of(message) + richer_buttons(message)
            )
            wire = from_bot_message(message)
        elif event.get("event") == "user":
            wire = _from_user_event(event, titles)
        if wire is None or wire["id"] in ids:
            continue
        ids.add(wire["id"])
        if wire["timestamp"] > after:
            shown.append(wire)
    return shown[-HISTORY_LIMIT:]


def seen_message_ids(events: Iterable[Mapping[str, Any]]) -> list[str]:
    """The ids of the user's messages that the conversation already holds, oldest first."""
    return [str(event["message_id"]) for event in events if event.get("event") == "user" and event.get("message_id")]
