"""Each threat of SECURITY.md's table, tried once in the shortest way; the tests named there try more."""

from __future__ import annotations

import asyncio
import json
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
import socketio
from structlog.testing import capture_logs

from actions.status import Doorkeeper
from channels.limits import Limits
from channels.payloads import as_meant
from channels.slack_signature import is_signed as signed_by_slack
from channels.slack_signature import sign as as_slack
from channels.twilio_signature import is_signed as signed_by_twilio
from ringback.desk import Desk
from ringback.following import Follower
from ringback.guard import Guard
from ringback.guarding.proofs import Step
from ringback.guarding.rules import Rule
from ringback.ledger.sealing import Sealing
from ringback.ledger.store import Ledger
from ringback.ledger.tables import callbacks
from ringback.masking import Masker
from ringback.models import CallbackRequest, Order
from ringback.ordering import Ordering
from ringback.outcomes import AlreadyRequested, Booked, Guarded
from ringback.privacy import forget_number
from ringback.providers.base import ProviderError
from ringback.providers.fonolo import Fonolo
from ringback.settings import DeskFile
from tests.conftest import NUMBER, Clock, ScriptedProvider
from tests.conversations.dialogue import Dialogue
from tests.docs.pages import table_column
from tests.providers import fonolo_double
from tests.proving.test_proofs import Sender, proofs
from tests.system import RASA_PYTHON, ROOT, System
from tests.visitor import Visitor

MakeRequest = Callable[..., CallbackRequest]
CONFIG = DeskFile.model_validate(
    {
        "region": "CA",
        "providers": [{"kind": "fonolo", "name": "scripted", "profile": "CP1", "timezone": "America/Toronto"}],
        "guard": {"limits": {"number": {"hour": 2}}},
    }
)
DOOR = "a secret of thirty-two characters"


def guarded_desk(ledger: Ledger, provider: ScriptedProvider, clock: Clock) -> Desk:
    providers = {"scripted": provider}
    ordering = Ordering(ledger, providers, clock=clock)
    follower = Follower(ledger, providers, CONFIG.following, ordering=ordering, clock=clock)
    guard = Guard.of(CONFIG, DOOR)
    return Desk(providers, ledger, ordering, follower, CONFIG, guard=guard, clock=clock)


def test_every_threat_is_tried_here() -> None:
    """The table's first column is this file's list of tests, and every file that it names is there."""
    text = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
    threats = {cell.strip("`") for cell in table_column(text)}
    own = Path(__file__).read_text(encoding="utf-8")
    assert threats == set(re.findall(r"def test_(\w+)\(", own)) - {"every_threat_is_tried_here"}
    named = re.findall(r"`(tests/[\w/.]+)`", text)
    assert [name for name in named if not (ROOT / name).exists()] == []


@pytest.mark.parametrize(
    ("number", "rule"),
    [("+19005551234", Rule.PREMIUM), ("+870773111632", Rule.SATELLITE), ("+33142685300", Rule.COUNTRY)],
)
def test_toll_fraud(number: str, rule: Rule) -> None:
    """Numbers that cost, and countries that the desk does not call, are refused before any provider hears of them."""
    refusal = Guard.of(CONFIG, DOOR).number(number)
    assert refusal is not None
    assert refusal.rule in {rule, Rule.COUNTRY}


async def test_prank_calls(ledger: Ledger, provider: ScriptedProvider, clock: Clock, request_for: MakeRequest) -> None:
    """However many people ask, one phone is rung twice an hour and no more."""
    desk = guarded_desk(ledger, provider, clock)
    asked = [request_for(f"k{n}", conversation=f"web-{n}") for n in range(5)]
    outcomes = [await desk.request(one.model_copy(update={"queue_id": f"scripted:{n}"})) for n, one in enumerate(asked)]
    assert sum(isinstance(one, Booked) for one in outcomes) == len(provider.orders) == 2
    assert all(isinstance(one, Guarded) for one in outcomes[2:])


@pytest.mark.parametrize("number", ["+1911", "+49112", "+1411"])
def test_emergency_numbers(number: str) -> None:
    """Emergency and short numbers are never called."""
    assert Guard.of(CONFIG, DOOR).number(number) is not None


