from __future__ import annotations

import httpx
import pytest

from sandbox.app import Sandbox
from sandbox.calls import Call
from sandbox.clock import Clock
from sandbox.fonolo.provider import HAND as FONOLO
from sandbox.hand import GESTURES, Hand, aim, gestures, plan_from
from sandbox.magic import MAGIC, Magic
from sandbox.tenios.provider import HAND as TENIOS
from tests.sandbox.asking import data, ordered, state
from tests.sandbox.tenios_client import TeniosClient

BUSY, LONG_HOLD, RESCHEDULED = "14165550140", "14165550143", "14165550147"
AGENT, CUSTOMER, HANGS_UP, FAIL = GESTURES


async def push(client: httpx.AsyncClient, sid: object, to: str) -> httpx.Response:
    return await client.post(f"/sandbox/calls/{sid}/push", json={"to": to})


async def pushed(client: httpx.AsyncClient, sid: object, to: str) -> str:
    answer = await push(client, sid, to)
    assert answer.status_code == 200, answer.text
    return str(answer.json()["state"])


@pytest.mark.parametrize(
    ("hand", "now", "expected"),
    [
        (FONOLO, "Initialization", {AGENT: "Calling Client", FAIL: "Failed"}),
        (FONOLO, "Scheduled", {AGENT: "Calling Client", FAIL: "Failed"}),
        (FONOLO, "Holding", {AGENT: "Calling Client", FAIL: "Failed"}),
        (FONOLO, "Warming Up", {AGENT: "Calling Client", FAIL: "Failed"}),
        (FONOLO, "Calling Client", {CUSTOMER: "Call In Progress", HANGS_UP: "Failed", FAIL: "Failed"}),
        (FONOLO, "Call In Progress", {HANGS_UP: "Success", FAIL: "Failed"}),
        (TENIOS, "REQUESTED", {AGENT: "CALLING_B", FAIL: "CALL_A_FAILED"}),
        (TENIOS, "CALLING_A", {AGENT: "CALLING_B", FAIL: "CALL_A_FAILED"}),
        (TENIOS, "CALLING_B", {CUSTOMER: "CONNECTED", HANGS_UP: "CALL_B_FAILED", FAIL: "CALL_B_FAILED"}),
        (TENIOS, "CONNECTED", {HANGS_UP: "DISCONNECTED"}),
    ],
)
def test_what_a_hand_can_do(hand: Hand, now: str, expected: dict[str, str]) -> None:
    """In each state exactly these gestures make sense, and lead to these states."""
    assert {gesture: aim(hand, now, gesture) for gesture in gestures(hand, now)} == expected


async def test_a_call_goes_on_by_itself(client: httpx.AsyncClient, clock: Clock) -> None:
    """An agent who answers early starts the customer's ringing, and all the rest follows at its usual pace."""
    sid = await ordered(client, LONG_HOLD)
    clock.advance(10)
    assert await pushed(client, sid, AGENT) == "Calling Client"
    clock.advance(2.9)
    assert await state(client, sid) == "Calling Client"
    clock.advance(0.2)
    assert await state(client, sid) == "Call In Progress"
    clock.advance(6)
    status = data(await client.get(f"/3.0/call/{sid}/status"))
    assert (status["status"], status["duration"], status["start_date"]) == ("Success", 19, "2026-11-23 09:02:00")


async def test_hands_against_magic(client: httpx.AsyncClient, clock: Clock) -> None:
    """A busy customer stays busy when only the agent is moved, and talks when moved to answer."""
    left, right = await ordered(client, BUSY), await ordered(client, BUSY)
    for sid in (left, right):
        assert await pushed(client, sid, AGENT) == "Calling Client"
    assert await pushed(client, right, CUSTOMER) == "Call In Progress"
    clock.advance(4)
    assert [await state(client, sid) for sid in (left, right)] == ["Failed", "Call In Progress"]
    assert await pushed(client, right, HANGS_UP) == "Success"


async def test_a_scheduled_call_by_hand(client: httpx.AsyncClient, clock: Clock) -> None:
    """A call that waits for its date begins when it is moved."""
    sid = await ordered(client, fc_start_date="2026-11-23 10:00:00")
    clock.advance(60)
    assert await pushed(client, sid, AGENT) == "Calling Client"
    clock.advance(1)
    status = data(await client.get(f"/3.0/call/{sid}/status"))
    assert (status["status"], status["duration"], status["start_date"]) == ("Calling Client", 1, "2026-11-23 09:03:00")


