"""The language of each call-back's conversation, so that its news is told in it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Add the column; what is under way goes on in English."""
    text = sa.Text() if op.get_bind().dialect.name == "postgresql" else sa.String(8)
    op.add_column("callbacks", sa.Column("language", text, nullable=False, server_default="en"))
