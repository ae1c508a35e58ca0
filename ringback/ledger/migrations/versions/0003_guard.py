"""What the guard counts, under digests, and which numbers were proven."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Two tables and the index by which places are counted."""
    text: Any = sa.Text() if op.get_bind().dialect.name == "postgresql" else sa.String(64)
    op.create_table(
        "bookings",
        sa.Column("key", text, primary_key=True),
        sa.Column("subject", text, primary_key=True),
        sa.Column("at", sa.Float, nullable=False),
    )
    op.create_index("bookings_of_subject", "bookings", ["subject", "at"])
    op.create_table(
        "proofs", sa.Column("subject", text, primary_key=True), sa.Column("until", sa.Float, nullable=False)
    )