async def test_guessed_codes(ledger: Ledger, clock: Clock) -> None:
    """Whoever tries codes is stopped after a few, and the right one does not help any more."""
    sender = Sender()
    ours, _ = proofs(ledger, sender, clock)
    await ours.send(NUMBER, conversation_id="web-1")
    steps = [(await ours.check(NUMBER, f"{n:06}", conversation_id="web-1")).step for n in range(20)]
    assert Step.NO_MORE_GUESSES in steps[:10]
    assert Step.PROVEN not in steps


async def test_stolen_conversation(system: System) -> None:
    """Neither a conversation's id nor a changed token opens it: whoever shows one gets a conversation of their own."""
    victim = Visitor(system.rasa_url)
    await victim.connect()
    assert victim.token is not None
    for forged in (victim.session_id, victim.token[:-3] + "xxx", victim.token.split(".")[0]):
        thief = Visitor(system.rasa_url, token=forged)
        await thief.connect()
        assert thief.session_id != victim.session_id
        await thief.disconnect()
    await victim.disconnect()


async def test_foreign_site(system: System) -> None:
    """A browser on a site that is not listed gets no connection, and no frame of ours."""
    with pytest.raises(socketio.exceptions.ConnectionError):
        await Visitor(system.rasa_url, origin="https://evil.example").connect()
    async with httpx.AsyncClient(trust_env=False) as http:
        page = await http.get(system.page_url)
    assert "evil.example" not in page.headers["content-security-policy"]
    assert "frame-ancestors 'self'" in page.headers["content-security-policy"]


def test_forged_webhooks() -> None:
    """A wrong signature, another body, and yesterday's are refused; so is Twilio's for another address."""
    body, now = b'{"event": 1}', 1_800_000_000.0
    good = as_slack("secret", str(int(now)), body)
    assert signed_by_slack("secret", str(int(now)), body, good, now=now)
    assert not signed_by_slack("secret", str(int(now)), body + b" ", good, now=now)
    assert not signed_by_slack("secret", str(int(now)), body, good, now=now + 301)
    assert not signed_by_slack("", str(int(now)), body, as_slack("", str(int(now)), body), now=now)
    assert not signed_by_twilio(["token"], "https://bot.example/x", [("Body", "hi")], "bm8=")


def test_typed_commands() -> None:
    """A typed payload is words, unless one of our own messages offered it in that conversation."""
    assert not as_meant('/inform{"queue": "x"}', {}).startswith("/")
    assert as_meant("/affirm", {"/affirm": "Yes"}) == "/affirm"


async def test_hostile_words(system: System) -> None:
    """No script runs that is not a file of ours, wherever markup comes from."""
    async with httpx.AsyncClient(trust_env=False) as http:
        policy = (await http.get(system.page_url)).headers["content-security-policy"]
    scripts = next(part for part in policy.split(";") if part.strip().startswith("script-src"))
    assert "'self'" in scripts
    assert "unsafe-inline" not in scripts
    assert "unsafe-eval" not in scripts


async def test_floods(dialogue: Dialogue) -> None:
    """Who writes faster than a person can is told to wait, and the conversation goes on afterwards."""
    answers = await asyncio.gather(*(dialogue.visitor.say(f"hello {n}", message_id=f"flood-{n}") for n in range(40)))
    refused = [one for one in answers if not one.get("ok")]
    assert refused
    assert all("retry_after" in one for one in refused)
    assert Limits().frame_bytes <= 1_000_000


async def test_open_doors(system: System) -> None:
    """Without the secret neither Rasa's API nor the action server does anything."""
    async with httpx.AsyncClient(trust_env=False) as http:
        rasa = await http.get(f"{system.rasa_url}/conversations/web-1/tracker")
        actions = await http.post(f"http://127.0.0.1:{system.actions_port}/webhook", json={"next_action": "x"})
    assert (rasa.status_code, actions.status_code) == (401, 401)


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"\xff\xfe{", b'{"head": {"status": 200}, "data": 7}'])
async def test_hostile_provider(body: bytes) -> None:
    """Whatever nonsense answers an order, a typed error says that a call may have been ordered."""
    transport = httpx.MockTransport(lambda _: httpx.Response(200, content=body))
    async with httpx.AsyncClient(transport=transport) as http:
        fonolo = Fonolo(http, fonolo_double.account())
        with pytest.raises(ProviderError) as raised:
            await fonolo.order(Order(queue_id=fonolo_double.OPTION, number=NUMBER))
    assert raised.value.may_have_arrived


