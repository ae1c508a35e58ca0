"""Acknowledgements come before turns: platforms count the time to them, and turns are done by the same processor.

So turns take turns: one computes while the others wait, for their beginning or to go on with what somebody else
answered them, and between two of them whatever came in is acknowledged.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

QUIET = 0.03
"""Seconds without a message after which a turn may begin."""
LONGEST = 0.25
"""Seconds for which one turn holds up the next at most, whatever comes in and however long it computes."""


@dataclass(eq=False)
class _Turn:
    first: AcknowledgedFirst
    is_over: bool = False


class AcknowledgedFirst:
    """Lets turns begin and go on one after the other, and none while messages are coming in or being written down.

    Turns that all computed at once would share the processor, and whatever comes in would wait for a step of each.
    Those that began go before those that did not: the sooner they end, the fewer are half done.
    """

    def __init__(self) -> None:
        self._came = 0.0
        self._due = 0
        self._returning = 0
        self._computing: _Turn | None = None
        self._beginnings, self._returns = asyncio.Lock(), asyncio.Lock()
        self._watching: list[asyncio.Future[None]] = []

    @contextmanager
    def acknowledging(self) -> Iterator[None]:
        """A message is here, and its sender waits until this is left."""
        self._came = time.monotonic()
        self._due += 1
        try:
            yield
        finally:
            self._due -= 1
            self._changed()

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Compute one turn, once it is its time: one after the other, in the order of the calls."""
        turn = _Turn(self)
        await self._begin(turn)
        mark = _current.set(turn)
        try:
            yield
        finally:
            _current.reset(mark)
            turn.is_over = True
            self.leave(turn)

    def leave(self, turn: _Turn) -> None:
        """Others may compute."""
        if self._computing is turn:
            self._computing = None
            self._changed()

    async def go_on(self, turn: _Turn) -> None:
        """Wait until it is the time of a turn that had left: behind those that came back before it."""
        self._returning += 1
        try:
            async with self._returns:
                latest = time.monotonic() + LONGEST
                await asyncio.sleep(0)  # what came in while the last one computed is seen now
                while not self._is_free() and (now := time.monotonic()) < latest:
                    await self._change(latest - now)
                self._computing = turn
        finally:
            self._returning -= 1
            self._changed()

    async def _begin(self, turn: _Turn) -> None:
        async with self._beginnings:
            latest = time.monotonic() + LONGEST
            while (now := time.monotonic()) < latest:
                noise = self._came + QUIET - now
                may_begin = self._is_free() and not self._returning
                if may_begin and noise <= 0:
                    break
                await self._change(min(noise, latest - now) if may_begin else latest - now)
            self._computing = turn

    def _is_free(self) -> bool:
        return self._computing is None and not self._due

    def _changed(self) -> None:
        for watching in self._watching:
            if not watching.done():
                watching.set_result(None)
        self._watching.clear()

    async def _change(self, seconds: float) -> None:
        """Wait until something here has changed, or for that long."""
        watching: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._watching.append(watching)
        await asyncio.wait({watching}, timeout=seconds)


_current: ContextVar[_Turn | None] = ContextVar("_current", default=None)


@asynccontextmanager
async def elsewhere() -> AsyncIterator[None]:
    """While this turn waits for what is computed elsewhere others compute; then it waits for its time to go on.

    Changes nothing where there is no turn, or none any more.
    """
    turn = _current.get()
    if turn is None or turn.is_over:
        yield
        return
    turn.first.leave(turn)
    try:
        yield
    except Exception:
        await turn.first.go_on(turn)
        raise
    else:
        await turn.first.go_on(turn)
