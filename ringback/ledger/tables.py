"""The ledger's tables. Times are seconds since the epoch (UTC), so that both databases sort and compare them alike.

A change here needs a migration in `migrations/versions/`; a test compares the two.
"""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
)
from sqlalchemy.types import TypeEngine


def _text(length: int) -> TypeEngine[str]:
    # SQLite only notes the length. PostgreSQL would refuse a longer word of a provider, and its row would be stuck.
    return String(length).with_variant(Text(), "postgresql")


metadata = MetaData()

callbacks = Table(
    "callbacks",
    metadata,
    Column("key", _text(64), primary_key=True),
    Column("conversation_id", _text(255), nullable=False, index=True),
    Column("channel", _text(64), nullable=False),
    Column("provider", _text(64), nullable=False),
    Column("provider_id", _text(128), nullable=False, default=""),
    Column("queue_id", _text(128), nullable=False),
    Column("queue_name", Text, nullable=False),
    Column("number", _text(20), nullable=False),
    Column("number_digest", _text(64), nullable=False, server_default=""),
    Column("start", _text(64), nullable=False, default=""),
    Column("starts_at", Float, nullable=True),
    Column("sms", Boolean, nullable=False, default=False),
    Column("answers", JSON, nullable=False),
    Column("state", _text(24), nullable=False),
    Column("state_since", Float, nullable=False),
    Column("word", _text(64), nullable=False, default=""),
    Column("word_since", Float, nullable=False),
    Column("seq", Integer, nullable=False, default=0),
    Column("misses", Integer, nullable=False, default=0),
    Column("needs_operator", Boolean, nullable=False, default=False),
    Column("cancel_wanted", Boolean, nullable=False, default=False),
    Column("next_poll_at", Float, nullable=True),
    Column("created_at", Float, nullable=False),
    Column("language", _text(8), nullable=False, server_default="en"),
)
_is_open = callbacks.c.next_poll_at.is_not(None)
Index("callbacks_due", callbacks.c.next_poll_at, sqlite_where=_is_open, postgresql_where=_is_open)
Index("callbacks_at_provider", callbacks.c.provider_id, callbacks.c.provider)
# The operator's list is short, and looked at every second while somebody watches it.
_is_flagged = callbacks.c.needs_operator.is_(True)
Index("callbacks_flagged", callbacks.c.key, sqlite_where=_is_flagged, postgresql_where=_is_flagged)
Index("callbacks_recent", callbacks.c.created_at)
Index("callbacks_of_queue", callbacks.c.queue_id, callbacks.c.created_at)
Index("callbacks_of_number", callbacks.c.number_digest)

sightings = Table(
    "sightings",
    metadata,
    Column("key", _text(64), ForeignKey("callbacks.key"), primary_key=True),
    Column("seq", Integer, primary_key=True),
    Column("state", _text(24), nullable=False),
    Column("word", _text(64), nullable=False),
    Column("note", Text, nullable=False, default=""),
    Column("seen_at", Float, nullable=False),
)

news = Table(
    "news",
    metadata,
    Column("id", _text(80), primary_key=True),
    Column("key", _text(64), ForeignKey("callbacks.key"), nullable=False),
    Column("conversation_id", _text(255), nullable=False),
    Column("channel", _text(64), nullable=False),
    Column("seq", Integer, nullable=False),
    Column("kind", _text(32), nullable=False),
    Column("state", _text(24), nullable=False),
    Column("made_at", Float, nullable=False),
    Column("tries", Integer, nullable=False, default=0),
    Column("next_try_at", Float, nullable=True),
    Column("told_at", Float, nullable=True),
    Column("outcome", _text(24), nullable=False, default="waiting"),
)
Index("news_of_callback", news.c.key)
_is_waiting = news.c.next_try_at.is_not(None)
Index("news_waiting", news.c.next_try_at, sqlite_where=_is_waiting, postgresql_where=_is_waiting)
Index(
    "news_of_conversation",
    news.c.conversation_id,
    news.c.made_at,
    news.c.seq,
    sqlite_where=_is_waiting,
    postgresql_where=_is_waiting,
)

consents = Table(
    "consents",
    metadata,
    Column("key", _text(64), primary_key=True),
    Column("what", _text(64), primary_key=True),
    Column("wording_version", _text(64), nullable=False),
    Column("channel", _text(64), nullable=False),
    Column("given_at", Float, nullable=False),
)

erasures = Table(
    "erasures",
    metadata,
    Column("conversation_id", _text(255), primary_key=True),
    Column("asked_at", Float, nullable=False),
    Column("passes", Integer, nullable=False, default=0),
    Column("next_at", Float, nullable=False),
)

feedback = Table(
    "feedback",
    metadata,
    Column("key", _text(64), ForeignKey("callbacks.key"), primary_key=True),
    Column("helped", Boolean, nullable=False),
    Column("given_at", Float, nullable=False),
)

seal = Table(
    "seal",
    metadata,
    Column("name", _text(64), primary_key=True),
    Column("value", Text, nullable=False),
)

rates = Table(
    "rates",
    metadata,
    Column("provider", _text(64), primary_key=True),
    Column("free_at", Float, nullable=False),
)

bookings = Table(
    "bookings",
    metadata,
    Column("key", _text(64), primary_key=True),
    Column("subject", _text(64), primary_key=True),
    Column("at", Float, nullable=False),
)
Index("bookings_of_subject", bookings.c.subject, bookings.c.at)

proofs = Table(
    "proofs",
    metadata,
    Column("subject", _text(64), primary_key=True),
    Column("until", Float, nullable=False),
)
