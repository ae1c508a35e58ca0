"""The sandbox's own time: the machine's, plus whatever a test has skipped."""

from __future__ import annotations

import time
from collections.abc import Callable


class Clock:
    """Seconds since the epoch (UTC). `offset` is how far this clock is ahead of its source, in seconds."""

    def __init__(self, source: Callable[[], float] = time.time, offset: float = 0.0) -> None:
        self._source = source
        self.offset = offset

    def now(self) -> float:
        return self._source() + self.offset

    def advance(self, seconds: float) -> None:
        """Skip some time. ValueError for a negative one: calls' lives only go forward."""
        if not 0 <= seconds < 10 * 366 * 86400:
            raise ValueError("seconds must be between 0 and ten years")
        self.offset += seconds
