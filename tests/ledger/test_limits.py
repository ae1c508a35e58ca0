"""Limits hold over all processes together, and what counts no more is forgotten."""

from __future__ import annotations

import asyncio
import sys
import threading
from collections.abc import Callable

import pytest
from sqlalchemy import Connection, func, select, text

from ringback.guarding.counting import DAY, HOUR, Admission, Bound
from ringback.guarding.rules import Refusal, Rule
from ringback.guarding.sweeping import Sweeper
from ringback.ledger import limits
from ringback.ledger.store import Begun, Ledger, LedgerDown
from ringback.ledger.tables import bookings, proofs
from ringback.models import CallbackRequest, State
from tests.conftest import Clock
from tests.ledger.postgres import Postgres

MakeRequest = Callable[..., CallbackRequest]
MOST = 10
BOUND = Bound(subject="number:n", most=MOST, seconds=HOUR, rule=Rule.NUMBER_LIMIT)
# What each process does: ask 20 times at once, for one number and for one desk, half of the keys in another one too.
ASKS = """
import asyncio, sys
from ringback.guarding.counting import Admission, Bound, HOUR
from ringback.guarding.rules import Rule
from ringback.ledger.store import Begun, Ledger
from ringback.models import CallbackRequest

async def main():
    url, me, most = sys.argv[1], sys.argv[2], int(sys.argv[3])
    ledger = await Ledger.open(url)
    print("ready", flush=True)
    await asyncio.to_thread(sys.stdin.readline)
    async def ask(place):
        person = f"person:{place % 5}"
        admission = Admission(
            phone="phone:n", line=f"line:{me}{place}", counted=("desk:d", "number:n", person),
            bounds=(
                Bound(subject="number:n", most=most, seconds=HOUR, rule=Rule.NUMBER_LIMIT),
                Bound(subject="desk:d", most=most + 5, seconds=HOUR, rule=Rule.DESK_LIMIT),
                Bound(subject=person, most=4, seconds=HOUR, rule=Rule.PERSON_LIMIT),
            ),
            one_open=True,
        )
        key = f"shared-{place}" if place % 2 else f"{me}-{place}"
        request = CallbackRequest(key=key, conversation_id=me, channel="website", queue_id="q", queue_name="Q",
                                  number="+14165550123")
        return await ledger.begin_within(request, admission, provider="p", now=1000.0, look_at=2000.0)
    begun = await asyncio.gather(*(ask(place) for place in range(20)))
    await ledger.close()
    print(sum(isinstance(one, Begun) and one.fresh for one in begun))

asyncio.run(main())
"""


def admission(**more: object) -> Admission:
    plain = Admission(phone="phone:n", line="line:n", counted=("number:n",), bounds=(BOUND,), conversation_id="web-1")
    return plain.model_copy(update=more)


async def ask(ledger: Ledger, request: CallbackRequest, wanted: Admission, now: float) -> Begun | Refusal:
    return await ledger.begin_within(request, wanted, provider="scripted", now=now, look_at=now + 45)


async def count(ledger: Ledger) -> int:
    found = await ledger._database.read(
        lambda connection: connection.execute(select(func.count()).select_from(bookings)).scalar()
    )
    return found or 0


async def fresh_ones(url: str) -> list[int]:
    """How many requests each of four processes got in, all of them asking at the same moment."""
    pipe = asyncio.subprocess.PIPE
    children = [
        await asyncio.create_subprocess_exec(
            sys.executable, "-c", ASKS, url, f"p{number}", str(MOST), stdin=pipe, stdout=pipe, stderr=pipe
        )
        for number in range(4)
    ]
    for child in children:
        assert child.stdout is not None
        assert await child.stdout.readline() == b"ready\n"
    answers = await asyncio.gather(*(child.communicate(b"go\n") for child in children))
    assert [(child.returncode, error.decode()) for child, (_, error) in zip(children, answers, strict=True)] == [
        (0, "")
    ] * 4
    return [int(out) for out, _ in answers]


