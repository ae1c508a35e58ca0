"""The ledger's limits: places that are booked for subjects, and counted by how many there are in the last hour or day.

Whether there is room and taking the place are one transaction, together with the request that wants it, so that any
number of processes never go beyond a limit. On PostgreSQL two transactions about the same subject take turns by an
advisory lock for each subject: every statement after the lock sees what the one before has committed. On SQLite there
is one writer anyway. Subjects are digests (`ringback/guarding/counting.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, bindparam, delete, exists, func, insert, or_, select, text

from ringback.guarding.counting import DAY, Admission, Bound
from ringback.guarding.rules import Refusal, Rule
from ringback.ledger.rows import FINAL_WORDS, Part
from ringback.ledger.tables import bookings, callbacks, proofs
from ringback.models import State

# Whoever is frozen in the middle of a transaction must not hold everybody else up.
_NOT_FOR_EVER = text("SET LOCAL lock_timeout = '10s'")
_LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended(:subject, 7264225))")
# The booking that is as far back as the limit is wide: while it is young enough, there is no room.
_LAST_IN_THE_WAY = (
    select(bookings.c.at)
    .where(bookings.c.subject == bindparam("its_subject"), bookings.c.at > bindparam("since"))
    .order_by(bookings.c.at.desc())
    .limit(1)
    .offset(bindparam("before"))
)
_OPEN_ON_LINE = (
    select(callbacks.c.conversation_id)
    .join(bookings, bookings.c.key == callbacks.c.key)
    .where(bookings.c.subject == bindparam("its_line"), callbacks.c.state.not_in(FINAL_WORDS))
    .where(callbacks.c.key != bindparam("but"))
)
# That no agent could be reached is nothing that a phone has to be spared for.
_RANG_IN_VAIN = [State.FAILED_CUSTOMER.value, State.FAILED.value]
_LAST_FAILURE = (
    select(func.max(callbacks.c.state_since))
    .join(bookings, bookings.c.key == callbacks.c.key)
    .where(bookings.c.subject == bindparam("its_phone"), callbacks.c.state.in_(_RANG_IN_VAIN))
    .where(callbacks.c.state_since > bindparam("since"))
)
_BOOK = insert(bookings)
_GIVE_BACK = delete(bookings).where(bookings.c.key == bindparam("its_key"))
_STILL_MATTERS = exists().where(
    callbacks.c.key == bookings.c.key,
    or_(callbacks.c.state.not_in(FINAL_WORDS), callbacks.c.state_since > bindparam("since")),
)
_FORGET = delete(bookings).where(bookings.c.at < bindparam("since"), ~_STILL_MATTERS)
_FORGET_PROOFS = delete(proofs).where(proofs.c.until < bindparam("now"))


def lock(connection: Connection, subjects: Sequence[str]) -> None:
    """Wait until nobody else decides about any of the subjects; sorted, so that no two wait for each other.

    After ten seconds the database gives up, which is `LedgerDown`.
    """
    if connection.dialect.name == "postgresql":  # SQLite: BEGIN IMMEDIATE
        connection.execute(_NOT_FOR_EVER)
        for one in sorted(subjects):
            connection.execute(_LOCK, {"subject": one})


def refusal(connection: Connection, admission: Admission, now: float) -> Refusal | None:
    """Why there is no room for a request at `now` (seconds since the epoch); None when there is."""
    if admission.one_open:
        others = connection.execute(_OPEN_ON_LINE, {"its_line": admission.line, "but": admission.replaces}).scalars()
        if whose := set(others):
            return Refusal(rule=Rule.OPEN if admission.conversation_id in whose else Rule.OPEN_ELSEWHERE)
    if admission.cool_down:
        spared = {"its_phone": admission.phone, "since": now - admission.cool_down}
        failed = connection.execute(_LAST_FAILURE, spared).scalar()
        rings_at = max(now, admission.starts_at or now)
        if failed is not None and rings_at < failed + admission.cool_down:
            return Refusal(rule=Rule.COOL_DOWN, again_at=failed + admission.cool_down)
    return no_room(connection, admission.bounds, now)


def no_room(connection: Connection, bounds: Iterable[Bound], now: float) -> Refusal | None:
    """The bound in the way for the longest time; None when there is room within all of them."""
    found: list[Refusal] = []
    for bound in bounds:
        asked = {"its_subject": bound.subject, "since": now - bound.seconds, "before": bound.most - 1}
        at = connection.execute(_LAST_IN_THE_WAY, asked).scalar()
        if at is not None:
            found.append(Refusal(rule=bound.rule, again_at=at + bound.seconds))
    return max(found, key=lambda one: one.again_at or 0.0, default=None)


def book(connection: Connection, key: str, subjects: Iterable[str], now: float) -> None:
    """Take a place under that key for each subject."""
    rows = [{"key": key, "subject": one, "at": now} for one in sorted(set(subjects))]
    if rows:
        connection.execute(_BOOK, rows)


class Limits(Part):
    """Places and proofs, apart from those that are booked with a request."""

    async def room_for(self, admission: Admission, now: float) -> Refusal | None:
        """Whether a request would be let in at this moment; nothing is booked, and soon it may be otherwise."""
        return await self._database.read(lambda connection: refusal(connection, admission, now))

    async def take_place(self, key: str, bounds: Sequence[Bound], now: float) -> Refusal | None:
        """Book a place for every subject of `bounds` under `key`, or none and say why."""
        subjects = sorted({one.subject for one in bounds})

        def take(connection: Connection) -> Refusal | None:
            lock(connection, subjects)
            found = no_room(connection, bounds, now)
            if found is None:
                book(connection, key, subjects, now)
            return found

        return await self._database.write(take)

    async def give_back(self, key: str, *, but: Sequence[str] = ()) -> None:
        """Free the places of an order that was certainly not taken, but for the kinds of subject in `but`."""
        kept = [bookings.c.subject.startswith(f"{kind}:", autoescape=True) for kind in but]
        given = _GIVE_BACK.where(~or_(*kept)) if kept else _GIVE_BACK
        await self._database.write(lambda connection: connection.execute(given, {"its_key": key}))

    async def prove(self, subject: str, until: float) -> None:
        """Remember until then (seconds since the epoch) that it was shown whose number it is."""

        def write(connection: Connection) -> None:
            lock(connection, [subject])
            connection.execute(delete(proofs).where(proofs.c.subject == subject))
            connection.execute(insert(proofs), {"subject": subject, "until": until})

        await self._database.write(write)

    async def is_proven(self, subject: str, now: float) -> bool:
        """Whether that was shown and still counts."""
        query = select(1).where(proofs.c.subject == subject, proofs.c.until > now)
        return await self._database.read(lambda connection: connection.execute(query).first() is not None)

    async def forget_bookings(self, now: float) -> int:
        """Delete what counts no more: bookings of more than a day ago, unless their call is still open or has only just
        ended, and proofs that are over. How many bookings there were.
        """

        def sweep(connection: Connection) -> int:
            connection.execute(_FORGET_PROOFS, {"now": now})
            return connection.execute(_FORGET, {"since": now - DAY}).rowcount

        return await self._database.write(sweep)
