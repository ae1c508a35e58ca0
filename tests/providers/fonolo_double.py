"""Fonolo as a transport: answers that the test wrote down, and every request kept."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl

import httpx
from pydantic import SecretStr

from ringback.models import Order
from ringback.providers.fonolo import Fonolo, FonoloAccount

ACCOUNT = "AC" + "0a" * 16
TOKEN = "5ec7e7" + "0b" * 29
PROFILE = "CP" + "0c" * 16
OPTION = "CO" + "0d" * 16
OTHER_OPTION = "CO" + "1d" * 16
CALL = "CA" + "0e" * 16
NUMBER = "+14165550123"
NOW = datetime(2026, 11, 23, 14, 0, tzinfo=UTC)  # 09:00 in Toronto
ORDER = Order(queue_id=OPTION, number=NUMBER)

Answer = httpx.Response | Exception | Callable[[httpx.Request], httpx.Response]


def account(**changes: Any) -> FonoloAccount:
    """A complete account in Toronto."""
    complete: dict[str, Any] = {
        "account_sid": ACCOUNT,
        "auth_token": SecretStr(TOKEN),
        "profile": PROFILE,
        "timezone": "America/Toronto",
        "base_url": "https://fonolo.example/3.0/",
    }
    return FonoloAccount(**(complete | changes))


def envelope(data: Any = None, status: Any = 200, message: str = "ok", code: int = 200) -> httpx.Response:
    """An answer as the SDKs read it."""
    body: dict[str, Any] = {"head": {"status": status, "message": message}}
    if data is not None:
        body["data"] = data
    return httpx.Response(code, json=body)


class Double:
    """Answers in the order given, the last one again and again; or by path."""

    def __init__(self, *answers: Answer, by_path: dict[str, Answer] | None = None) -> None:
        self._answers = list(answers)
        self._by_path = by_path or {}
        self.requests: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        path = request.url.path.removeprefix("/3.0/")
        if path in self._by_path:
            answer = self._by_path[path]
        else:
            answer = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer if isinstance(answer, httpx.Response) else answer(request)

    def fonolo(self, now: datetime = NOW, **changes: Any) -> Fonolo:
        """A client that talks to this double."""
        http = httpx.AsyncClient(transport=httpx.MockTransport(self), trust_env=False)
        return Fonolo(http, account(**changes), clock=lambda: now)

    @property
    def only(self) -> httpx.Request:
        """The one request there was."""
        assert len(self.requests) == 1
        return self.requests[0]


def form(request: httpx.Request) -> dict[str, str]:
    """The fields of a form request."""
    return dict(parse_qsl(request.content.decode(), keep_blank_values=True, strict_parsing=bool(request.content)))
