"""The ledger forgets: what is personal in a call-back is blanked, and that there was a call stays.

What stays names nobody: the queue, the states and their times, and whether the call helped. The key stays because other
rows hang on it. The provider's id stays because an order without an answer is looked for at the provider: a call that
is not known to be ours already would be taken for it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, delete, insert, or_, select, update

from ringback.ledger.rows import Part, read_callback
from ringback.ledger.tables import callbacks, consents, erasures, news, sightings
from ringback.models import Callback, Frozen

_BATCH = 200
_BLANK: dict[str, Any] = {"number": "", "number_digest": "", "answers": {}, "conversation_id": ""}
_NOT_ERASED = callbacks.c.number != ""


class Erasure(Frozen):
    """A conversation that is to be forgotten: everything up to `asked_at` (seconds since the epoch)."""

    conversation_id: str
    asked_at: float
    passes: int


class Erasing(Part):
    """What is personal, found and removed."""

    async def of_number(self, number: str) -> Sequence[Callback]:
        """Every call-back to a number (E.164) that is not erased, newest first."""
        query = select(callbacks).where(self._is_to(number)).order_by(callbacks.c.created_at.desc())
        return await self._database.read(
            lambda connection: [read_callback(row, self._sealing) for row in connection.execute(query).mappings()]
        )

    def _is_to(self, number: str) -> ColumnElement[bool]:
        if self._sealing.is_on:
            return callbacks.c.number_digest == self._sealing.digest(number)
        return callbacks.c.number == number

    async def erase(self, keys: Collection[str]) -> int:
        """Blank what is personal in these call-backs, in one transaction; how many there were.

        One that is still open would lose its way back to its conversation: see to it before.
        """
        return await self._database.write(lambda connection: _erase(connection, list(keys)))

    async def erase_before(self, moment: float) -> int:
        """The same for some call-backs that ended before `moment` (seconds since the epoch); how many there were."""
        old = (
            select(callbacks.c.key)
            .where(callbacks.c.next_poll_at.is_(None), callbacks.c.state_since < moment, _NOT_ERASED)
            .limit(_BATCH)
            .with_for_update(skip_locked=True)
        )
        return await self._database.write(
            lambda connection: _erase(connection, [str(key) for key in connection.execute(old).scalars()])
        )

    async def compact(self) -> None:
        """Leave no trace of what was erased in the database's files. Raises LedgerDown."""
        await self._database.compact(tuple(one.name for one in (callbacks, sightings, news, consents, erasures)))

    async def consents(self, key: str) -> Sequence[Mapping[str, Any]]:
        """What was agreed to with one request: what, wording_version, channel, given_at."""
        query = select(consents).where(consents.c.key == key).order_by(consents.c.what)
        return await self._database.read(lambda connection: [dict(row) for row in connection.execute(query).mappings()])

    # -- conversations, which are not in the ledger -------------------------------------------------------------

    async def want_forgotten(self, conversation_id: str, *, now: float, next_at: float) -> None:
        """Remember that a conversation is to be forgotten up to `now`; the first try is due at `next_at`."""
        row = {"conversation_id": conversation_id, "asked_at": now, "passes": 0, "next_at": next_at}

        def write(connection: Connection) -> None:
            connection.execute(delete(erasures).where(erasures.c.conversation_id == conversation_id))
            connection.execute(insert(erasures), row)

        await self._database.write(write)

    async def claim_erasures(self, now: float, *, lease: float) -> Sequence[Erasure]:
        """Take what is due for `lease` seconds."""
        due = select(erasures).where(erasures.c.next_at <= now).limit(_BATCH).with_for_update(skip_locked=True)

        def take(connection: Connection) -> list[Erasure]:
            found = [Erasure.model_validate(dict(row)) for row in connection.execute(due).mappings()]
            for one in found:
                mine = erasures.c.conversation_id == one.conversation_id
                connection.execute(update(erasures).where(mine).values(next_at=now + lease))
            return found

        is_any = select(erasures.c.conversation_id).where(erasures.c.next_at <= now).limit(1)
        if await self._database.read(lambda connection: connection.execute(is_any).first()) is None:
            return []
        return await self._database.write(take)

    async def passed(self, erasure: Erasure, *, next_at: float | None) -> None:
        """A pass is over; another one is due at `next_at`, or none."""
        mine = (erasures.c.conversation_id == erasure.conversation_id) & (erasures.c.asked_at == erasure.asked_at)
        statement: Any = (
            delete(erasures).where(mine)
            if next_at is None
            else update(erasures).where(mine).values(passes=erasure.passes + 1, next_at=next_at)
        )
        await self._database.write(lambda connection: connection.execute(statement))


def _erase(connection: Connection, keys: list[str]) -> int:
    if not keys:
        return 0
    ours = callbacks.c.key.in_(keys)
    connection.execute(delete(news).where(news.c.key.in_(keys)))
    connection.execute(delete(consents).where(or_(consents.c.key.in_(keys))))
    connection.execute(update(sightings).where(sightings.c.key.in_(keys)).values(note=""))
    return connection.execute(update(callbacks).where(ours).values(**_BLANK)).rowcount
