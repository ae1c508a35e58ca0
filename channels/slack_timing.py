"""Two matters of a moment: acknowledgements come before turns, and two quick taps are one."""

from __future__ import annotations

import asyncio
import time

QUIET, LONGEST_QUIET = 0.03, 1.0
"""Seconds without a request after which a turn may begin, and for which one waits for that at most: Slack counts the
time to an acknowledgement, and a turn's work is done by the same processor."""
DOUBLE_TAP = 5.0
"""Seconds in which a second tap on the same question is the same tap."""
_REMEMBERED = 5000


class AcknowledgedFirst:
    """Holds turns back for as long as requests are coming in."""

    def __init__(self) -> None:
        self._arrived = 0.0
        self._beginning = asyncio.Lock()

    def arrived(self) -> None:
        """A request is here."""
        self._arrived = time.monotonic()

    async def pause(self) -> None:
        """Turns begin one after the other, and behind the acknowledgements that are due."""
        async with self._beginning:
            latest = time.monotonic() + LONGEST_QUIET
            while (wait := min(self._arrived + QUIET, latest) - time.monotonic()) > 0:  # noqa: ASYNC110 - each request moves it
                await asyncio.sleep(wait)


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
