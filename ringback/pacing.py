"""How fast a provider is asked: so many looks at once, so many a second, what rings first.

No part of this waits or knows the time by itself: the follower asks, with its own clock.
"""

from __future__ import annotations

import math
import random
from collections import deque
from typing import Generic, TypeVar

import structlog

log = structlog.get_logger(__name__)

Item = TypeVar("Item")

_BOOKED_AT_ONCE = 0.5
"""Seconds of a rate that one worker books at a time."""
_SAVED = 1.0
"""Seconds of unused rate that may be made up for."""


def jitter(least: float) -> float:
    """Between `least` and 1, so that what was due together does not stay together."""
    return random.uniform(least, 1.0)  # noqa: S311 - no secret


class Outage:
    """Whether somebody we need answers at all. Says so once when it stops and once when it is back.

    `what` is the first part of both lines (provider_down, provider_back), `facts` are written beside them.
    """

    def __init__(self, what: str, longest_pause: float, **facts: str) -> None:
        self._down, self._back = f"{what}_down", f"{what}_back"
        self._facts = facts
        self._longest_pause = longest_pause
        self._failures = 0
        self.resume_at = 0.0

    @property
    def lasts(self) -> bool:
        """It did not answer when it was asked last."""
        return self._failures > 0

    def failed(self, error: Exception, now: float) -> None:
        """Note a failure as a whole; nobody asks until `resume_at`, longer each time, with jitter."""
        if now < self.resume_at:
            return
        if self._failures == 0:
            log.warning(self._down, **self._facts, why=str(error))
        pause = min(2.0 ** min(self._failures, 20), self._longest_pause)
        self._failures += 1
        self.resume_at = now + max(pause * jitter(0.7), getattr(error, "retry_after", None) or 0.0)

    def answered(self) -> None:
        """Note that it answers."""
        if self._failures:
            log.info(self._back, **self._facts)
        self._failures = 0
        self.resume_at = 0.0


class Lane(Generic[Item]):
    """The way to one provider: `at_once` in flight, the urgent first; `per_second` begun, if that is not 0.

    A rate holds for all workers together: they book looks in the ledger, half a second's worth at a time (`wanted`),
    and each look begins not before its booking (`grant`). Others wait in the lane, three times as many of each kind as
    may be in flight. Who finds no place is sent away and comes back when it is next due, so that a provider which is
    slow or narrow holds up neither the others nor what rings.
    """

    def __init__(self, at_once: int, per_second: float = 0.0) -> None:
        self.per_second = per_second
        self._at_once = at_once
        self._urgent: deque[Item] = deque()
        self._patient: deque[Item] = deque()
        self._booked: deque[float] = deque()
        self._in_flight = 0

    @property
    def room(self) -> int:
        """How many urgent ones would still find a place."""
        return max(4 * self._at_once - self._in_flight - len(self._urgent), 0)

    def offer(self, item: Item, *, urgent: bool) -> bool:
        """Let it wait for its turn; False when there is no place for it."""
        if urgent:
            self._urgent.append(item)
            return True
        if self._in_flight + len(self._patient) >= 4 * self._at_once:
            return False
        self._patient.append(item)
        return True

    def wanted(self, now: float) -> int:
        """How many looks to book. What was booked and not used for long is not made up for."""
        while self._booked and self._booked[0] < now - _SAVED:
            self._booked.popleft()
        at_once = math.ceil(self.per_second * _BOOKED_AT_ONCE)
        if 2 * len(self._booked) > at_once:
            return 0
        waiting = len(self._urgent) + len(self._patient)
        return max(min(waiting - len(self._booked), at_once), 0)

    def grant(self, start: float, looks: int) -> None:
        """That many looks were booked, the first for `start` (seconds since the epoch), the others after it."""
        self._booked.extend(start + place / self.per_second for place in range(looks))

    def take(self, now: float) -> Item | None:
        """Whose turn it is, if it is anybody's; it is in flight until `left`."""
        waiting = self._urgent or self._patient
        if not waiting or self._in_flight >= self._at_once:
            return None
        if self.per_second:
            if not self._booked or self._booked[0] > now:
                return None
            self._booked.popleft()
        self._in_flight += 1
        return waiting.popleft()

    def left(self) -> None:
        """One in flight has come back."""
        self._in_flight -= 1

    def ready_at(self) -> float:
        """When there is something to do, if nobody comes back before; infinity when nobody waits or all are out."""
        if self._in_flight >= self._at_once or not (self._urgent or self._patient):
            return float("inf")
        return self._booked[0] if self._booked else 0.0

    def clear(self) -> None:
        """Send away who waits."""
        self._urgent.clear()
        self._patient.clear()
