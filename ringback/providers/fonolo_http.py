"""One exchange with Fonolo over HTTP: a request out, the `data` of a successful envelope in, or a typed error.

Success is the envelope's `head.status`, whatever the HTTP code says. No error text holds a key, a telephone number or
an address, and none has the HTTP exception as its cause: that one carries the request with its credentials.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any

import httpx
from pydantic import SecretStr

from ringback.providers.base import (
    NotConfigured,
    ProviderError,
    ProviderOffline,
    ProviderRefused,
    UnexpectedAnswer,
    WrongCredentials,
)
from ringback.providers.fonolo_wire import Envelope, NotAnEnvelope, clean, read_envelope

_MOST_BYTES = 8 * 1024 * 1024
_LONGEST_RETRY_AFTER = 3600.0
# HTTP refusals that only something in front of Fonolo gives, and that say that the request was not acted upon.
_NOT_ACTED_UPON = frozenset({400, 404, 405, 406, 407, 411, 412, 413, 414, 415, 417, 421, 422, 431})


class _Answer:
    def __init__(self, response: httpx.Response, body: bytes) -> None:
        self.code = response.status_code
        self.headers = response.headers
        self.body = body
        self.charset = response.charset_encoding


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
        self._http = http
        self._base_url = base_url.rstrip("/") + "/"
        self._account_sid = account_sid
        self._auth_token = auth_token
        self._connect = connect
        self._clock = clock

    async def get(self, path: str, *, answer: float, query: Mapping[str, str] | None = None) -> Any:
        """Read. Tried once more when no connection came about. Raises ProviderError."""
        try:
            return await self._exchange("GET", path, answer=answer, query=query)
        except _NoConnection:
            return await self._exchange("GET", path, answer=answer, query=query)

    async def post(self, path: str, *, answer: float, form: Mapping[str, str] | None = None) -> Any:
        """Act. Never tried again. Raises ProviderError, which says whether the request may have arrived."""
        return await self._exchange("POST", path, answer=answer, form=form)

    async def _exchange(
        self,
        method: str,
        path: str,
        *,
        answer: float,
        query: Mapping[str, str] | None = None,
        form: Mapping[str, str] | None = None,
    ) -> Any:
        acts = method == "POST"
        try:
            request = self._http.build_request(
                method,
                self._base_url + path,
                params=query,
                data=form,
                headers={"Accept": "application/json"},
                timeout=httpx.Timeout(answer, connect=self._connect, pool=self._connect),
            )
        except (httpx.InvalidURL, ValueError, TypeError):
            raise NotConfigured("the address of Fonolo cannot be used (RINGBACK_FONOLO_URL)") from None
        # httpx counts from one piece of an answer to the next; a slow drip must end as well.
        limit = self._connect * 2 + answer
        try:
            async with asyncio.timeout(limit):
                received = await self._send(request)
        except TimeoutError:
            raise ProviderOffline(f"no whole answer within {limit:g} s", may_have_arrived=acts) from None
        except httpx.UnsupportedProtocol:
            raise NotConfigured("the address of Fonolo must begin with https:// (RINGBACK_FONOLO_URL)") from None
        except (httpx.ConnectError, httpx.ConnectTimeout) as error:
            raise _NoConnection(f"no connection ({type(error).__name__})") from None
        except (httpx.PoolTimeout, httpx.ProxyError) as error:
            raise ProviderOffline(f"no connection ({type(error).__name__})") from None
        except (httpx.DecodingError, _TooMuch) as error:
            raise UnexpectedAnswer(f"an unreadable body ({type(error).__name__})", may_have_arrived=acts) from None
        except (httpx.HTTPError, httpx.StreamError, OSError, RuntimeError, ValueError) as error:
            raise ProviderOffline(f"the exchange broke off ({type(error).__name__})", may_have_arrived=acts) from None
        return self._data(received, acts)

    async def _send(self, request: httpx.Request) -> _Answer:
        auth = httpx.BasicAuth(self._account_sid, self._auth_token.get_secret_value())
        response = await self._http.send(request, auth=auth, stream=True, follow_redirects=False)
        try:
            pieces, size = [], 0
            async for piece in response.aiter_bytes():
                pieces.append(piece)
                size += len(piece)
                if size > _MOST_BYTES:
                    raise _TooMuch
            return _Answer(response, b"".join(pieces))
        finally:
            await response.aclose()

    def _data(self, received: _Answer, acts: bool) -> Any:
        code = received.code
        if code in (401, 403):
            raise WrongCredentials(f"Fonolo does not accept our credentials (HTTP {code})")
        if code == 429:
            raise ProviderOffline("too many requests (HTTP 429)", retry_after=self._retry_after(received))
        match read_envelope(received.body, received.charset):
            case Envelope(status=200, data=data):
                return data
            case Envelope(status=401 | 403 as status):
                raise WrongCredentials(f"Fonolo does not accept our credentials (status {status})")
            case Envelope(message=message):
                secrets = (self._auth_token.get_secret_value(), self._account_sid)
                raise ProviderRefused(clean(message, *secrets) or "no reason given")
            case NotAnEnvelope():
                raise self._no_envelope(received, acts)

    def _no_envelope(self, received: _Answer, acts: bool) -> ProviderError:
        code = received.code
        if code >= 500:
            retry_after = self._retry_after(received)
            return ProviderOffline(f"HTTP {code} without an envelope", may_have_arrived=acts, retry_after=retry_after)
        unsure = acts and code not in _NOT_ACTED_UPON
        return UnexpectedAnswer(f"HTTP {code} without an envelope", may_have_arrived=unsure)

    def _retry_after(self, received: _Answer) -> float | None:
        """Retry-After in seconds, from seconds or a date; None when there is none that makes sense."""
        value = received.headers.get("retry-after", "").strip()
        if value.isascii() and value.isdigit():
            return min(float(value[:9]), _LONGEST_RETRY_AFTER)
        try:
            seconds = (parsedate_to_datetime(value) - self._clock()).total_seconds()
        except (ValueError, TypeError, OverflowError):
            return None
        return min(max(seconds, 0.0), _LONGEST_RETRY_AFTER)


class _NoConnection(ProviderOffline):
    """Nothing was sent."""


class _TooMuch(Exception):
    """A body far beyond anything that Fonolo has to say."""