async def test_a_second_attempt_by_hand(client: httpx.AsyncClient, clock: Clock) -> None:
    """A failed call that waits for another attempt is moved into that one, and does not fail again."""
    sid = await ordered(client, RESCHEDULED)
    clock.advance(16)
    assert await pushed(client, sid, AGENT) == "Calling Client"
    clock.advance(4)
    status = data(await client.get(f"/3.0/call/{sid}/status"))
    assert (status["status"], status["duration"], status["start_date"]) == (
        "Call In Progress",
        4,
        "2026-11-23 09:02:16",
    )


async def test_a_cancelled_call_after_a_hand(client: httpx.AsyncClient, clock: Clock) -> None:
    """A moved call can be cancelled like any other."""
    sid = await ordered(client)
    await pushed(client, sid, AGENT)
    clock.advance(1)
    assert data(await client.post(f"/3.0/callback/{sid}/cancel")) == {}
    assert await state(client, sid) == "Canceled"


async def test_tenios_by_hand(tenios: TeniosClient, clock: Clock) -> None:
    """TENIOS's calls are moved by their ids, in TENIOS's words."""
    found = await tenios.ordered(delay=3600)
    assert await pushed(tenios.http, found, AGENT) == "CALLING_B"
    assert await pushed(tenios.http, found, CUSTOMER) == await tenios.state(found) == "CONNECTED"
    clock.advance(3)
    assert await tenios.state(found) == "DISCONNECTED"
    other = await tenios.ordered()
    assert await pushed(tenios.http, other, FAIL) == await tenios.state(other) == "CALL_A_FAILED"


async def test_states_by_name(tenios: TeniosClient, clock: Clock) -> None:
    """A call can be put into any good state or end by its name, and goes on from there."""
    sid, found = await ordered(tenios.http), await tenios.ordered()
    assert await pushed(tenios.http, sid, "Holding") == "Holding"
    assert await pushed(tenios.http, found, "CALLING_A") == "CALLING_A"
    clock.advance(6)
    assert (await state(tenios.http, sid), await tenios.state(found)) == ("Calling Client", "CONNECTED")
    assert await pushed(tenios.http, sid, "Deleted") == "Deleted"
    clock.advance(99)
    assert await state(tenios.http, sid) == "Deleted"


async def test_moves_that_make_no_sense(tenios: TeniosClient) -> None:
    """An unknown call is HTTP 404, an unknown word 400, what cannot happen now 409; nothing changes."""
    sid, found = await ordered(tenios.http), await tenios.ordered()
    assert (await push(tenios.http, "CA0", AGENT)).status_code == 404
    for to in ("", "explode", "CALLING_B"):
        assert "agent_answers" in (await push(tenios.http, sid, to)).json()["error"]
    assert (await tenios.http.post(f"/sandbox/calls/{sid}/push", json={"to": ["fail"]})).status_code == 400
    assert (await push(tenios.http, sid, HANGS_UP)).status_code == 409
    assert (await push(tenios.http, found, CUSTOMER)).status_code == 409
    assert (await state(tenios.http, sid), await tenios.state(found)) == ("Initialization", "REQUESTED")
    await pushed(tenios.http, sid, FAIL)
    assert (await push(tenios.http, sid, AGENT)).status_code == 409


async def test_a_waiting_call_by_hand(client: httpx.AsyncClient, app: Sandbox, clock: Clock) -> None:
    """A call that waits for capacity jumps the queue; a running one that is ended lets the next in."""
    await client.post("/sandbox/settings", json={"max_callbacks": 1})
    first, second, third = [await ordered(client) for _ in range(3)]
    clock.advance(4)
    assert await pushed(client, second, AGENT) == "Calling Client"
    await pushed(client, first, HANGS_UP if await state(client, first) == "Calling Client" else FAIL)
    assert await state(client, third) == "Pending"
    await pushed(client, second, "Success")
    assert await state(client, third) == "Calling Target"


@pytest.mark.parametrize("magic", MAGIC, ids=lambda magic: magic.name)
def test_a_plan_from_anywhere(magic: Magic) -> None:
    """Whenever an agent answers, the plan from there begins with the customer's ringing and has an end."""
    call = Call("CA1", "CP1", "CO1", "1", created_at=1000.0, plan=magic.plan)
    for after in range(0, 70, 2):
        plan = plan_from(FONOLO, call, "Calling Client", 1000.0 + after, 1.0)
        assert plan.steps[0][0] == "Calling Client"
        assert plan.end in {"Success", "Failed", "Deleted"}
