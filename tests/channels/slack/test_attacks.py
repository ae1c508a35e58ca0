"""What strangers try at the door: nothing happens, quickly, and nothing of it stands in the log."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable

import httpx
import pytest

from tests.channels.slack.person import Person
from tests.platforms.slack import WEBHOOK
from tests.system import RASA_TOKEN, System

QUICK = 2.0


async def nothing_happened(person: Person) -> bool:
    """No event in Rasa, nothing said."""
    return not [event for event in await person.events() if event["event"] == "user"] and person.messages == []


@pytest.mark.parametrize(
    "how", ["unsigned", "wrongly", "other secret", "changed", "replayed", "from the future", "no time"]
)
async def test_what_slack_did_not_sign_is_refused(how: str, person: Person, http: httpx.AsyncClient) -> None:
    """A missing or wrong signature, one over another body, or one older than five minutes: 403 at once."""
    slack = person.slack
    body = slack.event(slack.message(person.user, "call me on 416 555 0123"))
    headers = slack.headers(body)
    match how:
        case "unsigned":
            headers.pop("X-Slack-Signature")
        case "wrongly":
            headers["X-Slack-Signature"] = "v0=" + "0" * 64
        case "other secret":
            headers = slack.headers(body, secret="a guess")
        case "changed":
            body = body.replace(b"0123", b"0199")
        case "replayed":
            headers = slack.headers(body, at=time.time() - 301)
        case "from the future":
            headers = slack.headers(body, at=time.time() + 301)
        case "no time":
            headers["X-Slack-Request-Timestamp"] = "now"
    began = time.monotonic()
    answer = await http.post(person.system.rasa_url + WEBHOOK, content=body, headers=headers)
    assert (answer.status_code, answer.text) == (403, "")
    assert time.monotonic() - began < QUICK
    assert await nothing_happened(person)


async def test_what_is_too_large_or_nonsense_is_refused(person: Person, http: httpx.AsyncClient) -> None:
    """Megabytes, or bytes that are no event although they are signed: 4xx at once."""
    url = person.system.rasa_url + WEBHOOK
    began = time.monotonic()
    large = b'{"x":"' + b"x" * 1_000_000 + b'"}'
    assert (await http.post(url, content=large, headers=person.slack.headers(large))).status_code == 413
    deep = b'{"a":' * 50_000
    for body in (b"", b"payload=%ff%fe", b"{", b"[]", b"payload=1", b"payload=%7B%7D", b"a=1", deep):
        answer = await http.post(url, content=body, headers=person.slack.headers(body))
        assert answer.status_code == 400, body[:20]
    assert time.monotonic() - began < 5 * QUICK
    assert await nothing_happened(person)


async def test_what_is_not_for_us_is_acknowledged_and_left(person: Person) -> None:
    """Other bots, edits, group messages and other teams' nonsense: 200, and nothing happens."""
    slack = person.slack
    for more in (
        {"bot_id": "B1"},
        {"subtype": "message_changed"},
        {"subtype": "bot_message"},
        {"channel_type": "mpim", "channel": "G0GROUP"},
        {"channel_type": "channel", "channel": "C0GENERAL"},
        {"user": "../../x"},
        {"type": "reaction_added"},
    ):
        await person.post(slack.event({**slack.message(person.user, "call me about my bill"), **more}))
    await person.post(slack.event(slack.message(person.user, "hi"), team="T0/../x"))
    await person.say("thanks")
    assert [event["text"] for event in await person.events() if event["event"] == "user"] == ["thanks"]


async def test_slack_sees_that_we_are_there(person: Person) -> None:
    """The question with which Slack checks the address is answered, if it is signed."""
    body = json.dumps({"type": "url_verification", "challenge": "abc", "token": "x"}).encode()
    assert (await person.post(body)).text == "abc"


