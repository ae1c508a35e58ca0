"""How Fonolo may fail, what each failure is called, and whether an order may have arrived."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ringback.models import Order
from ringback.providers.base import (
    ProviderError,
    ProviderOffline,
    ProviderRefused,
    UnexpectedAnswer,
    WrongCredentials,
)
from ringback.providers.fonolo import Fonolo
from ringback.providers.wire import clean
from tests.providers.fonolo_double import ACCOUNT, CALL, NOW, OPTION, ORDER, TOKEN, Answer, Double, envelope

OK = {"head": {"status": 200, "message": "Call started successfully."}, "data": {"sid": CALL}}


async def order_error(answer: Answer) -> ProviderError:
    """The error of an order, which is never sent twice."""
    double = Double(answer)
    with pytest.raises(ProviderError) as raised:
        await double.fonolo().order(ORDER)
    assert len(double.requests) == 1
    return raised.value


@pytest.mark.parametrize("code", [200, 201, 400, 404, 500, 503])
@pytest.mark.parametrize("status", [200, "200", 200.0])
@pytest.mark.parametrize("wrapped", [True, False])
async def test_success_is_the_envelopes(code: int, status: object, wrapped: bool) -> None:
    """Success is decided by the envelope's status, whatever the HTTP code, wrapped in `head` or not."""
    head = {"status": status, "message": "ok"}
    body: dict[str, Any] = {"head": head, "data": {"sid": CALL}} if wrapped else head | {"data": {"sid": CALL}}
    assert await Double(httpx.Response(code, json=body)).fonolo().order(ORDER) == CALL


@pytest.mark.parametrize("code", [200, 400, 404, 500, 502])
@pytest.mark.parametrize("body", [{"head": {"status": 500, "message": "Nope."}}, {"status": "500", "message": "Nope."}])
async def test_refusal_is_the_envelopes(code: int, body: dict[str, Any]) -> None:
    """An envelope with 500 is a refusal in Fonolo's words, and the order certainly was not taken."""
    error = await order_error(httpx.Response(code, json=body))
    assert isinstance(error, ProviderRefused)
    assert error.words == "Nope."
    assert not error.may_have_arrived


@pytest.mark.parametrize("code", [401, 403])
@pytest.mark.parametrize("body", [b"", b"<html>", json.dumps({"head": {"status": 500, "message": "No"}}).encode()])
async def test_wrong_credentials(code: int, body: bytes) -> None:
    """HTTP 401 and 403 mean the credentials, with an envelope or without."""
    error = await order_error(httpx.Response(code, content=body))
    assert isinstance(error, WrongCredentials)
    assert not error.may_have_arrived


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("30", 30.0),
        ("0", 0.0),
        ("999999999999", 3600.0),
        ("Mon, 23 Nov 2026 14:00:20 GMT", 20.0),
        ("Mon, 23 Nov 2026 13:00:00 GMT", 0.0),
        ("soon", None),
        ("-1", None),
        (None, None),
    ],
)
async def test_too_many_requests(header: str | None, seconds: float | None) -> None:
    """HTTP 429 is an outage that names its end, in seconds or as a date, and nothing was ordered."""
    headers = {"Retry-After": header} if header else {}
    error = await order_error(httpx.Response(429, headers=headers))
    assert isinstance(error, ProviderOffline)
    assert (error.retry_after, error.may_have_arrived) == (seconds, False)


@pytest.mark.parametrize("trouble", [httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError])
async def test_nothing_was_sent(trouble: type[httpx.HTTPError]) -> None:
    """Without a connection nothing was ordered; the order is not tried again in here."""
    error = await order_error(trouble("no"))
    assert isinstance(error, ProviderOffline)
    assert not error.may_have_arrived


@pytest.mark.parametrize(
    "trouble",
    [
        httpx.ReadTimeout("no"),
        httpx.WriteTimeout("no"),
        httpx.ReadError("no"),
        httpx.WriteError("no"),
        httpx.RemoteProtocolError("no"),
        httpx.LocalProtocolError("no"),
        OSError("no"),
        RuntimeError("no"),
    ],
)
async def test_nobody_knows(trouble: Exception) -> None:
    """When the exchange breaks off after the connection, the order may have arrived."""
    error = await order_error(trouble)
    assert isinstance(error, ProviderOffline)
    assert error.may_have_arrived


NO_GZIP = httpx.Response(200, headers={"Content-Encoding": "gzip"}, stream=httpx.ByteStream(b"no gzip"))


