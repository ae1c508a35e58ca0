"""One exchange with a provider over HTTP: a request out, the whole answer in, or a typed error.

What an answer means is the provider's own affair; that it ends, that it has a sensible size, and whether a request that
got none may have arrived, is the same for all of them. No error text holds a key, a telephone number or an address, and
none has the HTTP exception as its cause: that one carries the request with its credentials.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime
from email.utils import parsedate_to_datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

import httpx

from ringback.providers.base import NotConfigured, ProviderOffline, UnexpectedAnswer

_MOST_BYTES = 8 * 1024 * 1024
_LONGEST_RETRY_AFTER = 3600.0
_ADDRESSES = 20_000
"""How many addresses are kept ready, at about 0.5 KB each."""
# HTTP refusals by which a server says that it did not act upon a request.
NOT_ACTED_UPON = frozenset({400, 404, 405, 406, 407, 411, 412, 413, 414, 415, 417, 421, 422, 431})


class Received:
    """A whole answer, not yet understood."""

    def __init__(self, response: httpx.Response, body: bytes) -> None:
        self.code = response.status_code
        self.headers = response.headers
        self.body = body
        self._response = response

    def charset(self) -> str | None:
        """What the answer says that it is written in; few bodies need it in order to be read."""
        return self._response.charset_encoding


class NoConnection(ProviderOffline):
    """Nothing was sent."""


class HttpLine:
    """The line to one provider. Time-outs in seconds; `clock` gives the aware time, for Retry-After dates."""

    def __init__(
        self,
        http: httpx.AsyncClient,
        base_url: str,
        *,
        whose: str,
        setting: str,
        connect: float,
        clock: Callable[[], datetime],
        auth: httpx.BasicAuth | None = None,
    ) -> None:
        """`whose` is the provider and `setting` what holds its address; both are for error texts."""
        self._http = http
        self._base_url = base_url.rstrip("/") + "/"
        self._whose = whose
        self._setting = setting
        self._connect = connect
        self._clock = clock
        self._auth = auth
        self._headers = httpx.Headers({**http.headers, "Accept": "application/json"})
        # A call-back is asked about again and again, and taking an address apart costs as much as sending it.
        self._url = lru_cache(_ADDRESSES)(self._address)

    def _address(self, path: str) -> httpx.URL:
        return httpx.URL(self._base_url + path)

    async def exchange(
        self,
        method: str,
        path: str,
        *,
        acts: bool,
        answer: float,
        query: Mapping[str, str] | None = None,
        form: Mapping[str, str] | None = None,
        content: bytes | None = None,
        content_type: str | None = None,
    ) -> Received:
        """Send once; `answer` is the time-out for the answer in seconds. Raises ProviderError.

        A request that `acts` is never sent a second time, and its errors say whether it may have arrived. A read is
        tried once more when no connection came about.
        """
        timeout = {"connect": self._connect, "pool": self._connect, "read": answer, "write": answer}
        headers = {**self._headers, "Content-Type": content_type} if content_type else self._headers
        try:
            request = httpx.Request(
                method,
                self._url(path),
                params=query,
                data=form,
                content=content,
                headers=headers,
                extensions={"timeout": timeout},
            )
        except (httpx.InvalidURL, ValueError, TypeError):
            raise NotConfigured(f"the address of {self._whose} cannot be used ({self._setting})") from None
        try:
            return await self._once(request, acts, answer)
        except NoConnection:
            if acts:
                raise
            return await self._once(request, acts, answer)

    async def _once(self, request: httpx.Request, acts: bool, answer: float) -> Received:
        # httpx counts from one piece of an answer to the next; a slow drip must end as well.
        limit = self._connect * 2 + answer
        try:
            async with asyncio.timeout(limit):
                return await self._send(request)
        except TimeoutError:
            raise ProviderOffline(f"no whole answer within {limit:g} s", may_have_arrived=acts) from None
        except httpx.UnsupportedProtocol:
            text = f"the address of {self._whose} must begin with https:// ({self._setting})"
            raise NotConfigured(text) from None
        except (httpx.ConnectError, httpx.ConnectTimeout) as error:
            raise NoConnection(f"no connection ({type(error).__name__})") from None
        except (httpx.PoolTimeout, httpx.ProxyError) as error:
            raise ProviderOffline(f"no connection ({type(error).__name__})") from None
        except (httpx.DecodingError, _TooMuch) as error:
            raise UnexpectedAnswer(f"an unreadable body ({type(error).__name__})", may_have_arrived=acts) from None
        except (httpx.HTTPError, httpx.StreamError, OSError, RuntimeError, ValueError) as error:
            raise ProviderOffline(f"the exchange broke off ({type(error).__name__})", may_have_arrived=acts) from None

    async def _send(self, request: httpx.Request) -> Received:
        response = await self._http.send(request, auth=self._auth, stream=True, follow_redirects=False)
        try:
            pieces, size = [], 0
            async for piece in response.aiter_bytes():
                pieces.append(piece)
                size += len(piece)
                if size > _MOST_BYTES:
                    raise _TooMuch
            return Received(response, b"".join(pieces))
        finally:
            await response.aclose()

    def too_many(self, received: Received) -> ProviderOffline:
        """HTTP 429: nothing was acted upon, and the provider may say when to come back."""
        return ProviderOffline("too many requests (HTTP 429)", retry_after=self.retry_after(received))

    def retry_after(self, received: Received) -> float | None:
        """Retry-After in seconds, from seconds or a date; None when there is none that makes sense."""
        value = received.headers.get("retry-after", "").strip()
        if value.isascii() and value.isdigit():
            return min(float(value[:9]), _LONGEST_RETRY_AFTER)
        try:
            seconds = (parsedate_to_datetime(value) - self._clock()).total_seconds()
        except (ValueError, TypeError, OverflowError):
            return None
        return min(max(seconds, 0.0), _LONGEST_RETRY_AFTER)


def check_address(base_url: str, setting: str, example: str) -> None:
    """Raises NotConfigured, naming `setting`, when this cannot be the address of an API."""
    try:
        url = httpx.URL(base_url)
    except (httpx.InvalidURL, ValueError, TypeError):
        raise NotConfigured(f"{setting} is not an address") from None
    if url.scheme not in ("http", "https") or not url.host or url.userinfo or url.query or url.fragment:
        raise NotConfigured(f"{setting} must look like {example}")


def zone_of(timezone: str, name: str) -> ZoneInfo:
    """The zone that desk.yml names for the provider `name`. Raises NotConfigured."""
    try:
        return ZoneInfo(timezone)
    except (ValueError, OSError, KeyError):
        raise NotConfigured(f"timezone of {name!r} in desk.yml is not an IANA time zone") from None


class _TooMuch(Exception):
    """A body far beyond anything that a provider has to say."""
