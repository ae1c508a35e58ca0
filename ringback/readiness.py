"""Whether everything that Ringback needs answers at this moment: the ledger, each provider, Rasa and its model."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from functools import partial
from typing import Any

import httpx

from ringback.ledger.store import Ledger, LedgerDown
from ringback.models import Frozen
from ringback.providers.base import Provider, ProviderError, ProviderRefused

LONGEST = 5.0
"""Seconds for one part to answer."""
KEPT = 5.0
"""Seconds for which an answer is given out again, so that nobody who asks often burdens a provider."""
_NO_SUCH_CALL = "1"


class Part(Frozen):
    """One part: whether it is ready, and in a few words how it is."""

    ready: bool
    says: str


class Readiness:
    """The parts of one office. `look` may be asked as often as one likes."""

    def __init__(
        self,
        ledger: Ledger,
        providers: Mapping[str, Provider],
        rasa: RasaStatus,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._asks: dict[str, Callable[[], Awaitable[Part]]] = {"ledger": lambda: _ledger(ledger), "rasa": rasa.look}
        for name, provider in providers.items():
            self._asks[f"provider:{name}"] = partial(_provider, provider)
        self._clock = clock
        self._parts: dict[str, Part] = {}
        self._looked_at = float("-inf")
        self._one_at_a_time = asyncio.Lock()

    async def look(self) -> Mapping[str, Part]:
        """Every part by its name: ledger, rasa, provider:<name>."""
        async with self._one_at_a_time:
            if self._clock() - self._looked_at >= KEPT:
                found = await asyncio.gather(*(_in_time(ask) for ask in self._asks.values()))
                self._parts = dict(zip(self._asks, found, strict=True))
                self._looked_at = self._clock()
        return self._parts


async def _in_time(ask: Callable[[], Awaitable[Part]]) -> Part:
    try:
        async with asyncio.timeout(LONGEST):
            return await ask()
    except TimeoutError:
        return Part(ready=False, says=f"no answer within {LONGEST:g} s")


async def _ledger(ledger: Ledger) -> Part:
    try:
        await ledger.next_due()
    except LedgerDown as error:
        return Part(ready=False, says=f"cannot be read ({error})")
    return Part(ready=True, says="can be read")


async def _provider(provider: Provider) -> Part:
    try:
        await greet(provider)
    except ProviderError as error:
        return Part(ready=False, says=str(error))
    return Part(ready=True, says="answers")


async def greet(provider: Provider) -> None:
    """Ask a provider something that costs nothing. Raises ProviderError when it does not know us or does not answer."""
    await provider.profile()
    if not provider.capabilities.queues:
        # Its profile stands in desk.yml, so that nothing was asked yet. "No such call" is a good answer.
        with suppress(ProviderRefused):
            await provider.status(_NO_SUCH_CALL)


class RasaStatus:
    """Rasa's own word on itself."""

    def __init__(self, http: httpx.AsyncClient, url: str, token: str) -> None:
        self._http = http
        self._url = url.rstrip("/")
        self._token = token

    async def look(self) -> Part:
        """Whether it answers us and has a model."""
        params = {"token": self._token} if self._token else {}
        try:
            answer = await self._http.get(f"{self._url}/status", params=params, timeout=LONGEST)
            content: Any = answer.json() if answer.status_code == httpx.codes.OK else {}
        except (httpx.HTTPError, ValueError) as error:
            return Part(ready=False, says=f"does not answer ({type(error).__name__})")
        match answer.status_code:
            case 200 if isinstance(content, dict) and content.get("model_file"):
                return Part(ready=True, says="has a model")
            case 200 | 409:
                return Part(ready=False, says="has no model loaded")
            case 401 | 403:
                return Part(ready=False, says="does not accept RINGBACK_RASA_TOKEN")
            case 404:
                return Part(ready=False, says="has no HTTP API (--enable-api)")
            case code:
                return Part(ready=False, says=f"answers HTTP {code}")
