"""One at a time over all replicas: a lock in Redis that its holder renews, and that a dead holder loses soon.

The lock itself is the client library's (a token, set if absent, released by script). Needs a client of `redis.asyncio`,
or one with the same methods.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import AsyncIterator
from typing import Any

logger = logging.getLogger(__name__)

LEASE = 4.0
"""Seconds after which what a dead server held is free; long against the moments for which a busy one is deaf."""
RENEW_EVERY = 1.0
POLL = 0.05
"""Seconds between two tries for a lock that somebody else has."""
PATIENCE = 20.0
"""Seconds for which Redis may be away before whoever wants a lock is told so."""
_AGAIN = 0.25


class NotHeld(Exception):
    """The lock could not be had in time. The text says whether somebody had it or Redis was away."""


class Leases:
    """Locks by name. `lease` and `patience` in seconds."""

    def __init__(self, client: Any, *, lease: float = LEASE, patience: float = PATIENCE) -> None:
        self._client = client
        self._lease = lease
        self._patience = patience

    @contextlib.asynccontextmanager
    async def hold(self, name: str, wait: float) -> AsyncIterator[None]:
        """Hold the lock `name` inside the context. Raises NotHeld after `wait` seconds, before the context begins.

        If Redis goes away meanwhile the work goes on: it had the lock, and Redis keeps it over a restart.
        """
        lock = await self._acquire(name, wait)
        renewal = asyncio.get_running_loop().create_task(self._renew(lock))
        try:
            yield
        finally:
            renewal.cancel()
            # Not renewed while it is given back: the two would use the same token.
            with contextlib.suppress(asyncio.CancelledError):
                await renewal
            await asyncio.shield(self._release(lock))

    async def _acquire(self, name: str, wait: float) -> Any:
        deadline = time.monotonic() + wait
        away_until: float | None = None
        while True:
            lock = self._client.lock(f"ringback:{name}", timeout=self._lease, sleep=POLL, thread_local=False)
            left = max(0.0, deadline - time.monotonic())
            try:
                if await lock.acquire(blocking_timeout=left):
                    return lock
            except Exception as error:
                now = time.monotonic()
                away_until = away_until or now + self._patience
                if now >= min(away_until, deadline):
                    raise NotHeld(f"Redis is away ({type(error).__name__})") from error
                await asyncio.sleep(_AGAIN)
                continue
            raise NotHeld(f"somebody else had it for {wait:g} s")

    async def _renew(self, lock: Any) -> None:
        while True:
            await asyncio.sleep(min(RENEW_EVERY, self._lease / 4))
            try:
                await lock.reacquire()
            except Exception as error:  # noqa: BLE001 - the work goes on; the next renewal may succeed
                logger.warning("A lock could not be renewed: %s", type(error).__name__)

    async def _release(self, lock: Any) -> None:
        try:
            await lock.release()
        except Exception as error:  # noqa: BLE001 - what was done is done; the lease ends by itself
            logger.warning("A lock could not be given back: %s", type(error).__name__)
