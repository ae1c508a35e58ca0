"""The doctor, at the bed of a healthy Ringback and of many that are not."""

from __future__ import annotations

import json
import os
import stat
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from email.utils import formatdate
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml
from sqlalchemy import text

from ringback.doctor import Finding, examine
from ringback.ledger.database import open_database
from ringback.ledger.store import Ledger
from ringback.models import CallbackRequest, State
from ringback.settings import Settings

MakeRequest = Callable[..., CallbackRequest]
PROFILE = "CP" + "b" * 32
TENIOS = {
    "kind": "tenios",
    "timezone": "Europe/Berlin",
    "queues": [{"name": "Service", "callback_config_id": "c1", "hours": {"daily": "00:00-24:00"}}],
}


def envelope(data: Any, status: int = 200, message: str = "") -> httpx.Response:
    head = {"response_id": "1", "response": status, "status": status, "message": message}
    return httpx.Response(200, json={"head": head, "data": data}, headers={"date": formatdate(usegmt=True)})


@dataclass
class Town:
    """Everything that a doctor visits, in good health; a test breaks one thing. Addresses stand in `away` when dead."""

    folder: Path
    desk: dict[str, Any] = field(
        default_factory=lambda: {
            "centre": "Maple",
            "providers": [{"kind": "fonolo", "profile": PROFILE, "timezone": "America/Toronto"}],
        }
    )
    settings: dict[str, Any] = field(default_factory=dict)
    away: set[str] = field(default_factory=set)
    clock: Callable[[], float] = time.time
    rasa_status: httpx.Response = field(default_factory=lambda: httpx.Response(200, json={"model_file": "m.tar.gz"}))
    channels: set[str] = field(default_factory=lambda: {"website"})
    key_is_known: bool = True
    queues: list[dict[str, Any]] = field(default_factory=lambda: [{"sid": "CO" + "1" * 32, "name": "Billing"}])

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.url.host in self.away:
            raise httpx.ConnectError("refused", request=request)
        path = request.url.path
        match request.url.host:
            case "fonolo.test":
                return self._fonolo(request, path)
            case "tenios.test":
                if not self.key_is_known:
                    return httpx.Response(403, json={})
                return httpx.Response(400, json={"error_code": "INVALID_VALUE", "error_message": "no such call"})
            case "rasa.test" if path.startswith("/webhooks/"):
                there = path.strip("/").removeprefix("webhooks/") in self.channels
                return httpx.Response(200 if there else 404, json={})
            case "rasa.test":
                return self.rasa_status
            case "actions.test":
                return httpx.Response(200, json={"status": "ok"})
        raise AssertionError(request.url)

    def _fonolo(self, request: httpx.Request, path: str) -> httpx.Response:
        if request.method == "HEAD":
            return envelope({})
        if not self.key_is_known:
            return envelope({}, 401, "unauthorized")
        if f"/profile/{PROFILE}" not in path:
            return envelope({}, 404, "Invalid Profile")
        if path.endswith("/options"):
            return envelope({"options": self.queues})
        return envelope({"sid": PROFILE, "name": "Web", "state": "active"})

    @property
    def ledger_url(self) -> str:
        return f"sqlite:///{self.folder / 'ledger.sqlite3'}"

    async def examined(self) -> list[Finding]:
        """All findings."""
        file = self.folder / "desk.yml"
        if not file.exists():
            file.write_text(yaml.safe_dump(self.desk), encoding="utf-8")
        (self.folder / "credentials.yml").write_text("channels.website.WebsiteInput: {}\n", encoding="utf-8")
        values: dict[str, Any] = {
            "desk_file": file,
            "ledger_url": self.ledger_url,
            "fonolo_url": "http://fonolo.test/3.0/",
            "fonolo_account_sid": "AC" + "a" * 32,
            "fonolo_auth_token": "c" * 64,
            "tenios_url": "http://tenios.test/",
            "tenios_access_key": "7e5a10c5-0000-4000-8000-00000000a001",
            "rasa_url": "http://rasa.test",
            "actions_url": "http://actions.test",
            **self.settings,
        }
        async with httpx.AsyncClient(transport=httpx.MockTransport(self)) as http:
            return [
                one
                async for one in examine(
                    settings=lambda: Settings(**values), http=http, clock=self.clock, folder=self.folder
                )
            ]

    async def wrong(self) -> Finding:
        """The one red line."""
        [finding] = [one for one in await self.examined() if not one.ok]
        assert finding.do, f"{finding.name} says nothing about what to do"
        return finding


@pytest.fixture
def town(tmp_path: Path) -> Town:
    return Town(tmp_path)


async def fill(town: Town, request: CallbackRequest, **change: Any) -> Ledger:
    """A call-back in the ledger; the caller closes it."""
    ledger, now = await Ledger.open(town.ledger_url), time.time()
    begun = await ledger.begin(request, provider="fonolo", now=now, look_at=now + 45)
    await ledger.change(begun.callback, **{"word": "", "now": now, "next_poll_at": None, **change})
    return ledger


