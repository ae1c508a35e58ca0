"""Where conversations are kept beside the ledger, and how they are found and forgotten there: Rasa's tracker store, and
what the chat channels keep. Both belong to the Rasa server; its HTTP API can delete neither.
"""

from __future__ import annotations

import json
import os
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import (
    URL,
    Column,
    ColumnElement,
    Connection,
    Float,
    MetaData,
    String,
    Table,
    delete,
    func,
    inspect,
    make_url,
    or_,
    select,
    true,
)
from sqlalchemy.exc import ArgumentError

from ringback.ledger.database import Database, LedgerUnusable, open_database
from ringback.settings import Settings, SettingsError

_events = Table(
    "events",
    MetaData(),
    Column("sender_id", String),
    Column("timestamp", Float),
    Column("type_name", String),
    Column("data", String),
)
_BATCH = 200


class TrackerStore:
    """Rasa's SQL tracker store."""

    name = "conversations"

    def __init__(self, database: Database) -> None:
        self._database = database

    async def holding(self, digits: Collection[str]) -> set[str]:
        """The conversations in which one of these runs of digits stands. Looks at everything; for the operator."""
        if not digits:
            return set()
        found = or_(*(_events.c.data.contains(one) for one in digits))
        query = select(_events.c.sender_id).distinct().where(found)
        senders: set[str] = await self._read(set(), lambda connection: set(connection.scalars(query)))
        return senders

    async def forget(self, conversation_ids: Collection[str], *, until: float | None = None) -> int:
        """Delete these conversations, up to a moment if one is given (seconds since the epoch); how many events."""
        ours: ColumnElement[bool] = _events.c.sender_id.in_(list(conversation_ids))
        if until is not None:
            ours &= _events.c.timestamp <= until
        statement = delete(_events).where(ours)
        return await self._write(lambda connection: connection.execute(statement).rowcount)

    async def forget_before(self, moment: float) -> int:
        """Delete some conversations in which nothing was said since; how many events."""
        quiet = (
            select(_events.c.sender_id)
            .group_by(_events.c.sender_id)
            .having(func.max(_events.c.timestamp) < moment)
            .limit(_BATCH)
        )

        def work(connection: Connection) -> int:
            senders = list(connection.scalars(quiet))
            return connection.execute(delete(_events).where(_events.c.sender_id.in_(senders))).rowcount

        return await self._write(work)

    async def export(self, conversation_ids: Collection[str]) -> dict[str, Any]:
        """Everything in these conversations, as Rasa keeps it."""
        query = (
            select(_events.c.sender_id, _events.c.data)
            .where(_events.c.sender_id.in_(list(conversation_ids)))
            .order_by(_events.c.sender_id, _events.c.timestamp)
        )
        rows = await self._read([], lambda connection: list(connection.execute(query)))
        found: dict[str, Any] = {}
        for sender, data in rows:
            found.setdefault(str(sender), []).append(json.loads(data))
        return found

    async def compact(self) -> None:
        """Leave no trace in the database's files."""
        await self._database.compact(("events",))

    async def close(self) -> None:
        await self._database.close()

    async def _read(self, nothing: Any, work: Any) -> Any:
        return await self._database.read(lambda connection: work(connection) if _has(connection, "events") else nothing)

    async def _write(self, work: Any) -> int:
        return int(await self._database.write(lambda connection: work(connection) if _has(connection, "events") else 0))


class ChatStore:
    """What the chat channels keep: every table `chat_…`, whatever it holds, by its column `conversation`."""

    name = "chats"

    def __init__(self, database: Database) -> None:
        self._database = database

    async def holding(self, digits: Collection[str]) -> set[str]:
        """The conversations of people whose address holds one of these runs of digits."""

        def work(connection: Connection) -> set[str]:
            found: set[str] = set()
            for table in _chat_tables(connection):
                if "address" in table.c and digits:
                    holds = or_(*(table.c.address.contains(one) for one in digits))
                    found |= set(connection.scalars(select(table.c.conversation).where(holds)))
            return found

        return await self._database.read(work)

    async def forget(self, conversation_ids: Collection[str], *, until: float | None = None) -> int:
        """Delete everything about these conversations; how many rows."""
        ids = list(conversation_ids)

        def work(connection: Connection) -> int:
            return sum(
                connection.execute(delete(one).where(one.c.conversation.in_(ids), _is_before(one, until))).rowcount
                for one in _chat_tables(connection)
            )

        return await self._database.write(work)

    async def forget_before(self, moment: float) -> int:
        """Delete what is known of people who have not written since; how many rows."""

        def work(connection: Connection) -> int:
            gone: list[str] = []
            tables = _chat_tables(connection)
            for table in tables:
                if "wrote_at" in table.c:
                    quiet = select(table.c.conversation).where(table.c.wrote_at < moment).limit(_BATCH)
                    gone += connection.scalars(quiet)
            return sum(connection.execute(delete(one).where(one.c.conversation.in_(gone))).rowcount for one in tables)

        return await self._database.write(work)

    async def export(self, conversation_ids: Collection[str]) -> dict[str, Any]:
        """Everything about these conversations, by table."""
        ids = list(conversation_ids)

        def work(connection: Connection) -> dict[str, Any]:
            return {
                table.name: [
                    dict(row)
                    for row in connection.execute(select(table).where(table.c.conversation.in_(ids))).mappings()
                ]
                for table in _chat_tables(connection)
            }

        return await self._database.read(work)

    async def compact(self) -> None:
        """Leave no trace in the database's files."""
        await self._database.compact(await self._database.read(lambda found: [one.name for one in _chat_tables(found)]))

    async def close(self) -> None:
        await self._database.close()


