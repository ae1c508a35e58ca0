"""The database goes away and comes back: one line each, nothing lost, and the loops go on by themselves."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import structlog
from sqlalchemy.exc import OperationalError

from ringback.following import Follower
from ringback.ledger.database import Database, open_database
from ringback.ledger.store import Ledger, LedgerDown
from ringback.models import CallbackRequest, Sighting, State
from ringback.ordering import Ordering
from ringback.settings import FollowingSettings
from tests.conftest import Clock, ScriptedProvider
from tests.ledger.postgres import Postgres

MakeRequest = Callable[..., CallbackRequest]
CUT = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename LIKE 'test_%'"


@pytest.mark.parametrize("ledger_url", ["postgresql"], indirect=True)
async def test_cut_connections_are_made_anew(
    ledger: Ledger, postgres: Postgres, request_for: MakeRequest, clock: Clock
) -> None:
    """After all connections were cut at the server the next request is stored as if nothing had been."""
    await ledger.begin(request_for("before"), provider="p", now=clock(), look_at=clock())
    await postgres.run(CUT)
    await ledger.begin(request_for("after"), provider="p", now=clock(), look_at=clock())
    assert {one.key for one in await ledger.everything()} == {"before", "after"}


@pytest.mark.parametrize("ledger_url", ["sqlite"], indirect=True)
async def test_locked_for_too_long(ledger: Ledger, ledger_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Trouble with the database comes out as one error of ours, without a phone number, and the next try works."""
    tries = iter([OperationalError("UPDATE", {"number": "+14165550123"}, Exception("database is locked"))])

    def work(_connection: object) -> str:
        for error in tries:
            raise error
        return "done"

    with pytest.raises(LedgerDown) as caught:
        await ledger._database.write(work)
    assert "0123" not in str(caught.value)
    assert await ledger._database.write(work) == "done"


@pytest.mark.parametrize("ledger_url", ["sqlite"], indirect=True)
async def test_one_bad_piece_of_work_spoils_no_other(ledger: Ledger, request_for: MakeRequest, clock: Clock) -> None:
    """Of requests that are stored at the same moment one that fails leaves the others as they are."""

    async def fail() -> None:
        def work(_connection: object) -> None:
            raise KeyError("k")

        with pytest.raises(KeyError):
            await ledger._database.write(work)

    begun = [ledger.begin(request_for(key), provider="p", now=clock(), look_at=clock()) for key in ("a", "b", "a", "c")]
    *rows, _ = await asyncio.gather(*begun, fail())
    assert [(row.callback.key, row.fresh) for row in rows] == [("a", True), ("b", True), ("a", False), ("c", True)]
    assert {one.key for one in await ledger.everything()} == {"a", "b", "c"}


async def test_follower_goes_on_when_the_ledger_is_back(
    ledger: Ledger, provider: ScriptedProvider, request_for: MakeRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While the ledger is away the follower says so once; when it is back it says so once and follows to the end."""
    request = request_for("k")
    now = time.time()
    begun = await ledger.begin(request, provider="scripted", now=now, look_at=now)
    await ledger.change(begun.callback, state=State.QUEUED, word="", now=now, next_poll_at=now, provider_id="CA1")
    provider.sightings = [Sighting(state=State.COMPLETED, word="Success")]
    providers = {"scripted": provider}
    settings = FollowingSettings(back_off=0.05)
    follower = Follower(ledger, providers, settings, ordering=Ordering(ledger, providers))

    async def down(_self: Database, _work: object) -> None:
        raise LedgerDown("ConnectionRefusedError")

    real = type(ledger._database).read
    with structlog.testing.capture_logs() as lines:
        monkeypatch.setattr(type(ledger._database), "read", down)
        running = asyncio.create_task(follower.run())
        await asyncio.sleep(0.6)
        monkeypatch.setattr(type(ledger._database), "read", real)
        async with asyncio.timeout(10):
            while not (await ledger.get("k")).state.is_final:
                await asyncio.sleep(0.02)
        await follower.stop()
        await running
    about = [line["event"] for line in lines if line["event"].startswith("ledger_")]
    assert about == ["ledger_down", "ledger_back"]


async def test_two_workers_share_a_rate(ledger: Ledger, ledger_url: str, request_for: MakeRequest) -> None:
    """Two workers on one ledger ask a provider no faster than its rate, together."""
    other = await Ledger.open(ledger_url)
    provider = ScriptedProvider()
    providers = {"scripted": provider}
    settings = FollowingSettings(ringing=0.1, waiting=0.1, per_second=20.0)
    followers = [Follower(one, providers, settings, ordering=Ordering(one, providers)) for one in (ledger, other)]
    now = time.time()
    for number in range(30):
        begun = await ledger.begin(request_for(f"k{number}"), provider="scripted", now=now, look_at=now)
        await ledger.change(
            begun.callback, state=State.HOLDING, word="w", now=now, next_poll_at=now, provider_id=f"CA{number}"
        )
    provider.sightings = [Sighting(state=State.HOLDING, word="w")] * 1000
    running = [asyncio.create_task(one.run()) for one in followers]
    loop = asyncio.get_running_loop()
    started = loop.time()
    async with asyncio.timeout(20):
        while provider.looks < 40:
            await asyncio.sleep(0.01)
    took = loop.time() - started
    for one in followers:
        await one.stop()
    await asyncio.gather(*running)
    await other.close()
    # 40 looks at 20 a second; the first of each booking may begin at once.
    assert took > 1.5


def test_wrong_addresses_are_refused(tmp_path: Path) -> None:
    """An address that is no database, one that forgets and one of another kind are refused with a sentence."""
    for url, says in (("nonsense", "not the address"), ("sqlite://", "needs a file"), ("mysql://x/y", "mysql")):
        with pytest.raises(Exception, match=says):
            open_database(url)
