"""Both clients against answers that went wrong in every way: only results and ProviderErrors, and no secret in them."""

from __future__ import annotations

import asyncio
import copy
import gzip
import json
from collections.abc import Awaitable, Callable
from typing import Any, cast

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ringback.providers.base import ProviderError
from ringback.providers.fonolo import Fonolo
from tests.providers import fonolo_double as fonolo
from tests.providers.contract import ProviderContract
from tests.providers.contract_wire import METHODS, Scripted, Wire, outcome_of
from tests.providers.test_fonolo_more import CALL_ENTRY, DAYS, SCHEDULING
from tests.providers.wires import FonoloWire, TeniosWire

Method = Callable[[Any, Wire], Awaitable[Any]]
MORE: dict[str, Method] = {
    "profiles": lambda provider, _wire: cast(Fonolo, provider).profiles(),
    "option": lambda provider, _wire: cast(Fonolo, provider).option(fonolo.OPTION),
    "question": lambda provider, _wire: cast(Fonolo, provider).question("QU1"),
    "scheduling": lambda provider, _wire: cast(Fonolo, provider).scheduling(),
    "realtime": lambda provider, _wire: cast(Fonolo, provider).realtime(),
    "calls": lambda provider, _wire: cast(Fonolo, provider).calls(*DAYS),
    "call": lambda provider, _wire: cast(Fonolo, provider).call(fonolo.CALL),
    "timezones": lambda provider, _wire: cast(Fonolo, provider).timezones(),
    "optins": lambda provider, _wire: cast(Fonolo, provider).optins(),
    "optin": lambda provider, _wire: cast(Fonolo, provider).optin("OI1"),
}


def _envelope(data: Any, status: int = 200) -> Any:
    return {"head": {"status": status, "message": "m"}, "data": data}


# Right answers, for mutation to begin with.
RIGHT: dict[str, list[Any]] = {
    "fonolo": [
        _envelope({"sid": fonolo.CALL, "status": "Success", "duration": 3, "details": "…"}),
        _envelope({"options": [{"sid": fonolo.OPTION, "name": "Billing", "order": 1, "status": "active"}]}),
        _envelope({"questions": [{"sid": "QU1", "text": "Why?", "min_length": 1, "choices": ["a", "b"]}]}),
        _envelope({"schedule": [{"start_time": "2026-11-23 10:00:00", "end_time": "2026-11-23 10:30:00"}]}),
        _envelope({"calls": [CALL_ENTRY | {"number": fonolo.NUMBER, "start_date": "2026-11-23 08:59:00"}]}),
        _envelope({"sid": fonolo.PROFILE, "name": "Web", "sms": True, "questions": True, "scheduling": True}),
        _envelope(SCHEDULING),
        _envelope({"timezones": ["America/Toronto"]}),
        _envelope({}, status=500),
    ],
    "tenios": [
        {"id": 4711},
        {"status": "CALLING_A"},
        {"error_code": "INVALID_VALUE", "error_message": "No", "fields": ["callback_number"], "success": False},
        {"error_code": "BAD_CREDENTIALS", "error_message": "Bad credentials", "fields": []},
    ],
}


def _nested(depth: int) -> Any:
    inner: Any = "deep"
    for _ in range(depth):
        inner = [inner]
    return inner


ODD = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**30), 10**30),
    st.floats(),
    st.text(max_size=12),
    st.sampled_from([10**400, "9" * 5000, "\ud800", "\x00", "", "2026-02-30 25:61:00", "9999-12-31 23:59:59", 1e308]),
    st.sampled_from(["0001-01-01 00:00:00", "9999-12-31T23:59:59-23:59", [], {}, [[]], {"sid": None}, _nested(300)]),
)


@st.composite
def mutated(draw: st.DrawFn, right: list[Any]) -> Any:
    """A right answer in which some places hold something else, are missing, or are repeated in a list."""
    content = copy.deepcopy(draw(st.sampled_from(right)))
    for _ in range(draw(st.integers(0, 4))):
        place: Any = content
        while isinstance(place, (dict, list)) and place:
            key = draw(st.sampled_from(sorted(place) if isinstance(place, dict) else range(len(place))))
            if draw(st.booleans()) or not isinstance(place[key], (dict, list)) or not place[key]:
                change = draw(st.sampled_from(["odd", "gone", "wrapped", "renamed"]))
                if change == "odd":
                    place[key] = copy.deepcopy(draw(ODD))
                elif change == "wrapped":
                    place[key] = [place[key], place[key]]
                elif change == "gone" or isinstance(place, list):
                    del place[key]
                else:
                    place[key.upper()] = place.pop(key)
                break
            place = place[key]
    return content


