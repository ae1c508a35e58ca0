"""Whether a call helped, kept in the call-back's history."""

from __future__ import annotations

from sqlalchemy import func, insert, select
from sqlalchemy.exc import IntegrityError

from ringback.ledger.store import Ledger
from ringback.ledger.tables import callbacks, sightings

HELPED, DID_NOT_HELP = "helped: yes", "helped: no"


async def note_feedback(ledger: Ledger, key: str, *, helped: bool, now: float) -> bool:
    """Write the person's word beneath the call-back's last sighting; whoever answers again is believed again.

    `now` in seconds since the epoch. False when there is no such call-back, or when somebody wrote at the same moment.
    """
    last = select(func.max(sightings.c.seq)).where(sightings.c.key == key).scalar_subquery()
    row = select(callbacks.c.state, callbacks.c.word, last).where(callbacks.c.key == key)
    try:
        async with ledger._writing() as connection:  # noqa: SLF001 - a part of the ledger in a file of its own
            found = (await connection.execute(row)).first()
            if found is None:
                return False
            state, word, seq = found
            note = HELPED if helped else DID_NOT_HELP
            await connection.execute(
                insert(sightings).values(key=key, seq=(seq or 0) + 1, state=state, word=word, note=note, seen_at=now)
            )
    except IntegrityError:
        return False
    return True
