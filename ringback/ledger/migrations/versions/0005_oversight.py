"""Indexes for what an operator's page asks every second."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Add; nothing that was there is lost."""
    flagged = sa.text("needs_operator IS true" if op.get_bind().dialect.name == "postgresql" else "needs_operator IS 1")
    op.create_index("callbacks_flagged", "callbacks", ["key"], sqlite_where=flagged, postgresql_where=flagged)
    op.create_index("callbacks_recent", "callbacks", ["created_at"])
    op.create_index("news_of_callback", "news", ["key"])
