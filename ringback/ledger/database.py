"""The connections to the ledger's database, SQLite or PostgreSQL: one transaction for each thing that is done.

What is done in a transaction is a plain function of a SQLAlchemy connection. On PostgreSQL it runs over asyncpg. On
SQLite it runs in a thread of its own as a whole, because there every statement costs less than a change of thread.
"""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, TypeVar

import asyncpg  # type: ignore[import-untyped]
from sqlalchemy import Connection, Engine, StaticPool, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DataError, DBAPIError, IntegrityError, NoSuchModuleError, ProgrammingError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import create_async_engine

from ringback.settings import SettingsError

_GATHER = 0.02
"""Seconds for which writes are gathered into one transaction, on SQLite."""

T = TypeVar("T")
Work = Callable[[Connection], T]


class LedgerUnusable(SettingsError):
    """The database is not a ledger that this version of Ringback can use. The text says what to do."""


class LedgerDown(Exception):
    """The database cannot be reached, or is busy for too long; trying again later may help.

    After a write nobody knows whether it was done, but what was done was done as a whole.
    """


class Database(ABC):
    """An open database. `kind` is SQLAlchemy's name for it: sqlite or postgresql."""

    kind: str

    async def write(self, work: Work[T]) -> T:
        """Do `work` in one transaction, all of it or nothing. Raises LedgerDown."""
        with _trouble_named():
            return await self._write(work)

    async def read(self, work: Work[T]) -> T:
        """Do `work`, which writes nothing and needs no transaction around its statements. Raises LedgerDown."""
        with _trouble_named():
            return await self._read(work)

    @abstractmethod
    async def _write(self, work: Work[T]) -> T: ...

    @abstractmethod
    async def _read(self, work: Work[T]) -> T: ...

    async def compact(self, tables: Collection[str]) -> None:
        """Leave no trace of rows that were erased from `tables` in the database's own files, as far as we can.

        SQLite: file and write-ahead log are written anew. PostgreSQL: the tables are swept. Raises LedgerDown.
        """
        with _trouble_named():
            await self._compact(tables)

    @abstractmethod
    async def _compact(self, tables: Collection[str]) -> None: ...

    @abstractmethod
    async def close(self) -> None:
        """Give the connections back."""


def open_database(url: str) -> Database:
    """Connect nothing yet. `url` is SQLAlchemy's, with or without the driver. Raises LedgerUnusable."""
    try:
        parsed = make_url(url)
        kind = parsed.get_backend_name()
    except (ArgumentError, NoSuchModuleError) as error:
        raise LedgerUnusable("RINGBACK_LEDGER_URL is not the address of a database.") from error
    # hide_parameters: an error must not show a phone number.
    if kind == "sqlite":
        if parsed.database in (None, "", ":memory:"):
            raise LedgerUnusable("RINGBACK_LEDGER_URL needs a file: a ledger in memory forgets.")
        return Sqlite(parsed.set(drivername="sqlite").render_as_string(hide_password=False))
    if kind == "postgresql":
        return Postgresql(parsed.set(drivername="postgresql+asyncpg").render_as_string(hide_password=False))
    raise LedgerUnusable(f"RINGBACK_LEDGER_URL names {kind!r}: the ledger needs sqlite or postgresql.")


_OUR_FAULT = (IntegrityError, ProgrammingError, DataError)


@contextmanager
def _trouble_named() -> Iterator[None]:
    try:
        yield
    except _OUR_FAULT:
        raise
    except (DBAPIError, PoolTimeout, asyncpg.PostgresError, asyncpg.InterfaceError, OSError) as error:
        cause = getattr(error, "orig", None) or error
        raise LedgerDown(type(cause).__name__) from error


class Postgresql(Database):
    """A pool of connections to a server."""

    kind = "postgresql"

    def __init__(self, url: str) -> None:
        # pre_ping: a person's request must not fail because the server was restarted an hour ago.
        self._engine = create_async_engine(url, hide_parameters=True, pool_pre_ping=True)
        # For one statement at a time the server is spared the BEGIN and ROLLBACK around it.
        self._reading = self._engine.execution_options(isolation_level="AUTOCOMMIT")

    async def _write(self, work: Work[T]) -> T:
        async with self._engine.begin() as connection:
            return await connection.run_sync(work)

    async def _read(self, work: Work[T]) -> T:
        async with self._reading.connect() as connection:
            return await connection.run_sync(work)

    async def _compact(self, tables: Collection[str]) -> None:
        async with self._reading.connect() as connection:
            for table in tables:
                await connection.exec_driver_sql(f"VACUUM {table}")

    async def close(self) -> None:
        await self._engine.dispose()


