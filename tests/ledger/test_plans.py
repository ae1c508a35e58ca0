"""What the database does for the questions that are asked all the time, with a hundred thousand call-backs asleep."""

from __future__ import annotations

import re
import time
from collections.abc import AsyncIterator, Callable

import pytest
from sqlalchemy import Connection, Engine, event, text

from ringback.ledger.store import Ledger
from ringback.models import CallbackRequest
from tests.conftest import Clock

MakeRequest = Callable[..., CallbackRequest]
ASLEEP = 100_000

# Row n sleeps for another hour and n milliseconds; every tenth is over. Each ended one has told its ending.
FILL = """
WITH RECURSIVE number(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < {asleep} * 10 / 9)
INSERT INTO callbacks (key, conversation_id, channel, provider, provider_id, queue_id, queue_name, number, start,
    starts_at, sms, answers, state, state_since, word, word_since, seq, misses, needs_operator, cancel_wanted,
    next_poll_at, created_at)
SELECT 'k' || n, 'web-' || n, 'website', 'scripted', 'CA' || n, 'CO1', 'Billing', '+14165550123', '', NULL, {no},
    '{{}}', CASE WHEN n % 10 = 0 THEN 'COMPLETED' ELSE 'SCHEDULED' END, {now}, '', {now}, 1, 0, {no}, {no},
    CASE WHEN n % 10 = 0 THEN NULL ELSE {now} + 3600 + n / 1000.0 END, {now} FROM number;
INSERT INTO news (id, key, conversation_id, channel, seq, kind, state, made_at, tries, next_try_at, told_at, outcome)
SELECT key || '-1', key, conversation_id, channel, 1, 'completed', 'COMPLETED', {now}, 0, NULL, {now}, 'told'
    FROM callbacks WHERE next_poll_at IS NULL;
ANALYZE;
"""


@pytest.fixture
async def crowded(ledger: Ledger, clock: Clock) -> AsyncIterator[tuple[Ledger, list[tuple[str, object]]]]:
    """A ledger full of sleepers, and the list of the statements that it runs from now on."""
    database = ledger._database
    filled = FILL.format(asleep=ASLEEP, now=clock(), no="false" if database.kind == "postgresql" else "0")

    def fill(connection: Connection) -> None:
        for statement in filter(str.strip, filled.split(";")):
            connection.exec_driver_sql(statement)

    await database.write(fill)
    statements: list[tuple[str, object]] = []

    def note(_c: object, _cursor: object, statement: str, parameters: object, _x: object, many: bool) -> None:
        statements.append((statement, parameters[0] if many else parameters))  # type: ignore[index]

    event.listen(Engine, "before_cursor_execute", note)
    yield ledger, statements
    event.remove(Engine, "before_cursor_execute", note)


async def plan(ledger: Ledger, statement: str, parameters: object) -> str:
    explain = "EXPLAIN" if ledger._database.kind == "postgresql" else "EXPLAIN QUERY PLAN"

    def ask(connection: Connection) -> str:
        rows = connection.exec_driver_sql(f"{explain} {statement}", parameters)  # type: ignore[arg-type]
        return "\n".join(" ".join(str(part) for part in row) for row in rows)

    return await ledger._database.read(ask)


async def test_sleepers_cost_nothing(
    crowded: tuple[Ledger, list[tuple[str, object]]], request_for: MakeRequest, clock: Clock
) -> None:
    """Every frequent statement goes by an index, none reads or sorts the table, and a round of them is quick."""
    ledger, statements = crowded
    for number in range(20):
        await ledger.begin(request_for(f"due{number}"), provider="scripted", now=clock(), look_at=clock())
    statements.clear()
    started = time.perf_counter()
    claimed = (await ledger.claim(clock(), 10, lambda _: 60.0)).callbacks
    await ledger.next_due()
    changed = await ledger.change(
        claimed[0], state=claimed[0].state, word="x", now=clock(), next_poll_at=None, news_kind="holding"
    )
    await ledger.put_off(claimed[1], next_poll_at=clock() + 60, misses=1)
    [turn] = await ledger.claim_news(clock(), 20, lease=15.0)
    await ledger.delay_news(turn, next_try_at=clock())
    [turn] = await ledger.claim_news(clock(), 20, lease=15.0)
    assert await ledger.settle_news(turn, {turn.waiting[0].news.id: "told"}, now=clock())
    await ledger.in_conversation("web-7")
    assert await ledger.known_ids("scripted", ["CA7", "CA0"]) == {"CA7"}
    took = time.perf_counter() - started

    assert len(claimed) == 10
    assert changed
    run = [one for one in statements if one[0].startswith(("SELECT", "UPDATE"))]
    # A claim is one SELECT, one UPDATE for the whole batch, and a look at the next due time.
    assert [statement.split()[0] for statement, _ in run[:3]] == ["SELECT", "UPDATE", "SELECT"]
    plans = {statement: await plan(ledger, statement, parameters) for statement, parameters in run}
    assert [one for one in plans.items() if re.search(r"Seq Scan|\bSCAN (callbacks|news)$", one[1], re.MULTILINE)] == []
    claims = [one for one in plans.items() if "ORDER BY callbacks.next_poll_at" in one[0]]
    assert len(claims) >= 2
    assert all("callbacks_due" in found and not re.search("Sort|TEMP B-TREE", found) for _, found in claims)
    assert took < 0.5


async def test_looking_on_costs_little(crowded: tuple[Ledger, list[tuple[str, object]]], clock: Clock) -> None:
    """What an operator's page asks goes by an index as well: nothing reads the table for a list that is short."""
    ledger, statements = crowded
    await ledger.operators_list()
    await ledger.stuck_keys()
    await ledger.told("k7")
    await ledger.asked_since(clock() + 1)
    run = [one for one in statements if one[0].startswith("SELECT")]
    assert len(run) == 5
    plans = {statement: await plan(ledger, statement, parameters) for statement, parameters in run}
    scans = r"Seq Scan on (callbacks|news)|\bSCAN (callbacks|news)$"
    assert [one for one in plans.items() if re.search(scans, one[1], re.MULTILINE)] == []


@pytest.mark.parametrize("ledger_url", ["postgresql"], indirect=True)
async def test_postgresql_leaves_room_and_sweeps(ledger: Ledger) -> None:
    """On PostgreSQL the tables that are written all the time leave room in their pages and are vacuumed early."""
    query = "SELECT relname, reloptions FROM pg_class WHERE relnamespace = current_schema()::regnamespace"
    rows = await ledger._database.read(lambda connection: connection.execute(text(query)).all())
    options = {row[0]: row[1] for row in rows}
    for table in ("callbacks", "news"):
        assert {"fillfactor=60", "autovacuum_vacuum_scale_factor=0.02"} <= set(options[table])
