"""What the parts of the ledger share: the open database, and its rows as values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import RowMapping

from ringback.ledger.database import Database
from ringback.ledger.sealing import PLAIN, Sealing
from ringback.models import FINAL, Callback

FINAL_WORDS = [state.value for state in FINAL]
"""The endings as they stand in the column `state`."""


class Part:
    """A part of the ledger: its methods are transactions over one database."""

    def __init__(self, database: Database, sealing: Sealing = PLAIN) -> None:
        self._database = database
        self._sealing = sealing

    async def close(self) -> None:
        """Give the connections back."""
        await self._database.close()


def read_callback(row: RowMapping | Mapping[str, Any], sealing: Sealing) -> Callback:
    """A row of the table `callbacks` as a value."""
    return Callback.model_validate(sealing.opened(row))


def storable(text: str) -> str:
    """A provider's or a person's text as both databases take it: PostgreSQL knows no NUL, and no half characters."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")