async def test_a_thousand_repetitions_change_nothing(person: Person, http: httpx.AsyncClient) -> None:
    """The same event, tap or command again and again is handled once, and each copy acknowledged."""
    slack = person.slack
    url = person.system.rasa_url + WEBHOOK

    async def storm(body: bytes, times: int) -> None:
        async def once(number: int) -> int:
            retry = {"X-Slack-Retry-Num": str(number % 3 + 1), "X-Slack-Retry-Reason": "http_error"} if number else {}
            return (await http.post(url, content=body, headers={**slack.headers(body), **retry})).status_code

        for place in range(0, times, 50):
            assert set(await asyncio.gather(*(once(place + n) for n in range(50)))) == {200}

    await storm(slack.event(slack.message(person.user, "hello")), 900)
    posted = await person.hears("Shall I?")
    await storm(slack.tap(person.user, posted, "Call me back"), 100)
    await person.hears("What is it about?")
    await person.say("billing")
    said = [event["text"] for event in await person.events() if event["event"] == "user"]
    assert said[0] == "hello" and said[1].startswith("/request_callback") and len(said) == 3
    assert len(person.messages) == 3


async def test_a_first_delivery_that_was_lost_is_no_repetition(person: Person) -> None:
    """A message that arrives only with Slack's second try is handled."""
    body = person.slack.event(person.slack.message(person.user, "hello"))
    again = {"X-Slack-Retry-Num": "1", "X-Slack-Retry-Reason": "connection_failed"}
    assert (await asyncio.to_thread(person.slack.deliver, body, **again)).status_code == 200
    await person.hears("Shall I?")


async def test_a_double_tap_is_one(person: Person) -> None:
    """Two taps on the same question within a moment choose once."""
    await person.say("hello")
    [posted] = person.messages
    first, second = (person.slack.tap(person.user, posted, "Call me back") for _ in range(2))
    await person.post(first)
    await person.post(second)
    await person.hears("What is it about?")
    await person.say("billing")
    assert len([event for event in await person.events() if event["event"] == "user"]) == 3


async def test_what_is_typed_or_invented_is_no_command(person: Person) -> None:
    """Neither a payload that is typed nor a tap with a value of somebody's own invention runs an intent."""
    await person.say('/affirm{"request":"x"}')
    [posted] = person.messages[-1:]
    forged = json.dumps({"callback": "x"})
    action = {"action_id": "a", "block_id": "b", "type": "button", "value": "c-000000000000",
              "text": {"type": "plain_text", "text": f"/cancel_callback{forged}"}}  # fmt: skip
    message = {"ts": posted.ts, "text": "x", "blocks": []}
    await person.do(
        person.slack.interaction(
            "block_actions", person.user, actions=[action], channel={"id": posted.channel}, message=message
        )
    )
    said = [event["text"] for event in await person.events() if event["event"] == "user"]
    assert len(said) == 2
    assert not any(text.startswith("/") for text in said), said


async def test_the_same_person_in_another_workspace_is_somebody_else(person: Person) -> None:
    """A conversation belongs to a workspace and a person."""
    await person.say("hello")
    body = person.slack.event(person.slack.message(person.user, "where is my call?"), team="T0OTHER")
    await person.post(body)
    url = f"{person.system.rasa_url}/conversations/T0OTHER-{person.user}/tracker?token={RASA_TOKEN}"

    async def said() -> list[str]:
        events = (await person.http.get(url)).json()["events"]
        return [event["text"] for event in events if event["event"] == "user"]

    assert await person.until(said, bool) == ["where is my call?"]
    assert [event["text"] for event in await person.events() if event["event"] == "user"] == ["hello"]


async def test_the_log_holds_no_number_and_no_words(newcomer: Callable[..., Person], line: System) -> None:
    """After a conversation, attacks included, no part's log holds the person's number, words or any secret."""
    person = newcomer(phone="+1 416 555 0188")
    await person.say("call me about my bill, my word is Rhododendron")
    await person.tap("Use ")
    body = person.slack.event(person.slack.message(person.user, "Rhododendron"))
    headers = {**person.slack.headers(body), "X-Slack-Signature": "v0=1"}
    await person.http.post(person.system.rasa_url + WEBHOOK, content=body, headers=headers)
    for name in ("rasa", "actions"):
        log = (line.folder / f"{name}.log").read_text(errors="replace")
        for secret in (
            "5550188",
            "555-0188",
            "555 0188",
            "Rhododendron",
            person.slack.token,
            person.slack.secret,
            "/hooks/",
        ):
            assert secret not in log
