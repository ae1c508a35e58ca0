"""How fast a provider is asked: so many looks at once, so many a second, what rings first.

No part of this waits or knows the time by itself: the follower asks, with its own clock.
"""

from __future__ import annotations

import random
from collections import deque
from typing import Generic, TypeVar

import structlog

from ringback.providers.base import ProviderError

log = structlog.get_logger(__name__)

Item = TypeVar("Item")

_SAVED = 0.1
"""Seconds of unused rate that may be made up for."""


def jitter(least: float) -> float:
    """Between `least` and 1, so that what was due together does not stay together."""
    return random.uniform(least, 1.0)  # noqa: S311 - no secret


class Outage:
    """Whether one provider answers at all. Says so once when it stops and once when it is back."""

    def __init__(self, name: str, longest_pause: float) -> None:
        self._name = name
        self._longest_pause = longest_pause
        self._failures = 0
        self.resume_at = 0.0

    def failed(self, error: ProviderError, now: float) -> None:
        """Note a failure of the provider as a whole; looks at it pause, longer each time, with jitter."""
        if now < self.resume_at:
            return
        if self._failures == 0:
            log.warning("provider_down", provider=self._name, why=str(error))
        pause = min(2.0**self._failures, self._longest_pause)
        self._failures += 1
        self.resume_at = now + max(pause * jitter(0.7), error.retry_after or 0.0)

    def answered(self) -> None:
        """Note that it answers."""
        if self._failures:
            log.info("provider_back", provider=self._name)
        self._failures = 0
        self.resume_at = 0.0


class Lane(Generic[Item]):
    """The way to one provider: `at_once` in flight, `per_second` begun (0: as many as may be), the urgent first.

    Others wait in it, as many again of each kind. Who finds no place is sent away and comes back when it is next due,
    so that a provider which is slow or narrow holds up neither the others nor what rings.
    """

    def __init__(self, at_once: int, per_second: float = 0.0) -> None:
        self._at_once = at_once
        self._per_second = per_second
        self._urgent: deque[Item] = deque()
        self._patient: deque[Item] = deque()
        self._in_flight = 0
        self._next_at = 0.0

    @property
    def room(self) -> int:
        """How many urgent ones would still find a place."""
        return max(2 * self._at_once - self._in_flight - len(self._urgent), 0)

    def offer(self, item: Item, *, urgent: bool) -> bool:
        """Let it wait for its turn; False when there is no place for it."""
        if urgent:
            self._urgent.append(item)
            return True
        if self._in_flight + len(self._patient) >= 2 * self._at_once:
            return False
        self._patient.append(item)
        return True

    def take(self, now: float) -> Item | None:
        """Whose turn it is, if it is anybody's; it is in flight until `left`."""
        waiting = self._urgent or self._patient
        if not waiting or self._in_flight >= self._at_once or now < self._next_at:
            return None
        if self._per_second:
            # Only a moment's worth is saved up, for the follower does not come by at every instant.
            self._next_at = max(self._next_at, now - _SAVED) + 1 / self._per_second
        self._in_flight += 1
        return waiting.popleft()

    def left(self) -> None:
        """One in flight has come back."""
        self._in_flight -= 1

    def ready_at(self) -> float:
        """From when `take` has somebody, if nobody comes back before; infinity when nobody waits or all are out."""
        free = self._in_flight < self._at_once and (self._urgent or self._patient)
        return self._next_at if free else float("inf")

    def clear(self) -> None:
        """Send away who waits."""
        self._urgent.clear()
        self._patient.clear()