async def test_in_good_health(town: Town) -> None:
    """A healthy Ringback has green lines only, with every part among them."""
    await (await Ledger.open(town.ledger_url)).close()
    findings = await town.examined()
    assert [one for one in findings if not one.ok] == []
    assert [one.name for one in findings] == [
        *("settings", "desk.yml", "words", "ledger", "provider fonolo", "clock", "Rasa", "Rasa's channels"),
        *("action server", "news", "operator's list"),
    ]


async def test_before_the_first_start(town: Town) -> None:
    """A ledger that is not made yet is no trouble, and looking does not make it."""
    assert [one for one in await town.examined() if not one.ok] == []
    assert not (town.folder / "ledger.sqlite3").exists()


async def test_a_desk_file_that_is_not_there(town: Town) -> None:
    """Without desk.yml its line is red, and what does not need it is still looked at."""
    town.settings = {"desk_file": town.folder / "nowhere.yml"}
    findings = await town.examined()
    [wrong] = [one for one in findings if not one.ok]
    assert (wrong.name, "RINGBACK_DESK_FILE" in wrong.says) == ("desk.yml", True)
    assert any(one.name == "Rasa" for one in findings)


async def test_a_desk_file_with_a_mistake(town: Town) -> None:
    """The mistake in desk.yml is named by its key."""
    town.desk["cenntre"] = "Maple"
    wrong = await town.wrong()
    assert wrong.name == "desk.yml"
    assert "cenntre" in wrong.says


async def test_a_setting_of_the_wrong_kind(town: Town) -> None:
    """A setting that cannot be read is named, without what stands in it."""
    town.settings = {"worker_port": "so many"}
    wrong = await town.wrong()
    assert "RINGBACK_WORKER_PORT" in wrong.says
    assert "so many" not in wrong.says


async def test_a_provider_that_does_not_know_us(town: Town) -> None:
    """A wrong key is told apart, and both settings that hold it are named."""
    town.key_is_known = False
    wrong = await town.wrong()
    assert "wrong key" in wrong.says
    assert "RINGBACK_FONOLO_AUTH_TOKEN" in wrong.do


async def test_a_provider_that_is_not_there(town: Town) -> None:
    """A provider that cannot be reached is told apart, and its address is named."""
    town.away = {"fonolo.test"}
    wrong = await town.wrong()
    assert "unreachable" in wrong.says
    assert "RINGBACK_FONOLO_URL" in wrong.do


async def test_a_profile_that_is_not_there(town: Town) -> None:
    """A wrong profile is told apart, and desk.yml is named."""
    town.desk["providers"][0]["profile"] = "CP" + "9" * 32
    wrong = await town.wrong()
    assert "wrong profile" in wrong.says
    assert "desk.yml" in wrong.do


async def test_a_key_that_is_missing(town: Town) -> None:
    """What is not set at all is named before anybody is asked."""
    town.settings = {"fonolo_auth_token": ""}
    assert "RINGBACK_FONOLO_AUTH_TOKEN" in (await town.wrong()).says


async def test_a_profile_without_queues(town: Town) -> None:
    """A profile that offers nothing is red: nobody could ask for a call."""
    town.queues = []
    assert "no queue" in (await town.wrong()).says


@pytest.mark.parametrize(("breaks", "says"), [("key", "wrong key"), ("away", "unreachable")])
async def test_tenios(town: Town, breaks: str, says: str) -> None:
    """TENIOS is asked about a call that is not there: "no such call" is health, everything else is told apart."""
    town.desk["providers"] = [TENIOS]
    assert [one for one in await town.examined() if not one.ok] == []
    town.key_is_known, town.away = breaks != "key", {"tenios.test"} if breaks == "away" else set()
    wrong = await town.wrong()
    assert says in wrong.says
    assert "RINGBACK_TENIOS" in wrong.do


async def test_a_database_that_is_not_there(town: Town) -> None:
    """A database server that does not answer is named, and its password is not."""
    town.settings = {"ledger_url": "postgresql://ringback:sesame@127.0.0.1:1/ringback"}
    wrong = await town.wrong()
    assert "cannot be reached" in wrong.says
    assert "RINGBACK_LEDGER_URL" in wrong.do
    assert "sesame" not in wrong.says + wrong.do


async def test_a_database_of_another_kind(town: Town) -> None:
    """An address that names no database of ours is named."""
    town.settings = {"ledger_url": "mysql://x"}
    assert "RINGBACK_LEDGER_URL" in (await town.wrong()).says


async def test_a_ledger_from_the_future(town: Town) -> None:
    """A ledger that a newer Ringback has used is red, and is left alone."""
    await (await Ledger.open(town.ledger_url)).close()
    database = open_database(town.ledger_url)
    await database.write(lambda connection: connection.execute(text("UPDATE ledger_version SET version_num = '9999'")))
    await database.close()
    wrong = await town.wrong()
    assert "9999" in wrong.says
    assert "newer" in wrong.do


