"""Acknowledgements come before turns: platforms count the time to them, and turns are done by the same processor."""

from __future__ import annotations

import asyncio
import time

QUIET, LONGEST_QUIET = 0.03, 1.0
"""Seconds without a request after which a turn may begin, and for which one waits for that at most."""


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
