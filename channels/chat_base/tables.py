"""The tables of the chat channels' own database: SQLite for one machine, PostgreSQL for several replicas."""

from __future__ import annotations

import os
import sqlite3
import time
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

metadata = sa.MetaData()
_TRIES = 100

people = sa.Table(
    "chat_people",
    metadata,
    sa.Column("channel", sa.String(32), primary_key=True),
    sa.Column("conversation", sa.String(128), primary_key=True),
    sa.Column("address", sa.String(256), nullable=False),
    sa.Column("wrote_at", sa.Float, nullable=False, default=0.0),
)

incoming = sa.Table(
    "chat_incoming",
    metadata,
    sa.Column("channel", sa.String(32), primary_key=True),
    sa.Column("message_id", sa.String(128), primary_key=True),
    sa.Column("conversation", sa.String(128), nullable=False),
    sa.Column("content", sa.Text, nullable=False, default=""),  # JSON; emptied when the message has been handled
    sa.Column("came_at", sa.Float, nullable=False),
    sa.Column("taken_until", sa.Float, nullable=False, default=0.0),
    sa.Column("tries", sa.Integer, nullable=False, default=0),
    sa.Column("done", sa.Boolean, nullable=False, default=False),
    sa.Index("chat_incoming_open", "channel", "done", "taken_until"),
)

deliveries = sa.Table(
    "chat_deliveries",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("channel", sa.String(32), nullable=False),
    sa.Column("conversation", sa.String(128), nullable=False),
    sa.Column("news", sa.String(64), nullable=False, default=""),  # empty for an answer
    sa.Column("callback", sa.String(64), nullable=False, default=""),
    sa.Column("seq", sa.Integer, nullable=False, default=0),
    sa.Column("kind", sa.String(64), nullable=False, default=""),  # the name of the response
    sa.Column("way", sa.String(16), nullable=False, default="free"),  # or "template"
    sa.Column("sid", sa.String(64), nullable=False, default=""),
    sa.Column("status", sa.String(16), nullable=False),
    sa.Column("why", sa.String(120), nullable=False, default=""),
    sa.Column("made_at", sa.Float, nullable=False),
    sa.Column("changed_at", sa.Float, nullable=False),
    sa.Index("chat_deliveries_sid", "channel", "sid"),
    sa.Index("chat_deliveries_news", "channel", "news"),
    sa.Index("chat_deliveries_conversation", "channel", "conversation", "callback"),
)

INSERT = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}
"""By the name of the dialect: what can say what is to be done if a row is there already."""


def database_url() -> str:
    """Where the chat channels keep their own: RINGBACK_CHATS_URL, or a SQLite file."""
    return os.environ.get("RINGBACK_CHATS_URL") or "sqlite:///var/chats.sqlite3"


def open_engine(url: str) -> sa.engine.Engine:
    """Connect and make what tables are missing. `url` is SQLAlchemy's: ``sqlite:///…`` or ``postgresql://…``."""
    is_sqlite = url.startswith("sqlite:///")
    if is_sqlite:
        _prepare_file(Path(url.removeprefix("sqlite:///")))
    engine = sa.create_engine(
        url,
        connect_args={"timeout": 15, "check_same_thread": False} if is_sqlite else {},
        # Opened and closed for each transaction, a SQLite file would be tidied up each time.
        poolclass=sa.pool.QueuePool,
        pool_pre_ping=not is_sqlite,
        hide_parameters=True,  # an error's text ends in the log, and numbers must not
    )
    if is_sqlite:
        sa.event.listen(engine, "connect", _set_up_sqlite)
    with engine.begin() as connection:
        _make_tables(connection)
    return engine


def _prepare_file(file: Path) -> None:
    """Readers do not wait for writers from now on; the file itself remembers that."""
    file.parent.mkdir(parents=True, exist_ok=True)
    for tries_left in range(_TRIES, -1, -1):
        connection = sqlite3.connect(file, timeout=15)
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError:
            # Two that switch at the same moment are refused at once, whatever the time-out.
            if not tries_left:
                raise
            time.sleep(0.05)
        finally:
            connection.close()


def _set_up_sqlite(connection: Any, _record: object) -> None:
    connection.execute("PRAGMA synchronous=NORMAL")


def _make_tables(connection: sa.engine.Connection) -> None:
    # Two processes that start together would otherwise make the same table twice.
    is_postgres = connection.dialect.name == "postgresql"
    connection.exec_driver_sql("SELECT pg_advisory_xact_lock(727662)" if is_postgres else "BEGIN IMMEDIATE")
    metadata.create_all(connection)
