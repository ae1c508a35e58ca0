"""The ledger as it was before it had versions: a file without one is taken to look like this."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the three tables."""
    op.create_table(
        "callbacks",
        sa.Column("key", sa.String(64), primary_key=True),
        sa.Column("conversation_id", sa.String(255), nullable=False),
        sa.Column("channel", sa.String(64), nullable=False),
        sa.Column("provider", sa.String(64), nullable=False),
        sa.Column("provider_id", sa.String(128), nullable=False),
        sa.Column("queue_id", sa.String(128), nullable=False),
        sa.Column("queue_name", sa.Text, nullable=False),
        sa.Column("number", sa.String(20), nullable=False),
        sa.Column("start", sa.String(64), nullable=False),
        sa.Column("starts_at", sa.Float, nullable=True),
        sa.Column("sms", sa.Boolean, nullable=False),
        sa.Column("answers", sa.JSON, nullable=False),
        sa.Column("state", sa.String(24), nullable=False),
        sa.Column("state_since", sa.Float, nullable=False),
        sa.Column("word", sa.String(64), nullable=False),
        sa.Column("word_since", sa.Float, nullable=False),
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("misses", sa.Integer, nullable=False),
        sa.Column("needs_operator", sa.Boolean, nullable=False),
        sa.Column("cancel_wanted", sa.Boolean, nullable=False),
        sa.Column("next_poll_at", sa.Float, nullable=True),
        sa.Column("created_at", sa.Float, nullable=False),
    )
    op.create_index("ix_callbacks_conversation_id", "callbacks", ["conversation_id"])
    op.create_index("callbacks_due", "callbacks", ["next_poll_at"], sqlite_where=sa.text("next_poll_at IS NOT NULL"))
    op.create_table(
        "sightings",
        sa.Column("key", sa.String(64), sa.ForeignKey("callbacks.key"), primary_key=True),
        sa.Column("seq", sa.Integer, primary_key=True),
        sa.Column("state", sa.String(24), nullable=False),
        sa.Column("word", sa.String(64), nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("seen_at", sa.Float, nullable=False),
    )
    op.create_table(
        "news",
        sa.Column("id", sa.String(80), primary_key=True),
        sa.Column("key", sa.String(64), sa.ForeignKey("callbacks.key"), nullable=False),
        sa.Column("conversation_id", sa.String(255), nullable=False),
        sa.Column("channel", sa.String(64), nullable=False),
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("state", sa.String(24), nullable=False),
        sa.Column("made_at", sa.Float, nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("next_try_at", sa.Float, nullable=True),
        sa.Column("told_at", sa.Float, nullable=True),
        sa.Column("outcome", sa.String(24), nullable=False),
    )
    op.create_index("news_waiting", "news", ["next_try_at"], sqlite_where=sa.text("next_try_at IS NOT NULL"))
