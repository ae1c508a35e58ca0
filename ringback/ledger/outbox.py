"""The ledger's outbox: news that waits to be told, head of line for each conversation.

The oldest waiting piece of a conversation is its head, and whoever claims the head has the conversation for the time
of the lease. A head that is told hands the lease to the next piece in the same transaction. So two workers never tell
in one conversation at a time, and the news of a worker that died is told by another when its lease is over.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping, Sequence
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, and_, bindparam, or_, select, update

from ringback.ledger.database import Database
from ringback.ledger.rows import Part, read_callback
from ringback.ledger.sealing import PLAIN, Sealing
from ringback.ledger.tables import callbacks, news
from ringback.models import Callback, Frozen, News

STUCK = "stuck"
"""The outcome of news that its conversation would not take for long: it waits, but an operator is told of it."""

_older = news.alias("older")
_IS_HEAD = ~(
    select(1)
    .where(_older.c.conversation_id == news.c.conversation_id, _older.c.next_try_at.is_not(None))
    .where(
        or_(
            _older.c.made_at < news.c.made_at,
            and_(_older.c.made_at == news.c.made_at, _older.c.seq < news.c.seq),
            and_(_older.c.made_at == news.c.made_at, _older.c.seq == news.c.seq, _older.c.id < news.c.id),
        )
    )
    .exists()
)
_ANY = select(1).where(news.c.next_try_at <= bindparam("now")).limit(1)
_HEADS = (
    select(news.c.id, news.c.conversation_id)
    .where(news.c.next_try_at <= bindparam("now"), _IS_HEAD)
    .order_by(news.c.next_try_at)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True, of=news)
)
_LEASE = update(news).where(news.c.id == bindparam("its_id")).values(next_try_at=bindparam("until"))
_WAITING = (
    select(*news.columns, *callbacks.columns)
    .join(callbacks, callbacks.c.key == news.c.key)
    .where(news.c.conversation_id.in_(bindparam("ids", expanding=True)), news.c.next_try_at.is_not(None))
    .order_by(news.c.conversation_id, news.c.made_at, news.c.seq, news.c.id)
)
_SETTLE = (
    update(news)
    .where(news.c.id == bindparam("its_id"), news.c.next_try_at.is_not(None))
    .values(next_try_at=None, outcome=bindparam("how"), told_at=bindparam("told"))
)
_DELAY = (
    update(news)
    .where(news.c.conversation_id == bindparam("its_conversation"), news.c.next_try_at.is_not(None))
    .values(next_try_at=bindparam("then"), tries=news.c.tries + 1, outcome=bindparam("how"))
)
_LEASED = select(1).where(news.c.id == bindparam("its_id"), news.c.next_try_at == bindparam("until"))


class Waiting(Frozen):
    """A piece of news together with its call-back as it stands now."""

    news: News
    callback: Callback


class Turn(Frozen):
    """The right to tell in one conversation until `until` (seconds since the epoch), and what waits there, in order."""

    conversation_id: str
    until: float
    waiting: tuple[Waiting, ...]


class Outbox(Part):
    """News is put in by a change, in its transaction; here it is taken out."""

    def __init__(self, database: Database, sealing: Sealing = PLAIN) -> None:
        super().__init__(database, sealing)
        self.news_arrived = asyncio.Event()

    async def claim_news(self, now: float, limit: int, *, lease: float) -> Sequence[Turn]:
        """Take up to `limit` conversations with news that is due, longest due first, for `lease` seconds."""

        def take(connection: Connection) -> list[Turn]:
            heads = connection.execute(_HEADS, {"now": now, "most": limit}).all()
            if not heads:
                return []
            connection.execute(_LEASE, [{"its_id": head.id, "until": now + lease} for head in heads])
            waiting = _read_waiting(connection, self._sealing, [head.conversation_id for head in heads])
            return [Turn(conversation_id=one, until=now + lease, waiting=pieces) for one, pieces in waiting.items()]

        # Nobody has to wait for a lock in order to hear that there is nothing to do.
        if await self._database.read(lambda connection: connection.execute(_ANY, {"now": now}).first()) is None:
            return []
        return await self._database.write(take)

    async def settle_news(
        self, turn: Turn, outcomes: Mapping[str, str], *, now: float, then: str = "", until: float = 0.0
    ) -> bool:
        """Close pieces of news by their ids: `told`, or `overtaken` by something newer.

        The lease goes on to the piece with the id `then`, until `until`. False when the turn was over before and
        somebody else has the conversation: nothing was written.
        """

        def settle(connection: Connection) -> bool:
            if not _is_still_ours(connection, turn):
                return False
            told = {"told": now, "overtaken": None}
            connection.execute(
                _SETTLE, [{"its_id": one, "how": how, "told": told[how]} for one, how in outcomes.items()]
            )
            if then:
                connection.execute(_LEASE, {"its_id": then, "until": until})
            return True

        return await self._database.write(settle)

    async def delay_news(self, turn: Turn, *, next_try_at: float, stuck: bool = False) -> None:
        """After a failed delivery: everybody leaves this conversation alone until then.

        `stuck`: it would not take its news for so long that an operator has to look.
        """
        delayed = {
            "its_conversation": turn.conversation_id,
            "then": next_try_at,
            "how": STUCK if stuck else "waiting",
        }

        def delay(connection: Connection) -> None:
            if _is_still_ours(connection, turn):
                connection.execute(_DELAY, delayed)

        await self._database.write(delay)

    async def waiting_news(self, conversation_id: str) -> Sequence[Waiting]:
        """All undelivered news of one conversation in the order in which it happened."""
        waiting = await self._database.read(
            lambda connection: _read_waiting(connection, self._sealing, [conversation_id])
        )
        return list(waiting.get(conversation_id, ()))


def _is_still_ours(connection: Connection, turn: Turn) -> bool:
    head = turn.waiting[0].news.id
    return connection.execute(_LEASED, {"its_id": head, "until": turn.until}).first() is not None


def _read_waiting(
    connection: Connection, sealing: Sealing, conversations: Collection[str]
) -> dict[str, tuple[Waiting, ...]]:
    rows = connection.execute(_WAITING, {"ids": list(conversations)})
    return {
        conversation: tuple(_read_piece(row, sealing) for row in of_it)
        for conversation, of_it in groupby(rows, key=lambda row: row[_CONVERSATION])
    }


_NEWS, _CALLBACK = list(news.columns.keys()), list(callbacks.columns.keys())
_CONVERSATION = _NEWS.index("conversation_id")


def _read_piece(row: Sequence[Any], sealing: Sealing) -> Waiting:
    piece = News.model_validate(dict(zip(_NEWS, row, strict=False)))
    return Waiting(news=piece, callback=read_callback(dict(zip(_CALLBACK, row[len(_NEWS) :], strict=True)), sealing))
