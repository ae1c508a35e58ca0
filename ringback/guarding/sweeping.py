"""Deletes what the guard counted and what counts no more."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress

import structlog

from ringback.ledger.store import Ledger, LedgerDown

EVERY = 3600.0
"""Seconds from one sweep to the next; a worker that starts sweeps at once."""

log = structlog.get_logger(__name__)


class Sweeper:
    """Sweeps the ledger of what is too old to be counted until `stop`; any number of workers may do so."""

    def __init__(self, ledger: Ledger, *, every: float = EVERY, clock: Callable[[], float] = time.time) -> None:
        self._ledger = ledger
        self._every = every
        self._clock = clock
        self._stopped = asyncio.Event()

    async def stop(self) -> None:
        """Begin no further sweep."""
        self._stopped.set()

    async def run(self) -> None:
        """Sweep until stopped; a database that is away is tried again at the next turn."""
        while not self._stopped.is_set():
            try:
                gone = await self._ledger.forget_bookings(self._clock())
            except LedgerDown:
                gone = 0  # the follower says so, once
            if gone:
                log.info("bookings_forgotten", count=gone)
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stopped.wait(), self._every)
