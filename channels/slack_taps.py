"""Two quick taps are one."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from typing import Any

TAPPED = "tapped"
"""In a message's metadata: the moment (Slack's `ts`) of the question on which was tapped."""
DOUBLE_TAP = 5.0
"""Seconds in which a second tap on the same question is the same tap."""
_REMEMBERED = 5000


class DoubleTaps:
    """Which messages were tapped on just now."""

    def __init__(self) -> None:
        self._tapped: dict[tuple[str, str], float] = {}

    def again(self, conversation: str, ts: str) -> bool:
        """Whether this message was tapped on a moment ago; the first tap is noted."""
        now = time.monotonic()
        if len(self._tapped) > _REMEMBERED:
            self._tapped = {one: at for one, at in self._tapped.items() if now - at < DOUBLE_TAP}
        is_double = now - self._tapped.get((conversation, ts), -DOUBLE_TAP) < DOUBLE_TAP
        if not is_double:
            self._tapped[conversation, ts] = now
        return is_double


def was_tapped(ts: str, at: float, events: Iterable[Mapping[str, Any]]) -> bool:
    """Whether this question had been answered by a tap just before `at` (seconds since 1970), at whichever replica."""
    return any(
        (event.get("metadata") or {}).get(TAPPED) == ts and abs(at - float(event.get("timestamp") or 0.0)) < DOUBLE_TAP
        for event in events
        if ts and event.get("event") == "user"
    )
