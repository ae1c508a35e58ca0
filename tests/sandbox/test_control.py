from __future__ import annotations

import json

import httpx
import pytest

from sandbox.app import Sandbox, create_app
from sandbox.clock import Clock
from sandbox.company import AUTH_TOKEN
from sandbox.control import Control
from sandbox.faults import Mode
from sandbox.hand import GESTURES
from sandbox.verify import Verify
from tests.sandbox.asking import NUMBER, data, order, ordered, refused, state
from tests.sandbox.conftest import ROOT


async def set_fault(client: httpx.AsyncClient, mode: str, **more: object) -> None:
    answer = await client.post("/sandbox/faults", json={"mode": mode, **more})
    assert answer.status_code == 200, answer.text


async def test_refuse_and_http_500(client: httpx.AsyncClient) -> None:
    """`refuse` is the envelope's 500, `http_500` the same in HTTP too."""
    await set_fault(client, "refuse")
    assert refused(await client.get("/3.0/profiles"))
    await set_fault(client, "http_500")
    assert refused(await client.get("/3.0/profiles"), 500)


async def test_bad_gateway_garbage_and_rate_limit(client: httpx.AsyncClient) -> None:
    """A proxy's HTML, half a JSON text and a limit with the time to wait."""
    await set_fault(client, "bad_gateway")
    assert (await client.get("/3.0/profiles")).status_code == 502
    await set_fault(client, "garbage")
    with pytest.raises(json.JSONDecodeError):
        (await client.get("/3.0/profiles")).json()
    await set_fault(client, "rate_limit")
    answer = await client.get("/3.0/profiles")
    assert refused(answer, 429)
    assert answer.headers["retry-after"] == "2"


async def test_silence_and_slowness(client: httpx.AsyncClient, app: Sandbox) -> None:
    """Silence is bounded, takes no order and answers nothing of use; a slow answer is the right one."""
    await set_fault(client, "silence")
    assert (await order(client)).status_code == 504
    await set_fault(client, "slow")
    assert data(await order(client))["sid"]
    assert len(app.world.calls) == 1


async def test_a_fault_for_some_paths(client: httpx.AsyncClient) -> None:
    """`only` breaks the paths that contain it and leaves the others alone."""
    await set_fault(client, "bad_gateway", only="callback")
    assert (await order(client)).status_code == 502
    assert data(await client.get("/3.0/profiles"))


async def test_a_fault_ends(client: httpx.AsyncClient, clock: Clock) -> None:
    """A fault ends after its seconds, or when it is cleared; the newest replaces the one before."""
    await set_fault(client, "refuse", seconds=10)
    clock.advance(9)
    assert refused(await client.get("/3.0/profiles"))
    clock.advance(1)
    assert data(await client.get("/3.0/profiles"))
    assert (await client.get("/sandbox/faults")).json()["mode"] == "none"
    await set_fault(client, "refuse")
    await set_fault(client, "none")
    assert data(await client.get("/3.0/profiles"))


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("faults", '{"mode": "fire"}'),
        ("faults", '{"mode": "slow", "second": 1}'),
        ("faults", '{"mode": "slow", "seconds": "1"}'),
        ("faults", "[]"),
        ("faults", "mode=slow"),
        ("clock", '{"advance": -1}'),
        ("clock", '{"advance": 1e300}'),
        ("clock", '{"advance": NaN}'),
        ("clock", "{}"),
        ("settings", '{"failure_http": 404}'),
        ("settings", '{"speed": 0}'),
        ("settings", '{"speed": true}'),
        ("settings", '{"bad_key_http": 401}'),
        ("settings", '{"failure_http": 200.5}'),
        ("settings", '{"failure_http": []}'),
        ("settings", '{"max_callbacks": -1}'),
        ("settings", '{"max_callbacks": 1.5}'),
        ("settings", '{"max_callbacks": true}'),
        ("settings", '{"hours": 1}'),
        ("faults", '{"mode": "none", "seconds": 1' + "0" * 400 + "}"),
        ("faults", '{"mode": "none", "only": "\\ud800"}'),
        ("faults", '{"mode": ' + "[" * 60_000),
        ("faults", '{"mode": {"a": 1}}'),
        ("clock", '{"advance": 1' + "0" * 400 + "}"),
        ("settings", '{"speed": 1e-320}'),
        ("settings", '{"speed": 1e300}'),
        ("settings", '{"max_callbacks": 1' + "0" * 400 + "}"),
        ("settings", '{"failure_http": [1]}'),
    ],
)
async def test_wrong_control_requests(client: httpx.AsyncClient, path: str, body: str) -> None:
    """A control request that makes no sense is HTTP 400 with a sentence and changes nothing."""
    answer = await client.post(f"/sandbox/{path}", content=body)
    assert answer.status_code == 400
    assert answer.json()["error"]
    assert data(await client.get("/3.0/profiles"))


