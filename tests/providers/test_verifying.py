"""A real account is compared with what was assumed; the sandbox plays the account here."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from ringback.cli.verifying import verify_providers
from ringback.models import Order
from ringback.providers.fonolo import Fonolo, FonoloAccount, FonoloNames
from ringback.providers.tenios import TeniosNames
from ringback.settings import Settings
from ringback.verifying import Name, Recorder, Verdict, Verification, masked, verify_fonolo, verify_tenios
from tests.providers.test_against_the_sandbox import _tenios, address, company

__all__ = ["address", "company"]
NUMBER = "+14165550123"


@pytest.fixture
async def recorder() -> Recorder:
    return Recorder()


@pytest.fixture
async def http(recorder: Recorder) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(trust_env=False, event_hooks={"response": [recorder.note]}) as client:
        yield client


def account_at(address: str, company: Any, **names: str) -> FonoloAccount:
    theirs = company["fonolo"]
    return FonoloAccount(
        base_url=f"{address}3.0/",
        account_sid=theirs["account_sid"],
        auth_token=SecretStr(theirs["auth_token"]),
        profile=theirs["profiles"][0]["sid"],
        timezone=company["timezone"],
        names=FonoloNames(**names),
    )


def verdict(verification: Verification, name: str) -> Name:
    return next(one for one in verification.names if one.name == name)


async def verified(account: FonoloAccount, http: httpx.AsyncClient, recorder: Recorder) -> Verification:
    return await verify_fonolo(Fonolo(http, account), account.names, account.profile, recorder)


async def test_every_assumed_name_has_a_verdict(
    address: str, http: httpx.AsyncClient, recorder: Recorder, company: Any
) -> None:
    """No name of the table is forgotten, and those that reading shows are found at the sandbox."""
    account = account_at(address, company)
    queue = (await Fonolo(http, account).queues())[0]
    await Fonolo(http, account).order(Order(queue_id=queue.id, number=NUMBER))
    told = await verified(account, http, recorder)
    assert {one.name for one in told.names} == set(FonoloNames.model_fields)
    assert not told.troubles
    found = {one.name for one in told.names if one.verdict is Verdict.FOUND}
    assert {"option_name", "question_text", "schedule_start", "call_sid", "call_number"} <= found
    assert verdict(told, "sms_parameter").verdict is Verdict.ORDER


async def test_a_wrong_name_is_told(address: str, http: httpx.AsyncClient, recorder: Recorder, company: Any) -> None:
    """A key that the account spells otherwise is said to be missing, and the kept answer shows the right one."""
    told = await verified(account_at(address, company, question_text="prompt"), http, recorder)
    wrong = verdict(told, "question_text")
    assert (wrong.verdict, wrong.assumed, wrong.seen) == (Verdict.MISSING, "prompt", "")
    assert any("questions" in one for one in told.troubles)
    assert "question" in json.dumps(next(body for path, body in told.answers.items() if path.endswith("/questions")))


async def test_nothing_personal_is_kept(
    address: str, http: httpx.AsyncClient, recorder: Recorder, company: Any
) -> None:
    """Neither numbers nor the account's secrets nor whole identifiers stand in what may go into a bug report."""
    account = account_at(address, company)
    queue = (await Fonolo(http, account).queues())[0]
    await Fonolo(http, account).order(Order(queue_id=queue.id, number=NUMBER))
    told = (await verified(account, http, recorder)).model_dump_json()
    assert "4165550123" not in told
    assert account.account_sid not in told
    assert account.profile not in told
    assert account.auth_token.get_secret_value() not in told
    assert "Maple" not in told


async def test_tenios_shows_its_errors(address: str, http: httpx.AsyncClient, recorder: Recorder, company: Any) -> None:
    """At TENIOS asking for nobody's call shows how it spells an error; the rest only orders show."""
    tenios = _tenios(address, http, company["tenios"]["access_key"], company)
    told = await verify_tenios(tenios, TeniosNames(), recorder)
    assert {one.name for one in told.names} == set(TeniosNames.model_fields)
    assert verdict(told, "error_code").verdict is Verdict.FOUND
    assert company["tenios"]["access_key"] not in told.model_dump_json()


async def test_an_account_out_of_reach_is_all_trouble(
    http: httpx.AsyncClient, recorder: Recorder, company: Any
) -> None:
    """Nothing is claimed of an account that does not answer."""
    account = account_at("http://127.0.0.1:9/", company)
    told = await verified(account, http, recorder)
    assert {one.verdict for one in told.names} == {Verdict.NOTHING, Verdict.ORDER}
    assert len(told.troubles) > 5


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        ("Erika Mustermann", "text, 16 characters"),
        ("+1 416 555 0123", "text, 15 characters, 11 of them digits"),
        (14165550123, "number, 11 digits"),
        (30, 30),
        ("BAD_CREDENTIALS", "BAD_CREDENTIALS"),
        ("Calling Target", "Calling Target"),
        ("2026-11-24 10:00:00", "2026-11-24 10:00:00"),
        ("CA" + "0" * 32, "CA…"),
        ({"+14165550123": True}, {"text, 12 characters, 11 of them digits": True}),
        ([1, 2, 3, 4, 5], [1, 2, 3, "… and 2 more"]),
    ],
)
def test_keys_and_kinds_stay(value: Any, kept: Any) -> None:
    """What describes the wire is kept, what describes somebody is counted."""
    assert masked(value) == kept


async def test_the_command_compares_and_keeps_what_was_answered(
    address: str, company: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """`ringback doctor --verify-provider` tells a line for each name, and keeps the masked answers in a file."""
    (tmp_path / "desk.yml").write_text(
        "providers:\n"
        f"  - {{kind: fonolo, profile: {company['fonolo']['profiles'][0]['sid']}, timezone: America/Toronto,"
        " names: {option_name: label}}\n",
        encoding="utf-8",
    )
    settings = Settings(
        desk_file=tmp_path / "desk.yml",
        fonolo_url=f"{address}3.0/",
        fonolo_account_sid=company["fonolo"]["account_sid"],
        fonolo_auth_token=SecretStr(company["fonolo"]["auth_token"]),
    )
    assert await verify_providers(settings, as_json=False, folder=tmp_path) == 1
    lines = capsys.readouterr().out.splitlines()
    assert any("option_name" in line and "not in the answer" in line for line in lines)
    assert any("question_text" in line and "found" in line for line in lines)
    kept = Verification.model_validate_json((tmp_path / "verify-fonolo.json").read_text(encoding="utf-8"))
    assert any(path.endswith("/options") for path in kept.answers)
