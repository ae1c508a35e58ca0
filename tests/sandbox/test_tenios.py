from __future__ import annotations

import logging
from typing import Any

import httpx
import pytest

from sandbox.app import Sandbox, create_app
from sandbox.clock import Clock
from sandbox.keeping import StateFile
from sandbox.tenios.company import ACCESS_KEY, SALES_ID, SERVICE_ID
from tests.sandbox.asking import ordered, refused
from tests.sandbox.tenios_client import GOOD, NUMBER, TeniosClient, wrong

STATES = ["REQUESTED", "ACCEPTED", "CALLING_A", "CALLING_B", "CONNECTED", "DISCONNECTED"]


async def test_a_whole_life(tenios: TeniosClient, clock: Clock) -> None:
    """A good call goes from REQUESTED to DISCONNECTED, three seconds a step, and stays there."""
    found = await tenios.ordered()
    seen = []
    for _ in range(8):
        seen.append(await tenios.state(found))
        clock.advance(3)
    assert seen == [*STATES, "DISCONNECTED", "DISCONNECTED"]


async def test_ids_are_numbers_out_and_numbers_or_texts_in(tenios: TeniosClient) -> None:
    """Two orders have two ids that fit 31 bits, and each is found by its number and by its digits."""
    first, second = await tenios.ordered(), await tenios.ordered()
    assert 0 < first < second < 2**31
    assert await tenios.state(second) == await tenios.state(str(second)) == "REQUESTED"


@pytest.mark.parametrize("delay", [30, "30"])
async def test_a_delay_counts_as_requested(tenios: TeniosClient, clock: Clock, delay: Any) -> None:
    """A delay, as a number or as a text, is spent as REQUESTED, and is not made faster by the speed."""
    await tenios.http.post("/sandbox/settings", json={"speed": 10})
    found = await tenios.ordered(delay=delay)
    clock.advance(30.2)
    assert await tenios.state(found) == "REQUESTED"
    clock.advance(0.2)
    assert await tenios.state(found) == "ACCEPTED"
    clock.advance(2)
    assert await tenios.state(found) == "DISCONNECTED"


@pytest.mark.parametrize(
    "body",
    [
        '"agent_announcement": "Kundin M\\u00fcller, bitte 1 dr\\u00fccken."',
        '"agent_announcement": "Kundin Müller, bitte 1 drücken."',
    ],
)
async def test_letters_escaped_or_raw(tenios: TeniosClient, body: str) -> None:
    """An announcement is the same text whether its letters are escaped or raw UTF-8."""
    text = (
        f'{{"access_key": "{ACCESS_KEY}", "callback_config_id": "{SALES_ID}", "callback_number": "{NUMBER}", '
        f'"delay": 30, {body}, "dtmf_key_to_trigger_customer_call": "1"}}'
    )
    assert (await tenios.http.post("/callback/init", content=text.encode())).status_code == 200
    (call,) = (await tenios.http.get("/sandbox/calls")).json()["calls"]
    assert call["extra"]["agent_announcement"] == "Kundin Müller, bitte 1 drücken."
    assert call["extra"]["dtmf_key_to_trigger_customer_call"] == "1"
    assert (call["provider"], call["option"], call["number"], call["state"]) == (
        "tenios",
        SALES_ID,
        NUMBER,
        "REQUESTED",
    )


@pytest.mark.parametrize("empty", [None, "", ...])
async def test_optional_fields_may_be_empty(tenios: TeniosClient, empty: Any) -> None:
    """Announcement and key may be missing, null or empty, and other fields may be there."""
    await tenios.ordered(agent_announcement=empty, dtmf_key_to_trigger_customer_call=empty, caller="x")


@pytest.mark.parametrize("key", list("0123456789*#"))
async def test_each_key_of_a_telephone(tenios: TeniosClient, key: str) -> None:
    """Digits, star and hash can trigger the customer's call."""
    await tenios.ordered(dtmf_key_to_trigger_customer_call=key)


@pytest.mark.parametrize("key", ["A", "12", " ", 1, ["1"]])
async def test_other_keys(tenios: TeniosClient, key: Any) -> None:
    """Anything but one key, as a text, is an invalid value."""
    name = "dtmf_key_to_trigger_customer_call"
    assert wrong(await tenios.init(**{name: key})) == ("INVALID_VALUE", [name])


@pytest.mark.parametrize("field", list(GOOD))
@pytest.mark.parametrize("empty", [None, "", ...])
async def test_missing_fields(tenios: TeniosClient, app: Sandbox, field: str, empty: Any) -> None:
    """A mandatory field that is missing, null or empty is named, and nothing is stored."""
    answer = await tenios.init(**{field: empty})
    assert wrong(answer) == ("FIELD_IS_REQUIRED", [field])
    assert answer.json()["error_message"] == f"Parameter '{field}' is required"
    assert len(app.world.calls) == 0


@pytest.mark.parametrize("field", ["access_key", "id"])
async def test_missing_fields_of_a_status(tenios: TeniosClient, field: str) -> None:
    """The status wants both of its fields."""
    found = await tenios.ordered()
    assert wrong(await tenios.status(found, **{field: ""})) == ("FIELD_IS_REQUIRED", [field])


