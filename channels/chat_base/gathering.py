"""Gathers small transactions: what comes while one is being committed is done together in the next.

A crowd that writes at the same moment would otherwise wait for one commit each, one after the other.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any, TypeVar

import sqlalchemy as sa

T = TypeVar("T")
Item = TypeVar("Item")
Together = Callable[[sa.engine.Connection, Sequence[Item]], Sequence[T]]
"""Does its part for many at once: one result for each item, in their order."""
Begin = Callable[[], AbstractContextManager[sa.engine.Connection]]


AT_MOST = 10
"""Pieces in one transaction of what is not urgent: what is waits no longer than for these."""


@dataclass(frozen=True)
class _Piece:
    work: Together[Any, Any]
    item: Any = None
    done: Future[Any] = field(default_factory=Future)


class Gathering:
    """Does work in the transactions of one thread. `begin` gives a transaction as a context with its connection.

    Each piece is a function of the connection, and perhaps an item, and nothing else. When one of a group fails, the
    whole group is rolled back and its pieces are done one by one, so that each gets its own result or its own error.
    """

    def __init__(self, begin: Begin) -> None:
        self._begin = begin
        self._urgent: list[_Piece] = []
        self._waiting: list[_Piece] = []
        self._lock = threading.Lock()
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="chat")

    async def run(self, work: Callable[[sa.engine.Connection], T]) -> T:
        """The result of `work`, once it is committed. Raises what it raises, and SQLAlchemyError."""
        result: T = await self._do(self._waiting, _Piece(lambda connection, _: [work(connection)]))
        return result

    async def run_together(self, work: Together[Item, T], item: Item) -> T:
        """The result for `item` of `work`, which does all that wait for it at once, before everything that `run` does.

        For what a crowd waits for: a busy thread gives way to the others at each statement. Pieces go together when
        their `work` is the same function. Raises like `run`.
        """
        result: T = await self._do(self._urgent, _Piece(work, item))
        return result

    async def _do(self, line: list[_Piece], piece: _Piece) -> Any:
        with self._lock:
            is_first = not self._urgent and not self._waiting
            line.append(piece)
        if is_first:
            self._thread.submit(self._do_all)
        return await asyncio.wrap_future(piece.done)

    def close(self) -> None:
        """Finish what waits."""
        self._thread.shutdown(wait=True)

    def _do_all(self) -> None:
        while True:
            for line, at_most in ((self._urgent, None), (self._waiting, AT_MOST)):
                with self._lock:
                    group = line[:at_most]
                    del line[:at_most]
                self._do_group([piece for piece in group if piece.done.set_running_or_notify_cancel()])
            with self._lock:
                if not self._urgent and not self._waiting:
                    return

    def _do_group(self, group: Sequence[_Piece]) -> None:
        if not group:
            return
        try:
            with self._begin() as connection:
                results = [
                    (piece, result)
                    for work, pieces in _by_work(group)
                    for piece, result in zip(pieces, work(connection, [one.item for one in pieces]), strict=True)
                ]
        except BaseException as error:  # noqa: BLE001 - it belongs to whoever asked, not to this thread
            if len(group) == 1:
                group[0].done.set_exception(error)
                return
            for one in group:
                self._do_group([one])
        else:
            for piece, result in results:
                piece.done.set_result(result)


def _by_work(group: Iterable[_Piece]) -> Iterable[tuple[Together[Any, Any], list[_Piece]]]:
    found: dict[Together[Any, Any], list[_Piece]] = {}
    for piece in group:
        found.setdefault(piece.work, []).append(piece)
    return found.items()