class Sqlite(Database):
    """A file, with one thread that writes and one that reads meanwhile."""

    kind = "sqlite"

    def __init__(self, url: str) -> None:
        self._writing = _Desk(url, "BEGIN IMMEDIATE", gather=_GATHER)
        self._reading = _Desk(url, "BEGIN", gather=0.0)

    async def _write(self, work: Work[T]) -> T:
        return await self._writing.do(work)

    async def _read(self, work: Work[T]) -> T:
        return await self._reading.do(work)

    async def _compact(self, tables: Collection[str]) -> None:  # noqa: ARG002 - SQLite does all at once
        await self._writing.compact()

    async def close(self) -> None:
        await asyncio.gather(self._writing.close(), self._reading.close())


class _Desk:
    """One thread with one connection. Its transactions begin with `begin`.

    Work that comes within `gather` seconds, or while the thread is busy, is done in one transaction: a commit costs
    more than what is written. If one piece of it fails, each gets a transaction of its own.
    """

    def __init__(self, url: str, begin: str, *, gather: float) -> None:
        self._thread = ThreadPoolExecutor(1, "ledger")
        self._engine = create_engine(
            url, hide_parameters=True, poolclass=StaticPool, connect_args={"check_same_thread": False}
        )
        _teach_sqlite(self._engine, begin)
        self._gather = gather
        self._connection: Connection | None = None
        self._waiting: list[tuple[Work[Any], asyncio.Future[Any]]] = []
        self._at_work: asyncio.Task[None] | None = None

    async def do(self, work: Work[T]) -> T:
        done: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._waiting.append((work, done))
        if self._at_work is None:
            self._at_work = asyncio.create_task(self._until_all_is_done())
        return await done

    async def _until_all_is_done(self) -> None:
        try:
            await asyncio.sleep(self._gather)
            while self._waiting:
                batch, self._waiting = self._waiting, []
                works = [work for work, _ in batch]
                outcomes = await asyncio.get_running_loop().run_in_executor(self._thread, self._do_all, works)
                for (_, done), (result, error) in zip(batch, outcomes, strict=True):
                    if done.done():  # whoever wanted to know has gone
                        continue
                    if error is None:
                        done.set_result(result)
                    else:
                        done.set_exception(error)
        finally:
            self._at_work = None

    def _do_all(self, works: Sequence[Work[Any]]) -> Sequence[tuple[Any, BaseException | None]]:
        try:
            with self._begin() as connection:
                return [(work(connection), None) for work in works]
        except Exception as error:  # noqa: BLE001 - it is handed to whoever waits for it
            if isinstance(error, DBAPIError) and not isinstance(error, _OUR_FAULT):
                self._hang_up()
                return [(None, error)] * len(works)
            if len(works) == 1:
                return [(None, error)]
        return [outcome for work in works for outcome in self._do_all([work])]

    @contextmanager
    def _begin(self) -> Iterator[Connection]:
        if self._connection is None:
            self._connection = self._engine.connect()
        with self._connection.begin():
            yield self._connection

    async def compact(self) -> None:
        await asyncio.get_running_loop().run_in_executor(self._thread, self._write_anew)

    def _write_anew(self) -> None:
        self._hang_up()
        raw = self._engine.raw_connection()
        try:
            cursor = raw.cursor()
            cursor.execute("VACUUM")
            busy, *_ = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            cursor.close()
            if busy:
                raise LedgerDown("the database is in use")
        finally:
            raw.close()
            self._hang_up()

    def _hang_up(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None
        self._engine.dispose()

    async def close(self) -> None:
        if self._at_work is not None:
            await self._at_work
        await asyncio.get_running_loop().run_in_executor(self._thread, self._hang_up)
        self._thread.shutdown()


def _teach_sqlite(engine: Engine, begin: str) -> None:
    """WAL, and writers that take the lock at BEGIN: otherwise two processes deadlock on upgrading a read lock."""

    @event.listens_for(engine, "connect")
    def connected(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute("PRAGMA busy_timeout=10000")
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA synchronous=NORMAL")
        cursor.execute("PRAGMA foreign_keys=ON")
        # What is erased is overwritten at once, and not only when its page is needed again.
        cursor.execute("PRAGMA secure_delete=ON")
        cursor.close()

    @event.listens_for(engine, "begin")
    def began(connection: Any) -> None:
        connection.exec_driver_sql(begin)
