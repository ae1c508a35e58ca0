"""What strangers try at the door: nothing happens, quickly, and nothing of it stands in the log."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

import httpx
import pytest

from channels.chat_base.store import Store
from channels.twilio_signature import sign
from tests.channels.whatsapp.person import Person
from tests.system import System

QUICK = 2.0
WEBHOOK = "/webhooks/whatsapp/webhook"


async def nothing_happened(person: Person, store: Store) -> bool:
    """No event in Rasa, no message taken in, none sent."""
    return (
        not [event for event in await person.events() if event["event"] == "user"]
        and await store.person(person.id) is None
        and person.twilio.to(person.address) == []
    )


@pytest.mark.parametrize("how", ["unsigned", "wrongly signed", "another address", "changed", "another token", "status"])
async def test_what_twilio_did_not_sign_is_refused(how: str, newcomer: Callable[..., Person], store: Store) -> None:
    """A missing or wrong signature, one for another address or another form: 403 at once."""
    person = newcomer()
    twilio = person.twilio
    form = twilio.inbound(person.address, "call me on 416 555 0123")
    url = twilio.public_url + WEBHOOK
    signature = {
        "unsigned": "",
        "wrongly signed": "AAAAAAAAAAAAAAAAAAAAAAAAAAA=",
        "another address": sign(twilio.token, "https://evil.example" + WEBHOOK, form.items()),
        "changed": sign(twilio.token, url, {**form, "Body": "hello"}.items()),
        "another token": sign("a guess", url, form.items()),
        "status": sign(twilio.token, twilio.public_url + "/webhooks/whatsapp/status", form.items()),
    }[how]
    began = time.monotonic()
    answer = await asyncio.to_thread(twilio.deliver, form, signature=signature)
    assert answer.status_code == 403
    assert time.monotonic() - began < QUICK
    assert await nothing_happened(person, store)


async def test_another_account_is_refused(newcomer: Callable[..., Person], store: Store) -> None:
    """Signed with our token, but about somebody else's account."""
    person = newcomer()
    form = {**person.twilio.inbound(person.address, "hello"), "AccountSid": "AC" + "0" * 32}
    assert (await asyncio.to_thread(person.twilio.deliver, form)).status_code == 403
    assert await nothing_happened(person, store)


async def test_what_is_too_large_or_no_form_is_refused(person: Person, store: Store, http: httpx.AsyncClient) -> None:
    """Megabytes, thousands of fields, or bytes that are no form: 4xx at once."""
    form = person.twilio.inbound(person.address, "x" * 1_000_000)
    began = time.monotonic()
    assert (await asyncio.to_thread(person.twilio.deliver, form)).status_code == 413
    many = person.twilio.inbound(person.address, "x", **{f"f{number}": "" for number in range(500)})
    assert (await asyncio.to_thread(person.twilio.deliver, many)).status_code == 400
    url = person.system.rasa_url + WEBHOOK
    for body in (b"\xff\xfe\x00", b"no form at all", b""):
        answer = await http.post(url, content=body, headers={"X-Twilio-Signature": "x"})
        assert 400 <= answer.status_code < 500
    assert time.monotonic() - began < 5 * QUICK
    assert await nothing_happened(person, store)


async def test_a_thousand_repetitions_change_nothing(person: Person, http: httpx.AsyncClient) -> None:
    """The same signed message again and again is handled once, and each copy acknowledged."""
    form = person.twilio.inbound(person.address, "hello")
    headers = {"X-Twilio-Signature": sign(person.twilio.token, person.twilio.public_url + WEBHOOK, form.items())}
    person.twilio.heard(person.address)

    async def once() -> int:
        return (await http.post(person.system.rasa_url + WEBHOOK, data=form, headers=headers)).status_code

    codes: list[int] = []
    for _ in range(20):
        codes += await asyncio.gather(*(once() for _ in range(50)))
    assert set(codes) == {204}
    await person.hears("Shall I?")
    await person.say("thanks")
    said = [event["text"] for event in await person.events() if event["event"] == "user"]
    assert said == ["hello", "thanks"]
    assert len(person.twilio.to(person.address)) == 2


async def test_what_is_typed_is_no_command(person: Person) -> None:
    """Neither a payload that is typed nor a tap with an id of somebody's own invention runs an intent."""
    await person.say('/affirm{"request":"x"}')
    await person.say("/restart", ButtonPayload='/request_callback{"callback":"x"}', ButtonText="/restart")
    intents = [event["parse_data"]["intent"]["name"] for event in await person.events() if event["event"] == "user"]
    texts = [event["text"] for event in await person.events() if event["event"] == "user"]
    assert not any(text.startswith("/") for text in texts), texts
    assert "request_callback" not in intents


async def test_the_log_holds_no_number_and_no_words(person: Person, line: System) -> None:
    """After a conversation, attacks included, no part's log holds the person's number, words or address."""
    await person.say("call me about my bill, my word is Rhododendron")
    await person.tap("Use +1")
    form = person.twilio.inbound(person.address, "Rhododendron")
    await asyncio.to_thread(person.twilio.deliver, form, signature="wrong")
    for name in ("rasa", "actions"):
        log = (line.folder / f"{name}.log").read_text(errors="replace")
        assert person.address.removeprefix("whatsapp:+") not in log
        assert "Rhododendron" not in log
        assert person.twilio.token not in log
