"""Numbers and answers can be encrypted; a number is then found by its digest. Conversations can be forgotten."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Add; nothing that was there is lost."""
    text: Any = sa.Text() if op.get_bind().dialect.name == "postgresql" else sa.String(64)
    identity: Any = sa.Text() if op.get_bind().dialect.name == "postgresql" else sa.String(255)
    op.add_column("callbacks", sa.Column("number_digest", text, nullable=False, server_default=""))
    op.create_index("callbacks_of_number", "callbacks", ["number_digest"])
    op.create_table(
        "erasures",
        sa.Column("conversation_id", identity, primary_key=True),
        sa.Column("asked_at", sa.Float, nullable=False),
        sa.Column("passes", sa.Integer, nullable=False),
        sa.Column("next_at", sa.Float, nullable=False),
    )
    op.create_table("seal", sa.Column("name", text, primary_key=True), sa.Column("value", sa.Text, nullable=False))
