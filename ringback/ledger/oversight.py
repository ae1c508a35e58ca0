"""The ledger's oversight: what an operator asks of it, and the little that an operator may put right.

Open call-backs are found by their due time and flagged ones by their flag, both by an index of few rows, so that a page
which looks every second costs next to nothing however many call-backs are over.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    and_,
    case,
    func,
    insert,
    literal,
    or_,
    select,
    union_all,
    update,
)

from ringback.ledger.outbox import STUCK
from ringback.ledger.rows import FINAL_WORDS, Part, read_callback
from ringback.ledger.tables import callbacks, consents, news, sightings
from ringback.models import Callback, Frozen, State

_IS_DUE = callbacks.c.next_poll_at.is_not(None)
_IS_FLAGGED = callbacks.c.needs_operator.is_(literal(True, literal_execute=True))
_IS_WAITING = news.c.next_try_at.is_not(None)


class Wanted(Frozen):
    """Which call-backs an operator wants to see; empty means any. `since` is in seconds since the epoch."""

    state: State | None = None
    queue: str = ""
    channel: str = ""
    since: float = 0.0
    needs_operator: bool = False
    ended: bool = False


class Told(Frozen):
    """One piece of news and what became of it. In seconds since the epoch; `told_at` is None until then."""

    kind: str
    state: State
    made_at: float
    tries: int
    told_at: float | None
    outcome: str


class Agreed(Frozen):
    """What a person agreed to, in which wording, where and when (seconds since the epoch)."""

    what: str
    wording_version: str
    channel: str
    given_at: float


class Outlook(Frozen):
    """The ledger at this moment: open call-backs by state, what needs an operator, and the news that waits.

    `oldest_waiting` is when the oldest waiting news that is not stuck was made (seconds since the epoch), or None.
    """

    open_by_state: Mapping[State, int]
    flagged: int
    stuck: int
    waiting: int
    oldest_waiting: float | None


class Today(Frozen):
    """The call-backs asked for since a moment: when, where each stands, and how long those for now took to connect.

    `asked_at` are seconds since the epoch, `connect_seconds` durations.
    """

    asked_at: tuple[float, ...]
    by_state: Mapping[State, int]
    connected: int
    connect_seconds: tuple[float, ...]


class Oversight(Part):
    """Looking after call-backs from outside of any conversation."""

    async def search(self, wanted: Wanted, *, limit: int = 200) -> Sequence[Callback]:
        """The newest call-backs that fit, newest first."""
        query = select(callbacks).where(*_conditions(wanted)).order_by(callbacks.c.created_at.desc()).limit(limit)
        return await self._rows(query)

    async def open_callbacks(self, *, limit: int = 200) -> Sequence[Callback]:
        """The open call-backs whose due time or flag finds them, longest in their state first."""
        query = (
            select(callbacks)
            .where(callbacks.c.key.in_(_open_keys()), callbacks.c.state.not_in(FINAL_WORDS))
            .order_by(callbacks.c.state_since)
            .limit(limit)
        )
        return await self._rows(query)

    async def operators_list(self, *, limit: int = 200) -> Sequence[Callback]:
        """What nobody but an operator can put right, newest first: flagged ones, and those with stuck news."""
        keys = union_all(
            select(callbacks.c.key).where(_IS_FLAGGED), select(news.c.key).where(_IS_WAITING, news.c.outcome == STUCK)
        )
        query = (
            select(callbacks)
            .where(callbacks.c.key.in_(keys.scalar_subquery()))
            .order_by(callbacks.c.created_at.desc())
            .limit(limit)
        )
        return await self._rows(query)

    async def stuck_keys(self) -> frozenset[str]:
        """The keys of the call-backs whose news a conversation will not take."""
        query = select(news.c.key).where(_IS_WAITING, news.c.outcome == STUCK)
        return await self._database.read(lambda connection: frozenset(str(row[0]) for row in connection.execute(query)))

    async def told(self, key: str) -> Sequence[Told]:
        """All news of one call-back in order."""
        query = select(news).where(news.c.key == key).order_by(news.c.seq)
        return await self._database.read(
            lambda connection: [Told.model_validate(dict(row)) for row in connection.execute(query).mappings()]
        )

    async def agreed(self, key: str) -> Sequence[Agreed]:
        """Every consent given with one request."""
        query = select(consents).where(consents.c.key == key).order_by(consents.c.given_at)
        return await self._database.read(
            lambda connection: [Agreed.model_validate(dict(row)) for row in connection.execute(query).mappings()]
        )

    async def outlook(self) -> Outlook:
        """How things stand at this moment."""
        states = (
            select(callbacks.c.state, func.count())
            .where(callbacks.c.key.in_(_open_keys()), callbacks.c.state.not_in(FINAL_WORDS))
            .group_by(callbacks.c.state)
        )
        flagged = select(func.count()).select_from(callbacks).where(_IS_FLAGGED)
        fresh = case((news.c.outcome != STUCK, news.c.made_at))
        waiting = select(func.count(), func.min(fresh)).where(_IS_WAITING)
        stuck = select(func.count()).select_from(news).where(_IS_WAITING, news.c.outcome == STUCK)

        def look(connection: Connection) -> Outlook:
            pieces, oldest = connection.execute(waiting).one()
            return Outlook(
                open_by_state={State(state): int(count) for state, count in connection.execute(states)},
                flagged=connection.execute(flagged).scalar_one(),
                stuck=connection.execute(stuck).scalar_one(),
                waiting=int(pieces),
                oldest_waiting=oldest,
            )

        return await self._database.read(look)

    async def asked_since(self, moment: float) -> Today:
        """What became of the call-backs that were asked for since `moment` (seconds since the epoch)."""
        asked = select(callbacks.c.created_at, callbacks.c.state).where(callbacks.c.created_at >= moment)
        # A subquery and no join: SQLite would begin with the sightings, all there ever were.
        first = (
            select(func.min(sightings.c.seen_at))
            .where(sightings.c.key == callbacks.c.key, sightings.c.state == State.CONNECTED.value)
            .scalar_subquery()
        )
        connected = select(callbacks.c.created_at, callbacks.c.starts_at, first).where(callbacks.c.created_at >= moment)

        def look(connection: Connection) -> Today:
            rows = connection.execute(asked).all()
            by_state: dict[State, int] = {}
            for _, state in rows:
                by_state[State(state)] = by_state.get(State(state), 0) + 1
            reached = [row for row in connection.execute(connected).all() if row[2] is not None]
            return Today(
                asked_at=tuple(sorted(float(row[0]) for row in rows)),
                by_state=by_state,
                connected=len(reached),
                connect_seconds=tuple(
                    max(float(seen) - float(made), 0.0) for made, starts, seen in reached if starts is None
                ),
            )

        return await self._database.read(look)

    # -- putting right ------------------------------------------------------------------------------------------

    async def tell_again(self, key: str, *, now: float) -> int:
        """Make all news that waits in the call-back's conversation due at once; how many pieces that are."""
        conversation = select(callbacks.c.conversation_id).where(callbacks.c.key == key).scalar_subquery()
        again = (
            update(news)
            .where(news.c.conversation_id == conversation, _IS_WAITING)
            .values(next_try_at=now, tries=0, outcome="waiting")
        )
        return await self._database.write(lambda connection: connection.execute(again).rowcount)

    async def note_seen(self, callback: Callback, *, note: str, now: float) -> bool:
        """Take an ended call-back off the operator's list. False when somebody else changed it first."""
        seq = callback.seq + 1
        unflag = (
            update(callbacks)
            .where(callbacks.c.key == callback.key, callbacks.c.seq == callback.seq)
            .where(callbacks.c.state.in_(FINAL_WORDS))
            .values(needs_operator=False, seq=seq)
        )
        sighting = {
            "key": callback.key,
            "seq": seq,
            "state": callback.state.value,
            "word": callback.word,
            "note": note,
            "seen_at": now,
        }

        def write(connection: Connection) -> bool:
            if connection.execute(unflag).rowcount == 0:
                return False
            connection.execute(insert(sightings), sighting)
            return True

        return await self._database.write(write)

    async def _rows(self, query: Select[Any]) -> Sequence[Callback]:
        return await self._database.read(
            lambda connection: [read_callback(row, self._sealing) for row in connection.execute(query).mappings()]
        )


def _open_keys() -> Any:
    # What is neither due nor flagged is over: the follower stops looking only at an ending or for an operator.
    return union_all(
        select(callbacks.c.key).where(_IS_DUE), select(callbacks.c.key).where(_IS_FLAGGED)
    ).scalar_subquery()


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.state is not None:
        conditions.append(callbacks.c.state == wanted.state.value)
    elif not (wanted.ended or wanted.needs_operator):
        conditions.append(callbacks.c.state.not_in(FINAL_WORDS))
    if wanted.queue:
        conditions.append(
            or_(
                func.lower(callbacks.c.queue_name) == wanted.queue.lower(),
                callbacks.c.queue_id == wanted.queue.rpartition(":")[2],
            )
        )
    if wanted.channel:
        conditions.append(callbacks.c.channel == wanted.channel)
    if wanted.since:
        conditions.append(callbacks.c.created_at >= wanted.since)
    if wanted.needs_operator:
        stuck = select(news.c.key).where(and_(_IS_WAITING, news.c.outcome == STUCK))
        conditions.append(or_(_IS_FLAGGED, callbacks.c.key.in_(stuck)))
    return conditions
