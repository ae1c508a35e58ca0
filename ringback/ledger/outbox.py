"""The ledger's outbox: news that waits to be told, head of line for each conversation."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Sequence

from sqlalchemy import RowMapping, func, select, update
from sqlalchemy.ext.asyncio import AsyncEngine

from ringback.ledger.database import Database
from ringback.ledger.tables import callbacks, news
from ringback.models import Callback, Frozen, News


class Waiting(Frozen):
    """A piece of news together with its call-back as it stands now."""

    news: News
    callback: Callback


class Outbox(Database):
    """News is put in by a change, in its transaction; here it is taken out."""

    def __init__(self, engine: AsyncEngine) -> None:
        super().__init__(engine)
        self.news_arrived = asyncio.Event()

    async def conversations_to_tell(self, now: float, limit: int, *, but: Collection[str] = ()) -> Sequence[str]:
        """Conversations with news that is due, longest due first, without those in `but` (already being told)."""
        query = (
            select(news.c.conversation_id)
            .where(news.c.next_try_at <= now)
            .group_by(news.c.conversation_id)
            .order_by(func.min(news.c.next_try_at))
            .limit(limit + len(but))
        )
        async with self._reading() as connection:
            found = [str(row[0]) for row in await connection.execute(query)]
        return [conversation_id for conversation_id in found if conversation_id not in but][:limit]

    async def waiting_news(self, conversation_id: str) -> Sequence[Waiting]:
        """All undelivered news of one conversation in the order in which it happened."""
        query = (
            select(news)
            .where(news.c.conversation_id == conversation_id, news.c.next_try_at.is_not(None))
            .order_by(news.c.made_at, news.c.seq)
        )
        async with self._reading() as connection:
            pieces = [News.model_validate(dict(row)) for row in (await connection.execute(query)).mappings()]
        keys = {piece.key for piece in pieces}
        query = select(callbacks).where(callbacks.c.key.in_(keys))
        async with self._reading() as connection:
            rows = [read_callback(row) for row in (await connection.execute(query)).mappings()]
        by_key = {row.key: row for row in rows}
        return [Waiting(news=piece, callback=by_key[piece.key]) for piece in pieces]

    async def settle_news(self, news_id: str, *, outcome: str, now: float) -> None:
        """Close a piece of news: `told`, or `overtaken` by something newer."""
        async with self._writing() as connection:
            await connection.execute(
                update(news)
                .where(news.c.id == news_id)
                .values(next_try_at=None, outcome=outcome, told_at=now if outcome == "told" else None)
            )

    async def delay_news(self, conversation_id: str, *, next_try_at: float) -> None:
        """After a failed delivery: try this conversation again later."""
        async with self._writing() as connection:
            await connection.execute(
                update(news)
                .where(news.c.conversation_id == conversation_id, news.c.next_try_at.is_not(None))
                .values(next_try_at=next_try_at, tries=news.c.tries + 1)
            )


def read_callback(row: RowMapping) -> Callback:
    """A row of the table `callbacks` as a value."""
    return Callback.model_validate(dict(row))
