from __future__ import annotations

from pathlib import Path

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.app import create_app
from sandbox.calls import Call, Calls, Plan, ends_at, moved, state_at
from sandbox.clock import Clock
from sandbox.company import ACCOUNT_SID, AUTH_TOKEN
from sandbox.keeping import StateFile
from sandbox.limits import Limit
from tests.sandbox.asking import data, ordered, state
from tests.sandbox.tenios_client import TeniosClient

PLAN = Plan((("Initialization", 1.0), ("Talking", 4.0)), "Success")


async def limit(client: httpx.AsyncClient, most: int | None) -> None:
    answer = await client.post("/sandbox/settings", json={"max_callbacks": most})
    assert answer.json()["max_callbacks"] == most


async def states(client: httpx.AsyncClient, *sids: str) -> list[str]:
    return [await state(client, sid) for sid in sids]


async def test_more_than_the_limit_wait(client: httpx.AsyncClient, clock: Clock) -> None:
    """With a limit of two, the third call is taken and Pending until the first is over, then lives a whole life."""
    await limit(client, 2)
    first, second = await ordered(client), await ordered(client)
    clock.advance(2)
    third = await ordered(client)
    assert await state(client, third) == "Initialization"
    clock.advance(4)
    assert await states(client, first, second, third) == ["Holding", "Holding", "Pending"]
    assert [call["sid"] for call in data(await client.get("/3.0/pending"))["pending"]] == [third]
    assert [call["sid"] for call in data(await client.get("/3.0/realtime"))["realtime"]] == [first, second]
    clock.advance(15)
    assert await states(client, first, third) == ["Success", "Calling Target"]
    clock.advance(3)
    assert await state(client, third) == "Holding"
    clock.advance(15)
    assert await state(client, third) == "Success"


async def test_nobody_looks(client: httpx.AsyncClient, clock: Clock) -> None:
    """Calls get their turn when a place is free, not when somebody looks: five in a row are over after their time."""
    await limit(client, 1)
    sids = [await ordered(client) for _ in range(5)]
    # 21 seconds for the first, 18 without Initialization for each of the others.
    clock.advance(21 + 3 * 18 + 17.5)
    assert await states(client, *sids) == ["Success"] * 4 + ["Call In Progress"]
    clock.advance(1)
    assert await state(client, sids[-1]) == "Success"


async def test_a_cancelled_call_gives_its_place_away(client: httpx.AsyncClient, clock: Clock) -> None:
    """The next in the queue starts at the moment of the cancellation; a cancelled waiting call is skipped."""
    await limit(client, 1)
    first, second, third = [await ordered(client) for _ in range(3)]
    clock.advance(5)
    await client.post(f"/3.0/callback/{second}/cancel")
    assert await states(client, first, second, third) == ["Calling Target", "Canceled", "Pending"]
    clock.advance(5)
    await client.post(f"/3.0/callback/{first}/cancel")
    assert await state(client, third) == "Calling Target"
    clock.advance(2)
    assert await state(client, third) == "Calling Target"
    clock.advance(1)
    assert await state(client, third) == "Holding"


async def test_a_scheduled_call_joins_the_queue_at_its_date(client: httpx.AsyncClient, clock: Clock) -> None:
    """Until its date a scheduled call takes no place; then it waits like the others."""
    await limit(client, 1)
    scheduled = await ordered(client, fc_start_date="2026-11-23 09:30:00")
    clock.advance(28 * 60 - 10)
    running = await ordered(client)
    assert await states(client, scheduled, running) == ["Scheduled", "Initialization"]
    clock.advance(9)
    assert await states(client, scheduled, running) == ["Scheduled", "Holding"]
    clock.advance(5)
    assert await state(client, scheduled) == "Pending"
    clock.advance(7.5)
    assert await states(client, scheduled, running) == ["Calling Target", "Success"]


async def test_a_limit_for_calls_that_are_there(client: httpx.AsyncClient, clock: Clock) -> None:
    """Calls of before count, are not stopped, and a raised limit lets the waiting in from then on, not from before."""
    early = [await ordered(client) for _ in range(2)]
    later = await ordered(client, fc_start_date="2026-11-23 09:30:00")
    await limit(client, 1)
    waiting = await ordered(client)
    clock.advance(7)
    assert await states(client, *early, waiting) == ["Holding", "Holding", "Pending"]
    await limit(client, 2)
    assert await state(client, waiting) == "Pending"
    await limit(client, 3)
    assert await state(client, waiting) == "Calling Target"
    clock.advance(2)
    assert await state(client, waiting) == "Calling Target"
    await limit(client, 0)
    clock.advance(3600)
    assert await states(client, waiting, later) == ["Success", "Pending"]
    await limit(client, None)
    assert await state(client, later) == "Calling Target"


