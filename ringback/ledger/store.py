"""The one door to the ledger: short statements over the tables, each method one transaction.

Everything that must not be half done is one method: a change of state is written together with its sighting and its
news, or not at all. A change is a compare-and-set on `seq`; whoever comes second gets `Overtaken` and drops what it
knew, so a process that was frozen for an hour can do no harm when it wakes up.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import Select, bindparam, insert, select, update
from sqlalchemy.exc import IntegrityError

from ringback.ledger.outbox import Outbox, Waiting, read_callback
from ringback.ledger.schema import LedgerUnusable
from ringback.ledger.tables import callbacks, consents, news, sightings
from ringback.models import FINAL, Callback, CallbackRequest, Frozen, State, TimeSlot

__all__ = ["Begun", "Ledger", "LedgerUnusable", "Overtaken", "Waiting"]

_FINAL_WORDS = [state.value for state in FINAL]


class Begun(Frozen):
    """A request is in the ledger. `fresh` is False when this key was there before: do not order again."""

    callback: Callback
    fresh: bool


class Overtaken(Frozen):
    """Somebody else changed the row first; nothing was written."""


class Ledger(Outbox):
    """The open ledger. Make one with `Ledger.open`, close it with `close`."""

    # -- requests and orders ------------------------------------------------------------------------------------

    async def begin(self, request: CallbackRequest, *, provider: str, now: float, look_at: float) -> Begun:
        """Store a request before it is ordered. The second caller with the same key gets the first one's row.

        `look_at` is when the follower asks what became of an order that nobody finished (seconds since the epoch).
        """
        slot = request.time_slot
        row = {
            "key": request.key,
            "conversation_id": request.conversation_id,
            "channel": request.channel,
            "provider": provider,
            "provider_id": "",
            "queue_id": request.queue_id,
            "queue_name": _storable(request.queue_name),
            "number": request.number,
            "start": slot.start if slot else "",
            "starts_at": slot.starts_at.timestamp() if slot else None,
            "sms": request.sms,
            "answers": dict(request.answers),
            "state": State.ORDERING.value,
            "state_since": now,
            "word": "",
            "word_since": now,
            "seq": 0,
            "misses": 0,
            "needs_operator": False,
            "cancel_wanted": False,
            "next_poll_at": look_at,
            "created_at": now,
        }
        try:
            async with self._writing() as connection:
                await connection.execute(insert(callbacks).values(row))
                await connection.execute(
                    insert(sightings).values(
                        key=request.key, seq=0, state=State.ORDERING.value, word="", note="", seen_at=now
                    )
                )
        except IntegrityError:
            return Begun(callback=await self.get(request.key), fresh=False)
        return Begun(callback=Callback.model_validate(row), fresh=True)

    async def change(
        self,
        callback: Callback,
        *,
        state: State,
        word: str,
        now: float,
        next_poll_at: float | None,
        news_kind: str = "",
        provider_id: str = "",
        needs_operator: bool = False,
        note: str = "",
        move_to: TimeSlot | None = None,
    ) -> Callback | Overtaken:
        """Write a change seen since `callback` was read, with its sighting and, if `news_kind` is given, its news.

        `move_to` is another time for a call that has not been ordered yet.
        """
        seq = callback.seq + 1
        word = _storable(word)
        changed: dict[str, Any] = {
            "state": state.value,
            "state_since": now if state is not callback.state else callback.state_since,
            "word": word,
            "word_since": now if word != callback.word else callback.word_since,
            "seq": seq,
            "misses": 0,
            "next_poll_at": next_poll_at,
            "provider_id": provider_id or callback.provider_id,
            "needs_operator": needs_operator,
        }
        if move_to is not None:
            changed |= {"start": move_to.start, "starts_at": move_to.starts_at.timestamp()}
        async with self._writing() as connection:
            result = await connection.execute(
                update(callbacks)
                .where(callbacks.c.key == callback.key, callbacks.c.seq == callback.seq)
                .where(callbacks.c.state.not_in(_FINAL_WORDS))
                .values(changed)
            )
            if result.rowcount == 0:
                return Overtaken()
            await connection.execute(
                insert(sightings).values(
                    key=callback.key, seq=seq, state=state.value, word=word, note=_storable(note), seen_at=now
                )
            )
            if news_kind:
                await connection.execute(
                    insert(news).values(
                        id=f"{callback.key}-{seq}",
                        key=callback.key,
                        conversation_id=callback.conversation_id,
                        channel=callback.channel,
                        seq=seq,
                        kind=news_kind,
                        state=state.value,
                        made_at=now,
                        tries=0,
                        next_try_at=now,
                        outcome="waiting",
                    )
                )
        if news_kind:
            self.news_arrived.set()
        return callback.model_copy(update={**changed, "state": state})

    async def note_consent(self, key: str, what: str, *, wording_version: str, channel: str, now: float) -> None:
        """Remember what a person agreed to with the request of that key, in which wording and where.

        The first time counts; saying it again changes nothing. The request itself may come later.
        """
        try:
            async with self._writing() as connection:
                await connection.execute(
                    insert(consents).values(
                        key=key, what=what, wording_version=wording_version, channel=channel, given_at=now
                    )
                )
        except IntegrityError:
            return

    # -- following ----------------------------------------------------------------------------------------------

    async def claim(self, now: float, limit: int, pause: Callable[[Callback], float]) -> Sequence[Callback]:
        """Take up to `limit` call-backs that are due and move their due time forward by `pause` (seconds).

        The claim is the lease: a crash after it only delays a look. The keys are selected first and updated by key
        afterwards, because PostgreSQL may run a LIMITed sub-select of an UPDATE again and again.
        """
        due = (
            select(callbacks)
            .where(callbacks.c.next_poll_at <= now)
            .order_by(callbacks.c.next_poll_at)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        if await self.next_due() > now:
            return []
        async with self._writing() as connection:
            claimed = [read_callback(row) for row in (await connection.execute(due)).mappings()]
            if claimed:
                await connection.execute(
                    update(callbacks)
                    .where(callbacks.c.key == bindparam("its_key"))
                    .values(next_poll_at=bindparam("then")),
                    [{"its_key": callback.key, "then": now + pause(callback)} for callback in claimed],
                )
        return claimed

    async def put_off(self, callback: Callback, *, next_poll_at: float, misses: int) -> None:
        """Note a look that brought nothing and when to try again; does nothing if the row has moved on."""
        async with self._writing() as connection:
            await connection.execute(
                update(callbacks)
                .where(callbacks.c.key == callback.key, callbacks.c.seq == callback.seq)
                .values(next_poll_at=next_poll_at, misses=misses)
            )

    async def want_cancelled(self, key: str) -> None:
        """Remember that the person called off an order of which nobody knows yet whether it was taken."""
        async with self._writing() as connection:
            await connection.execute(update(callbacks).where(callbacks.c.key == key).values(cancel_wanted=True))

    async def next_due(self) -> float:
        """When the earliest open call-back is due (seconds since the epoch); infinity when none is."""
        async with self._reading() as connection:
            row = (
                await connection.execute(
                    select(callbacks.c.next_poll_at)
                    .where(callbacks.c.next_poll_at.is_not(None))
                    .order_by(callbacks.c.next_poll_at)
                    .limit(1)
                )
            ).first()
        return float("inf") if row is None else float(row[0])

    # -- looking up ---------------------------------------------------------------------------------------------

    async def get(self, key: str) -> Callback:
        """The call-back of that key. Raises KeyError when there is none."""
        found = await self._callbacks(select(callbacks).where(callbacks.c.key == key))
        if not found:
            raise KeyError(key)
        return found[0]

    async def in_conversation(self, conversation_id: str) -> Sequence[Callback]:
        """Every call-back of a conversation, newest first."""
        return await self._callbacks(
            select(callbacks)
            .where(callbacks.c.conversation_id == conversation_id)
            .order_by(callbacks.c.created_at.desc())
        )

    async def known_ids(self, provider: str, provider_ids: Collection[str]) -> frozenset[str]:
        """Those of the given provider ids that already belong to a call-back of ours."""
        query = select(callbacks.c.provider_id).where(
            callbacks.c.provider == provider, callbacks.c.provider_id.in_(provider_ids)
        )
        async with self._reading() as connection:
            return frozenset(str(row[0]) for row in await connection.execute(query))

    async def everything(self, *, open_only: bool = False, limit: int = 1000) -> Sequence[Callback]:
        """The newest call-backs of all conversations, newest first."""
        query = select(callbacks).order_by(callbacks.c.created_at.desc()).limit(limit)
        if open_only:
            query = query.where(callbacks.c.state.not_in(_FINAL_WORDS))
        return await self._callbacks(query)

    async def history(self, key: str) -> Sequence[Mapping[str, Any]]:
        """Every sighting of one call-back in order: seq, state, word, note, seen_at."""
        async with self._reading() as connection:
            rows = await connection.execute(select(sightings).where(sightings.c.key == key).order_by(sightings.c.seq))
            return [dict(row) for row in rows.mappings()]

    async def _callbacks(self, query: Select[Any]) -> list[Callback]:
        async with self._reading() as connection:
            return [read_callback(row) for row in (await connection.execute(query)).mappings()]


def _storable(text: str) -> str:
    """A provider's or a person's text as both databases take it: PostgreSQL knows no NUL, and no half characters."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")