@pytest.mark.parametrize(
    ("answer", "kind", "unsure"),
    [
        (httpx.Response(500, text="oops"), ProviderOffline, True),
        (httpx.Response(502, html="<h1>Bad gateway</h1>"), ProviderOffline, True),
        (httpx.Response(503, headers={"Retry-After": "5"}), ProviderOffline, True),
        (httpx.Response(200, html="<h1>Welcome</h1>"), UnexpectedAnswer, True),
        (httpx.Response(200, content=b""), UnexpectedAnswer, True),
        (httpx.Response(200, content=json.dumps(OK).encode()[:-9]), UnexpectedAnswer, True),
        (httpx.Response(200, json=[]), UnexpectedAnswer, True),
        (httpx.Response(200, json={"head": {}}), UnexpectedAnswer, True),
        (NO_GZIP, UnexpectedAnswer, True),
        (httpx.Response(302, headers={"Location": "https://elsewhere.example/"}), UnexpectedAnswer, True),
        (httpx.Response(404, text="no such page"), UnexpectedAnswer, False),
        (envelope({"status": "/3.0/call/x"}), UnexpectedAnswer, True),
        (envelope({"sid": "CA123"}), UnexpectedAnswer, True),
        (envelope({"sid": None}), UnexpectedAnswer, True),
        (envelope(), UnexpectedAnswer, True),
        (envelope("text"), UnexpectedAnswer, True),
    ],
)
async def test_answers_outside_the_contract(answer: httpx.Response, kind: type[ProviderError], unsure: bool) -> None:
    """An unusable answer to an order leaves it open whether it was taken, except where HTTP rules that out."""
    error = await order_error(answer)
    assert type(error) is kind
    assert error.may_have_arrived is unsure


async def test_reads_are_tried_once_more_without_a_connection() -> None:
    """A read gets a second chance at a connection and no third; a broken read gets none."""
    double = Double(httpx.ConnectError("no"), envelope({"name": "Web"}))
    assert (await double.fonolo().profile()).name == "Web"
    double = Double(httpx.ConnectTimeout("no"))
    with pytest.raises(ProviderOffline):
        await double.fonolo().profile()
    assert len(double.requests) == 2
    double = Double(httpx.ReadTimeout("no"))
    with pytest.raises(ProviderOffline) as raised:
        await double.fonolo().profile()
    assert len(double.requests) == 1
    assert not raised.value.may_have_arrived


async def test_a_cancellation_is_never_tried_again() -> None:
    """Neither a refused nor an unanswered cancellation is repeated."""
    for answer in (httpx.ConnectError("no"), httpx.ReadTimeout("no"), envelope(status=500)):
        double = Double(answer)
        with pytest.raises(ProviderError):
            await double.fonolo().cancel(CALL)
        assert len(double.requests) == 1


async def test_redirects_are_not_followed() -> None:
    """Credentials never travel on, even with a client that follows redirects."""
    double = Double(httpx.Response(307, headers={"Location": "https://elsewhere.example/"}))
    fonolo = double.fonolo()
    fonolo._line._http_line._http.follow_redirects = True
    with pytest.raises(UnexpectedAnswer):
        await fonolo.profile()
    assert [request.url.host for request in double.requests] == ["fonolo.example"]


async def test_time_outs_of_reads_and_orders() -> None:
    """A connection gets 3 s, an answer 10 s, the answer to an order 15 s."""
    double = Double(envelope({"sid": CALL}))
    await double.fonolo().profile()
    await double.fonolo().order(ORDER)
    read, order = (request.extensions["timeout"] for request in double.requests)
    assert (read["connect"], read["pool"], read["read"]) == (3.0, 3.0, 10.0)
    assert (order["connect"], order["read"]) == (3.0, 15.0)


class Drip(httpx.AsyncByteStream):
    """A body that never ends, one space at a time."""

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while True:
            yield b" "
            await asyncio.sleep(0.005)


async def test_a_dripping_answer_ends() -> None:
    """An answer that comes in drops is given up when its time is over, and the order may have arrived."""
    double = Double(httpx.Response(200, stream=Drip()))
    with pytest.raises(ProviderOffline) as raised:
        await double.fonolo(order_time_out=0.03, connect_time_out=0.01).order(ORDER)
    assert raised.value.may_have_arrived


class Flood(httpx.AsyncByteStream):
    """A body without end, as fast as it can be read."""

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while True:
            yield b" " * 2**20


async def test_a_flood_ends() -> None:
    """A body far beyond reason is not read to its end."""
    with pytest.raises(UnexpectedAnswer):
        await Double(httpx.Response(200, stream=Flood())).fonolo().profile()


@pytest.mark.parametrize("charset", ["utf-8", "utf-8-sig", "latin-1", "utf-16", "cp1252"])
@pytest.mark.parametrize("declared", ["utf-8", "latin-1", "no-such-charset", None])
async def test_no_charset_costs_the_id(charset: str, declared: str | None) -> None:
    """The id of an ordered call is read whatever the charset is and says it is."""
    body = json.dumps(OK | {"note": "Rückruf gestartet"}, ensure_ascii=False).encode(charset)
    headers = {"Content-Type": f"application/json; charset={declared}" if declared else "application/json"}
    assert await Double(httpx.Response(200, content=body, headers=headers)).fonolo().order(ORDER) == CALL


# -- nothing secret gets out ----------------------------------------------------------------------------------------

NUMBERS = ("+14165550123", "14165550123", "416 555 0123", "(416) 555-0123", "416‑555‑0123", "4.1.6.5.5.5.0.1.2.3")


