from __future__ import annotations

import json
from itertools import pairwise

import httpx
import pytest

from sandbox.app import Sandbox
from sandbox.clock import Clock
from sandbox.magic import MAGIC
from tests.sandbox.asking import data, order, ordered, refused, state

BUSY, AGENT, DELETED, LONG, ERROR, UNKNOWN, PENDING, AGAIN, FAILED_AGAIN = (f"1416555014{last}" for last in range(9))
REFUSED, GATEWAY, LOST_ORDER, LOST_ANSWER, GARBAGE, SLOW, LIMITED = (f"1416555015{last}" for last in range(7))
GOOD = ["Initialization", "Calling Target", "Holding", "Calling Client", "Call In Progress", "Success"]


@pytest.mark.parametrize(
    ("number", "states"),
    [
        (BUSY, [*GOOD[:4], "Failed"]),
        (AGENT, [*GOOD[:2], "Failed"]),
        (DELETED, [*GOOD[:3], "Deleted"]),
        (LONG, GOOD),
        (ERROR, [*GOOD[:4], "Error Callback", "Failed"]),
        (UNKNOWN, [*GOOD[:3], "Warming Up", *GOOD[3:]]),
        (PENDING, ["Initialization", "Pending", *GOOD[1:]]),
        (AGAIN, [*GOOD[:4], "Scheduled", *GOOD]),
        (FAILED_AGAIN, [*GOOD[:4], "Failed", "Scheduled", *GOOD]),
    ],
)
async def test_lives(client: httpx.AsyncClient, clock: Clock, number: str, states: list[str]) -> None:
    """Each number for a life goes through exactly the states its sentence tells."""
    sid = await ordered(client, number)
    seen = []
    for _ in range(30):
        seen.append(await state(client, sid))
        clock.advance(3)
    assert [seen[0], *(after for before, after in pairwise(seen) if before != after)] == states


async def test_long_hold_lasts_a_minute(client: httpx.AsyncClient, clock: Clock) -> None:
    """Holding begins after 6 seconds and lasts 60."""
    sid = await ordered(client, LONG)
    clock.advance(65.5)
    assert await state(client, sid) == "Holding"
    clock.advance(1)
    assert await state(client, sid) == "Calling Client"


async def test_another_attempt_begins_anew(client: httpx.AsyncClient, clock: Clock) -> None:
    """After a failure the same SID is Scheduled for later: another start date, duration 0, and seen as scheduled."""
    sid = await ordered(client, AGAIN)
    clock.advance(16)
    status = data(await client.get(f"/3.0/callback/{sid}/status"))
    assert (status["status"], status["duration"], status["start_date"]) == ("Scheduled", 0, "2026-11-23 09:02:27")
    assert [call["sid"] for call in data(await client.get("/3.0/scheduled"))["scheduled"]] == [sid]
    clock.advance(11 + 7)
    status = data(await client.get(f"/3.0/call/{sid}/status"))
    assert (status["status"], status["duration"], status["start_date"]) == ("Holding", 7, "2026-11-23 09:02:27")
    clock.advance(100)
    status = data(await client.get(f"/3.0/call/{sid}/status"))
    assert (status["status"], status["duration"]) == ("Success", 21)


async def test_a_failure_before_another_attempt_is_not_the_end(client: httpx.AsyncClient, clock: Clock) -> None:
    """A call-back that is Failed and will be tried again is live and can still be cancelled."""
    sid = await ordered(client, FAILED_AGAIN)
    clock.advance(16)
    assert await state(client, sid) == "Failed"
    assert data(await client.post(f"/3.0/callback/{sid}/cancel")) == {}
    clock.advance(60)
    assert await state(client, sid) == "Canceled"


async def stored(client: httpx.AsyncClient) -> list[str]:
    return [call["client_number"] for call in data(await client.get("/3.0/calls"))["calls"]]


async def test_orders_that_are_not_taken(client: httpx.AsyncClient) -> None:
    """A refusal, a proxy's page, silence and a limit leave nothing behind."""
    assert refused(await order(client, REFUSED))
    gateway = await order(client, GATEWAY)
    assert gateway.status_code == 502
    assert gateway.headers["content-type"].startswith("text/html")
    assert (await order(client, LOST_ORDER)).status_code == 504
    limited = await order(client, LIMITED)
    assert limited.headers["retry-after"] == "2"
    assert refused(limited, 429)
    assert await stored(client) == []


async def test_orders_that_are_taken_without_a_proper_answer(client: httpx.AsyncClient) -> None:
    """Silence and a broken answer leave a living call behind; a slow answer is a good one."""
    assert (await order(client, LOST_ANSWER)).status_code == 504
    broken = await order(client, GARBAGE)
    assert broken.status_code == 200
    with pytest.raises(json.JSONDecodeError):
        broken.json()
    assert data(await order(client, SLOW))["sid"]
    assert await stored(client) == [LOST_ANSWER, GARBAGE, SLOW]


async def test_a_broken_order_is_refused_before_its_magic(client: httpx.AsyncClient) -> None:
    """A magic number for a closed or unknown option is refused like any other."""
    assert refused(await client.post("/3.0/callback", data={"fc_number": GATEWAY, "fc_option": "CO1"}))


async def test_the_table_is_published(client: httpx.AsyncClient, app: Sandbox) -> None:
    """Everything a client needs stands in the company's JSON, and the credentials there work."""
    company = (await client.get("/sandbox/company")).json()
    assert company["timezone"] == "America/Toronto"
    assert [(one["number"], one["sentence"]) for one in company["magic_numbers"]] == [
        (magic.number, magic.sentence) for magic in MAGIC
    ]
    assert all(
        one["e164"].startswith("+1416555014") or one["e164"].startswith("+1416555015")
        for one in company["magic_numbers"]
    )
    fonolo = company["fonolo"]
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app=app),
        base_url="http://sandbox" + fonolo["base_path"],
        auth=(fonolo["account_sid"], fonolo["auth_token"]),
    ) as other:
        profile = fonolo["profiles"][0]
        options = data(await other.get(f"profile/{profile['sid']}/options"))["options"]
        assert options == profile["options"]
        assert data(await other.get(f"profile/{profile['sid']}/questions"))["questions"] == profile["questions"]


def test_numbers_are_fictional_and_differ() -> None:
    """All magic numbers are of the range that is kept for fiction, and no two are the same."""
    assert len({magic.number for magic in MAGIC}) == len({magic.name for magic in MAGIC}) == len(MAGIC)
    assert all(magic.number.startswith("141655501") and len(magic.number) == 11 for magic in MAGIC)
