"""The laws, whatever happens: random lives of call-backs over one ledger, with two followers, crashes and restarts."""

from __future__ import annotations

import asyncio
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Coroutine, Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import Connection, select

from ringback.desk import Desk
from ringback.following import Follower
from ringback.ledger.store import Ledger, Turn
from ringback.ledger.tables import callbacks, news, sightings
from ringback.models import Callback, CallbackRequest, Sighting, State, TimeSlot
from ringback.ordering import Ordering
from ringback.outcomes import Booked, Cancelled, CancelNoted, NotBooked
from ringback.providers.base import ProviderOffline, ProviderRefused, WrongCredentials
from ringback.settings import DeskFile, FollowingSettings, TellingSettings
from ringback.telling import RasaDown, Teller
from ringback.words import Words
from tests.conftest import Clock
from tests.ledger.postgres import Postgres
from tests.ledger.world import Died, World

T = TypeVar("T")
KEYS = st.integers(0, 4).map(lambda number: f"k{number}")
ORDERS = st.sampled_from(("answered", "answered", "refused", "offline", "vanished", "lost", "slow", "died"))
KNOWN_WORDS = st.sampled_from(
    [
        Sighting(state=State.QUEUED, word="Pending"),
        Sighting(state=State.CALLING_AGENT, word="Calling Target"),
        Sighting(state=State.HOLDING, word="Holding"),
        Sighting(state=State.CALLING_CUSTOMER, word="Calling Client"),
        Sighting(state=State.CONNECTED, word="Call In Progress"),
        Sighting(state=State.COMPLETED, word="Success"),
        Sighting(state=State.CANCELLED, word="Canceled"),
        Sighting(state=State.FAILED, word="Failed"),
        Sighting(state=State.FAILED, word="Error Callback"),
    ]
)
WORDS = KNOWN_WORDS | st.text(max_size=100).map(lambda word: Sighting(state=None, word=word))
TROUBLES = st.sampled_from((None, None, ProviderOffline("down"), ProviderRefused("no"), WrongCredentials("who?")))
MOVES = st.lists(st.tuples(st.sampled_from(("full", "plain")), st.integers(0, 4), WORDS), max_size=3)
FOLLOWING = FollowingSettings(give_up_after=3600, give_up_after_misses=3, lookups_until=120, grace=60)
CONFIG = DeskFile.model_validate({"providers": [{"kind": "fonolo", "profile": "CP1", "timezone": "UTC"}]})
KINDS = {"booked", "uncertain", "unknown", "lost", "missed", "rescheduled", *(state.value.lower() for state in State)}
SAID = Words({f"utter_news_{kind}": [{"text": kind}] for kind in KINDS})
HAVE_NO_ID = {State.ORDERING, State.UNCERTAIN, State.REFUSED, State.SCHEDULED, State.CANCELLED, State.FAILED}


class Door:
    """Rasa, as far as the teller sees it."""

    def __init__(self) -> None:
        self.told: dict[str, dict[str, Any]] = {}
        self.mood = "well"
        self.kills = 0
        self.told_again = 0

    async def push(self, _conversation: str, _channel: str, event: dict[str, Any]) -> None:
        await asyncio.sleep(0)
        if self.mood == "down":
            raise RasaDown("down")
        # The far end shows each piece once.
        piece = event["metadata"]["news"]
        self.told_again += piece["id"] in self.told
        self.told.setdefault(piece["id"], piece)
        if self.mood == "kills":
            self.mood = "well"
            self.kills += 1
            raise Died


class Process:
    """One of ours: its own connection to the ledger, a desk, a follower and a teller."""

    def __init__(self, ledger: Ledger, worlds: dict[str, World], door: Door, clock: Clock) -> None:
        self.ledger = ledger
        self._clock = clock
        ordering = Ordering(ledger, worlds, clock=clock)
        self.follower = Follower(
            ledger, worlds, FOLLOWING, ordering=ordering, grace_words=frozenset({"Error Callback"}), clock=clock
        )
        self.desk = Desk(worlds, ledger, ordering, self.follower, CONFIG, clock=clock)
        self.teller = Teller(
            ledger,
            door,  # type: ignore[arg-type]
            SAID,
            TellingSettings(),
            variables=lambda _: {},
            card=lambda _: {},
            clock=clock,
        )

    async def claim(self) -> list[Callback]:
        return list((await self.ledger.claim(self._clock(), 3, self.follower._claim_for)).callbacks)

    async def look(self, claimed: Iterable[Callback]) -> None:
        for one in await asyncio.gather(*(self.follower.look(row) for row in claimed), return_exceptions=True):
            assert one is None or isinstance(one, Died), one

    async def follow(self) -> None:
        await self.look(await self.claim())

    async def take_turns(self) -> list[Turn]:
        return list(await self.ledger.claim_news(self._clock(), 10, lease=self.teller.lease))

    async def tell(self, turns: Iterable[Turn]) -> None:
        for turn in turns:
            try:
                await self.teller.tell(turn)
            except Died:
                return


