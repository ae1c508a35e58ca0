"""One call-back as the live card that a chat page keeps of it. Pure.

A card goes with every sentence about its call-back: the booking, each piece of news, "where is my call?". Whoever shows
cards keeps one for each `callback` and lets only a higher `seq` change it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from ringback.models import Callback, State
from ringback.understanding.phone import mask

Card = dict[str, Any]

_COUNTS_UP = frozenset({State.QUEUED, State.CALLING_AGENT, State.HOLDING, State.CALLING_CUSTOMER, State.CONNECTED})


def card(callback: Callback, *, can_cancel: bool, can_move: bool, now: float, replaces: str = "") -> Card:
    """What a card shows. Times are seconds since 1970 (UTC), `now` among them.

    Returns ``{"callback", "seq", "queue", "number", "state", "since", "starts_at", "timer", "open", "can_cancel",
    "can_move", "now", "replaces"}``: `number` is masked; `since` is when the state began; `starts_at` the booked time
    or None; `timer` the moment that a running clock counts from (past) or down to (ahead), None where nothing runs;
    `replaces` the key of the call-back that this one took the place of. Who is talking hangs up and need not cancel.
    """
    timer: float | None = None
    if callback.state in _COUNTS_UP:
        timer = callback.state_since
    elif callback.state is State.SCHEDULED and callback.starts_at is not None and callback.starts_at > now:
        timer = callback.starts_at
    is_open = not callback.state.is_final
    return {
        "callback": callback.key,
        "seq": callback.seq,
        "queue": callback.queue_name,
        "number": mask(callback.number),
        "state": callback.state.value,
        "since": callback.state_since,
        "starts_at": callback.starts_at,
        "timer": timer,
        "open": is_open,
        "can_cancel": can_cancel and is_open and callback.state is not State.CONNECTED,
        "can_move": can_move and is_open,
        "now": now,
        "replaces": replaces,
    }


def with_buttons(plain: Card, *, cancel: str, move: str) -> Card:
    """The card with its `buttons`, a list of ``{"does", "title", "payload"}``; `cancel` and `move` are their titles.

    A channel takes their payloads for offered ones, as it does those under a message.
    """
    about = json.dumps({"callback": plain["callback"]})
    buttons = []
    if plain["can_move"]:
        buttons.append({"does": "move", "title": move, "payload": f"/change{about}"})
    if plain["can_cancel"]:
        buttons.append({"does": "cancel", "title": cancel, "payload": f"/cancel_callback{about}"})
    return {**plain, "buttons": buttons}


def label_cards(messages: Iterable[dict[str, Any]], *, cancel: str, move: str) -> None:
    """Give the cards of a turn's messages their buttons."""
    for message in messages:
        if isinstance(message.get("card"), dict):
            message["card"] = with_buttons(message["card"], cancel=cancel, move=move)