@pytest.mark.parametrize(
    "number",
    [
        "493023125077",
        "+49 30 23125077",
        "0049302312",
        "+0302312507",
        "+49",
        "+4930231250771234",
        "anonymous",
        493023125,
    ],
)
async def test_broken_numbers(tenios: TeniosClient, number: Any) -> None:
    """A number without its plus and country code is an invalid value and is not repeated."""
    answer = await tenios.init(callback_number=number)
    assert wrong(answer) == ("INVALID_VALUE", ["callback_number"])
    assert str(number) not in answer.text


@pytest.mark.parametrize("delay", [-1, "-1", 1.5, "1.5", "soon", True, [30], "٣٠", 10**12, " 3"])
async def test_broken_delays(tenios: TeniosClient, delay: Any) -> None:
    """Anything but whole seconds from 0 on is an invalid value."""
    assert wrong(await tenios.init(delay=delay)) == ("INVALID_VALUE", ["delay"])


@pytest.mark.parametrize("found", [4711, "4711", "x", -1, 1.0, True, {"id": 1}, "1" * 40])
async def test_unknown_ids(tenios: TeniosClient, found: Any) -> None:
    """An id that is unknown or none is an invalid value."""
    assert wrong(await tenios.status(found)) == ("INVALID_VALUE", ["id"])


async def test_announcements_are_texts(tenios: TeniosClient) -> None:
    """An announcement that is no text is an invalid value."""
    assert wrong(await tenios.init(agent_announcement=7)) == ("INVALID_VALUE", ["agent_announcement"])


@pytest.mark.parametrize("key", ["7e5a10c5-0000-4000-8000-00000000a002", "ü", 1, {"a": 1}])
async def test_a_wrong_key(tenios: TeniosClient, key: Any) -> None:
    """A wrong access key is HTTP 400 with BAD_CREDENTIALS, or HTTP 403 with the setting, for both methods."""
    assert wrong(await tenios.init(access_key=key)) == ("BAD_CREDENTIALS", [])
    await tenios.http.post("/sandbox/settings", json={"bad_key_http": 403})
    assert wrong(await tenios.init(access_key=key), 403) == ("BAD_CREDENTIALS", [])
    assert wrong(await tenios.status(1, access_key=key), 403) == ("BAD_CREDENTIALS", [])


@pytest.mark.parametrize("config_id", ["XXXXX-XXXX-XXXXXX", SALES_ID.upper() + "0", 7, [SALES_ID], {}])
async def test_a_wrong_configuration(tenios: TeniosClient, config_id: Any) -> None:
    """An unknown configuration has the same code as a wrong key, and is HTTP 400 whatever the setting for keys."""
    await tenios.http.post("/sandbox/settings", json={"bad_key_http": 403})
    assert wrong(await tenios.init(callback_config_id=config_id)) == ("BAD_CREDENTIALS", [])


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'"x"',
        b"access_key=x&id=1",
        b'{"access_key": NaN}',
        b'{"access_key": "\xff"}',
        b'{"access_key": "\\ud83d"}',
        b"[" * 60_000,
        b'{"id": ' + b"1" * 5000 + b"}",
    ],
)
async def test_bodies_that_are_no_json_object(tenios: TeniosClient, body: bytes) -> None:
    """Anything but a JSON object is INVALID_JSON."""
    for path in ("/callback/init", "/callback/status"):
        assert wrong(await tenios.http.post(path, content=body)) == ("INVALID_JSON", [])


async def test_a_body_that_is_too_long(tenios: TeniosClient) -> None:
    """More than 64 KiB is HTTP 413 in TENIOS's own form."""
    assert wrong(await tenios.init(agent_announcement="x" * 70_000), 413)[1] == []


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/callback/status"),
        ("GET", "/callback/init"),
        ("PUT", "/callback/init"),
        ("POST", "/callback/"),
        ("POST", "/callback/init.json"),
        ("POST", "/callback/status/"),
        ("POST", "/callback/cancel"),
        ("POST", "/callback/list"),
    ],
)
async def test_what_does_not_exist(tenios: TeniosClient, method: str, path: str) -> None:
    """Other methods and paths, cancelling and listing among them, are HTTP 404 without a body."""
    answer = await tenios.http.request(method, path, json=None if method == "GET" else GOOD)
    assert (answer.status_code, answer.content) == (404, b"")


async def test_the_company_is_published(tenios: TeniosClient) -> None:
    """Key, path, configurations and magic numbers stand in the company's JSON, and an order with them is taken."""
    company = (await tenios.http.get("/sandbox/company")).json()["tenios"]
    assert (company["name"], company["timezone"]) == ("Beispiel GmbH", "Europe/Berlin")
    assert [one["config_id"] for one in company["configurations"]] == [SALES_ID, SERVICE_ID]
    assert set(company["configurations"][0]) == {
        "config_id",
        "name",
        "destination_number",
        "displayed_number",
        "ring_duration_s",
    }
    order = {
        "access_key": company["access_key"],
        "callback_config_id": company["configurations"][1]["config_id"],
        "callback_number": NUMBER,
        "delay": "0",
    }
    assert (await tenios.http.post(company["base_path"] + "init", json=order)).status_code == 200


