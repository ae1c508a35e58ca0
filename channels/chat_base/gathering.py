"""Gathers small transactions: what comes while one is being committed is done together in the next.

A crowd that writes at the same moment would otherwise wait for one commit each, one after the other.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager
from typing import Any, TypeVar

import sqlalchemy as sa

T = TypeVar("T")
Work = Callable[[sa.engine.Connection], Any]
Begin = Callable[[], AbstractContextManager[sa.engine.Connection]]


class Gathering:
    """Does work in the transactions of one thread. `begin` gives a transaction as a context with its connection.

    Each piece is a function of the connection and nothing else. When one of a group fails, the whole group is rolled
    back and its pieces are done one by one, so that each gets its own result or its own error.
    """

    def __init__(self, begin: Begin) -> None:
        self._begin = begin
        self._waiting: list[tuple[Work, Future[Any]]] = []
        self._lock = threading.Lock()
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="chat")

    async def run(self, work: Callable[[sa.engine.Connection], T]) -> T:
        """The result of `work`, once it is committed. Raises what it raises, and SQLAlchemyError."""
        done: Future[T] = Future()
        with self._lock:
            self._waiting.append((work, done))
            is_first = len(self._waiting) == 1
        if is_first:
            self._thread.submit(self._do_all)
        return await asyncio.wrap_future(done)

    def close(self) -> None:
        """Finish what waits."""
        self._thread.shutdown(wait=True)

    def _do_all(self) -> None:
        with self._lock:
            group, self._waiting = self._waiting, []
        group = [(work, done) for work, done in group if done.set_running_or_notify_cancel()]
        try:
            with self._begin() as connection:
                results = [work(connection) for work, _ in group]
        except BaseException as error:  # noqa: BLE001 - it belongs to whoever asked, not to this thread
            if len(group) == 1:
                group[0][1].set_exception(error)
                return
            for one in group:
                self._alone(*one)
        else:
            for (_, done), result in zip(group, results, strict=True):
                done.set_result(result)

    def _alone(self, work: Work, done: Future[Any]) -> None:
        try:
            with self._begin() as connection:
                result = work(connection)
        except BaseException as error:  # noqa: BLE001
            done.set_exception(error)
        else:
            done.set_result(result)
