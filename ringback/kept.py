"""Answers kept for a while, so that a turn of the chat need not wait for what was asked a moment ago."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Kept(Generic[T]):
    """One answer for each key, asked for when there is none or when it is older than `seconds`.

    Whoever asks while the same answer is on its way waits for that one. A failed question is not kept.
    """

    def __init__(self, ask: Callable[[str], Awaitable[T]], seconds: float, clock: Callable[[], float]) -> None:
        self._ask = ask
        self._seconds = seconds
        self._clock = clock
        self._locks: dict[str, asyncio.Lock] = {}
        self._answers: dict[str, tuple[float, T]] = {}

    async def get(self, key: str) -> T:
        """The answer for `key`. Raises whatever asking raises."""
        async with self._locks.setdefault(key, asyncio.Lock()):
            kept = self._answers.get(key)
            if kept is not None and self._clock() - kept[0] <= self._seconds:
                return kept[1]
            answer = await self._ask(key)
            self._answers[key] = (self._clock(), answer)
            return answer
