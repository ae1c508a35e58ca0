"""Brings a ledger's tables to the version that this code expects, and refuses a ledger that is newer.

The version stands in the table `ledger_version`; the steps are Alembic's, in `migrations/versions/`. Several processes
may start at once: whoever gets the database's lock does the work, the others then find it done.
"""

from __future__ import annotations

import asyncio
from pathlib import Path

import structlog
from sqlalchemy import Connection, column, inspect, select, table, text

from ringback.ledger.database import Database, LedgerUnusable
from ringback.ledger.tables import callbacks, news, sightings

VERSION = "0006"
"""The newest file in `migrations/versions/`."""
VERSION_TABLE = "ledger_version"

log = structlog.get_logger(__name__)

_MIGRATIONS = Path(__file__).parent / "migrations"
_WITHOUT_VERSION = "0001"
_CAME_LATER = frozenset({"language", "number_digest"})
_LOCK = 7_264_225_001  # any number of our own; PostgreSQL's advisory locks have no names
# Alembic keeps the migration that is running in its modules' globals.
_one_at_a_time = asyncio.Lock()


async def bring_up_to_date(database: Database) -> None:
    """Make or migrate the tables, in one transaction. Costs one look when there is nothing to do.

    Raises LedgerUnusable, and then nothing was changed.
    """
    if await database.read(version_of) == VERSION:
        return
    async with _one_at_a_time:
        await database.write(_take_turns)


def _take_turns(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":  # SQLite: BEGIN IMMEDIATE
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
    _migrate(connection)


def version_of(connection: Connection) -> str:
    """The version that stands in the database; empty when none does."""
    if not inspect(connection).has_table(VERSION_TABLE):
        return ""
    return connection.execute(select(column("version_num")).select_from(table(VERSION_TABLE))).scalar() or ""


def _migrate(connection: Connection) -> None:
    # Alembic takes a tenth of a second to import, and most starts do not need it.
    from alembic import command
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    found = version_of(connection)
    if found == VERSION:
        return
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if found and found not in known:
        raise LedgerUnusable(
            f"The ledger has version {found}, and this Ringback knows versions up to {VERSION}: a newer Ringback has "
            "used it. Run that one, or give RINGBACK_LEDGER_URL the copy that was made before it."
        )
    if not found and inspect(connection).has_table(callbacks.name):
        _check_unversioned(connection)
        found = _WITHOUT_VERSION
        command.stamp(config, found)
    command.upgrade(config, VERSION)
    if found:
        log.info("ledger_migrated", before=found, after=VERSION)


def _check_unversioned(connection: Connection) -> None:
    """A ledger without a version is adopted if it has our tables, whole."""
    inspector = inspect(connection)
    for ours in (callbacks, sightings, news):
        there = {one["name"] for one in inspector.get_columns(ours.name)} if inspector.has_table(ours.name) else set()
        missing = sorted(set(ours.columns.keys()) - _CAME_LATER - there)
        if missing:
            raise LedgerUnusable(
                f"The database has a table {callbacks.name!r}, but it is not a ledger of Ringback's: {ours.name!r} "
                f"lacks {', '.join(missing)}. Give RINGBACK_LEDGER_URL a database of its own."
            )
