"""Erasing, telling and forgetting, over the ledger on both databases and the stores beside it."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import yaml
from sqlalchemy import inspect, text

from channels.chat_base.store import Store as Chats
from ringback.conversations import ChatStore, Store, TrackerStore, open_stores, tracker_url
from ringback.housekeeping import Housekeeper
from ringback.ledger.database import open_database
from ringback.ledger.store import Ledger
from ringback.models import Callback, CallbackRequest, State
from ringback.outcomes import Cancelled, CancelOutcome, CannotCancel
from ringback.privacy import (
    DAY,
    PASSES,
    Forgotten,
    StillOnItsWay,
    forget_conversation,
    forget_number,
    forget_old,
    known,
    read_number,
)
from ringback.settings import DeskFile, RetentionSettings, Settings, SettingsError
from tests.conftest import NUMBER, Clock

Requests = Callable[..., CallbackRequest]
SPELLINGS = (b"14165550123", b"4165550123", b"416 555 0123", b"555-0123")
EVENTS = (
    "CREATE TABLE events (id INTEGER PRIMARY KEY, sender_id VARCHAR(255), type_name VARCHAR(255), timestamp FLOAT,"
    " intent_name VARCHAR(255), action_name VARCHAR(255), data TEXT)"
)


async def never(key: str) -> CancelOutcome:
    raise AssertionError(f"{key} was to be cancelled")


async def put(
    ledger: Ledger, request: CallbackRequest, clock: Clock, *, state: State | None = State.COMPLETED
) -> Callback:
    """A call-back with news, a note and a consent; over, unless `state` says otherwise."""
    agreed = request.model_copy(update={"wording_version": "3"})
    begun = await ledger.begin(agreed, provider="scripted", now=clock(), look_at=clock() + 45)
    if state is None:
        return begun.callback
    written = await ledger.change(
        begun.callback,
        state=state,
        word="Success",
        now=clock(),
        next_poll_at=None if state.is_final else clock(),
        provider_id="CA1",
        news_kind="completed",
        note="said to 416 555 0123",
    )
    assert isinstance(written, Callback)
    return written


async def said(url: str, conversation: str, words: str, at: float) -> None:
    """A sentence in Rasa's tracker store."""
    database = open_database(url)
    row = {"sender": conversation, "at": at, "data": json.dumps({"event": "user", "text": words, "timestamp": at})}

    def write(connection: Any) -> None:
        if not inspect(connection).has_table("events"):
            connection.execute(
                text(EVENTS.replace("INTEGER PRIMARY KEY", "SERIAL PRIMARY KEY") if "postgresql" in url else EVENTS)
            )
        connection.execute(
            text("INSERT INTO events (sender_id, type_name, timestamp, data) VALUES (:sender, 'user', :at, :data)"), row
        )

    await database.write(write)
    await database.close()


async def met(url: str, conversation: str, address: str, at: float) -> None:
    """A person who wrote on a chat channel."""
    chats = Chats(url, "whatsapp")
    await chats.take_in(f"m-{conversation}", conversation, address, {"Body": f"call {address}"}, at, 60.0)
    await chats.begin(conversation, {"utter_action": "utter_greet"}, at)
    chats.close()


