"""Answers kept for a while, so that a turn of the chat need not wait for what was asked a moment ago."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

T = TypeVar("T")

STALE = 15.0
"""An answer is given out while a new one is fetched until it is this many times as old as it should be."""


class Kept(Generic[T]):
    """One answer for each key. One that is older than `seconds` is fetched anew in the background.

    Whoever asks while the same answer is on its way waits for that one, unless there is an old copy to serve meanwhile.
    A failed question is not kept; after one, whoever asks next waits for a new answer or its failure.
    """

    def __init__(self, ask: Callable[[str], Awaitable[T]], seconds: float, clock: Callable[[], float]) -> None:
        self._ask = ask
        self._seconds = seconds
        self._clock = clock
        self._answers: dict[str, tuple[float, T]] = {}
        self._asking: dict[str, asyncio.Task[T]] = {}
        self._failed: set[str] = set()

    async def get(self, key: str) -> T:
        """The answer for `key`. Raises whatever asking raises."""
        kept = self._answers.get(key)
        age = self._clock() - kept[0] if kept else float("inf")
        if kept is not None and age <= self._seconds:
            return kept[1]
        asking = self._asking.get(key) or self._start(key)
        if kept is not None and age <= self._seconds * STALE and key not in self._failed:
            return kept[1]
        # Whoever stops waiting does not stop the question for the others.
        return await asyncio.shield(asking)

    def _start(self, key: str) -> asyncio.Task[T]:
        task = asyncio.create_task(self._fetch(key))
        self._asking[key] = task
        task.add_done_callback(_look_at)
        return task

    async def _fetch(self, key: str) -> T:
        try:
            answer = await self._ask(key)
        except BaseException:
            self._failed.add(key)
            raise
        else:
            self._failed.discard(key)
            self._answers[key] = (self._clock(), answer)
            return answer
        finally:
            self._asking.pop(key, None)


def _look_at(task: asyncio.Task[T]) -> None:
    """A failure in the background belongs to nobody; whoever asks next hears of it."""
    if not task.cancelled():
        task.exception()