async def test_providers_do_not_see_each_other(tenios: TeniosClient) -> None:
    """A call of one provider is unknown to the other, in its lists too."""
    found, sid = await tenios.ordered(), await ordered(tenios.http)
    assert refused(await tenios.http.get(f"/3.0/call/{found}/status"))
    assert refused(await tenios.http.post(f"/3.0/callback/{found}/cancel"))
    assert wrong(await tenios.status(sid)) == ("INVALID_VALUE", ["id"])
    for name in ("calls", "realtime"):
        listed = (await tenios.http.get(f"/3.0/{name}")).json()["data"][name]
        assert [call["sid"] for call in listed] == [sid]


async def test_calls_outlive_the_process(tenios: TeniosClient, clock: Clock, tmp_path: Any) -> None:
    """A sandbox that starts anew on the same file knows the calls and never gives one of their ids out again."""
    path = tmp_path / "state"
    for round_ in range(2):
        app = create_app(clock=clock, state=StateFile(path))
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://sandbox") as http:
            again = TeniosClient(http)
            if round_ == 0:
                found = [await again.ordered() for _ in range(3)]
                clock.advance(4)
            else:
                assert [await again.state(one) for one in found] == ["ACCEPTED"] * 3
                assert await again.ordered() not in found


async def test_the_log_is_quiet(tenios: TeniosClient, caplog: pytest.LogCaptureFixture) -> None:
    """Neither numbers nor keys are logged, for good orders and for bad ones."""
    caplog.set_level(logging.DEBUG)
    await tenios.ordered()
    await tenios.init(delay=-1)
    await tenios.init(access_key="my-own-key")
    assert "order " in caplog.text
    for secret in (NUMBER, ACCESS_KEY, "my-own-key"):
        assert secret not in caplog.text


async def test_access_keys_are_never_shown(tenios: TeniosClient) -> None:
    """The list of requests shows what was sent without the access key, wherever a client has put it."""
    http, mine = tenios.http, "my-own-key"
    await tenios.ordered(accessKey=mine)
    await tenios.init(access_key=mine, more={"access_key": mine}, list=[{"ACCESS-KEY": mine}])
    await http.get("/callback/status", params={"access_key": mine, "id": "1"})
    await http.get("/3.0/calls", params={"x": f'{{"access_key":"{mine}"}}'})
    await http.post("/callback/init", data={"access_key": mine})
    await http.post("/callback/init", content=f'{{"access_key": "{mine}"')
    await http.post("/3.0/callback", content=f'{{"access_key": "{mine}"}}')
    await http.post("/3.0/callback", data={"access_key": mine, "fc_x": f'{{"access_key":"{mine}"}}'})
    shown = await http.get("/sandbox/requests")
    first = shown.json()["requests"][0]
    assert first["json"]["callback_number"] == NUMBER
    assert (first["method"], first["path"], first["status"]) == ("POST", "/callback/init", 200)
    everything = shown.text + (await http.get("/sandbox/calls")).text + (await http.get("/sandbox/")).text
    assert mine not in everything
    assert ACCESS_KEY not in everything


@pytest.mark.parametrize(
    ("mode", "http_status"),
    [("refuse", 400), ("http_500", 500), ("bad_gateway", 502), ("rate_limit", 429), ("silence", 504)],
)
async def test_faults(tenios: TeniosClient, app: Sandbox, mode: str, http_status: int) -> None:
    """Each fault breaks TENIOS too and stores nothing; one for `/callback/init` leaves the status alone."""
    found = await tenios.ordered()
    await tenios.http.post("/sandbox/faults", json={"mode": mode, "only": "/callback/init"})
    answer = await tenios.init()
    assert answer.status_code == http_status
    if mode in {"refuse", "http_500", "rate_limit"}:
        assert wrong(answer, http_status) == ("BAD_CREDENTIALS", [])
    assert len(app.world.calls) == 1
    assert await tenios.state(found) == "REQUESTED"


@pytest.mark.parametrize(("mode", "http_status"), [("empty_403", 403), ("empty_500", 500)])
async def test_empty_faults(tenios: TeniosClient, mode: str, http_status: int) -> None:
    """An error without a body, for both providers."""
    await tenios.http.post("/sandbox/faults", json={"mode": mode})
    for answer in (await tenios.init(), await tenios.http.get("/3.0/profiles")):
        assert (answer.status_code, answer.content) == (http_status, b"")


async def test_a_broken_answer_is_its_own(tenios: TeniosClient) -> None:
    """Garbage is the beginning of an answer of the same provider."""
    await tenios.http.post("/sandbox/faults", json={"mode": "garbage"})
    answer = await tenios.init()
    assert answer.text.startswith('{"id"')
    with pytest.raises(ValueError, match="Expecting"):
        answer.json()
