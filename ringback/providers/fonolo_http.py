"""One exchange with Fonolo: a request out, the `data` of a successful envelope in, or a typed error.

Success is the envelope's `head.status`, whatever the HTTP code says.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

import httpx
from pydantic import SecretStr

from ringback.providers.base import ProviderError, ProviderOffline, ProviderRefused, UnexpectedAnswer, WrongCredentials
from ringback.providers.fonolo_wire import Envelope, NotAnEnvelope, read_envelope
from ringback.providers.http_line import NOT_ACTED_UPON, HttpLine, Received
from ringback.providers.wire import clean


class Line:
    """The line to one account. Time-outs in seconds; `clock` gives the aware time, for Retry-After dates."""

    def __init__(
        self,
        http: httpx.AsyncClient,
        base_url: str,
        account_sid: str,
        auth_token: SecretStr,
        *,
        connect: float,
        clock: Callable[[], datetime],
    ) -> None:
        self._http_line = HttpLine(
            http,
            base_url,
            whose="Fonolo",
            setting="RINGBACK_FONOLO_URL",
            connect=connect,
            clock=clock,
            auth=httpx.BasicAuth(account_sid, auth_token.get_secret_value()),
        )
        self._account_sid = account_sid
        self._auth_token = auth_token

    async def get(self, path: str, *, answer: float, query: Mapping[str, str] | None = None) -> Any:
        """Read. Tried once more when no connection came about. Raises ProviderError."""
        received = await self._http_line.exchange("GET", path, acts=False, answer=answer, query=query)
        return self._data(received, acts=False)

    async def post(
        self, path: str, *, answer: float, form: Mapping[str, str] | None = None, hidden: Sequence[str] = ()
    ) -> Any:
        """Act. Never tried again. Raises ProviderError, which says whether the request may have arrived and does not
        repeat what is `hidden`.
        """
        received = await self._http_line.exchange("POST", path, acts=True, answer=answer, form=form)
        return self._data(received, acts=True, hidden=hidden)

    def _data(self, received: Received, acts: bool, hidden: Sequence[str] = ()) -> Any:
        code = received.code
        if code in (401, 403):
            raise WrongCredentials(f"Fonolo does not accept our credentials (HTTP {code})")
        if code == 429:
            raise self._http_line.too_many(received)
        match read_envelope(received.body, received.charset):
            case Envelope(status=200, data=data):
                return data
            case Envelope(status=401 | 403 as status):
                raise WrongCredentials(f"Fonolo does not accept our credentials (status {status})")
            case Envelope(message=message):
                secrets = (self._auth_token.get_secret_value(), self._account_sid, *hidden)
                raise ProviderRefused(clean(message, *secrets) or "no reason given")
            case NotAnEnvelope():
                raise self._no_envelope(received, acts)

    def _no_envelope(self, received: Received, acts: bool) -> ProviderError:
        code = received.code
        if code >= 500:
            retry_after = self._http_line.retry_after(received)
            return ProviderOffline(f"HTTP {code} without an envelope", may_have_arrived=acts, retry_after=retry_after)
        unsure = acts and code not in NOT_ACTED_UPON
        return UnexpectedAnswer(f"HTTP {code} without an envelope", may_have_arrived=unsure)
