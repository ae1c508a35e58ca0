"""The ledger's agenda: which call-back is looked at when, and by whom of several workers.

The claim is the lease. It moves the due time of a batch forward, so that a crash after it only delays a look; there is
no heartbeat, and nothing to repair. Its statements never change, so that they are put together once.
"""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Connection, bindparam, insert, select, update

from ringback.ledger.rows import Part, read_callback
from ringback.ledger.tables import callbacks, rates
from ringback.models import Callback, Frozen

_EARLIEST = (
    select(callbacks.c.next_poll_at)
    .where(callbacks.c.next_poll_at.is_not(None))
    .order_by(callbacks.c.next_poll_at)
    .limit(1)
)
# The keys are selected first and updated by key afterwards: PostgreSQL may run a LIMITed sub-select of an UPDATE again
# and again.
_DUE = (
    select(callbacks)
    .where(callbacks.c.next_poll_at <= bindparam("now"))
    .order_by(callbacks.c.next_poll_at)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
)
_MOVE = update(callbacks).where(callbacks.c.key == bindparam("its_key")).values(next_poll_at=bindparam("then"))
_PUT_OFF = (
    update(callbacks)
    .where(callbacks.c.key == bindparam("its_key"), callbacks.c.seq == bindparam("seen_seq"))
    .values(next_poll_at=bindparam("then"), misses=bindparam("missed"))
)
_CALL_OFF = update(callbacks).where(callbacks.c.key == bindparam("its_key")).values(cancel_wanted=True)
_RATE = select(rates.c.free_at).where(rates.c.provider == bindparam("its_name")).with_for_update()
_BOOK = update(rates).where(rates.c.provider == bindparam("its_name")).values(free_at=bindparam("then"))


class Claimed(Frozen):
    """Call-backs that were due, and when the next one is (seconds since the epoch; infinity when none is)."""

    callbacks: tuple[Callback, ...]
    next_due: float


class Agenda(Part):
    """When to look at what."""

    async def claim(self, now: float, limit: int, pause: Callable[[Callback], float]) -> Claimed:
        """Take up to `limit` call-backs that are due and move their due time forward by `pause` (seconds)."""

        def take(connection: Connection) -> Claimed:
            due = [
                read_callback(row, self._sealing)
                for row in connection.execute(_DUE, {"now": now, "most": limit}).mappings()
            ]
            if due:
                connection.execute(_MOVE, [{"its_key": one.key, "then": now + pause(one)} for one in due])
            return Claimed(callbacks=tuple(due), next_due=_earliest(connection))

        return await self._database.write(take)

    async def next_due(self) -> float:
        """When the earliest open call-back is due (seconds since the epoch); infinity when none is."""
        return await self._database.read(_earliest)

    async def put_off(self, callback: Callback, *, next_poll_at: float, misses: int) -> None:
        """Note a look that brought nothing and when to try again; does nothing if the row has moved on."""
        values = {"its_key": callback.key, "seen_seq": callback.seq, "then": next_poll_at, "missed": misses}
        await self._database.write(lambda connection: connection.execute(_PUT_OFF, values))

    async def want_cancelled(self, key: str) -> None:
        """Remember that the person called off an order of which nobody knows yet whether it was taken."""
        await self._database.write(lambda connection: connection.execute(_CALL_OFF, {"its_key": key}))

    async def book_looks(self, provider: str, looks: int, per_second: float, now: float) -> float:
        """Book that many looks at a provider that may be asked `per_second` times by all workers together.

        Returns from when (seconds since the epoch) the first may begin; the others follow at that rate.
        """

        def book(connection: Connection) -> float:
            free_at = connection.execute(_RATE, {"its_name": provider}).scalar()
            if free_at is None:
                connection.execute(insert(rates), {"provider": provider, "free_at": now})
            start = max(now, free_at or 0.0)
            connection.execute(_BOOK, {"its_name": provider, "then": start + looks / per_second})
            return start

        return await self._database.write(book)


def _earliest(connection: Connection) -> float:
    found = connection.execute(_EARLIEST).scalar()
    return float("inf") if found is None else float(found)
