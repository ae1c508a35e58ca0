"""What Alembic runs for each command. The connection, with its transaction and its lock, comes from `schema`."""

from __future__ import annotations

from alembic import context

from ringback.ledger.schema import VERSION_TABLE
from ringback.ledger.tables import metadata

context.configure(
    connection=context.config.attributes["connection"], target_metadata=metadata, version_table=VERSION_TABLE
)
context.run_migrations()
