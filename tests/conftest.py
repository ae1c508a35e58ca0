"""What many tests share: a ledger in a scratch file, a clock that stands still, a provider that does as it is told."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

import pytest
from playwright.async_api import expect

from ringback.ledger.store import Ledger
from ringback.models import CallbackRequest, Order, Profile, Question, Queue, Sighting, TimeSlot
from ringback.providers.base import Capabilities, Found, ProviderError, ProviderOffline
from tests.conversations.behaviours import pytest_terminal_summary as pytest_terminal_summary  # noqa: PLC0414 - a hook
from tests.conversations.dialogue import Dialogue, open_dialogue
from tests.leaks import find_leaks, numbers_in_ledger, numbers_in_tests
from tests.ledger.postgres import Postgres, running_postgres
from tests.system import System, secrets

NUMBER = "+14165550123"
expect.set_options(timeout=20_000)  # a busy machine is slow, and nothing here is about speed
T = TypeVar("T")


class Clock:
    """Seconds since the epoch, moved by hand."""

    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now

    def pass_(self, seconds: float) -> None:
        """Let time go by."""
        self.now += seconds


class ScriptedProvider:
    """A provider whose answers the test writes down beforehand; an exception in a script is raised."""

    name = "scripted"

    def __init__(self) -> None:
        self.capabilities = Capabilities(
            queues=True, questions=True, time_slots=True, sms=True, cancel=True, lookup=True
        )
        self.order_answer: str | ProviderError = "CA1"
        self.cancel_answer: ProviderError | None = None
        self.sightings: list[Sighting | ProviderError] = []
        self.found: list[Found] = []
        self.orders: list[Order] = []
        self.cancelled: list[str] = []
        self.looks = 0
        self.down = False

    async def profile(self) -> Profile:
        return Profile(id="CP1", name="Web", sms=True, asks_questions=True, schedules=True)

    async def queues(self) -> Sequence[Queue]:
        if self.down:
            raise ProviderOffline("down")
        return [Queue(id="CO2", name="Sales", position=2), Queue(id="CO1", name="Billing", position=1)]

    async def questions(self, queue_id: str = "") -> Sequence[Question]:
        return [Question(id="Q1", text="Why?", required=True)]

    async def time_slots(self, queue_id: str) -> Sequence[TimeSlot]:
        return []

    async def order(self, order: Order) -> str:
        self.orders.append(order)
        return _answer(self.order_answer)

    async def status(self, provider_id: str) -> Sighting:
        self.looks += 1
        return _answer(self.sightings.pop(0) if len(self.sightings) > 1 else self.sightings[0])

    async def cancel(self, provider_id: str) -> None:
        if isinstance(self.cancel_answer, ProviderError):
            raise self.cancel_answer
        self.cancelled.append(provider_id)

    async def find(self, order: Order) -> Sequence[Found]:
        return self.found


def _answer(answer: T | ProviderError) -> T:
    if isinstance(answer, ProviderError):
        raise answer
    return answer


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def provider() -> ScriptedProvider:
    return ScriptedProvider()


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A PostgreSQL server of our own, started when the first test wants it."""
    with running_postgres() as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
async def ledger_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database of its own for the test, once of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'ledger.sqlite3'}"
    server: Postgres = request.getfixturevalue("postgres")
    return await server.fresh_url()


@pytest.fixture
async def ledger(ledger_url: str) -> AsyncIterator[Ledger]:
    opened = await Ledger.open(ledger_url)
    yield opened
    await opened.close()


@pytest.fixture
def request_for() -> Callable[..., CallbackRequest]:
    """Makes a request: `request_for("key")`, `request_for("key", later=3600)` (seconds after the epoch of `Clock`)."""

    def make(key: str, *, conversation: str = "web-1", later: float | None = None) -> CallbackRequest:
        slot = None
        if later is not None:
            starts = datetime.fromtimestamp(Clock().now + later, UTC)
            slot = TimeSlot(start="2027-01-15 10:00:00", starts_at=starts, ends_at=starts + timedelta(minutes=30))
        return CallbackRequest(
            key=key,
            conversation_id=conversation,
            channel="website",
            queue_id="scripted:CO1",
            queue_name="Billing",
            number=NUMBER,
            time_slot=slot,
            answers={"Q1": "my bill"},
        )

    return make


@pytest.fixture(scope="session", autouse=True)
def _nothing_leaks() -> Iterator[None]:
    """At the end of the run no process has written a number or a secret in clear, in whichever test it was."""
    yield
    folders = [one for one in System.folders if one.exists()]
    numbers = numbers_in_tests().union(*map(numbers_in_ledger, folders)) if folders else set()
    files = [file for folder in folders for file in sorted(folder.rglob("*.log"))]
    leaks = find_leaks(files, numbers, secrets())
    assert not leaks, "\n".join(["in clear:", *leaks])


@pytest.fixture(scope="session")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    """Sandbox, action server and Rasa, running for the whole test session."""
    running = System(tmp_path_factory.mktemp("system"))
    try:
        running.start()
        yield running
    finally:
        running.stop()


@pytest.fixture
async def dialogue(system: System) -> AsyncIterator[Dialogue]:
    """A person with an open chat page."""
    async with open_dialogue(system) as person:
        yield person