@st.composite
def bodies(draw: st.DrawFn, right: list[Any], secrets: tuple[str, ...]) -> bytes:
    """A body: a mutated answer in some encoding, cut somewhere, or no answer at all; it may hold secrets."""
    kind = draw(st.sampled_from(["answer", "answer", "answer", "cut", "binary", "secret", "deep", "huge"]))
    if kind == "binary":
        return draw(st.binary(max_size=80))
    if kind == "deep":
        return b"[" * 100_000 if draw(st.booleans()) else b'{"data":' * 50_000
    if kind == "huge":
        return b'{"id":' + b"9" * 6000 + b',"head":{"status":2e2},"status":' + b"1" * 5000 + b"}"
    text = json.dumps(draw(mutated(right)), ensure_ascii=draw(st.booleans()))
    if kind == "secret":
        text = text.replace('"m"', json.dumps(" ".join(secrets))).replace("No", " ".join(secrets))
    encoding = draw(st.sampled_from(["utf-8", "utf-8", "utf-8-sig", "utf-16", "utf-32", "latin-1", "cp1252", "utf-7"]))
    body = text.encode(encoding, "replace")
    return body[: draw(st.integers(0, len(body)))] if kind == "cut" else body


CODES = st.sampled_from([200, 200, 200, 200, 201, 204, 302, 400, 400, 401, 403, 404, 408, 418, 429, 500, 502, 599])
CHARSETS = st.sampled_from(["utf-8", "latin-1", "utf-7", "utf-16", "ascii", "nonsense", "hex", "idna", "\u00e9", ""])
ENCODINGS = st.sampled_from([None, None, None, None, "gzip", "deflate", "gzip for real", "br"])


def _response(code: int, body: bytes, charset: str, encoding: str | None) -> Callable[[httpx.Request], httpx.Response]:
    headers = [(b"Content-Type", f"application/json; charset={charset}".encode()), (b"Retry-After", charset.encode())]
    if encoding == "gzip for real":
        body, encoding = gzip.compress(body), "gzip"
    if encoding:
        headers.append((b"Content-Encoding", encoding.encode()))
    return lambda _request: httpx.Response(code, headers=headers, stream=httpx.ByteStream(body))


class _Told(ProviderContract):
    """Lends its eye for secrets."""

    def __init__(self, wire: Wire) -> None:
        self.wire = wire  # type: ignore[misc]

    def look_at(self, error: ProviderError) -> None:
        """Fails when the error holds a secret."""
        self.assert_no_secret(self.told_by(error))


@pytest.mark.parametrize("wire", [FonoloWire(), TeniosWire()], ids=lambda wire: wire.name)
@given(data=st.data(), code=CODES, charset=CHARSETS, encoding=ENCODINGS)
@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_only_results_and_provider_errors(
    wire: Wire, data: st.DataObject, code: int, charset: str, encoding: str | None
) -> None:
    """Whatever comes back, a method gives its result or a ProviderError without a secret, and an order is sent once."""
    body = data.draw(bodies(RIGHT[wire.name], (*wire.secrets, wire.order.number)))
    methods = METHODS | MORE if wire.name == "fonolo" else METHODS
    method = data.draw(st.sampled_from([*methods, "order", "order", "status", "status"]))
    line = Scripted(_response(code, body, charset, encoding))
    outcome = asyncio.run(_once(methods[method], line, wire))
    if isinstance(outcome, ProviderError):
        _Told(wire).look_at(outcome)
    if method == "order":
        assert len(line.requests) == 1
        assert isinstance(outcome, ProviderError) or (isinstance(outcome, str) and outcome)


async def _once(method: Method, line: Scripted, wire: Wire) -> Any:
    return await outcome_of(method(wire.provider(line), wire))
