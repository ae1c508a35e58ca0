from __future__ import annotations

import json
import logging
import re
from dataclasses import replace

import httpx
import pytest

from sandbox.app import create_app
from sandbox.clock import Clock
from sandbox.company import (
    ACCOUNT_QUESTION_SID,
    ACCOUNT_SID,
    AUTH_TOKEN,
    BILLING_SID,
    MOVING_SID,
    SUPPORT_SID,
    TOPIC_QUESTION_SID,
    maple_telecom,
)
from tests.sandbox.asking import NUMBER, data, order, ordered, refused, state


async def test_an_order_is_answered_with_a_sid_and_an_address(client: httpx.AsyncClient) -> None:
    """The answer has a SID and a poll address, relative to the host, that says `call`; both addresses tell the same."""
    taken = data(await order(client))
    sid = taken["sid"]
    assert taken == {"sid": sid, "status": f"/3.0/call/{sid}/status.json"}
    assert re.fullmatch("CA[0-9a-f]{32}", sid)
    status = data(await client.get(taken["status"]))
    assert status == data(await client.get(f"/3.0/callback/{sid}/status"))


async def test_status_types(client: httpx.AsyncClient, clock: Clock) -> None:
    """The status names the state, the start as a local stamp and the duration as an integer; not the number."""
    sid = await ordered(client)
    clock.advance(7.5)
    status = data(await client.get(f"/3.0/callback/{sid}/status"))
    details = status.pop("details")
    assert status == {"sid": sid, "status": "Holding", "start_date": "2026-11-23 09:02:00", "duration": 7}
    assert type(status["duration"]) is int
    assert isinstance(details, str)


async def test_a_whole_life(client: httpx.AsyncClient, clock: Clock) -> None:
    """A good call is seen in every state of the documented order."""
    sid = await ordered(client)
    seen = []
    for _ in range(8):
        seen.append(await state(client, sid))
        clock.advance(3)
    assert list(dict.fromkeys(seen)) == [
        "Initialization",
        "Calling Target",
        "Holding",
        "Calling Client",
        "Call In Progress",
        "Success",
    ]


async def test_a_scheduled_life(client: httpx.AsyncClient, clock: Clock) -> None:
    """A scheduled call waits for its date in the company's zone, its duration 0, and then starts."""
    sid = await ordered(client, fc_start_date="2026-11-23 10:00:00")
    clock.advance(58 * 60 - 1)
    status = data(await client.get(f"/3.0/callback/{sid}/status"))
    assert (status["status"], status["duration"], status["start_date"]) == ("Scheduled", 0, "2026-11-23 10:00:00")
    clock.advance(5)
    assert await state(client, sid) == "Calling Target"


@pytest.mark.parametrize(
    "number",
    [
        "",
        "4165550123",
        "+14165550123",
        " 14165550123",
        "1416555012",
        "141655501234",
        "10165550123",
        "11165550123",
        "1416-555-0123",
        "0114165550123",
        "1234567",
        "1234567890123456",
        "١٤١٦٥٥٥٠١٢٣",
        "client",
    ],
)
async def test_broken_numbers(client: httpx.AsyncClient, number: str) -> None:
    """Anything but bare digits with a country code is refused, and nothing is stored."""
    message = refused(await order(client, number))
    assert "number" in message
    assert not number or number not in message
    assert data(await client.get("/3.0/calls")) == {"calls": []}


@pytest.mark.parametrize("number", [NUMBER, "442079460123", "4930901820", "33199001234", "35315550123"])
async def test_good_numbers(client: httpx.AsyncClient, number: str) -> None:
    """North American numbers with their 1 and other countries' are taken."""
    sid = await ordered(client, number)
    assert data(await client.get(f"/3.0/call/{sid}"))["client_number"] == number


@pytest.mark.parametrize("sid", [SUPPORT_SID, MOVING_SID, "CO00000000000000000000000000000000", ""])
async def test_closed_paused_and_unknown_options(client: httpx.AsyncClient, sid: str) -> None:
    """An option that takes no orders refuses them."""
    assert refused(await client.post("/3.0/callback", data={"fc_number": NUMBER, "fc_option": sid}))


async def test_missing_fields_and_other_bodies(client: httpx.AsyncClient) -> None:
    """An empty body, a missing option, JSON and binary are refused in the envelope."""
    good = {"fc_number": NUMBER, "fc_option": BILLING_SID}
    assert refused(await client.post("/3.0/callback"))
    assert refused(await client.post("/3.0/callback", data={"fc_number": NUMBER}))
    assert refused(await client.post("/3.0/callback", json=good))
    assert refused(await client.post("/3.0/callback", content=b"\xff\xfe=\x00"))
    assert refused(await client.post("/3.0/callback", content=b"x" * 70_000), 413)


