"""Indexes for every question that is asked often, consents, feedback, rates, and what PostgreSQL needs besides."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_LONG_TEXTS = {
    "callbacks": (
        *("key", "conversation_id", "channel", "provider", "provider_id", "queue_id"),
        *("number", "start", "state", "word"),
    ),
    "sightings": ("key", "state", "word"),
    "news": ("id", "key", "conversation_id", "channel", "kind", "state", "outcome"),
}


def upgrade() -> None:
    """Add; nothing that was there is lost."""
    text: Any = sa.String(64)
    if op.get_bind().dialect.name == "postgresql":
        _teach_postgresql()
        text = sa.Text()
    op.create_index("callbacks_at_provider", "callbacks", ["provider_id", "provider"])
    op.create_index("callbacks_of_queue", "callbacks", ["queue_id", "created_at"])
    _partial_index("news_of_conversation", "news", ["conversation_id", "made_at", "seq"], "next_try_at IS NOT NULL")
    op.create_table(
        "feedback",
        sa.Column("key", text, sa.ForeignKey("callbacks.key"), primary_key=True),
        sa.Column("helped", sa.Boolean, nullable=False),
        sa.Column("given_at", sa.Float, nullable=False),
    )
    op.create_table(
        "rates", sa.Column("provider", text, primary_key=True), sa.Column("free_at", sa.Float, nullable=False)
    )
    op.create_table(
        "consents",
        sa.Column("key", text, primary_key=True),
        sa.Column("what", text, primary_key=True),
        sa.Column("wording_version", text, nullable=False),
        sa.Column("channel", text, nullable=False),
        sa.Column("given_at", sa.Float, nullable=False),
    )


def _partial_index(name: str, table: str, columns: list[str], where: str) -> None:
    op.create_index(name, table, columns, sqlite_where=sa.text(where), postgresql_where=sa.text(where))


def _teach_postgresql() -> None:
    # From VARCHAR(n) to TEXT nothing is rewritten.
    for table, columns in _LONG_TEXTS.items():
        changes = ", ".join(f'ALTER COLUMN "{column}" TYPE TEXT' for column in columns)
        op.execute(f'ALTER TABLE "{table}" {changes}')
    for index, table, column in (
        ("callbacks_due", "callbacks", "next_poll_at"),
        ("news_waiting", "news", "next_try_at"),
    ):
        op.drop_index(index, table)
        _partial_index(index, table, [column], f"{column} IS NOT NULL")
    # Every claim writes a row anew: leave room in its page, and sweep often.
    for table in ("callbacks", "news"):
        op.execute(
            f"ALTER TABLE {table} SET (fillfactor = 60, autovacuum_vacuum_scale_factor = 0.02, "
            "autovacuum_vacuum_threshold = 500, autovacuum_analyze_scale_factor = 0.05, "
            "autovacuum_vacuum_cost_delay = 0)"
        )