async def test_four_processes_never_go_beyond_a_limit(ledger_url: str) -> None:
    """Of eighty requests that four processes make at once, exactly as many get in as the narrowest limit allows."""
    first = await Ledger.open(ledger_url)
    try:
        assert sum(await fresh_ones(ledger_url)) == MOST
        assert len(await first.everything()) == MOST
    finally:
        await first.close()


async def test_gathered_requests_keep_the_limit(ledger: Ledger, request_for: MakeRequest, clock: Clock) -> None:
    """The same holds for requests that one process gathers into one transaction."""
    begun = await asyncio.gather(*(ask(ledger, request_for(f"k{n}"), admission(), clock()) for n in range(30)))
    assert sum(isinstance(one, Begun) for one in begun) == MOST
    assert {one for one in begun if isinstance(one, Refusal)} == {
        Refusal(rule=Rule.NUMBER_LIMIT, again_at=clock() + HOUR)
    }


async def test_the_longest_wait_is_told(ledger: Ledger, request_for: MakeRequest, clock: Clock) -> None:
    """Where several limits are in the way, the one is named that is so for longest."""
    day = Bound(subject="number:n", most=1, seconds=DAY, rule=Rule.NUMBER_LIMIT)
    hour = Bound(subject="person:p", most=1, seconds=HOUR, rule=Rule.PERSON_LIMIT)
    both = admission(counted=("number:n", "person:p"), bounds=(hour, day))
    await ask(ledger, request_for("k"), both, clock())
    assert await ask(ledger, request_for("k2"), both, clock()) == Refusal(
        rule=Rule.NUMBER_LIMIT, again_at=clock() + DAY
    )


async def test_asking_whether_there_is_room_books_nothing(
    ledger: Ledger, request_for: MakeRequest, clock: Clock
) -> None:
    """Looking ahead any number of times takes no place."""
    for _ in range(MOST + 5):
        assert await ledger.room_for(admission(), clock()) is None
    assert isinstance(await ask(ledger, request_for("k"), admission(), clock()), Begun)


async def test_places_without_a_request(ledger: Ledger, clock: Clock) -> None:
    """Whatever else is counted takes a place for all its subjects, or none at all."""
    two = (
        Bound(subject="a:1", most=2, seconds=HOUR, rule=Rule.NUMBER_LIMIT),
        Bound(subject="b:1", most=1, seconds=HOUR, rule=Rule.PERSON_LIMIT),
    )
    assert await ledger.take_place("x", two, clock()) is None
    refused = await ledger.take_place("y", two, clock())
    assert refused is not None and refused.rule is Rule.PERSON_LIMIT
    assert await ledger.take_place("z", two[:1], clock()) is None
    assert (await ledger.take_place("z2", two[:1], clock())) is not None


async def test_given_back(ledger: Ledger, request_for: MakeRequest, clock: Clock) -> None:
    """A place that is given back can be taken again, but for the kinds that are kept."""
    one = Bound(subject="number:n", most=1, seconds=HOUR, rule=Rule.NUMBER_LIMIT)
    other = Bound(subject="person:p", most=1, seconds=HOUR, rule=Rule.PERSON_LIMIT)
    both = admission(counted=("number:n", "person:p"), bounds=(one, other))
    await ask(ledger, request_for("k"), both, clock())
    await ledger.give_back("k", but=("person", "address"))
    refused = await ask(ledger, request_for("k2"), both, clock())
    assert isinstance(refused, Refusal) and refused.rule is Rule.PERSON_LIMIT
    await ledger.give_back("k")
    assert isinstance(await ask(ledger, request_for("k3"), both, clock()), Begun)


