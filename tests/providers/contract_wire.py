"""What the contract needs to know of a provider's wire, a transport that does as it is told, and every trouble."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import Any, ClassVar

import httpx

from ringback.models import Order, Profile, Question, Queue, Sighting, State, TimeSlot
from ringback.providers.base import (
    Found,
    Provider,
    ProviderError,
)

Transport = Callable[[httpx.Request], httpx.Response]
Answer = httpx.Response | Exception | Transport
SECRET_ANSWER = "my aunt's divorce"


class Wire(ABC):
    """How one provider's wire looks, as far as the contract needs it."""

    name: ClassVar[str]
    # What must never be seen in a text: keys and tokens.
    secrets: ClassVar[tuple[str, ...]]
    # The order has answers, one of which is SECRET_ANSWER, unless the provider takes none.
    order: ClassVar[Order]
    provider_id: ClassVar[str]
    # The order's id as the provider may write it, each with what the client makes of it.
    ids: ClassVar[Sequence[tuple[Any, str]]]
    # Each of its words with our state.
    states: ClassVar[Sequence[tuple[str, State]]]

    @abstractmethod
    def provider(self, transport: Transport, **changes: Any) -> Provider:
        """A client with complete settings, each of which `changes` can replace."""

    @abstractmethod
    def taken(self, call_id: Any) -> httpx.Response:
        """The order was taken."""

    @abstractmethod
    def state(self, word: str) -> httpx.Response:
        """How a call-back goes."""

    @abstractmethod
    def refused(self, words: str) -> httpx.Response:
        """No."""

    @abstractmethod
    def unknown_to_us(self) -> Sequence[httpx.Response]:
        """Every way in which the provider says that it does not know our credentials."""

    @abstractmethod
    def without_credentials(self) -> dict[str, Any]:
        """The change of settings that takes the credentials away."""


class Scripted:
    """A transport that answers in the order given, the last one again and again, and keeps every request."""

    def __init__(self, *answers: Answer) -> None:
        self._answers = list(answers)
        self.requests: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        answer = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        if isinstance(answer, Exception):
            raise answer
        if isinstance(answer, httpx.Response):
            # A response can be read once only.
            return httpx.Response(answer.status_code, headers=answer.headers, content=answer.content)
        return answer(request)


Method = Callable[[Provider, Wire], Awaitable[Any]]
METHODS: dict[str, Method] = {
    "profile": lambda provider, _wire: provider.profile(),
    "queues": lambda provider, _wire: provider.queues(),
    "questions": lambda provider, _wire: provider.questions(),
    "questions_of_a_queue": lambda provider, wire: provider.questions(wire.order.queue_id),
    "time_slots": lambda provider, wire: provider.time_slots(wire.order.queue_id),
    "order": lambda provider, wire: provider.order(wire.order),
    "status": lambda provider, wire: provider.status(wire.provider_id),
    "cancel": lambda provider, wire: provider.cancel(wire.provider_id),
    "find": lambda provider, wire: provider.find(wire.order),
}
RESULTS = (Profile, Queue, Question, TimeSlot, Sighting, Found, str)


async def outcome_of(call: Awaitable[Any]) -> Any:
    """The result, or the ProviderError; anything else comes out as it is."""
    try:
        return await call
    except ProviderError as error:
        return error


class Drip(httpx.AsyncByteStream):
    """A body that never ends, one space at a time."""

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while True:
            yield b" "
            await asyncio.sleep(0.005)


NOTHING_SENT = (httpx.ConnectError("no"), httpx.ConnectTimeout("no"), httpx.PoolTimeout("no"), httpx.ProxyError("no"))
BROKEN_OFF = (
    httpx.ReadTimeout("no"),
    httpx.WriteTimeout("no"),
    httpx.ReadError("no"),
    httpx.WriteError("no"),
    httpx.RemoteProtocolError("no"),
    OSError("no"),
    RuntimeError("no"),
)
SERVER_BROKEN = tuple(httpx.Response(code, text="oops") for code in (500, 502, 503, 504, 599))
GARBAGE = (
    httpx.Response(200, content=b""),
    httpx.Response(204),
    httpx.Response(200, html="<h1>Welcome</h1>"),
    httpx.Response(200, content=b'{"head": {"sta'),
    httpx.Response(200, content=b"\xff\xfe\x00"),
    httpx.Response(200, text="null"),
    httpx.Response(200, json=[]),
    httpx.Response(200, json={}),
    httpx.Response(200, json="text"),
    httpx.Response(200, content=b"[" * 100_000),
    httpx.Response(302, headers={"Location": "https://elsewhere.example/"}),
)
TROUBLE: tuple[Answer, ...] = (*NOTHING_SENT, *BROKEN_OFF, *SERVER_BROKEN, *GARBAGE, httpx.Response(429))