@pytest.mark.parametrize("number", NUMBERS)
async def test_refusals_hide_numbers_and_keys(number: str) -> None:
    """Fonolo's words come without telephone numbers, keys and line breaks, and at a sensible length."""
    message = f"Number {number} on 2026-11-23 10:30:00\nis bad for {ACCOUNT}:{TOKEN}. " + "x" * 500
    error = await order_error(envelope(status=500, message=message))
    assert isinstance(error, ProviderRefused)
    assert error.words.startswith("Number ••• on 2026-11-23 10:30:00 is bad for •••:•••. xxx")
    assert len(error.words) <= 200


@pytest.mark.parametrize(
    "answer",
    [
        httpx.ConnectError(f"https://{ACCOUNT}:{TOKEN}@fonolo.example 14165550123"),
        httpx.ReadTimeout(f"{TOKEN} +14165550123"),
        OSError(f"{TOKEN} +14165550123"),
        envelope(status=500, message=f"{TOKEN} +14165550123"),
        httpx.Response(500, text=f"{TOKEN} +14165550123"),
        httpx.Response(401, text=f"{TOKEN} +14165550123"),
        httpx.Response(200, text=f"{TOKEN} +14165550123"),
        envelope({"sid": f"{TOKEN} +14165550123"}),
    ],
)
async def test_errors_and_logs_hold_no_secret(answer: Answer, caplog: pytest.LogCaptureFixture) -> None:
    """No error, traceback, repr or log line holds the token or the number."""
    caplog.set_level(logging.DEBUG)
    double = Double(answer)
    fonolo = double.fonolo()
    order = Order(queue_id=OPTION, number="+14165550123", answers={"QU1": "my secret answer"})
    with pytest.raises(ProviderError) as raised:
        await fonolo.order(order)
    told = "\n".join(
        (
            "".join(traceback.format_exception(raised.value)),
            repr(raised.value),
            repr(raised.value.args),
            repr(fonolo),
            repr(fonolo._account),
            str(double.only.url),
            caplog.text,
        )
    )
    assert raised.value.__cause__ is None
    for secret in (TOKEN, "4165550123", "my secret answer", "Basic "):
        assert secret not in told


@given(st.text(max_size=300))
def test_clean_is_one_short_line(words: str) -> None:
    """Whatever comes, a log gets one short line without seven digits in a row."""
    line = clean(words)
    assert len(line) <= 200
    assert line.isprintable()


# -- fuzzing --------------------------------------------------------------------------------------------------------

WORDS = st.sampled_from(["head", "data", "status", "message", "sid", "options", "questions", "schedule", "start_time"])
KEYS = WORDS | st.sampled_from(["end_time", "calls", "pending", "number", "option", "name", "choices", "max_length"])
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from([200, 500, CALL, OPTION, "Success", "14165550123", "2026-11-23 10:00:00", "9999-12-31 23:59:59"])
    | st.sampled_from(["0001-01-01 00:00:00", "2026-02-30 25:61:00", "\ud800", "9" * 5000, 10**400])
)
JSON = st.recursive(
    LEAVES, lambda some: st.lists(some, max_size=4) | st.dictionaries(KEYS, some, max_size=5), max_leaves=12
)
ENVELOPES = st.builds(lambda data, status: {"head": {"status": status, "message": "m"}, "data": data}, JSON, LEAVES)
CONTRACT = st.builds(lambda data: {"head": {"status": 200, "message": "m"}, "data": data}, JSON)


def _bytes(content: Any) -> bytes:
    return json.dumps(content).encode()


BODIES = (
    st.binary(max_size=80)
    | (JSON | ENVELOPES | CONTRACT).map(_bytes)
    | CONTRACT.map(_bytes)
    | st.tuples(ENVELOPES.map(_bytes), st.integers(0, 60)).map(lambda cut: cut[0][: cut[1]])
    | st.text(max_size=40).map(lambda text: text.encode("utf-16", "surrogatepass"))
    | st.just(b"[" * 100_000)
)
CALLS: list[Callable[[Fonolo], Awaitable[Any]]] = [
    lambda fonolo: fonolo.profile(),
    lambda fonolo: fonolo.queues(),
    lambda fonolo: fonolo.questions(),
    lambda fonolo: fonolo.time_slots(OPTION),
    lambda fonolo: fonolo.order(ORDER),
    lambda fonolo: fonolo.status(CALL),
    lambda fonolo: fonolo.cancel(CALL),
    lambda fonolo: fonolo.find(ORDER),
]


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    body=BODIES,
    code=st.sampled_from([200, 200, 200, 204, 301, 400, 401, 418, 429, 500, 599]),
    charset=st.sampled_from(["utf-8", "latin-1", "utf-7", "ascii", "nonsense", "hex", "\u00e9"]),
    place=st.integers(0, len(CALLS) - 1),
)
def test_only_provider_errors_come_out(body: bytes, code: int, charset: str, place: int) -> None:
    """Whatever Fonolo answers, a method gives its result or raises a ProviderError."""
    headers = [(b"Content-Type", f"application/json; charset={charset}".encode())]
    double = Double(lambda request: httpx.Response(code, content=body, headers=headers))

    async def once() -> None:
        with contextlib.suppress(ProviderError):
            await CALLS[place](double.fonolo(now=NOW))

    asyncio.run(once())
