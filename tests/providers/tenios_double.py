"""TENIOS as a transport: answers that the test wrote down, and every request kept."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import httpx
from pydantic import SecretStr

from ringback.models import Order
from ringback.providers.tenios import Tenios, TeniosAccount
from ringback.settings import TeniosQuestion, TeniosQueue
from tests.providers.fonolo_double import Answer

KEY = "5ec7e75e-c7e7-4aaa-8bbb-0123456789ab"
CONFIG = "aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee"
OTHER_CONFIG = "bbbbbbbb-bbbb-4ccc-8ddd-eeeeeeeeeeee"
NUMBER = "+4915112345678"
CALL = "4711"
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)  # a Monday, 10:00 in Berlin
ORDER = Order(queue_id=CONFIG, number=NUMBER, note="")


def queue(**changes: Any) -> TeniosQueue:
    """A queue that is open on weekdays."""
    complete: dict[str, Any] = {
        "name": "Billing",
        "callback_config_id": CONFIG,
        "hours": {"mon-fri": "09:00-12:00 13:00-17:00"},
    }
    return TeniosQueue(**(complete | changes))


SALES = queue(
    name="Sales",
    callback_config_id=OTHER_CONFIG,
    hours={"sat": "10:00-12:00"},
    questions=(TeniosQuestion(text="What is it about?", required=True), TeniosQuestion(text="Your name?")),
    announcement="A web customer. {answers}",
    key_to_start="1",
)


def account(**changes: Any) -> TeniosAccount:
    """A complete account in Berlin."""
    complete: dict[str, Any] = {
        "access_key": SecretStr(KEY),
        "timezone": "Europe/Berlin",
        "base_url": "https://tenios.example/",
        "queues": (queue(), SALES),
    }
    return TeniosAccount(**(complete | changes))


def complaint(
    code: str = "INVALID_VALUE", message: str = "Invalid parameter type or format", fields: Any = (), http: int = 400
) -> httpx.Response:
    """An error as TENIOS's page shows it."""
    body = {"error_code": code, "error_message": message, "fields": list(fields)}
    return httpx.Response(http, json=body)


def says(status: Any) -> httpx.Response:
    """An answer to the question how a call-back goes."""
    return httpx.Response(200, json={"status": status})


def tenios(transport: Any, now: datetime = NOW, **changes: Any) -> Tenios:
    """A client that talks to `transport`."""
    http = httpx.AsyncClient(transport=httpx.MockTransport(transport), trust_env=False)
    return Tenios(http, account(**changes), clock=lambda: now)


class Double:
    """Answers in the order given, the last one again and again."""

    def __init__(self, *answers: Answer) -> None:
        self._answers = list(answers)
        self.requests: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        answer = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer if isinstance(answer, httpx.Response) else answer(request)

    def tenios(self, now: datetime = NOW, **changes: Any) -> Tenios:
        """A client that talks to this double."""
        return tenios(self, now, **changes)

    @property
    def only(self) -> httpx.Request:
        """The one request there was."""
        assert len(self.requests) == 1
        return self.requests[0]


def sent(request: httpx.Request) -> dict[str, Any]:
    """The JSON object of a request."""
    assert request.method == "POST"
    assert request.headers["content-type"] == "application/json"
    content = json.loads(request.content)
    assert isinstance(content, dict)
    return content
