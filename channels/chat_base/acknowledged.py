"""Acknowledgements come before turns: platforms count the time to them, and turns are done by the same processor."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager

QUIET = 0.03
"""Seconds without a message after which a turn may begin."""
LOOK, LATE = 0.005, 0.01
"""Seconds between two looks, and by how much one may be late: later ones mean that turns keep the processor busy."""
LONGEST = 0.25
"""Seconds for which one turn holds up the next ones at most, whatever comes in and however much there is to do."""


class AcknowledgedFirst:
    """Holds turns back while messages are coming in, or are being written down, or turns that began fill the time.

    Turns that all began at once would share the processor, and whatever comes in would wait for a step of each.
    """

    def __init__(self) -> None:
        self._came = 0.0
        self._due = 0
        self._beginning = asyncio.Lock()

    @contextmanager
    def acknowledging(self) -> Iterator[None]:
        """A message is here, and its sender waits until this is left."""
        self._came = time.monotonic()
        self._due += 1
        try:
            yield
        finally:
            self._due -= 1

    async def pause(self) -> None:
        """Wait for this turn's beginning: one after the other, in the order of the calls."""
        async with self._beginning:
            latest = time.monotonic() + LONGEST
            while True:
                looked = time.monotonic()
                await asyncio.sleep(LOOK)
                now = time.monotonic()
                has_time = not self._due and now - self._came >= QUIET and now - looked < LOOK + LATE
                if has_time or now >= latest:
                    return