async def test_an_older_ledger(town: Town) -> None:
    """An older ledger is no trouble: the next start brings it up to date, and looking does not."""
    await (await Ledger.open(town.ledger_url)).close()
    database = open_database(town.ledger_url)
    await database.write(lambda connection: connection.execute(text("UPDATE ledger_version SET version_num = '0001'")))
    [finding] = [one for one in await town.examined() if one.name == "ledger"]
    version = await database.read(lambda connection: connection.execute(text("SELECT * FROM ledger_version")).scalar())
    await database.close()
    assert (finding.ok, version) == (True, "0001")


async def test_rasa_is_not_there(town: Town) -> None:
    """Rasa's address is named when nobody answers there."""
    town.away = {"rasa.test"}
    assert "RINGBACK_RASA_URL" in (await town.wrong()).do


@pytest.mark.parametrize(
    ("answer", "says", "do"),
    [
        (httpx.Response(401, json={}), "RINGBACK_RASA_TOKEN", "--auth-token"),
        (httpx.Response(409, json={}), "no model", "make train"),
        (httpx.Response(404, json={}), "no HTTP API", "--enable-api"),
        (httpx.Response(500, json={}), "HTTP 500", "RINGBACK_RASA_URL"),
    ],
)
async def test_rasa_is_not_well(town: Town, answer: httpx.Response, says: str, do: str) -> None:
    """A wrong token, a missing model and a missing API are told apart."""
    town.rasa_status = answer
    wrong = await town.wrong()
    assert wrong.name == "Rasa"
    assert says in wrong.says
    assert do in wrong.do


async def test_rasa_without_its_channels(town: Town) -> None:
    """A Rasa that was started without our channels is red."""
    town.channels = set()
    wrong = await town.wrong()
    assert "website" in wrong.says
    assert "credentials.yml" in wrong.do


async def test_a_channel_that_was_switched_off(town: Town, request_for: MakeRequest) -> None:
    """A channel on which somebody waits for news must be there."""
    waits = request_for("k1").model_copy(update={"channel": "slack"})
    await (await fill(town, waits, state=State.HOLDING, next_poll_at=time.time())).close()
    assert "slack" in (await town.wrong()).says


async def test_the_action_server_is_not_there(town: Town) -> None:
    """The action server's address is named when nobody answers there."""
    town.away = {"actions.test"}
    assert "RINGBACK_ACTIONS_URL" in (await town.wrong()).do


@pytest.mark.parametrize(("seconds", "side"), [(300, "ahead of"), (-300, "behind")])
async def test_a_clock_that_is_wrong(town: Town, seconds: int, side: str) -> None:
    """A clock that differs from the provider's is red, by how much and to which side."""
    town.clock = lambda: time.time() + seconds
    wrong = await town.wrong()
    assert side in wrong.says
    assert "NTP" in wrong.do


async def test_news_that_nobody_takes(town: Town, request_for: MakeRequest) -> None:
    """News that is stuck is red, with its call-back and the command that tries again."""
    ledger = await fill(town, request_for("k1"), state=State.COMPLETED, news_kind="completed")
    [turn] = await ledger.claim_news(time.time(), 1, lease=5)
    await ledger.delay_news(turn, next_try_at=time.time() + 900, stuck=True)
    await ledger.close()
    wrong = await town.wrong()
    assert "k1" in wrong.says
    assert "retry-news" in wrong.do


async def test_news_that_nobody_tells(town: Town, request_for: MakeRequest) -> None:
    """News that waits for minutes is a sign that no worker runs."""
    old = time.time() - 600
    ledger = await fill(town, request_for("k1"), state=State.COMPLETED, news_kind="completed", now=old)
    await ledger.close()
    wrong = await town.wrong()
    assert "10 min" in wrong.says
    assert "worker" in wrong.do


async def test_somebody_is_waited_for(town: Town, request_for: MakeRequest) -> None:
    """Call-backs on the operator's list are red, with the command that settles them."""
    await (await fill(town, request_for("k1"), state=State.UNCERTAIN, needs_operator=True)).close()
    wrong = await town.wrong()
    assert "k1" in wrong.says
    assert "resolve" in wrong.do


@pytest.mark.parametrize(
    ("output", "names"),
    [
        (json.dumps([{"name": "slack", "ok": False, "says": "no", "do": "this"}]), ["channel slack"]),
        ("Traceback", ["channels"]),
    ],
)
async def test_the_channels_own_doctor(town: Town, output: str, names: list[str]) -> None:
    """What the channels' doctor finds stands among the findings, also that it could not say anything."""
    python = town.folder / "rasa-server" / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text(f"#!/bin/sh\necho '{output}'\n", encoding="utf-8")
    os.chmod(python, stat.S_IRWXU)  # noqa: PTH101
    (town.folder / "channels").mkdir()
    (town.folder / "channels" / "doctor.py").touch()
    assert [one.name for one in await town.examined() if not one.ok] == names
