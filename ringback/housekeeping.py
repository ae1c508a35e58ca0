"""What is done about privacy without being asked again: conversations that are to be forgotten, and what is too old."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from contextlib import suppress

import structlog

from ringback.conversations import Store, open_stores
from ringback.ledger.store import Ledger, LedgerDown
from ringback.privacy import LEASE, forget_conversations, forget_old
from ringback.settings import RetentionSettings, Settings, SettingsError

log = structlog.get_logger(__name__)

_ROUND = 2.0
_SWEEP = 3600.0
_BREATH = 0.2
"""Seconds between two small batches, so that nobody else has to wait."""


class Housekeeper:
    """Looks every few seconds for what is to be forgotten, and every hour for what is too old, until `stop`."""

    def __init__(
        self,
        ledger: Ledger,
        settings: Settings,
        retention: RetentionSettings,
        *,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._ledger = ledger
        self._settings = settings
        self._retention = retention
        self._clock = clock
        self._next_sweep = 0.0
        self._stopped = asyncio.Event()
        self._trouble = ""

    async def stop(self) -> None:
        """End `run` after what is under way."""
        self._stopped.set()

    async def run(self) -> None:
        """Keep house until stopped. What fails is tried again; why is logged when it begins."""
        while not self._stopped.is_set():
            try:
                await self.tidy()
            except (LedgerDown, SettingsError) as error:
                self._failed(str(error) or type(error).__name__)
            except Exception:
                log.exception("housekeeping_failed")
                self._next_sweep = self._clock() + _SWEEP
            else:
                self._trouble = ""
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stopped.wait(), _ROUND)

    async def tidy(self) -> None:
        """One round. Raises LedgerDown and SettingsError."""
        now = self._clock()
        if due := await self._ledger.claim_erasures(now, lease=LEASE):
            async with open_stores(self._settings) as stores:
                await forget_conversations(due, self._ledger, stores)
            log.info("conversations_forgotten", count=len(due))
        if now < self._next_sweep:
            return
        gone = 0
        async with open_stores(self._settings) as stores:
            while not self._stopped.is_set() and (batch := await self._sweep(stores, now)):
                gone += batch
                await asyncio.sleep(_BREATH)
        self._next_sweep = now + _SWEEP
        if gone:
            log.info("old_data_erased", rows=gone)

    async def _sweep(self, stores: Sequence[Store], now: float) -> int:
        return await forget_old(self._ledger, stores, self._retention, now=now)

    def _failed(self, why: str) -> None:
        if why != self._trouble:
            log.error("not_erased_yet", why=why)
        self._trouble = why