@pytest.mark.parametrize(
    "start", ["2026-11-23 09:00:00", "2026-11-23 12:30:00", "2026-11-23 10:00", "2026-11-30 10:00:00"]
)
async def test_start_dates_that_cannot_be_booked(client: httpx.AsyncClient, start: str) -> None:
    """The past, a closed hour, another form and a date too far ahead are refused."""
    assert "start date" in refused(await order(client, fc_start_date=start))


async def test_a_paused_profile(clock: Clock) -> None:
    """A paused profile refuses every order; one without scheduling refuses dates only."""
    company = maple_telecom()
    for change, more in (({"status": "paused"}, {}), ({"scheduling": False}, {"fc_start_date": "2026-11-23 10:00:00"})):
        app = create_app(company=replace(company, profiles=(replace(company.profiles[0], **change),)), clock=clock)
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(app=app), base_url="http://sandbox", auth=(ACCOUNT_SID, AUTH_TOKEN)
        ) as client:
            assert refused(await order(client, **more))


async def test_answers_sms_and_unknown_fields_are_kept(client: httpx.AsyncClient) -> None:
    """Answers by question, the SMS wish and fields that nobody documented are recorded; a missing answer is noted."""
    await ordered(client, **{f"fc_answer[{TOPIC_QUESTION_SID}]": "a bill & a “question”", "fc_sms": "1", "fc_new": "x"})
    await ordered(client, **{f"fc_answer[{ACCOUNT_QUESTION_SID}]": "12345"})
    first, second = (await client.get("/sandbox/calls")).json()["calls"]
    assert first["answers"] == {TOPIC_QUESTION_SID: "a bill & a “question”"}
    assert (first["sms"], first["extra"], first["unanswered"]) == (True, {"fc_new": "x"}, [])
    assert (second["sms"], second["extra"], second["unanswered"]) == (False, {}, [TOPIC_QUESTION_SID])


async def test_two_orders_are_two_calls(client: httpx.AsyncClient) -> None:
    """The same order twice rings twice: there is no idempotency."""
    assert await ordered(client) != await ordered(client)
    assert len(data(await client.get("/3.0/realtime"))["realtime"]) == 2


@pytest.mark.parametrize("start", [{}, {"fc_start_date": "2026-11-23 10:00:00"}])
async def test_cancel(client: httpx.AsyncClient, clock: Clock, start: dict[str, str]) -> None:
    """An immediate and a scheduled call can be cancelled, once, and stay Canceled."""
    sid = await ordered(client, **start)
    clock.advance(4)
    assert data(await client.post(f"/3.0/callback/{sid}/cancel")) == {}
    assert await state(client, sid) == "Canceled"
    assert refused(await client.post(f"/3.0/callback/{sid}/cancel.json"))
    clock.advance(86400)
    assert await state(client, sid) == "Canceled"


async def test_cancel_of_what_is_over_or_unknown(client: httpx.AsyncClient, clock: Clock) -> None:
    """A finished call cannot be cancelled and stays what it was; an unknown one is refused too."""
    sid = await ordered(client)
    clock.advance(22)
    assert refused(await client.post(f"/3.0/callback/{sid}/cancel"))
    assert await state(client, sid) == "Success"
    assert refused(await client.post("/3.0/callback/CA00000000000000000000000000000000/cancel"))


async def test_the_log_is_quiet_about_numbers(client: httpx.AsyncClient, caplog: pytest.LogCaptureFixture) -> None:
    """Order, refusal and cancellation are one line each, none with a number or a credential in it."""
    with caplog.at_level(logging.INFO, logger="sandbox"):
        sid = await ordered(client)
        await client.post(f"/3.0/callback/{sid}/cancel")
        await order(client, "+14165550123")
        await client.get("/3.0/calls")
    lines = [record.getMessage() for record in caplog.records if record.name == "sandbox"]
    assert [line.split()[0] for line in lines] == ["order", "cancel", "order"]
    assert not any("5550123" in line or AUTH_TOKEN in line for line in lines)


async def test_no_answer_escapes_unicode_or_breaks(client: httpx.AsyncClient) -> None:
    """Answers are UTF-8 JSON with its type, whatever was written into the order."""
    sid = await ordered(client, **{f"fc_answer[{TOPIC_QUESTION_SID}]": "Zoë \u2028 </script>"})
    answer = await client.get(f"/3.0/call/{sid}")
    assert answer.headers["content-type"] == "application/json"
    assert json.loads(answer.content)["data"]["answers"][TOPIC_QUESTION_SID] == "Zoë \u2028 </script>"