async def test_a_limit_of_nought(client: httpx.AsyncClient, clock: Clock) -> None:
    """With a limit of 0 requests are accepted and never done, but can be cancelled."""
    await limit(client, 0)
    sid = await ordered(client)
    clock.advance(86400)
    assert await state(client, sid) == "Pending"
    assert data(await client.post(f"/3.0/callback/{sid}/cancel")) == {}
    assert await state(client, sid) == "Canceled"


async def test_forgetting_all_calls(client: httpx.AsyncClient) -> None:
    """After a reset every place is free."""
    await limit(client, 1)
    await ordered(client)
    await client.delete("/sandbox/calls")
    sid = await ordered(client)
    (call,) = (await client.get("/sandbox/calls")).json()["calls"]
    assert (call["sid"], call["admitted_at"]) == (sid, call["created_at"])


async def test_tenios_has_no_limit(tenios: TeniosClient, clock: Clock) -> None:
    """The limit is Fonolo's: TENIOS's calls neither wait nor take a place."""
    await limit(tenios.http, 1)
    found = [await tenios.ordered() for _ in range(2)]
    sid = await ordered(tenios.http)
    clock.advance(4)
    assert [await tenios.state(one) for one in found] == ["ACCEPTED", "ACCEPTED"]
    assert await state(tenios.http, sid) == "Calling Target"


async def test_waiting_calls_after_a_restart(clock: Clock, tmp_path: Path) -> None:
    """A limit ends with the process: who waited is let in at the start, who was under way goes on."""
    path = tmp_path / "state"

    def client() -> httpx.AsyncClient:
        transport = httpx.ASGITransport(app=create_app(clock=clock, state=StateFile(path)))
        return httpx.AsyncClient(transport=transport, base_url="http://sandbox", auth=(ACCOUNT_SID, AUTH_TOKEN))

    async with client() as before:
        await limit(before, 1)
        first, second = await ordered(before), await ordered(before)
        clock.advance(10)
        assert await states(before, first, second) == ["Holding", "Pending"]
    async with client() as after:
        assert await states(after, first, second) == ["Holding", "Calling Target"]


@pytest.mark.parametrize("most", [1, 2, 5])
def test_letting_in_costs_little(most: int) -> None:
    """Each call is changed once when it is let in, however many wait."""
    changes = 0

    class Counting(Calls):
        def change(self, call: Call) -> None:
            nonlocal changes
            changes += 1
            super().change(call)

    calls = Counting()
    queue = Limit(calls, 0.0)
    queue.set(most, 0.0)
    for place in range(2000):
        queue.add(Call(str(place), "CP", "CO", "1", created_at=place / 100, plan=PLAN))
    for moment in range(20, 12_000):
        queue.catch_up(float(moment))
    assert changes == 2000
    assert calls.live(1e9) == []


EVENTS = st.lists(
    st.tuples(
        st.sampled_from(["order", "later", "cancel", "end", "look", "limit"]), st.integers(0, 6), st.integers(0, 30)
    ),
    max_size=40,
)


@settings(max_examples=200, deadline=None)
@given(events=EVENTS)
def test_never_more_than_the_limit_and_never_idle(events: list[tuple[str, int, int]]) -> None:
    """Whatever happens, no more calls start than places are free, first come first served, and nobody waits in vain."""
    calls, now, most = Calls(), 0.0, 2
    queue = Limit(calls, now)
    queue.set(most, now)
    changes = [(0.0, most)]
    for what, wait, which in events:
        now += wait
        queue.catch_up(now)
        known = [call for call in calls if not state_at(call, now).over]
        if what in {"order", "later"}:
            start = now + which if what == "later" else None
            queue.add(Call(str(len(calls)), "CP", "CO", "1", created_at=now, plan=PLAN, start_at=start))
        elif what == "limit":
            most = which % 4
            queue.set(most, now)
            changes.append((now, most))
        elif known and what == "cancel":
            queue.touched(calls.cancel(known[which % len(known)], now), now)
        elif known and what == "end":
            call = moved(known[which % len(known)], Plan((), "Success"), now)
            calls.change(call)
            queue.touched(call, now)
    queue.catch_up(now)
    let_in = [(call.admitted_at, call.begins_at, int(call.sid), call) for call in calls if call.admitted_at is not None]
    for moment, begins, place, _ in let_in:
        assert begins <= moment <= now
        before = [other for *turn, other in let_in if turn < [moment, begins, place] and moment < ends_at(other)]
        allowed = [number for since, number in changes if since < moment][-1:]
        allowed += [number for since, number in changes if since == moment]
        assert len(before) < max(allowed)
    turns = sorted(let_in, key=lambda one: one[1:3])
    assert [moment for moment, *_ in turns] == sorted(moment for moment, *_ in turns)
    waiting = [call for call in calls if call.held and call.admitted_at is None and call.cancelled_at is None]
    if any(call.begins_at <= now for call in waiting):
        assert len([call for *_, call in let_in if now < ends_at(call)]) >= most
