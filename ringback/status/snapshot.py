"""What the status page shows at one moment, read from the ledger once for all who look."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from datetime import datetime

from ringback.ledger.oversight import Outlook, Today
from ringback.ledger.store import Ledger, LedgerDown
from ringback.models import Callback, Frozen
from ringback.settings import DeskFile

EVERY = 1.0
"""Seconds between two looks at the ledger, however many look at the page."""
TODAY_EVERY = 10.0
"""Seconds between two counts of today's figures, which read more."""
SHOWN = 100
"""Open call-backs on the page; how many more there are is said."""
_SHARE = 20
"""A look that took long is not repeated before this many times as long has passed: the page has a tenth at most."""


class Snapshot(Frozen):
    """The page's content. Times are seconds since the epoch; `day` is the centre's midnight."""

    at: float
    day: float
    centre: str
    timezone: str
    outlook: Outlook
    open_callbacks: tuple[Callback, ...]
    operators_list: tuple[Callback, ...]
    stuck: frozenset[str]
    today: Today


class Away(Frozen):
    """The ledger cannot be read at this moment."""

    centre: str


class Snapshots:
    """The newest snapshot, made anew when somebody asks and the last one is too old."""

    def __init__(self, ledger: Ledger, config: DeskFile, *, clock: Callable[[], float] = time.time) -> None:
        self._ledger = ledger
        self._config = config
        self._clock = clock
        self._one_at_a_time = asyncio.Lock()
        self._newest: Snapshot | Away | None = None
        self._due = float("-inf")
        self._today: tuple[float, Today] | None = None
        self._today_due = float("-inf")

    async def newest(self) -> Snapshot | Away:
        """How things stand, at most a second ago (more when the ledger is slow)."""
        async with self._one_at_a_time:
            now = self._clock()
            if self._newest is None or not self._due - EVERY * 3600 < now < self._due:
                try:
                    self._newest = await self._look(now)
                except LedgerDown:
                    self._newest = Away(centre=self._config.centre)
                took = self._clock() - now
                self._due = now + max(EVERY, took * _SHARE)
            return self._newest

    async def _look(self, now: float) -> Snapshot:
        day = _midnight(now, self._config)
        today = await self._figures(day, now)
        return Snapshot(
            at=now,
            day=day,
            centre=self._config.centre,
            timezone=self._config.timezone.key,
            outlook=await self._ledger.outlook(),
            open_callbacks=tuple(await self._ledger.open_callbacks(limit=SHOWN)),
            operators_list=tuple(await self._ledger.operators_list(limit=SHOWN)),
            stuck=await self._ledger.stuck_keys(),
            today=today,
        )

    async def _figures(self, day: float, now: float) -> Today:
        if self._today is None or self._today[0] != day or now >= self._today_due:
            self._today = (day, await self._ledger.asked_since(day))
            self._today_due = now + TODAY_EVERY
        return self._today[1]


def _midnight(now: float, config: DeskFile) -> float:
    local = datetime.fromtimestamp(now, config.timezone)
    return local.replace(hour=0, minute=0, second=0, microsecond=0).timestamp()


def by_hour(today: Today, day: float) -> Mapping[int, int]:
    """How many requests came in each hour since midnight; a day may have 23 to 25 of them."""
    hours: dict[int, int] = {}
    for moment in today.asked_at:
        hour = int((moment - day) // 3600)
        hours[hour] = hours.get(hour, 0) + 1
    return hours