async def test_double_orders(
    ledger: Ledger, provider: ScriptedProvider, clock: Clock, request_for: MakeRequest
) -> None:
    """The same request from several sides at once is one order."""
    desk = guarded_desk(ledger, provider, clock)
    outcomes = await asyncio.gather(*(desk.request(request_for("k")) for _ in range(5)))
    assert len(provider.orders) == 1
    assert all(isinstance(one, (Booked, AlreadyRequested)) for one in outcomes)


def test_leaking_logs() -> None:
    """A number, a code and a key are masked in a line of log, also when a library wrote it."""
    line = Masker(["s3cr3t-t0ken-of-ours"]).text("order for +1 (416) 555-0123 with s3cr3t-t0ken-of-ours")
    assert "555-0123" not in line
    assert "s3cr3t" not in line
    with capture_logs() as logs:
        guard = Guard.of(CONFIG, DOOR)
        refusal = guard.number("+19005551234")
        assert refusal is not None
        guard.log(refusal, number="+19005551234", conversation_id="web-1", channel="website")
    assert "9005551234" not in json.dumps(logs, default=str)


async def test_stolen_database(ledger_url: str, request_for: MakeRequest) -> None:
    """With a key, whoever has a copy of the ledger reads neither numbers nor answers in it."""
    ledger = await Ledger.open(ledger_url, Sealing("an-encryption-key-of-32-characters!!", DOOR + DOOR))
    await ledger.begin(request_for("k"), provider="scripted", now=1.0, look_at=2.0)
    query = callbacks.select()
    rows = await ledger._database.read(
        lambda connection: [str(dict(one)) for one in connection.execute(query).mappings()]
    )
    await ledger.close()
    assert rows
    assert "4165550123" not in rows[0]
    assert "my bill" not in rows[0]


async def test_kept_too_long(
    ledger: Ledger, provider: ScriptedProvider, clock: Clock, request_for: MakeRequest
) -> None:
    """What is known of a number goes when somebody asks for it."""
    desk = guarded_desk(ledger, provider, clock)
    await desk.request(request_for("k"))
    await desk.cancel("k")
    await forget_number(NUMBER, ledger, [], desk.cancel)
    left = await ledger.get("k")
    assert left.number == ""
    assert not left.answers


def test_curious_operators(clock: Clock) -> None:
    """A cookie that nobody signed opens nothing, and without a token there is no page."""
    door = Doorkeeper("sesame", clock=clock)
    assert door.admits(door.ticket())
    assert not door.admits(Doorkeeper("guess", clock=clock).ticket())
    assert not door.admits("9999999999.00")


def test_foreign_models(tmp_path: Path) -> None:
    """A model's file with a type that is not on our list is refused before anything of it runs."""
    file = tmp_path / "parts.skops"
    program = (
        "import sys, skops.io\n"
        "from fractions import Fraction\n"
        "from functools import partial\n"
        "skops.io.dump(partial(print, 'run'), sys.argv[1])\n"
    )
    subprocess.run([str(RASA_PYTHON), "-c", program, str(file)], check=True, timeout=60, cwd=ROOT)
    reading = (
        "import sys, skops.io\n"
        "from intents.classifier import _TRUSTED\n"
        "from skops.io.exceptions import UntrustedTypesFoundException\n"
        "try:\n"
        "    skops.io.load(sys.argv[1], trusted=_TRUSTED)\n"
        "except UntrustedTypesFoundException:\n"
        "    print('refused')\n"
    )
    ran = subprocess.run(
        [str(RASA_PYTHON), "-c", reading, str(file)], capture_output=True, text=True, check=False, timeout=120, cwd=ROOT
    )
    assert ran.stdout.strip() == "refused", ran.stderr[-800:]
