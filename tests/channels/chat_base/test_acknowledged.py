"""Acknowledgements come before turns, and never wait for one."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from channels.chat_base import acknowledged
from channels.chat_base.acknowledged import AcknowledgedFirst
from channels.chat_base.gathering import Gathering
from channels.chat_base.inbox import Inbox
from channels.chat_base.store import Store
from channels.intake import Accepted
from channels.turns import Taken

CROWD = 50
HELD = 3600.0


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    opened = Store(f"sqlite:///{tmp_path / 'chats.sqlite3'}", "slack")
    yield opened
    opened.close()


async def nobody(_conversation: str) -> None:
    """No apology is due."""


async def test_a_crowd_is_acknowledged_before_its_first_turn(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever writes at the same moment has an acknowledgement before the turn of any of them begins."""
    monkeypatch.setattr(acknowledged, "LONGEST", HELD)  # however slow this machine is
    happened: list[str] = []
    begun = asyncio.Event()

    async def turn(conversation: str, _message: Accepted) -> None:
        happened.append(f"turn {conversation}")
        if len(happened) == 2 * CROWD:
            begun.set()

    inbox = Inbox(store, turn, nobody)

    async def write(number: int) -> None:
        assert await inbox.take(f"c{number}", "a", Accepted("hello", f"m{number}", {})) is Taken.NEW
        happened.append("acknowledged")

    await asyncio.gather(*(write(number) for number in range(CROWD)))
    await asyncio.wait_for(begun.wait(), 60)
    assert happened[:CROWD] == ["acknowledged"] * CROWD
    assert happened[CROWD:] == [f"turn c{number}" for number in range(CROWD)], "first come, first served"


async def test_an_acknowledgement_never_waits_for_a_turn(store: Store) -> None:
    """While every turn that began hangs, as at a slow provider, whoever writes next is acknowledged all the same."""
    hanging = asyncio.Event()
    release = asyncio.Event()

    async def turn(_conversation: str, _message: Accepted) -> None:
        hanging.set()
        await release.wait()

    inbox = Inbox(store, turn, nobody)
    await inbox.take("c1", "a", Accepted("hello", "m1", {}))
    await asyncio.wait_for(hanging.wait(), 60)
    assert await inbox.take("c1", "a", Accepted("hello?", "m2", {})) is Taken.NEW
    assert await inbox.take("c2", "a", Accepted("hello", "m3", {})) is Taken.NEW
    assert not release.is_set()
    release.set()


async def test_what_never_ends_holds_no_turn_up_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    """However much comes in, each turn begins after a while."""
    monkeypatch.setattr(acknowledged, "LONGEST", 0.05)
    first = AcknowledgedFirst()
    with first.acknowledging():
        await asyncio.wait_for(asyncio.gather(*(first.pause() for _ in range(5))), 60)


async def test_an_acknowledgement_that_fails_is_over(monkeypatch: pytest.MonkeyPatch) -> None:
    """Turns do not wait for a message that could not be taken in."""
    monkeypatch.setattr(acknowledged, "LONGEST", HELD)
    first = AcknowledgedFirst()
    with pytest.raises(ValueError), first.acknowledging():
        raise ValueError
    await asyncio.wait_for(first.pause(), 60)


async def test_what_fails_in_a_gathered_transaction_fails_alone(tmp_path: Path) -> None:
    """Of many pieces in one transaction the one that fails gets its own error, and the others are committed."""
    engine = sa.create_engine(
        f"sqlite:///{tmp_path / 'x'}", poolclass=sa.pool.StaticPool, connect_args={"check_same_thread": False}
    )
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE t (n INTEGER PRIMARY KEY)")
    gathering = Gathering(engine.begin)

    async def insert(number: int) -> int:
        return await gathering.run(
            lambda connection: connection.exec_driver_sql("INSERT INTO t VALUES (?)", (number,)).rowcount
        )

    results = await asyncio.gather(*(insert(number) for number in (1, 2, 2, 3, 4)), return_exceptions=True)
    assert [isinstance(one, sa.exc.IntegrityError) for one in results] == [False, False, True, False, False]
    with engine.begin() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM t").scalar() == 4
    gathering.close()
    engine.dispose()
