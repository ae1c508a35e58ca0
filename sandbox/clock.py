"""The sandbox's own time: the machine's, plus whatever a test has skipped."""

from __future__ import annotations

import time
from collections.abc import Callable

_YEAR = 366 * 86400


class Clock:
    """Seconds since the epoch (UTC). `offset` is how far this clock is ahead of its source, in seconds."""

    def __init__(self, source: Callable[[], float] = time.time, offset: float = 0.0) -> None:
        self._source = source
        self.offset = offset

    def now(self) -> float:
        return self._source() + self.offset

    def advance(self, seconds: float) -> None:
        """Skip some time. ValueError for a negative one, as calls' lives only go forward, and for a far future."""
        if not 0 <= seconds < 10 * _YEAR:
            raise ValueError("seconds must be between 0 and ten years")
        if self.offset + seconds > 100 * _YEAR:
            raise ValueError("the clock is a hundred years ahead already")
        self.offset += seconds