class World:
    """A folder with everything that an installation keeps."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.tracker = f"sqlite:///{folder / 'conversations.sqlite3'}"
        self.chats = f"sqlite:///{folder / 'chats.sqlite3'}"
        endpoints = {"tracker_store": {"type": "SQL", "dialect": "sqlite", "db": str(folder / "conversations.sqlite3")}}
        (folder / "endpoints.yml").write_text(yaml.safe_dump(endpoints))
        self.settings = Settings(endpoints_file=folder / "endpoints.yml", chats_url=self.chats)

    @asynccontextmanager
    async def stores(self) -> AsyncIterator[Sequence[Store]]:
        async with open_stores(self.settings) as stores:
            yield stores

    def files_with(self, *needles: bytes) -> list[str]:
        """The files in which one of these stands, byte by byte."""
        files = [one for one in self.folder.rglob("*") if one.is_file()]
        assert any(one.stat().st_size for one in files)
        return [one.name for one in files if any(needle in one.read_bytes() for needle in needles)]


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


async def test_no_byte_of_a_number_stays_in_any_file(world: World, request_for: Requests, clock: Clock) -> None:
    """After an erasure neither a table, nor a free page, nor a write-ahead log holds number, answers or words.

    The processes that use the databases stay open meanwhile, as in life; another person's data stays.
    """
    ledger = await Ledger.open(f"sqlite:///{world.folder / 'ledger.sqlite3'}")
    other = request_for("other", conversation="web-9").model_copy(update={"number": "+4930123456"})
    for number in range(30):
        await put(ledger, request_for(f"k{number}", conversation=f"web-{number}"), clock)
        await said(world.tracker, f"web-{number}", f"call +14165550123, {'x' * 300}", clock())
    await put(ledger, other, clock)
    await said(world.tracker, "web-typed", "SlotSet +14165550123, never booked", clock())
    await met(world.chats, "wa-1", "whatsapp:+14165550123", clock())
    await met(world.chats, "wa-2", "whatsapp:+4930123456", clock())
    assert len(world.files_with(*SPELLINGS)) >= 3

    async with world.stores() as stores:
        outcome = await forget_number(NUMBER, ledger, stores, never)
        assert outcome == Forgotten(callbacks=30, cancelled=0, conversations=32)
        assert world.files_with(*SPELLINGS, b"my bill") == ["ledger.sqlite3"]  # the other person's answer is the same
        assert (await ledger.of_number("+4930123456"))[0].answers == {"Q1": "my bill"}
        await forget_number("+4930123456", ledger, stores, never)
    assert world.files_with(*SPELLINGS, b"my bill", b"4930123456", b"web-9", b"wa-1") == []
    erased = await ledger.get("k1")
    assert (erased.number, erased.answers, erased.conversation_id) == ("", {}, "")
    # An order without an answer must not be taken for this call.
    assert await ledger.known_ids("scripted", ["CA1"]) == {"CA1"}
    assert (erased.state, erased.queue_name) == (State.COMPLETED, "Billing")
    assert [row["note"] for row in await ledger.history("k1")] == ["", ""]
    assert await ledger.consents("k1") == [] and await ledger.claim_news(clock() + 1e6, 10, lease=1.0) == []
    await ledger.close()


async def test_erasing_leaves_nothing_in_any_table(ledger_url: str, request_for: Requests, clock: Clock) -> None:
    """On both databases: not a value of any row of any table tells the number, the answers or the conversation."""
    ledger = await Ledger.open(ledger_url)
    await put(ledger, request_for("k1"), clock)
    await said(ledger_url, "web-1", "+14165550123", clock())
    tracker = TrackerStore(open_database(ledger_url))
    assert await forget_number(NUMBER, ledger, [tracker], never) == Forgotten(callbacks=1, cancelled=0, conversations=1)

    def dump(connection: Any) -> str:
        names = inspect(connection).get_table_names()
        return str([connection.execute(text(f'SELECT * FROM "{name}"')).all() for name in names])

    everything = await ledger._database.read(dump)
    assert "k1" in everything
    for gone in ("4165550123", "555", "my bill", "web-1"):
        assert gone not in everything
    await tracker.close()
    await ledger.close()


async def test_an_open_call_is_called_off_first(ledger: Ledger, request_for: Requests, clock: Clock) -> None:
    """And erased when that succeeded."""
    await put(ledger, request_for("k1"), clock, state=State.HOLDING)

    async def cancel(key: str) -> CancelOutcome:
        callback = await ledger.get(key)
        gone = await ledger.change(callback, state=State.CANCELLED, word="", now=clock(), next_poll_at=None)
        assert isinstance(gone, Callback)
        return Cancelled(callback=gone)

    assert await forget_number(NUMBER, ledger, [], cancel) == Forgotten(callbacks=1, cancelled=1, conversations=1)
    assert (await ledger.get("k1")).number == ""


async def test_a_call_that_cannot_be_called_off_keeps_everything(
    ledger: Ledger, request_for: Requests, clock: Clock
) -> None:
    """Whoever is being rung must be told how it ends: nothing is erased, not even what is over."""
    await put(ledger, request_for("k0"), clock)
    ringing = await put(ledger, request_for("k1"), clock, state=State.CALLING_CUSTOMER)

    async def cancel(key: str) -> CancelOutcome:
        return CannotCancel(callback=await ledger.get(key))

    assert await forget_number(NUMBER, ledger, [], cancel) == StillOnItsWay(callbacks=(ringing,))
    assert await forget_conversation("web-1", ledger, cancel, now=clock()) == StillOnItsWay(callbacks=(ringing,))
    assert len(await ledger.of_number(NUMBER)) == 2


async def test_everything_known_can_be_told(world: World, request_for: Requests, clock: Clock) -> None:
    """As JSON: call-backs with their history and consents, conversations, and what the channels know."""
    ledger = await Ledger.open(f"sqlite:///{world.folder / 'ledger.sqlite3'}")
    await put(ledger, request_for("k1").model_copy(update={"sms": True}), clock)
    await said(world.tracker, "web-1", "call me", clock())
    await met(world.chats, "wa-1", "whatsapp:+14165550123", clock())
    async with world.stores() as stores:
        found = json.loads(json.dumps(await known(NUMBER, ledger, stores)))
    await ledger.close()
    [callback] = found["callbacks"]
    assert (callback["number"], callback["answers"]) == (NUMBER, {"Q1": "my bill"})
    assert [one["state"] for one in callback["history"]] == ["ORDERING", "COMPLETED"]
    agreed = {"wording_version": "3", "channel": "website", "given_at": clock(), "key": "k1"}
    assert callback["consents"] == [{"what": "call", **agreed}, {"what": "sms", **agreed}]
    assert found["conversations"]["web-1"][0]["text"] == "call me"
    assert found["chats"]["chat_people"][0]["address"] == "whatsapp:+14165550123"


async def test_consent_is_noted_with_its_request(ledger: Ledger, request_for: Requests, clock: Clock) -> None:
    """The call always, text messages only where they were asked for; a second try changes nothing."""
    for version in ("1", "2"):
        request = request_for("k1").model_copy(update={"wording_version": version})
        await ledger.begin(request, provider="scripted", now=clock(), look_at=clock() + 45)
        clock.pass_(5)
    [one] = await ledger.consents("k1")
    assert (one["what"], one["wording_version"], one["channel"]) == ("call", "1", "website")


async def test_a_conversation_is_forgotten_after_its_turn(world: World, request_for: Requests, clock: Clock) -> None:
    """Also when the turn that asked for it is stored late; what is said afterwards stays."""
    ledger = await Ledger.open(f"sqlite:///{world.folder / 'ledger.sqlite3'}")
    await put(ledger, request_for("k1"), clock)
    await said(world.tracker, "web-1", "call me on 416 555 0123", clock() - 60)
    keeper = Housekeeper(ledger, world.settings, RetentionSettings(), clock=clock)
    assert await forget_conversation("web-1", ledger, never, now=clock()) == Forgotten(
        callbacks=1, cancelled=0, conversations=1
    )
    await keeper.tidy()
    assert world.files_with(b"416 555 0123") != []  # the turn is still under way
    began = clock()
    clock.pass_(PASSES[0])
    await keeper.tidy()
    await said(world.tracker, "web-1", "call me on 416 555 0123", began - 60)  # Rasa stored its whole memory
    await said(world.tracker, "web-1", "hello again", clock())
    for after in PASSES[1:]:
        clock.now = began + after
        await keeper.tidy()
    async with world.stores() as stores:
        [tracker] = stores
        assert [one["text"] for one in (await tracker.export(["web-1"]))["web-1"]] == ["hello again"]
    assert world.files_with(*SPELLINGS) == []
    clock.pass_(10 * DAY)
    assert await ledger.claim_erasures(clock(), lease=1.0) == []
    await ledger.close()


async def test_what_is_too_old_is_erased(world: World, request_for: Requests, clock: Clock) -> None:
    """Calls after their end, conversations and people after their last word; open calls and young ones stay."""
    ledger = await Ledger.open(f"sqlite:///{world.folder / 'ledger.sqlite3'}")
    for key in (f"k{number}" for number in range(250)):
        await put(ledger, request_for(key), clock)
    await put(ledger, request_for("open"), clock, state=State.HOLDING)
    await said(world.tracker, "web-1", "old", clock())
    await said(world.tracker, "web-2", "begun long ago", clock())
    await met(world.chats, "wa-1", "whatsapp:+14165550123", clock())
    clock.pass_(31 * DAY)
    await put(ledger, request_for("young"), clock)
    await said(world.tracker, "web-2", "and still going on", clock())
    retention = RetentionSettings(callbacks_days=30, conversations_days=30)
    async with world.stores() as stores:
        assert (
            await forget_old(ledger, stores, RetentionSettings(callbacks_days=0, conversations_days=0), now=clock())
            == 0
        )
    await asyncio.wait_for(Housekeeper(ledger, world.settings, retention, clock=clock).tidy(), 60)
    left = {one.key for one in await ledger.everything() if one.number}
    assert left == {"open", "young"}
    async with world.stores() as stores:
        tracker, chats = stores
        assert set(await tracker.export(["web-1", "web-2"])) == {"web-2"}
        assert len((await tracker.export(["web-2"]))["web-2"]) == 2
        assert await chats.holding(["14165550123"]) == set()
    await ledger.close()


@pytest.mark.parametrize(
    ("store", "url"),
    [
        (None, ""),
        ({"type": "InMemoryTrackerStore"}, ""),
        ({"type": "SQL", "db": "a.sqlite3"}, "sqlite:///a.sqlite3"),
        (
            {"type": "SQL", "dialect": "postgresql+psycopg2", "url": "db", "port": 5433, "db": "rasa"}
            | {"username": "u", "password": "${RINGBACK_TEST_PASSWORD}"},
            "postgresql://u:p%40ss@db:5433/rasa",
        ),
    ],
)
def test_the_tracker_store_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, store: dict[str, Any] | None, url: str
) -> None:
    """By what endpoints.yml says, with its variables."""
    monkeypatch.setenv("RINGBACK_TEST_PASSWORD", "p@ss")
    file = tmp_path / "endpoints.yml"
    file.write_text(yaml.safe_dump({"tracker_store": store} if store else {}))
    assert tracker_url(file) == url


def test_a_clusters_conversations_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """The endpoints of a cluster name its PostgreSQL in a way of their own."""
    monkeypatch.setenv("RINGBACK_TRACKER_URL", "postgresql://db.example/conversations")
    assert tracker_url(Path("deploy/endpoints-cluster.yml")) == "postgresql://db.example/conversations"


def test_a_tracker_store_that_cannot_be_erased_is_said(tmp_path: Path) -> None:
    """Rather than leaving conversations behind in silence."""
    file = tmp_path / "endpoints.yml"
    file.write_text("tracker_store: {type: redis}\n")
    with pytest.raises(SettingsError, match="redis"):
        tracker_url(file)


async def test_what_is_not_there_is_not_made(world: World) -> None:
    """Looking for conversations leaves no empty database behind."""
    async with world.stores() as stores:
        assert list(stores) == []
    assert [one.name for one in world.folder.iterdir()] == ["endpoints.yml"]


async def test_a_store_without_its_table_is_empty(tmp_path: Path) -> None:
    """Rasa makes its table with its first conversation, the channels theirs with their start."""
    file = tmp_path / "empty.sqlite3"
    sqlite3.connect(file).close()
    for kind in (TrackerStore, ChatStore):
        store = kind(open_database(f"sqlite:///{file}"))
        assert await store.holding(["4165550123"]) == set()
        assert await store.forget(["web-1"]) == await store.forget_before(1e12) == 0
        await store.close()


@pytest.mark.parametrize("text", ["+14165550123", "416 555 0123", "(416) 555-0123", "+1 416 555 0123"])
def test_a_number_is_read_as_it_is_typed(text: str) -> None:
    """With or without its country code."""
    assert read_number(text, _desk()) == NUMBER


@pytest.mark.parametrize("text", ["", "Maria", "12", "416 555 0123 or 416 555 0124"])
def test_what_is_not_one_number_is_none(text: str) -> None:
    """Nobody is erased by guessing."""
    assert read_number(text, _desk()) == ""


def _desk() -> DeskFile:
    return Settings(desk_file=Path("desk.yml")).desk()
