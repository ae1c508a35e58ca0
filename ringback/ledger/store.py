"""The one door to the ledger: short statements over the tables, each method one transaction.

Everything that must not be half done is one method: a change of state is written together with its sighting and its
news, or not at all. A change is a compare-and-set on `seq`; whoever comes second gets `Overtaken` and drops what it
knew, so a process that was frozen for an hour can do no harm when it wakes up.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Self

from sqlalchemy import Connection, Select, bindparam, insert, select, update
from sqlalchemy.exc import IntegrityError

from ringback.guarding.counting import Admission
from ringback.guarding.rules import Refusal
from ringback.languages import Language
from ringback.ledger.agenda import Agenda, Claimed
from ringback.ledger.database import LedgerDown, LedgerUnusable, open_database
from ringback.ledger.erasing import Erasing
from ringback.ledger.hindsight import Hindsight
from ringback.ledger.limits import Limits, book, lock, refusal
from ringback.ledger.outbox import Outbox, Turn, Waiting
from ringback.ledger.oversight import Oversight
from ringback.ledger.rows import FINAL_WORDS, read_callback, storable
from ringback.ledger.schema import bring_up_to_date
from ringback.ledger.sealing import PLAIN, Sealing, check_seal
from ringback.ledger.tables import callbacks, consents, news, sightings
from ringback.models import Callback, CallbackRequest, Frozen, State, TimeSlot
from ringback.settings import Settings

__all__ = ["Begun", "Claimed", "Ledger", "LedgerDown", "LedgerUnusable", "Overtaken", "Turn", "Waiting"]

_CHANGE = (
    update(callbacks)
    .where(callbacks.c.key == bindparam("its_key"), callbacks.c.seq == bindparam("seen_seq"))
    .where(callbacks.c.state.not_in(FINAL_WORDS))
)
_SIGHT, _TELL = insert(sightings), insert(news)


class Begun(Frozen):
    """A request is in the ledger. `fresh` is False when this key was there before: do not order again."""

    callback: Callback
    fresh: bool


class Overtaken(Frozen):
    """Somebody else changed the row first; nothing was written."""


class Ledger(Agenda, Outbox, Hindsight, Limits, Oversight, Erasing):
    """The open ledger. Make one with `Ledger.open`, close it with `close`."""

    @classmethod
    async def of(cls, settings: Settings) -> Self:
        """Open the ledger that the settings name, with its keys. Raises SettingsError."""
        return await cls.open(settings.ledger_url, Sealing.of(settings))

    @classmethod
    async def open(cls, url: str, sealing: Sealing = PLAIN) -> Self:
        """Open, and make, migrate or encrypt the tables where that has not been done.

        `url` is SQLAlchemy's, for SQLite or PostgreSQL. Raises LedgerUnusable.
        """
        database = open_database(url)
        try:
            await bring_up_to_date(database)
            await check_seal(database, sealing)
        except BaseException:
            await database.close()
            raise
        return cls(database, sealing)

    # -- requests and orders ------------------------------------------------------------------------------------

    async def begin(self, request: CallbackRequest, *, provider: str, now: float, look_at: float) -> Begun:
        """Store a request before it is ordered. The second caller with the same key gets the first one's row.

        With it goes what was agreed to, if the request says in which version of the wording. `look_at` is when the
        follower asks what became of an order that nobody finished (seconds since the epoch).
        """
        begun = await self._begin(request, None, provider=provider, now=now, look_at=look_at)
        assert isinstance(begun, Begun)  # noqa: S101 - without an admission nothing is refused
        return begun

    async def begin_within(
        self, request: CallbackRequest, admission: Admission, *, provider: str, now: float, look_at: float
    ) -> Begun | Refusal:
        """The same within limits: checked and booked in one transaction with the request, or nothing is written.

        A key that was there before needs and takes no place.
        """
        return await self._begin(request, admission, provider=provider, now=now, look_at=look_at)

    async def _begin(
        self, request: CallbackRequest, admission: Admission | None, *, provider: str, now: float, look_at: float
    ) -> Begun | Refusal:
        slot = request.time_slot
        row = {
            "key": request.key,
            "conversation_id": request.conversation_id,
            "channel": request.channel,
            "provider": provider,
            "provider_id": "",
            "queue_id": request.queue_id,
            "queue_name": storable(request.queue_name),
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
            "language": request.language,
        }
        agreed = [
            {
                "key": request.key,
                "what": what,
                "wording_version": request.wording_version,
                "channel": request.channel,
                "given_at": now,
            }
            for what in (("call", "sms") if request.sms else ("call",))
            if request.wording_version
        ]
        sighting = {"key": request.key, "seq": 0, "state": row["state"], "word": "", "note": "", "seen_at": now}

        def write(connection: Connection) -> Refusal | None:
            if admission is not None:
                lock(connection, admission.subjects)
                known = connection.execute(select(1).where(callbacks.c.key == request.key)).first()
                refused = None if known else refusal(connection, admission, now)
                if refused is not None:
                    return refused
            connection.execute(insert(callbacks), row | self._sealing.sealed(request.number, request.answers))
            connection.execute(_SIGHT, sighting)
            if agreed:
                connection.execute(insert(consents), agreed)
            if admission is not None:
                book(connection, request.key, admission.subjects, now)
            return None

        try:
            refused = await self._database.write(write)
        except IntegrityError:
            return Begun(callback=await self.get(request.key), fresh=False)
        if refused is not None:
            return refused
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
        seq, word = callback.seq + 1, storable(word)
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
            "start": move_to.start if move_to else callback.start,
            "starts_at": move_to.starts_at.timestamp() if move_to else callback.starts_at,
        }
        sighting = {
            "key": callback.key,
            "seq": seq,
            "state": state.value,
            "word": word,
            "note": storable(note),
            "seen_at": now,
        }
        piece = {
            "id": f"{callback.key}-{seq}",
            "key": callback.key,
            "conversation_id": callback.conversation_id,
            "channel": callback.channel,
            "seq": seq,
            "kind": news_kind,
            "state": state.value,
            "made_at": now,
            "tries": 0,
            "next_try_at": now,
            "outcome": "waiting",
        }

        def write(connection: Connection) -> bool:
            seen = {"its_key": callback.key, "seen_seq": callback.seq}
            if connection.execute(_CHANGE, {**changed, **seen}).rowcount == 0:
                return False
            connection.execute(_SIGHT, sighting)
            if news_kind:
                connection.execute(_TELL, piece)
            return True

        if not await self._database.write(write):
            return Overtaken()
        if news_kind:
            self.news_arrived.set()
        return callback.model_copy(update={**changed, "state": state})

    async def speak(self, conversation_id: str, language: Language) -> None:
        """The news of every call-back of a conversation is told in this language from now on."""
        statement = (
            update(callbacks)
            .where(callbacks.c.conversation_id == conversation_id, callbacks.c.language != language)
            .values(language=language)
        )
        await self._database.write(lambda connection: connection.execute(statement))

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
        return await self._database.read(lambda connection: frozenset(str(row[0]) for row in connection.execute(query)))

    async def everything(self, *, open_only: bool = False, limit: int = 1000) -> Sequence[Callback]:
        """The newest call-backs of all conversations, newest first."""
        query = select(callbacks).order_by(callbacks.c.created_at.desc()).limit(limit)
        if open_only:
            query = query.where(callbacks.c.state.not_in(FINAL_WORDS))
        return await self._callbacks(query)

    async def history(self, key: str) -> Sequence[Mapping[str, Any]]:
        """Every sighting of one call-back in order: seq, state, word, note, seen_at."""
        query = select(sightings).where(sightings.c.key == key).order_by(sightings.c.seq)
        return await self._database.read(lambda connection: [dict(row) for row in connection.execute(query).mappings()])

    async def _callbacks(self, query: Select[Any]) -> list[Callback]:
        return await self._database.read(
            lambda connection: [read_callback(row, self._sealing) for row in connection.execute(query).mappings()]
        )