async def test_the_clock(client: httpx.AsyncClient) -> None:
    """Skipping time moves calls on."""
    sid = await ordered(client)
    answer = (await client.post("/sandbox/clock", json={"advance": 7})).json()
    assert (answer["local"], answer["offset"]) == ("2026-11-23 09:02:07", 7)
    assert (await client.get("/sandbox/clock")).json() == answer
    assert await state(client, sid) == "Holding"


async def test_the_clock_stays_in_the_calendar(client: httpx.AsyncClient) -> None:
    """However often time is skipped, a hundred years ahead it stops, and everything still answers."""
    for _ in range(12):
        answer = await client.post("/sandbox/clock", json={"advance": 316_000_000})
    assert answer.status_code == 400
    assert "a hundred years ahead" in answer.json()["error"]
    assert (await client.get("/sandbox/clock")).status_code == (await client.get("/sandbox/")).status_code == 200


async def test_settings(client: httpx.AsyncClient, clock: Clock) -> None:
    """Refusals can be HTTP 500, and calls faster from now on."""
    slow = await ordered(client)
    answer = await client.post("/sandbox/settings", json={"failure_http": 500, "speed": 10})
    expected = {"failure_http": 500, "bad_key_http": 400, "speed": 10, "max_callbacks": None, "hours": False}
    assert answer.json() == (await client.get("/sandbox/settings")).json() == expected
    assert refused(await order(client, "4165550123"), 500)
    fast = await ordered(client)
    clock.advance(2.5)
    assert (await state(client, slow), await state(client, fast)) == ("Initialization", "Success")


async def test_requests_are_recorded(client: httpx.AsyncClient) -> None:
    """Each provider request is kept as it was sent, without its credentials; control requests are not."""
    await ordered(client)
    await client.get("/3.0/calls.json?start_date=2026-11-23")
    await set_fault(client, "bad_gateway")
    await client.get("/3.0/profiles")
    answer = await client.get("/sandbox/requests")
    first, second, third = answer.json()["requests"]
    assert (first["method"], first["path"], first["form"]["fc_number"], first["status"]) == (
        "POST",
        "/3.0/callback",
        NUMBER,
        200,
    )
    assert second == {
        "method": "GET",
        "path": "/3.0/calls.json",
        "query": "start_date=2026-11-23",
        "form": {},
        "status": 200,
    }
    assert third["status"] == 502
    assert "uthoriz" not in answer.text
    assert AUTH_TOKEN not in answer.text
    await client.delete("/sandbox/requests")
    assert (await client.get("/sandbox/requests")).json() == {"requests": []}


async def test_only_the_last_thousand_requests(client: httpx.AsyncClient) -> None:
    """The record forgets the oldest."""
    for number in range(1003):
        await client.get(f"/3.0/call/{number}")
    requests = (await client.get("/sandbox/requests")).json()["requests"]
    assert (len(requests), requests[0]["path"]) == (1000, "/3.0/call/3")


async def test_calls_and_reset(client: httpx.AsyncClient) -> None:
    """All calls are listed with their state, and forgotten on demand."""
    sid = await ordered(client)
    (call,) = (await client.get("/sandbox/calls")).json()["calls"]
    assert (call["sid"], call["state"], call["over"]) == (sid, "Initialization", False)
    assert (await client.get("/sandbox/health")).json() == {"status": "ok", "calls": 1}
    await client.delete("/sandbox/calls")
    assert refused(await client.get(f"/3.0/call/{sid}"))
    assert data(await client.get("/3.0/realtime")) == {"realtime": []}


async def test_the_page(client: httpx.AsyncClient) -> None:
    """The page lists calls for a person, numbers masked."""
    sid = await ordered(client)
    page = await client.get("/sandbox/")
    assert page.headers["content-type"].startswith("text/html")
    assert sid in page.text
    assert NUMBER not in page.text


async def test_paths_of_nobody(client: httpx.AsyncClient) -> None:
    """A path that belongs to no provider is HTTP 404."""
    for path in ("/", "/2.0/profiles", "/3.0", "/sandbox/nothing"):
        assert (await client.get(path)).status_code == 404


async def test_the_readme_names_everything(client: httpx.AsyncClient) -> None:
    """Every control path, fault mode, setting and gesture is explained in the sandbox's README."""
    text = (ROOT / "sandbox" / "README.md").read_text()
    world = create_app().world
    paths = {route.path for route in Control(world, {}, None, Verify(world)).routes()} - {
        "/sandbox/page.js",
        "/sandbox/page.css",
    }
    settings = (await client.get("/sandbox/settings")).json()
    for word in (*paths, *Mode, *settings, *GESTURES):
        assert f"{word}`" in text, word
