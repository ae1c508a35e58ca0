"""Twilio Verify's client, against the sandbox's stand-in and against whatever else may answer."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from pydantic import SecretStr
from structlog.testing import capture_logs

from ringback.proving.base import Sending, Verdict
from ringback.proving.verify import TwilioVerify, VerifyAccount
from sandbox.app import create_app
from sandbox.clock import Clock
from sandbox.verify import LANDLINE, VERIFY_ACCOUNT_SID, VERIFY_AUTH_TOKEN, VERIFY_SERVICE_SID

NUMBER = "+14165550123"
ACCOUNT = VerifyAccount(
    url="http://sandbox/",
    account_sid=VERIFY_ACCOUNT_SID,
    auth_token=SecretStr(VERIFY_AUTH_TOKEN),
    service_sid=VERIFY_SERVICE_SID,
)


@pytest.fixture
def clock() -> Clock:
    return Clock(source=lambda: 1_800_000_000.0)


@pytest.fixture
async def http(clock: Clock) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app=create_app(clock=clock))
    async with httpx.AsyncClient(transport=transport, base_url="http://sandbox") as client:
        yield client


async def code_sent(http: httpx.AsyncClient, to: str = NUMBER) -> str:
    texts = (await http.get("/sandbox/texts")).json()["texts"]
    return str(next(one["text"] for one in texts if one["to"] == to))[-6:]


def other_than(code: str) -> str:
    return f"{(int(code) + 1) % 10**6:06}"


async def test_right_code_is_good_once(http: httpx.AsyncClient) -> None:
    """A wrong code is wrong, the right one is approved, and then there is none any more."""
    verify = TwilioVerify(http, ACCOUNT)
    assert await verify.send(NUMBER) is Sending.SENT
    code = await code_sent(http)
    assert await verify.check(NUMBER, other_than(code)) is Verdict.WRONG
    assert await verify.check(NUMBER, code) is Verdict.APPROVED
    assert await verify.check(NUMBER, code) is Verdict.EXPIRED
    assert await verify.check("+14165550124", code) is Verdict.EXPIRED


async def test_sent_again_is_the_same_code(http: httpx.AsyncClient) -> None:
    """While a code is pending it is sent once more and not made anew, five times at most; after that it runs out."""
    verify = TwilioVerify(http, ACCOUNT)
    sent = [await verify.send(NUMBER) for _ in range(6)]
    assert sent == [Sending.SENT] * 5 + [Sending.TOO_MANY]
    texts = (await http.get("/sandbox/texts")).json()["texts"]
    assert len({one["text"] for one in texts}) == 1


async def test_code_expires(http: httpx.AsyncClient, clock: Clock) -> None:
    """Ten minutes later a code is no good any more."""
    verify = TwilioVerify(http, ACCOUNT)
    await verify.send(NUMBER)
    code = await code_sent(http)
    clock.advance(600)
    assert await verify.check(NUMBER, code) is Verdict.EXPIRED


async def test_guessing_ends(http: httpx.AsyncClient) -> None:
    """After five guesses not even the right code counts."""
    verify = TwilioVerify(http, ACCOUNT)
    await verify.send(NUMBER)
    code = await code_sent(http)
    assert [await verify.check(NUMBER, other_than(code)) for _ in range(5)] == [Verdict.WRONG] * 5
    assert await verify.check(NUMBER, code) is Verdict.TOO_MANY


async def test_landline(http: httpx.AsyncClient) -> None:
    """A number that no text message reaches is told apart from trouble."""
    assert await TwilioVerify(http, ACCOUNT).send(LANDLINE) is Sending.NOT_TEXTABLE


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"auth_token": SecretStr("wrong")}, "HTTP 401, Twilio's error 20003"),
        ({"service_sid": "VA0"}, "HTTP 404, Twilio's error 20404"),
        ({"service_sid": ""}, "RINGBACK_VERIFY_SERVICE_SID"),
        ({"account_sid": ""}, "RINGBACK_VERIFY_ACCOUNT_SID"),
        ({"url": "ftp://sandbox/"}, "RINGBACK_VERIFY_URL"),
    ],
)
async def test_wrong_settings(http: httpx.AsyncClient, change: dict[str, Any], words: str) -> None:
    """A setting that is missing or wrong is trouble, and the log says which, with neither number nor token."""
    with capture_logs() as lines:
        sent = await TwilioVerify(http, ACCOUNT.model_copy(update=change)).send(NUMBER)
    assert sent is Sending.TROUBLE
    assert words in str(lines) and "5550123" not in str(lines) and VERIFY_AUTH_TOKEN not in str(lines)


def answering(answer: httpx.Response | Exception) -> tuple[httpx.AsyncClient, list[httpx.Request]]:
    asked: list[httpx.Request] = []

    def handle(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        if isinstance(answer, Exception):
            raise answer
        return answer

    return httpx.AsyncClient(transport=httpx.MockTransport(handle)), asked


async def test_wire() -> None:
    """The request is a form with E.164 number and channel, by basic authentication; no number or code is in its URL."""
    client, asked = answering(httpx.Response(201, json={"status": "pending"}))
    async with client:
        await TwilioVerify(client, ACCOUNT).send(NUMBER)
        await TwilioVerify(client, ACCOUNT).check(NUMBER, "123456")
    first, second = asked
    assert str(first.url) == f"http://sandbox/v2/Services/{VERIFY_SERVICE_SID}/Verifications"
    assert str(second.url) == f"http://sandbox/v2/Services/{VERIFY_SERVICE_SID}/VerificationCheck"
    assert (first.content, second.content) == (b"To=%2B14165550123&Channel=sms", b"To=%2B14165550123&Code=123456")
    assert first.headers["authorization"].startswith("Basic ")


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(500, text="<html>"),
        httpx.Response(200, text="[]"),
        httpx.Response(201, text='{"status": 7}'),
        httpx.Response(302, headers={"location": "http://elsewhere/"}),
        httpx.Response(400, json={"code": "x", "message": "bad +14165550123"}),
        httpx.ConnectError("refused"),
        httpx.ReadTimeout("slow"),
        httpx.RemoteProtocolError("broke off"),
    ],
    ids=repr,
)
async def test_anything_else_is_trouble(answer: httpx.Response | Exception) -> None:
    """Whatever else comes back is trouble: asked once, logged without the number, and never an approval."""
    client, asked = answering(answer)
    with capture_logs() as lines:
        async with client:
            assert await TwilioVerify(client, ACCOUNT).send(NUMBER) is Sending.TROUBLE
            assert len(asked) == 1
            assert await TwilioVerify(client, ACCOUNT).check(NUMBER, "123456") is Verdict.TROUBLE
    assert "5550123" not in str(lines) and "123456" not in str(lines)


@pytest.mark.parametrize(
    ("status", "verdict"),
    [
        ("max_attempts_reached", Verdict.TOO_MANY),
        ("expired", Verdict.EXPIRED),
        ("canceled", Verdict.EXPIRED),
        ("deleted", Verdict.EXPIRED),
        ("failed", Verdict.EXPIRED),
    ],
)
async def test_a_verification_that_is_over(status: str, verdict: Verdict) -> None:
    """Every other status of Twilio's means that a new code is needed, at once or later."""
    client, _ = answering(httpx.Response(200, json={"status": status}))
    async with client:
        assert await TwilioVerify(client, ACCOUNT).check(NUMBER, "123456") is verdict