class Lives(RuleBasedStateMachine):
    """Two processes over one ledger, two providers, and everything that can happen."""

    def __init__(self, fresh_url: Callable[[], Coroutine[Any, Any, str]]) -> None:
        super().__init__()
        self._runner = asyncio.Runner()
        self._fresh_url = fresh_url
        self.clock = Clock()
        self.door = Door()
        self.worlds = {"full": World("full", plain=False), "plain": World("plain", plain=True)}
        self.in_flight: list[asyncio.Task[object]] = []
        self.frozen: list[Callback] = []
        self.frozen_turns: list[Turn] = []
        self.called_off: set[str] = set()
        self.answered_no: set[str] = set()
        self.before: dict[str, tuple[int, State]] = {}

    def run(self, coroutine: Coroutine[Any, Any, T]) -> T:
        return self._runner.run(coroutine)

    # -- what happens -------------------------------------------------------------------------------------------

    @initialize()
    def start(self) -> None:
        self.url = self.run(self._fresh_url())
        self.run(self._open())

    async def _open(self) -> None:
        self.processes = [Process(await Ledger.open(self.url), self.worlds, self.door, self.clock) for _ in range(2)]

    async def _kill(self) -> None:
        for task in self.in_flight:
            task.cancel()
        for process in self.processes:
            for order in process.desk._orders:
                order.cancel()
            await asyncio.gather(*process.desk._orders, return_exceptions=True)
        await asyncio.gather(*self.in_flight, return_exceptions=True)
        self.in_flight.clear()
        for world in self.worlds.values():
            world.waiting.clear()
        for process in self.processes:
            await process.ledger.close()

    @rule()
    def everything_is_killed_and_started_again(self) -> None:
        self.run(self._kill())
        self.run(self._open())

    @rule(key=KEYS, how=ORDERS, later=st.sampled_from((None, None, 90, 2000)), twice=st.booleans())
    def somebody_asks(self, key: str, how: str, later: int | None, twice: bool) -> None:
        world = self.worlds["plain" if key in {"k0", "k1"} else "full"]
        world.next_order = how
        slot = None
        if later is not None:
            starts = datetime.fromtimestamp(self.clock() + later, UTC)
            slot = TimeSlot(start=str(starts), starts_at=starts, ends_at=starts + timedelta(minutes=30))
        request = CallbackRequest(
            key=key,
            conversation_id=f"web-{int(key[1:]) % 2}",
            channel="website",
            queue_id=f"{world.name}:CO1",
            queue_name="Billing",
            number=_number(key),
            time_slot=slot,
        )
        self.run(self._ask(request, self.processes if twice else self.processes[:1]))
        world.next_order = "answered"

    async def _ask(self, request: CallbackRequest, processes: list[Process]) -> None:
        self.in_flight += [asyncio.create_task(self._one_request(one.desk, request)) for one in processes]
        async with asyncio.timeout(10):
            # Whoever is not done waits for a slow answer.
            while sum(not one.done() for one in self.in_flight) > sum(len(one.waiting) for one in self.worlds.values()):
                await asyncio.sleep(0.001)
        await self._reap()

    async def _one_request(self, desk: Desk, request: CallbackRequest) -> None:
        try:
            outcome = await desk.request(request)
        except Died:
            return
        row = await self.processes[0].ledger.get(request.key)
        if isinstance(outcome, Booked):
            assert outcome.callback.provider_id, "booked without the provider's id"
            assert row.provider_id == outcome.callback.provider_id, "booked under an id that is not stored"
        if isinstance(outcome, NotBooked):
            assert not self._arrivals()[request.number], "not booked, but the provider has it"
            self.answered_no.add(request.key)

    async def _reap(self) -> None:
        for task in [one for one in self.in_flight if one.done()]:
            self.in_flight.remove(task)
            await task

    @rule()
    def slow_answers_come(self) -> None:
        for world in self.worlds.values():
            world.release()
        self.run(self._finish())

    async def _finish(self) -> None:
        await asyncio.gather(*self.in_flight)
        self.in_flight.clear()

    @rule(key=KEYS, process=st.integers(0, 1))
    def somebody_cancels(self, key: str, process: int) -> None:
        if key not in self.before:
            return
        was_open = not self.before[key][1].is_final
        outcome = self.run(self.processes[process].desk.cancel(key))
        if isinstance(outcome, (Cancelled, CancelNoted)):
            self.called_off.add(key)
        if isinstance(outcome, Cancelled) and was_open:
            calls = {one for world in self.worlds.values() for one in world.calls_to(_number(key))}
            assert calls <= {one for world in self.worlds.values() for one in world.cancelled}, (
                "cancelled, yet it rings"
            )

    def _move(self, moves: list[tuple[str, int, Sighting]]) -> None:
        for world, which, sighting in moves:
            its = self.worlds[world]
            moving = sorted(set(its.calls) - set(its.cancelled))
            if moving:
                its.calls[moving[which % len(moving)]] = sighting

    @rule(moves=MOVES)
    def calls_move_and_are_seen(self, moves: list[tuple[str, int, Sighting]]) -> None:
        self._move(moves)
        self.both_follow(20)

    @rule(world=st.sampled_from(("full", "plain")), trouble=TROUBLES)
    def a_provider_is_moody(self, world: str, trouble: Exception | None) -> None:
        self.worlds[world].trouble = trouble

    @rule(how=st.sampled_from(("answered", "refused", "offline", "vanished", "lost", "died")))
    def what_waited_becomes_due(self, how: str) -> None:
        self.worlds["plain"].next_order = how
        self.both_follow(130)
        self.both_follow(3)
        self.worlds["plain"].next_order = "answered"

    @rule(seconds=st.sampled_from((300, 4000)))
    def time_passes(self, seconds: int) -> None:
        self.clock.pass_(seconds)

    @rule(seconds=st.sampled_from((0, 1, 20, 50, 130)))
    def both_follow(self, seconds: int) -> None:
        async def both() -> None:
            await asyncio.gather(*(process.follow() for process in self.processes))

        self.clock.pass_(seconds)
        self.run(both())

    @rule(moves=MOVES)
    def both_look_at_the_same_rows(self, moves: list[tuple[str, int, Sighting]]) -> None:
        """As when one was frozen for longer than its claim."""

        async def both() -> None:
            rows = await self.processes[0].ledger.everything(open_only=True)
            rows = [row for row in rows if row.next_poll_at is not None and row.state is not State.ORDERING]
            await asyncio.gather(*(process.look(rows) for process in self.processes))

        self._move(moves)
        self.run(both())

    @rule()
    def one_is_frozen_with_its_claims(self) -> None:
        self.frozen += self.run(self.processes[1].claim())

    @rule()
    def the_frozen_one_wakes_up(self) -> None:
        claimed, self.frozen = self.frozen, []
        self.run(self.processes[1].look(claimed))

    @rule(mood=st.sampled_from(("well", "well", "down", "kills")))
    def news_is_told(self, mood: str) -> None:
        async def both() -> None:
            turns = await asyncio.gather(*(process.take_turns() for process in self.processes))
            await asyncio.gather(*(one.tell(its) for one, its in zip(self.processes, turns, strict=True)))

        self.door.mood = mood
        self.run(both())

    @rule()
    def a_teller_is_frozen_with_its_turns(self) -> None:
        self.frozen_turns += self.run(self.processes[1].take_turns())

    @rule()
    def the_frozen_teller_wakes_up(self) -> None:
        turns, self.frozen_turns = self.frozen_turns, []
        self.door.mood = "well"
        self.run(self.processes[1].tell(turns))

    # -- what holds ---------------------------------------------------------------------------------------------

    def _arrivals(self) -> Counter[str]:
        return sum((world.arrivals for world in self.worlds.values()), Counter())

    async def _rows(self) -> tuple[list[Any], dict[str, list[Any]], dict[str, list[Any]]]:
        by_key: tuple[dict[str, list[Any]], dict[str, list[Any]]] = (defaultdict(list), defaultdict(list))

        def read(connection: Connection) -> list[Any]:
            for table, into in zip((sightings, news), by_key, strict=True):
                for row in connection.execute(select(table).order_by(table.c.key, table.c.seq)):
                    into[row.key].append(row)
            return list(connection.execute(select(callbacks)))

        return await self.processes[0].ledger._database.read(read), *by_key

    @invariant()
    def laws_hold(self) -> None:
        if not hasattr(self, "processes"):
            return
        rows, seen, pieces = self.run(self._rows())
        assert all(count == 1 for count in self._arrivals().values()), "ordered twice"
        for row in rows:
            state = State(row.state)
            assert row.provider_id or state in HAVE_NO_ID or row.needs_operator, "on its way without the provider's id"
            assert [one.seq for one in seen[row.key]] == list(range(row.seq + 1)), "a change without its sighting"
            assert seen[row.key][-1].state == row.state
            assert not any(State(one.state).is_final for one in seen[row.key][:-1]), "something followed an ending"
            seq, last = self.before.get(row.key, (0, State.ORDERING))
            assert row.seq >= seq, "a change was undone"
            assert row.seq == seq or not last.is_final, "something followed an ending"
            assert (row.next_poll_at is None) <= (state.is_final or row.needs_operator), "nobody looks after it"
            self._news_laws(row, state, pieces[row.key])
            self.before[row.key] = (row.seq, state)
        assert self.door.told_again <= self.door.kills, "told twice, and nobody had died in between"
        told: dict[str, int] = {}
        for piece in self.door.told.values():
            assert piece["seq"] > told.get(piece["callback"], -1), "told out of order"
            told[piece["callback"]] = piece["seq"]

    def _news_laws(self, row: Any, state: State, pieces: list[Any]) -> None:
        assert all(piece.seq <= row.seq for piece in pieces)
        assert "booked" not in {piece.kind for piece in pieces} or row.provider_id
        endings = [piece for piece in pieces if State(piece.state).is_final]
        if not state.is_final:
            assert not endings, "an ending was told that did not happen"
        elif row.key in self.called_off or row.key in self.answered_no:
            assert len(endings) <= 1
        else:
            assert len(endings) == 1, f"{state} has {len(endings)} pieces of news"

    def teardown(self) -> None:
        """When every trouble is over, every call-back ends or goes to an operator, and every piece of news is told."""
        if not hasattr(self, "processes"):
            self._runner.close()
            return
        try:
            if sys.exc_info()[0] is None:
                self.run(self._settle())
                self.laws_hold()
        finally:
            self.run(self._kill())
            self._runner.close()

    async def _settle(self) -> None:
        self.door.mood = "well"
        for world in self.worlds.values():
            world.trouble, world.next_order = None, "answered"
            world.release()
        await self._finish()
        ledger = self.processes[0].ledger
        for _ in range(60):
            for world in self.worlds.values():
                for its_id in set(world.calls) - set(world.cancelled):
                    world.calls[its_id] = Sighting(state=State.COMPLETED, word="Success")
            due = await ledger.next_due()
            if due == float("inf"):
                break
            self.clock.now = max(self.clock.now + 1, due)
            await self.processes[0].follow()
        for _ in range(2):
            self.clock.pass_(60)
            await self.processes[0].tell(await self.processes[0].take_turns())
        for callback in await ledger.everything():
            assert callback.state.is_final or callback.needs_operator, f"{callback.state} for ever"
        rows, _, pieces = await self._rows()
        for row in rows:
            assert not any(piece.next_try_at for piece in pieces[row.key]), "never told"
            if pieces[row.key] and pieces[row.key][-1].state == row.state:
                assert pieces[row.key][-1].id in self.door.told, "the newest was not told"


def _number(key: str) -> str:
    return f"+1416555010{key[1:]}"


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_laws_hold_whatever_happens(database: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    """One order a key, booked only with an id, nothing after an ending, every ending told once, all of it in order."""
    numbers = iter(range(1_000_000))

    async def sqlite_url() -> str:
        return f"sqlite:///{tmp_path / f'{next(numbers)}.sqlite3'}"

    server: Postgres | None = request.getfixturevalue("postgres") if database == "postgresql" else None
    run_state_machine_as_test(
        lambda: Lives(server.fresh_url if server else sqlite_url),
        settings=settings(
            max_examples=30,
            stateful_step_count=40,
            deadline=None,
            derandomize=True,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