Store = TrackerStore | ChatStore


@asynccontextmanager
async def open_stores(settings: Settings) -> AsyncIterator[Sequence[Store]]:
    """The stores that exist, open. Raises SettingsError for one that exists and cannot be used."""
    stores: list[Store] = []
    try:
        for kind, url in ((TrackerStore, tracker_url(settings.endpoints_file)), (ChatStore, settings.chats_url)):
            if url and _exists(url):
                try:
                    stores.append(kind(open_database(url)))
                except LedgerUnusable as error:
                    raise SettingsError(f"The {kind.name} cannot be reached: not the address of a database.") from error
        yield stores
    finally:
        for store in stores:
            await store.close()


def tracker_url(endpoints: Path) -> str:
    """SQLAlchemy's address of Rasa's tracker store; empty when it is in Rasa's memory, where nothing outlives Rasa.

    Raises SettingsError for one that is neither.
    """
    try:
        content = yaml.safe_load(endpoints.read_text(encoding="utf-8")) or {}
    except (OSError, yaml.YAMLError) as error:
        raise SettingsError(f"{endpoints}: cannot be read. RINGBACK_ENDPOINTS_FILE names it.") from error
    store: Mapping[str, Any] = {
        name: os.path.expandvars(value) if isinstance(value, str) else value
        for name, value in (content.get("tracker_store") or {}).items()
    }
    match str(store.get("type") or "").lower():
        case "" | "in_memory" | "inmemorytrackerstore":
            return ""
        case "sql":
            return _sql_url(store)
        case "channels.replicas.trackers.sharedtrackers":  # a cluster's, which is Rasa's own over an address
            return str(store.get("url") or "")
        case other:
            raise SettingsError(
                f"{endpoints}: Ringback cannot erase conversations in a tracker store of type {other!r}; it can in SQL."
            )


def _sql_url(store: Mapping[str, Any]) -> str:
    dialect = str(store.get("dialect") or "sqlite").partition("+")[0]
    if dialect == "sqlite":
        return f"sqlite:///{store.get('db') or 'rasa.db'}"
    address = str(store.get("url") or "localhost")
    if "://" in address:
        return address
    url = URL.create(
        dialect,
        username=store.get("username"),
        password=store.get("password"),
        host=address,
        port=int(store["port"]) if store.get("port") else None,
        database=store.get("login_db") or store.get("db"),
        query=store.get("query") or {},
    )
    return url.render_as_string(hide_password=False)


def _exists(url: str) -> bool:
    """A SQLite file that is not there is not made: nobody has said anything yet."""
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise SettingsError("RINGBACK_CHATS_URL is not the address of a database.") from error
    return parsed.get_backend_name() != "sqlite" or (bool(parsed.database) and Path(parsed.database or "").exists())


def _has(connection: Connection, table: str) -> bool:
    return inspect(connection).has_table(table)


def _is_before(table: Table, moment: float | None) -> ColumnElement[bool]:
    when = next((table.c[name] for name in ("wrote_at", "came_at", "made_at") if name in table.c), None)
    return true() if moment is None or when is None else when <= moment


def _chat_tables(connection: Connection) -> list[Table]:
    metadata = MetaData()
    names = [name for name in inspect(connection).get_table_names() if name.startswith("chat_")]
    tables = [Table(name, metadata, autoload_with=connection) for name in names]
    return [table for table in tables if "conversation" in table.c]
