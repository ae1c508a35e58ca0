"""The ledger's tables. Times are seconds since the epoch (UTC), so that both databases sort and compare them alike."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, Float, ForeignKey, Index, Integer, MetaData, String, Table, Text

metadata = MetaData()

callbacks = Table(
    "callbacks",
    metadata,
    Column("key", String(64), primary_key=True),
    Column("conversation_id", String(255), nullable=False, index=True),
    Column("channel", String(64), nullable=False),
    Column("provider", String(64), nullable=False),
    Column("provider_id", String(128), nullable=False, default=""),
    Column("queue_id", String(128), nullable=False),
    Column("queue_name", Text, nullable=False),
    Column("number", String(20), nullable=False),
    Column("start", String(64), nullable=False, default=""),
    Column("starts_at", Float, nullable=True),
    Column("sms", Boolean, nullable=False, default=False),
    Column("answers", JSON, nullable=False),
    Column("state", String(24), nullable=False),
    Column("state_since", Float, nullable=False),
    Column("word", String(64), nullable=False, default=""),
    Column("word_since", Float, nullable=False),
    Column("seq", Integer, nullable=False, default=0),
    Column("misses", Integer, nullable=False, default=0),
    Column("needs_operator", Boolean, nullable=False, default=False),
    Column("cancel_wanted", Boolean, nullable=False, default=False),
    Column("next_poll_at", Float, nullable=True),
    Column("created_at", Float, nullable=False),
)
Index("callbacks_due", callbacks.c.next_poll_at, sqlite_where=callbacks.c.next_poll_at.is_not(None))

sightings = Table(
    "sightings",
    metadata,
    Column("key", String(64), ForeignKey("callbacks.key"), primary_key=True),
    Column("seq", Integer, primary_key=True),
    Column("state", String(24), nullable=False),
    Column("word", String(64), nullable=False),
    Column("note", Text, nullable=False, default=""),
    Column("seen_at", Float, nullable=False),
)

news = Table(
    "news",
    metadata,
    Column("id", String(80), primary_key=True),
    Column("key", String(64), ForeignKey("callbacks.key"), nullable=False),
    Column("conversation_id", String(255), nullable=False),
    Column("channel", String(64), nullable=False),
    Column("seq", Integer, nullable=False),
    Column("kind", String(32), nullable=False),
    Column("state", String(24), nullable=False),
    Column("made_at", Float, nullable=False),
    Column("tries", Integer, nullable=False, default=0),
    Column("next_try_at", Float, nullable=True),
    Column("told_at", Float, nullable=True),
    Column("outcome", String(24), nullable=False, default="waiting"),
)
Index("news_waiting", news.c.next_try_at, sqlite_where=news.c.next_try_at.is_not(None))
