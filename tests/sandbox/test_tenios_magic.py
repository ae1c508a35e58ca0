from __future__ import annotations

import ast
import json
from itertools import pairwise
from pathlib import Path

import phonenumbers
import pytest

import sandbox
from sandbox.app import Sandbox
from sandbox.clock import Clock
from sandbox.tenios.company import SERVICE_ID, beispiel
from sandbox.tenios.magic import MAGIC
from tests.sandbox.tenios_client import TeniosClient, wrong

NUMBERS = {magic.name: magic.number for magic in MAGIC}
GOOD = ["REQUESTED", "ACCEPTED", "CALLING_A", "CALLING_B", "CONNECTED", "DISCONNECTED"]


@pytest.mark.parametrize(
    ("name", "states"),
    [
        ("agent_fails", [*GOOD[:3], "CALL_A_FAILED"]),
        ("customer_busy", [*GOOD[:4], "CALL_B_FAILED"]),
        ("unknown_state", [*GOOD[:4], "TRANSFERRING", *GOOD[4:]]),
        ("no_key", GOOD),
        ("lost_answer", GOOD),
    ],
)
async def test_lives(tenios: TeniosClient, clock: Clock, app: Sandbox, name: str, states: list[str]) -> None:
    """Each number for a life goes through exactly the states its sentence tells."""
    await tenios.init(callback_number=NUMBERS[name])
    (call,) = app.world.calls
    seen = []
    for _ in range(12):
        seen.append(await tenios.state(call.sid))
        clock.advance(3)
    assert [seen[0], *(after for before, after in pairwise(seen) if before != after)] == states


async def test_a_key_that_is_never_pressed(tenios: TeniosClient, clock: Clock) -> None:
    """The agent's phone rings for the configuration's time, then the call has failed on the agent's side."""
    asked = {"callback_number": NUMBERS["no_key"], "dtmf_key_to_trigger_customer_call": "1"}
    sales, service = await tenios.ordered(**asked), await tenios.ordered(**asked, callback_config_id=SERVICE_ID)
    clock.advance(6 + 19.9)
    assert await tenios.state(sales) == await tenios.state(service) == "CALLING_A"
    clock.advance(0.2)
    assert (await tenios.state(sales), await tenios.state(service)) == ("CALL_A_FAILED", "CALLING_A")
    clock.advance(10)
    assert await tenios.state(service) == "CALL_A_FAILED"


async def test_orders_that_are_not_taken(tenios: TeniosClient, app: Sandbox) -> None:
    """A bad configuration, a proxy's page, silence, a limit and empty errors leave nothing behind."""
    assert wrong(await tenios.init(callback_number=NUMBERS["bad_configuration"])) == ("BAD_CREDENTIALS", [])
    gateway = await tenios.init(callback_number=NUMBERS["bad_gateway"])
    assert (gateway.status_code, gateway.headers["content-type"].split(";")[0]) == (502, "text/html")
    assert (await tenios.init(callback_number=NUMBERS["lost_order"])).status_code == 504
    limited = await tenios.init(callback_number=NUMBERS["rate_limited"])
    assert (limited.status_code, limited.headers["retry-after"]) == (429, "2")
    for name, status in (("forbidden", 403), ("broken", 500)):
        answer = await tenios.init(callback_number=NUMBERS[name])
        assert (answer.status_code, answer.content) == (status, b"")
    assert len(app.world.calls) == 0


async def test_orders_that_are_taken_without_a_proper_answer(tenios: TeniosClient, app: Sandbox) -> None:
    """Silence and a broken answer leave a living call behind; a slow answer is a good one."""
    assert (await tenios.init(callback_number=NUMBERS["lost_answer"])).status_code == 504
    with pytest.raises(json.JSONDecodeError):
        (await tenios.init(callback_number=NUMBERS["garbage"])).json()
    assert await tenios.ordered(callback_number=NUMBERS["slow"])
    assert [call.number for call in app.world.calls] == [NUMBERS[name] for name in ("lost_answer", "garbage", "slow")]


async def test_the_table_is_published(tenios: TeniosClient) -> None:
    """The numbers stand in the company's JSON with a sentence each."""
    company = (await tenios.http.get("/sandbox/company")).json()["tenios"]
    assert [(one["number"], one["name"], one["sentence"]) for one in company["magic_numbers"]] == [
        (magic.number, magic.name, magic.sentence) for magic in MAGIC
    ]


def test_numbers_are_fictional_valid_and_differ() -> None:
    """All numbers are of the range that Germany keeps for fiction, could be real ones, and no two are the same."""
    numbers = [magic.number for magic in MAGIC]
    assert len(set(numbers)) == len({magic.name for magic in MAGIC}) == len(MAGIC)
    for configuration in beispiel().configurations:
        numbers += [configuration.destination_number, configuration.displayed_number]
    assert all(number.startswith("+493023125") and len(number) == 13 for number in numbers)
    assert all(phonenumbers.is_valid_number(phonenumbers.parse(number)) for number in numbers)


def test_nothing_of_the_client_is_imported() -> None:
    """The sandbox is written from the documents: no module of it imports one of the desk's."""
    roots = set()
    for path in Path(sandbox.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                roots |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                roots.add((node.module or "").split(".")[0])
    assert "sandbox" in roots
    assert not roots & {"ringback", "actions", "channels", "tools"}
