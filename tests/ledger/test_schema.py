"""The ledger's versions: made, migrated, adopted or refused, on both databases."""

from __future__ import annotations

import asyncio
import importlib.util
import logging
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text

from ringback.ledger import schema
from ringback.ledger.database import Database, open_database
from ringback.ledger.store import Ledger, LedgerUnusable
from ringback.ledger.tables import metadata
from ringback.models import CallbackRequest
from ringback.settings import SettingsError

MakeRequest = Callable[..., CallbackRequest]
VERSIONS = Path(schema.__file__).parent / "migrations" / "versions"

BEFORE_VERSIONS = """
INSERT INTO callbacks VALUES ('old', 'web-1', 'website', 'scripted', 'CA1', 'CO1', 'Billing', '+14165550123', '', NULL,
    {no}, '{{}}', 'HOLDING', 1, 'Holding', 1, 1, 0, {no}, {no}, 1, 1);
INSERT INTO sightings VALUES ('old', 0, 'ORDERING', '', '', 1);
INSERT INTO sightings VALUES ('old', 1, 'HOLDING', 'Holding', '', 1);
INSERT INTO news VALUES ('old-1', 'old', 'web-1', 'website', 1, 'holding', 'HOLDING', 1, 0, 1, NULL, 'waiting');
"""


@pytest.fixture
async def database(ledger_url: str) -> AsyncIterator[Database]:
    """Straight to the database, past the ledger."""
    made = open_database(ledger_url)
    yield made
    await made.close()


async def run(database: Database, statements: str) -> None:
    def execute(connection: Connection) -> None:
        for statement in filter(str.strip, statements.split(";")):
            connection.execute(text(statement))

    await database.write(execute)


async def make_unversioned(database: Database) -> None:
    """The tables as they were made before there were versions, with a call-back on hold and its news."""

    def first_migration(connection: Connection) -> None:
        spec = importlib.util.spec_from_file_location("first", VERSIONS / "0001_first_ledger.py")
        assert spec and spec.loader
        first = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(first)
        with Operations.context(MigrationContext.configure(connection)):
            first.upgrade()

    await database.write(first_migration)
    await run(database, BEFORE_VERSIONS.format(no="false" if database.kind == "postgresql" else "0"))


async def differences(database: Database) -> list[Any]:
    def compare(connection: Connection) -> list[Any]:
        options = {"compare_type": True, "version_table": schema.VERSION_TABLE}
        return list(compare_metadata(MigrationContext.configure(connection, opts=options), metadata))

    return await database.read(compare)


async def test_migrations_make_what_the_code_expects(ledger: Ledger, database: Database) -> None:
    """After all migrations Alembic finds no difference to the tables in the code."""
    assert await differences(database) == []


def test_version_is_the_newest_migration() -> None:
    """The version that the code expects is the last file of an unbroken row."""
    config = Config()
    config.set_main_option("script_location", str(VERSIONS.parent))
    assert ScriptDirectory.from_config(config).get_heads() == [schema.VERSION]


async def test_ledger_without_version_is_adopted(ledger_url: str, database: Database) -> None:
    """A ledger from before there were versions is migrated with its call-backs, sightings and news."""
    await make_unversioned(database)
    ledger = await Ledger.open(ledger_url)
    try:
        assert (await ledger.get("old")).word == "Holding"
        assert [seen["seq"] for seen in await ledger.history("old")] == [0, 1]
        assert [one.news.id for one in await ledger.waiting_news("web-1")] == ["old-1"]
    finally:
        await ledger.close()
    assert await differences(database) == []


async def test_opening_again_changes_nothing(ledger: Ledger, ledger_url: str, request_for: MakeRequest) -> None:
    """A ledger of the right version is used as it is."""
    await ledger.begin(request_for("k"), provider="scripted", now=1.0, look_at=2.0)
    again = await Ledger.open(ledger_url)
    assert (await again.get("k")).key == "k"
    await again.close()


async def test_newer_ledger_is_refused(ledger: Ledger, ledger_url: str, database: Database) -> None:
    """A ledger that a newer Ringback has used is left alone, and the text says so."""
    await run(database, "UPDATE ledger_version SET version_num = '9999'")
    with pytest.raises(LedgerUnusable, match=r"9999.*newer Ringback") as caught:
        await Ledger.open(ledger_url)
    assert isinstance(caught.value, SettingsError)
    assert await database.read(schema.version_of) == "9999"


async def test_somebody_elses_tables_are_refused(ledger_url: str, database: Database) -> None:
    """A database with another program's table of that name is not touched."""
    await run(database, "CREATE TABLE callbacks (id INTEGER)")
    with pytest.raises(LedgerUnusable, match="lacks answers, cancel_wanted"):
        await Ledger.open(ledger_url)
    assert await database.read(lambda sync: inspect(sync).get_table_names()) == ["callbacks"]


async def test_failed_migration_leaves_the_old_ledger(
    ledger_url: str, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A migration that breaks off in the middle has changed nothing."""
    await make_unversioned(database)

    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("power cut")

    with monkeypatch.context() as patched:
        patched.setattr(Operations, "create_table", broken, raising=True)
        with pytest.raises(RuntimeError, match="power cut"):
            await Ledger.open(ledger_url)
    assert await database.read(schema.version_of) == ""
    indexes = await database.read(lambda sync: {one["name"] for one in inspect(sync).get_indexes("news")})
    assert indexes == {"news_waiting"}
    await (await Ledger.open(ledger_url)).close()


async def test_many_open_at_once(ledger_url: str, database: Database) -> None:
    """Of several openings at the same moment, in one process and in others, one migrates and all can work."""
    script = (
        "import asyncio, sys\nfrom ringback.ledger.store import Ledger\n"
        "async def main():\n"
        "    await asyncio.to_thread(sys.stdin.readline)\n"
        "    opened = await asyncio.gather(*(Ledger.open(sys.argv[1]) for _ in range(3)))\n"
        "    for one in opened:\n        await one.everything()\n        await one.close()\n"
        "asyncio.run(main())\n"
    )
    pipe = asyncio.subprocess.PIPE
    children = [
        await asyncio.create_subprocess_exec(sys.executable, "-c", script, ledger_url, stdin=pipe, stderr=pipe)
        for _ in range(3)
    ]
    answers = await asyncio.gather(*(child.communicate(b"go\n") for child in children))
    assert [(child.returncode, error.decode()) for child, (_, error) in zip(children, answers, strict=True)] == [
        (0, "")
    ] * 3
    assert await differences(database) == []


async def test_logging_is_left_alone(ledger_url: str) -> None:
    """A migration changes neither handlers nor levels of anybody's logging."""

    def state() -> tuple[object, ...]:
        root = logging.getLogger()
        return (
            root.level,
            list(root.handlers),
            logging.getLogger("uvicorn").disabled,
            logging.getLogger("alembic").level,
        )

    before = state()
    await (await Ledger.open(ledger_url)).close()
    assert state() == before
