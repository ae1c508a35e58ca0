"""Acknowledgements come before turns, and never wait for one."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest
import sqlalchemy as sa

from channels.chat_base import acknowledged
from channels.chat_base.acknowledged import AcknowledgedFirst, elsewhere
from channels.chat_base.gathering import AT_MOST, Gathering
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


async def test_turns_compute_one_after_the_other(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of many turns one computes; who waits for somebody else makes room, and goes on before another begins."""
    monkeypatch.setattr(acknowledged, "LONGEST", HELD)
    first = AcknowledgedFirst()
    happened: list[str] = []
    answer = asyncio.Event()
    computing = 0

    async def compute(what: str) -> None:
        nonlocal computing
        computing += 1
        assert computing == 1, "two at once"
        await asyncio.sleep(0.002)
        computing -= 1
        happened.append(what)

    async def turn(number: int) -> None:
        async with first.turn():
            await compute(f"{number} begins")
            async with elsewhere():
                await answer.wait()
            await compute(f"{number} goes on")

    asking = [asyncio.create_task(turn(number)) for number in range(CROWD)]
    while len(happened) < CROWD:
        await asyncio.sleep(0.01)
    assert happened == [f"{number} begins" for number in range(CROWD)], "all wait, and none for another"
    answer.set()
    await asyncio.sleep(0)
    behind = asyncio.create_task(turn(CROWD))
    await asyncio.wait_for(asyncio.gather(*asking, behind), 60)
    went_on = [f"{number} goes on" for number in range(CROWD)]
    assert happened[CROWD : 2 * CROWD] == went_on
    assert happened[2 * CROWD :] == [f"{CROWD} begins", f"{CROWD} goes on"], "whoever began ends before others begin"


async def test_a_crowd_that_comes_back_waits_for_acknowledgements(monkeypatch: pytest.MonkeyPatch) -> None:
    """While a message is being written down no turn goes on, however many have got their answer."""
    monkeypatch.setattr(acknowledged, "LONGEST", HELD)
    first = AcknowledgedFirst()
    answer = asyncio.Event()
    went_on: list[int] = []

    async def turn(number: int) -> None:
        async with first.turn():
            async with elsewhere():
                await answer.wait()
            went_on.append(number)

    turns = [asyncio.create_task(turn(number)) for number in range(5)]
    await asyncio.sleep(0.2)
    with first.acknowledging():
        answer.set()
        await asyncio.sleep(0.1)
        assert went_on == []
    await asyncio.wait_for(asyncio.gather(*turns), 60)
    assert went_on == list(range(5))


async def test_what_never_ends_holds_no_turn_up_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    """However much comes in, and however long another computes, each turn begins and goes on after a while."""
    monkeypatch.setattr(acknowledged, "LONGEST", 0.05)
    first = AcknowledgedFirst()
    release = asyncio.Event()

    async def turn(hangs: bool) -> None:
        async with first.turn():
            async with elsewhere():
                await asyncio.sleep(0)
            if hangs:
                await release.wait()

    hanging = [asyncio.create_task(turn(hangs=True)) for _ in range(3)]
    with first.acknowledging():
        await asyncio.wait_for(asyncio.gather(*(turn(hangs=False) for _ in range(5))), 60)
    assert not any(task.done() for task in hanging)
    release.set()
    await asyncio.wait_for(asyncio.gather(*hanging), 60)


async def test_a_turn_that_fails_or_is_cancelled_is_over(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever ends a turn, at whichever point, the next one begins."""
    monkeypatch.setattr(acknowledged, "LONGEST", HELD)
    first = AcknowledgedFirst()

    async def fail_elsewhere() -> None:
        async with first.turn(), elsewhere():
            raise ValueError

    async def hang(away: bool) -> None:
        async with first.turn():
            if away:
                async with elsewhere():
                    await asyncio.sleep(HELD)
            await asyncio.sleep(HELD)

    with pytest.raises(ValueError):
        await fail_elsewhere()
    for away in (False, True):
        hanging = asyncio.create_task(hang(away))
        waiting = asyncio.create_task(hang(away=False))
        await asyncio.sleep(0.1)
        for task in (waiting, hanging):
            task.cancel()
        await asyncio.wait({waiting, hanging})
    async with first.turn():
        pass


async def test_what_a_turn_left_running_holds_nobody_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """A task that was made in a turn and goes on behind it neither waits nor makes others wait."""
    monkeypatch.setattr(acknowledged, "LONGEST", HELD)
    first = AcknowledgedFirst()

    async def background() -> None:
        async with elsewhere():
            await asyncio.sleep(0.05)

    async with first.turn():
        task = asyncio.create_task(background())
    async with first.turn():
        await asyncio.wait_for(task, 60)


async def test_an_acknowledgement_that_fails_is_over(monkeypatch: pytest.MonkeyPatch) -> None:
    """Turns do not wait for a message that could not be taken in."""
    monkeypatch.setattr(acknowledged, "LONGEST", HELD)
    first = AcknowledgedFirst()
    with pytest.raises(ValueError), first.acknowledging():
        raise ValueError
    async with first.turn():
        pass


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


async def test_what_is_urgent_is_done_together_and_first(tmp_path: Path) -> None:
    """However much else waits, what a crowd waits for is one call, and comes before all but what has begun."""
    engine = sa.create_engine(f"sqlite:///{tmp_path / 'x'}")
    gathering = Gathering(engine.begin)
    happened: list[str] = []
    go = threading.Event()

    def hold(_connection: sa.engine.Connection) -> None:
        assert go.wait(60)

    def together(_connection: sa.engine.Connection, items: Sequence[int]) -> list[int]:
        happened.append(f"{len(items)} together")
        return [2 * item for item in items]

    begun = asyncio.create_task(gathering.run(hold))
    await asyncio.sleep(0.05)
    others = [asyncio.create_task(gathering.run(lambda _: happened.append("other"))) for _ in range(3 * AT_MOST)]
    urgent = [asyncio.create_task(gathering.run_together(together, number)) for number in range(CROWD)]
    await asyncio.sleep(0)
    go.set()
    assert await asyncio.gather(*urgent) == [2 * number for number in range(CROWD)]
    await asyncio.gather(begun, *others)
    assert happened.count("other") == 3 * AT_MOST
    place = happened.index(f"{CROWD} together")
    assert place <= AT_MOST, "the others do not all come first"
    gathering.close()
    engine.dispose()
