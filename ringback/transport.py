"""What carries our requests: httpx's API, over aiohttp for the many small reads, over httpx's own pool for what acts.

aiohttp's transport takes a tenth of the CPU with many requests in flight (bench/README.md). Which error it raises for
what is another matter: it calls a connection that breaks after the request was sent a `ConnectTimeout`, and lets some
of aiohttp's own errors through. A read may believe that and ask again; an order that was taken for "not sent" would be
placed twice. So errors are put right here, and what acts does not go this way at all.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager

import aiohttp
import httpx
from httpx_aiohttp import AiohttpTransport

LIMITS = httpx.Limits(max_connections=200, max_keepalive_connections=100, keepalive_expiry=4.0)
"""Idle connections are given up before the usual server does so (5 s) just as we write."""

_READING_POSTS = ("/callback/status",)
"""Ends of paths at which a provider wants a POST for what only reads (TENIOS)."""


def fast_client() -> httpx.AsyncClient:
    """For what may be sent again: the pushes to Rasa. No proxy from the environment."""
    return _Client(trust_env=False, transport=FastTransport())


def provider_client() -> httpx.AsyncClient:
    """For everything that is said to a provider. No proxy from the environment."""
    return _Client(trust_env=False, transport=ProviderTransport())


class _NoCookies(httpx.Cookies):
    """Keeps none. No API of ours wants any, and looking for them is a tenth of what a poll costs."""

    def extract_cookies(self, response: httpx.Response) -> None:
        """Leave them where they are."""


class _Client(httpx.AsyncClient):
    """An AsyncClient without cookies."""

    _none = _NoCookies()

    @property
    def cookies(self) -> httpx.Cookies:
        """None, for ever."""
        return self._none

    @cookies.setter
    def cookies(self, _cookies: object) -> None:
        raise AttributeError("this client keeps no cookies")


_SMALL = 65536
"""Bytes of an answer that is read at once."""


class FastTransport(AiohttpTransport):
    """httpx over aiohttp, with errors that mean what httpx says they mean."""

    def __init__(self) -> None:
        super().__init__(trust_env=False, limits=LIMITS)

    def get_client(self) -> aiohttp.ClientSession:
        """One session without a cookie jar: cookies are httpx's affair."""
        connector = aiohttp.TCPConnector(
            limit=LIMITS.max_connections or 0, keepalive_timeout=LIMITS.keepalive_expiry, ssl=self.ssl_context
        )
        return aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar(), trust_env=False)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send. Raises httpx's errors only; `ConnectError` and `ConnectTimeout` only when nothing was sent."""
        with _errors_put_right(request):
            response = await super().handle_async_request(request)
            stream = response.stream
            assert isinstance(stream, httpx.AsyncByteStream)  # noqa: S101 - it is an asynchronous transport
            if not _is_small(response):
                response.stream = _Body(stream, request)
                return response
            # The rule: the whole answer has come with its head, and need not go through four generators.
            try:
                response.stream = httpx.ByteStream(b"".join([piece async for piece in stream]))
            finally:
                await stream.aclose()
        return response


class _Body(httpx.AsyncByteStream):
    """An answer's body, with its errors put right."""

    def __init__(self, stream: httpx.AsyncByteStream, request: httpx.Request) -> None:
        self._stream = stream
        self._request = request

    async def __aiter__(self) -> AsyncIterator[bytes]:
        with _errors_put_right(self._request):
            async for piece in self._stream:
                yield piece

    async def aclose(self) -> None:
        with _errors_put_right(self._request):
            await self._stream.aclose()


class ProviderTransport(httpx.AsyncBaseTransport):
    """Reads over aiohttp, everything that acts over httpx's own pool."""

    def __init__(self) -> None:
        self._reads = FastTransport()
        self._acts = httpx.AsyncHTTPTransport(trust_env=False, limits=LIMITS)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send by the way that this request may take."""
        way = self._reads if _only_reads(request) else self._acts
        return await way.handle_async_request(request)

    async def aclose(self) -> None:
        await self._reads.aclose()
        await self._acts.aclose()


def _is_small(response: httpx.Response) -> bool:
    length = response.headers.get("content-length", "")
    return length.isdecimal() and int(length) <= _SMALL


def _only_reads(request: httpx.Request) -> bool:
    return request.method == "GET" or (request.method == "POST" and request.url.path.endswith(_READING_POSTS))


@contextmanager
def _errors_put_right(request: httpx.Request) -> Iterator[None]:
    try:
        yield
    except httpx.ConnectTimeout as error:
        cause = error.__cause__
        if isinstance(cause, aiohttp.ClientConnectorError):
            raise httpx.ConnectError(str(error), request=request) from cause
        if isinstance(cause, aiohttp.ConnectionTimeoutError):
            raise
        raise httpx.RemoteProtocolError(str(error) or type(cause).__name__, request=request) from cause
    except aiohttp.ClientError as error:
        raise httpx.RemoteProtocolError(type(error).__name__, request=request) from error