async def test_old_bookings_are_forgotten(ledger: Ledger, request_for: MakeRequest, clock: Clock) -> None:
    """After a day a booking is deleted, unless its call is open or ended only lately; proofs when they are over."""
    for key in ("over", "open", "lately"):
        await ask(ledger, request_for(key), admission(), clock())
    await ledger.change(await ledger.get("over"), state=State.COMPLETED, word="", now=clock(), next_poll_at=None)
    await ledger.prove("proof:old", clock() + 10)
    await ledger.prove("proof:new", clock() + 2 * DAY)
    assert await ledger.forget_bookings(clock() + DAY - 1) == 0
    clock.pass_(DAY + 1)
    await ledger.change(await ledger.get("lately"), state=State.FAILED, word="", now=clock(), next_poll_at=None)
    assert await ledger.forget_bookings(clock()) == 3
    left = await ledger._database.read(lambda connection: connection.execute(select(bookings.c.key)).scalars().all())
    assert set(left) == {"open", "lately"}
    assert await ledger._database.read(
        lambda connection: connection.execute(select(proofs.c.subject)).scalars().all()
    ) == ["proof:new"]


async def test_a_worker_sweeps(ledger: Ledger, request_for: MakeRequest, clock: Clock) -> None:
    """A worker forgets at its start and then every so often, and stops at once when it is told to."""
    sweeper = Sweeper(ledger, every=0.01, clock=clock)
    at_work = asyncio.create_task(sweeper.run())
    for _ in range(2):
        await ledger.take_place("x", (BOUND,), clock())
        clock.pass_(DAY + 1)
        async with asyncio.timeout(20):
            while await count(ledger):
                await asyncio.sleep(0.01)
    await sweeper.stop()
    await asyncio.wait_for(at_work, 20)


async def test_proof_is_renewed(ledger: Ledger, clock: Clock) -> None:
    """A number that is proven again counts for the longer time."""
    await ledger.prove("proof:p", clock() + 10)
    await ledger.prove("proof:p", clock() + 100)
    assert await ledger.is_proven("proof:p", clock() + 50)
    assert not await ledger.is_proven("proof:p", clock() + 100)
    assert not await ledger.is_proven("proof:q", clock())


async def test_nobody_waits_for_ever(postgres: Postgres, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    """When another process hangs while it decides about the same subject, the ledger counts as being down."""
    monkeypatch.setattr(limits, "_NOT_FOR_EVER", text("SET LOCAL lock_timeout = '50ms'"))
    url = await postgres.fresh_url()
    ledger, other = await Ledger.open(url), await Ledger.open(url)
    held = threading.Event()

    def hang(connection: Connection) -> None:
        limits.lock(connection, ["number:n"])
        held.set()
        connection.execute(text("SELECT pg_sleep(0.5)"))

    hanging = asyncio.create_task(other._database.write(hang))
    try:
        while not held.is_set():
            await asyncio.sleep(0.01)
        with pytest.raises(LedgerDown):
            await ledger.take_place("x", (BOUND,), clock())
        await hanging
        assert await ledger.take_place("x", (BOUND,), clock()) is None
    finally:
        await hanging
        await ledger.close()
        await other.close()


async def test_the_plan_uses_the_index(postgres: Postgres, clock: Clock) -> None:
    """Counting looks at the newest bookings of one subject alone, however many there are."""
    url = await postgres.fresh_url()
    ledger = await Ledger.open(url)
    rows = [{"key": f"k{n}", "subject": f"number:{n % 500}", "at": clock() + n} for n in range(20_000)]
    try:
        await ledger._database.write(lambda connection: connection.execute(bookings.insert(), rows))
        asked = (
            "EXPLAIN SELECT at FROM bookings WHERE subject = 'number:7' AND at > 1 ORDER BY at DESC LIMIT 1 OFFSET 9"
        )
        plan = await ledger._database.read(
            lambda connection: "\n".join(row[0] for row in connection.exec_driver_sql(asked))
        )
    finally:
        await ledger.close()
    assert "bookings_of_subject" in plan
