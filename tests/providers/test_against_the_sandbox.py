"""Both clients against the sandbox, which was written from the same documents by other hands."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from ringback.models import Order, State
from ringback.providers.base import (
    Provider,
    ProviderError,
    ProviderOffline,
    ProviderRefused,
    UnexpectedAnswer,
    WrongCredentials,
)
from ringback.providers.fonolo import Fonolo, FonoloAccount
from ringback.providers.tenios import Tenios, TeniosAccount
from ringback.settings import TeniosQueue

ROOT = Path(__file__).parents[2]
GOOD = "+4915112345678"


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    command = [sys.executable, "-m", "sandbox", "--port", "0", "--speed", "50"]
    with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        first = process.stderr.readline()
        yield "http://" + first.split("http://")[1].split("/")[0] + "/"
        process.terminate()
        process.communicate(timeout=10)


@pytest.fixture
async def http() -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(trust_env=False) as client:
        yield client


@pytest.fixture
async def company(address: str, http: httpx.AsyncClient) -> Any:
    return (await http.get(f"{address}sandbox/company")).json()


@pytest.fixture
def fonolo(address: str, http: httpx.AsyncClient, company: Any) -> Fonolo:
    theirs = company["fonolo"]
    account = FonoloAccount(
        base_url=f"{address}3.0/",
        account_sid=theirs["account_sid"],
        auth_token=SecretStr(theirs["auth_token"]),
        profile=theirs["profiles"][0]["sid"],
        timezone=company["timezone"],
    )
    return Fonolo(http, account)


@pytest.fixture
def tenios(address: str, http: httpx.AsyncClient, company: Any) -> Tenios:
    return _tenios(address, http, company["tenios"]["access_key"], company)


def _tenios(address: str, http: httpx.AsyncClient, key: str, company: Any, **changes: Any) -> Tenios:
    ids = [one["config_id"] for one in company["tenios"]["configurations"]]
    account = TeniosAccount(
        base_url=address,
        access_key=SecretStr(key),
        timezone="Europe/Berlin",
        queues=tuple(TeniosQueue(name=one, callback_config_id=one, hours={"daily": "00:00-24:00"}) for one in ids),
        **changes,
    )
    return Tenios(http, account)


async def _order(tenios: Tenios, number: str = GOOD) -> str:
    queue = (await tenios.queues())[0]
    return await tenios.order(Order(queue_id=queue.id, number=number, note="Kundin Müller, bitte 1 drücken."))


async def _until_over(provider: Provider, call_id: str) -> list[State | None]:
    seen: list[State | None] = []
    async with asyncio.timeout(15):
        while not seen or seen[-1] is None or not seen[-1].is_final:
            state = (await provider.status(call_id)).state
            seen += [state] * (not seen or seen[-1] is not state)
            await asyncio.sleep(0.02)
    return seen


async def test_a_tenios_call_from_order_to_end(tenios: Tenios) -> None:
    """An order goes through the agent's and the customer's ringing to its good end."""
    seen = await _until_over(tenios, await _order(tenios))
    assert [state for state in seen if state is not State.QUEUED] == [
        State.CALLING_AGENT,
        State.CALLING_CUSTOMER,
        State.CONNECTED,
        State.COMPLETED,
    ]


@pytest.mark.parametrize(
    ("magic", "end"), [("agent_fails", State.FAILED_AGENT), ("customer_busy", State.FAILED_CUSTOMER)]
)
async def test_a_tenios_call_that_fails(tenios: Tenios, company: Any, magic: str, end: State) -> None:
    """A call that one side does not take says which side."""
    assert (await _until_over(tenios, await _order(tenios, _number(company, magic))))[-1] is end


async def test_a_tenios_state_that_nobody_knows(tenios: Tenios, company: Any) -> None:
    """A state that no document names does not stop the call from being followed to its end."""
    seen = await _until_over(tenios, await _order(tenios, _number(company, "unknown_state")))
    assert None in seen
    assert seen[-1] is State.COMPLETED


@pytest.mark.parametrize(
    ("magic", "kind", "unsure"),
    [
        ("bad_configuration", WrongCredentials, False),
        ("forbidden", WrongCredentials, False),
        ("rate_limited", ProviderOffline, False),
        ("bad_gateway", ProviderOffline, True),
        ("broken", ProviderOffline, True),
        ("garbage", UnexpectedAnswer, True),
        ("lost_order", ProviderOffline, True),
        ("lost_answer", ProviderOffline, True),
    ],
)
async def test_tenios_orders_that_go_wrong(
    address: str, http: httpx.AsyncClient, company: Any, magic: str, kind: type[ProviderError], unsure: bool
) -> None:
    """Every way in which an order goes wrong has its error, which says whether it may have arrived."""
    tenios = _tenios(address, http, company["tenios"]["access_key"], company, order_time_out=0.4, connect_time_out=0.2)
    with pytest.raises(kind) as raised:
        await _order(tenios, _number(company, magic))
    assert raised.value.may_have_arrived is unsure


async def test_tenios_does_not_know_us(address: str, http: httpx.AsyncClient, tenios: Tenios, company: Any) -> None:
    """A wrong key and an unknown id are told apart."""
    with pytest.raises(WrongCredentials, match="ACCESS_KEY"):
        await _tenios(address, http, "99999999-0000-4000-8000-000000000000", company).status("1")
    with pytest.raises(ProviderRefused, match="id"):
        await tenios.status("1")


async def test_everything_that_fonolo_can_be_asked(fonolo: Fonolo) -> None:
    """Every documented read gets an answer that can be read, about the same call where it is about one."""
    queue = (await fonolo.queues())[0]
    question = (await fonolo.questions())[0]
    assert fonolo._account.profile in [profile.id for profile in await fonolo.profiles()]
    assert (await fonolo.option(queue.id)).name == queue.name
    assert await fonolo.question(question.id) == question
    assert (await fonolo.scheduling()).entries[0].windows
    assert "America/Toronto" in await fonolo.timezones()
    for optin in await fonolo.optins():
        assert (await fonolo.optin(optin.id)).id == optin.id
    call_id = await fonolo.order(Order(queue_id=queue.id, number="+14165550123"))
    today = datetime.now(UTC).date()
    lists = [
        *await fonolo.pending(),
        *await fonolo.realtime(),
        *await fonolo.scheduled(),
        *await fonolo.calls(today - timedelta(days=1), today + timedelta(days=1)),
    ]
    assert call_id in [call.id for call in lists]
    assert (await fonolo.call(call_id)).queue_id == queue.id


def _number(company: Any, magic: str) -> str:
    return str(next(one["number"] for one in company["tenios"]["magic_numbers"] if one["name"] == magic))
