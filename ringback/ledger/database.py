"""The connections to the ledger's database, SQLite or PostgreSQL: one transaction for each thing that is done."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Self

from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from ringback.ledger.schema import bring_up_to_date


class Database:
    """An open database whose tables are those that this code expects."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        # SQLite takes one writer at a time; queueing here is cheaper than waiting for its lock.
        self._one_writer = asyncio.Lock() if engine.dialect.name == "sqlite" else None

    @classmethod
    async def open(cls, url: str) -> Self:
        """Open, and make or migrate the tables where they are missing or old.

        `url` is SQLAlchemy's, with an async driver. Raises LedgerUnusable.
        """
        engine = _engine(url)
        try:
            await bring_up_to_date(engine)
        except BaseException:
            await engine.dispose()
            raise
        return cls(engine)

    async def close(self) -> None:
        """Give the connections back."""
        await self._engine.dispose()

    @asynccontextmanager
    async def _writing(self) -> AsyncIterator[AsyncConnection]:
        if self._one_writer is None:
            async with self._engine.begin() as connection:
                yield connection
        else:
            async with self._one_writer, self._engine.begin() as connection:
                yield connection

    @asynccontextmanager
    async def _reading(self) -> AsyncIterator[AsyncConnection]:
        """For one statement: PostgreSQL is spared the BEGIN and ROLLBACK around it."""
        async with self._engine.connect() as connection:
            if self._one_writer is None:
                await connection.execution_options(isolation_level="AUTOCOMMIT")
            else:
                await connection.execution_options(ringback_reading=True)
            yield connection


def _engine(url: str) -> AsyncEngine:
    # hide_parameters: an error must not show a phone number.
    if url.startswith("sqlite"):
        engine = create_async_engine(url, hide_parameters=True)
        _teach_sqlite(engine)
        return engine
    # pre_ping: a person's request must not fail because the server was restarted an hour ago.
    return create_async_engine(url, hide_parameters=True, pool_pre_ping=True)


def _teach_sqlite(engine: AsyncEngine) -> None:
    """WAL, and writers that take the lock at BEGIN: otherwise two processes deadlock on upgrading a read lock."""

    @event.listens_for(engine.sync_engine, "connect")
    def connected(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute("PRAGMA busy_timeout=10000")
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA synchronous=NORMAL")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def began(connection: Any) -> None:
        reading = connection.get_execution_options().get("ringback_reading", False)
        connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")
