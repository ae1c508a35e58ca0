"""The ledger keeps the laws by itself, whoever calls it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest
from sqlalchemy import insert
from sqlalchemy.exc import DBAPIError

from ringback.ledger.store import Claimed, Ledger, Overtaken
from ringback.ledger.tables import callbacks
from ringback.models import Callback, CallbackRequest, State
from tests.conftest import Clock

MakeRequest = Callable[..., CallbackRequest]


async def begin(ledger: Ledger, request: CallbackRequest, now: float) -> Callback:
    return (await ledger.begin(request, provider="scripted", now=now, look_at=now + 45)).callback


async def test_same_key_begins_once(ledger: Ledger, request_for: MakeRequest) -> None:
    """Of any number of simultaneous tries with one key exactly one is fresh."""
    tries = [ledger.begin(request_for("k"), provider="scripted", now=1.0, look_at=2.0) for _ in range(20)]
    begun = await asyncio.gather(*tries)
    assert sum(one.fresh for one in begun) == 1
    assert {one.callback.key for one in begun} == {"k"}


async def test_change_is_compare_and_set(ledger: Ledger, request_for: MakeRequest, clock: Clock) -> None:
    """Whoever changes an outdated row writes nothing, no news included."""
    callback = await begin(ledger, request_for("k"), clock())
    first = await ledger.change(
        callback, state=State.QUEUED, word="Init", now=clock(), next_poll_at=clock(), provider_id="CA1"
    )
    assert isinstance(first, Callback)
    second = await ledger.change(
        callback, state=State.HOLDING, word="Holding", now=clock(), next_poll_at=clock(), news_kind="holding"
    )
    assert isinstance(second, Overtaken)
    assert (await ledger.get("k")).state is State.QUEUED
    assert await ledger.waiting_news("web-1") == []


async def test_nothing_follows_an_ending(ledger: Ledger, request_for: MakeRequest, clock: Clock) -> None:
    """A finished call-back cannot be changed, not even by somebody who read its last row."""
    callback = await begin(ledger, request_for("k"), clock())
    done = await ledger.change(callback, state=State.COMPLETED, word="Success", now=clock(), next_poll_at=None)
    assert isinstance(done, Callback)
    again = await ledger.change(done, state=State.HOLDING, word="Holding", now=clock(), next_poll_at=clock())
    assert isinstance(again, Overtaken)


async def test_change_and_news_are_one(ledger: Ledger, request_for: MakeRequest, clock: Clock) -> None:
    """A change leaves its sighting with the provider's own word, and its news in the outbox."""
    callback = await begin(ledger, request_for("k"), clock())
    await ledger.change(
        callback, state=State.HOLDING, word="Holding", now=clock(), next_poll_at=clock(), news_kind="holding"
    )
    assert [row["word"] for row in await ledger.history("k")] == ["", "Holding"]
    [waiting] = await ledger.waiting_news("web-1")
    assert (waiting.news.id, waiting.news.kind, waiting.callback.state) == ("k-1", "holding", State.HOLDING)


async def test_claim_moves_due_time(ledger: Ledger, request_for: MakeRequest, clock: Clock) -> None:
    """A claimed call-back is not due for anybody else until its pause is over."""
    await begin(ledger, request_for("k"), clock())
    clock.pass_(46)
    assert [one.key for one in (await ledger.claim(clock(), 10, lambda _: 5.0)).callbacks] == ["k"]
    assert await ledger.claim(clock(), 10, lambda _: 5.0) == Claimed(callbacks=(), next_due=clock() + 5)
    clock.pass_(5)
    assert len((await ledger.claim(clock(), 10, lambda _: 5.0)).callbacks) == 1


async def test_claims_share_the_work(ledger: Ledger, request_for: MakeRequest, clock: Clock) -> None:
    """Simultaneous claims never take the same call-back twice."""
    for number in range(30):
        await begin(ledger, request_for(f"k{number}"), clock())
    clock.pass_(60)
    claims = await asyncio.gather(*(ledger.claim(clock(), 10, lambda _: 30.0) for _ in range(5)))
    keys = [callback.key for claim in claims for callback in claim.callbacks]
    assert len(keys) == len(set(keys)) == 30


async def test_two_openings_of_one_ledger(
    ledger: Ledger, ledger_url: str, request_for: MakeRequest, clock: Clock
) -> None:
    """Two processes on one ledger write at the same time without an error and without a doubled claim."""
    other = await Ledger.open(ledger_url)
    try:
        for number in range(20):
            await begin(ledger if number % 2 else other, request_for(f"k{number}"), clock())
        clock.pass_(60)
        claims = await asyncio.gather(*(one.claim(clock(), 20, lambda _: 30.0) for one in (ledger, other)))
        assert sorted(callback.key for claim in claims for callback in claim.callbacks) == sorted(
            f"k{n}" for n in range(20)
        )
    finally:
        await other.close()


async def test_number_stays_out_of_errors(ledger: Ledger, request_for: MakeRequest, clock: Clock) -> None:
    """Neither a row's repr nor a database error shows a phone number or an answer."""
    callback = await begin(ledger, request_for("k"), clock())
    assert "5550123" not in repr(callback) + repr(callback.order) + repr(request_for("k"))
    assert "my bill" not in repr(callback)
    broken = callback.model_copy(update={"key": "k2"})
    with pytest.raises(DBAPIError) as caught:
        await ledger._database.write(
            lambda connection: connection.execute(insert(callbacks).values(key="k2", number=broken.number))
        )
    assert "5550123" not in str(caught.value)


async def test_a_rate_is_shared(ledger: Ledger, ledger_url: str, clock: Clock) -> None:
    """Looks that several workers book at one provider follow each other at its rate; unused time is not made up for."""
    other = await Ledger.open(ledger_url)
    try:
        await ledger.book_looks("fonolo", 1, 10, clock())
        starts = await asyncio.gather(*(one.book_looks("fonolo", 5, 10, clock()) for one in (ledger, other) * 5))
        assert sorted(starts) == pytest.approx([clock() + 0.1 + 0.5 * place for place in range(10)])
        assert await other.book_looks("tenios", 5, 10, clock()) == clock()
        clock.pass_(3600)
        assert await other.book_looks("fonolo", 5, 10, clock()) == clock()
    finally:
        await other.close()
