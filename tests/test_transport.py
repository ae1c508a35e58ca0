"""The transport against a server that misbehaves byte by byte: the errors decide whether an order counts as sent."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import httpx
import pytest

from ringback import transport
from ringback.transport import FastTransport, ProviderTransport, fast_client, provider_client

Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


@asynccontextmanager
async def serving(serve: Serve) -> AsyncIterator[str]:
    """A server that reads a request's head and then does what `serve` does; its address."""

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await serve(reader, writer)
        finally:
            writer.close()

    server = await asyncio.start_server(connected, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()


def answering(answer: bytes, *, then_hold: bool = False) -> Serve:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answer)
        await writer.drain()
        if then_hold:
            await reader.read()

    return serve


async def resetting(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.readuntil(b"\r\n\r\n")
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    writer.transport.abort()


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize(
    ("serve", "error"),
    [
        (answering(b""), httpx.RemoteProtocolError),
        (resetting, httpx.TransportError),
        (answering(b"SMTP ready\r\n\r\n"), httpx.RemoteProtocolError),
        (answering(b"", then_hold=True), httpx.ReadTimeout),
        (answering(OK[:-1]), httpx.TransportError),
        (answering(OK[:-1], then_hold=True), httpx.ReadTimeout),
    ],
    ids=["hangs up", "resets", "other protocol", "silent", "half a body", "stuck in the body"],
)
async def test_sent_is_never_called_unsent(serve: Serve, error: type[Exception], method: str) -> None:
    """Once a request is out, no trouble looks like a connection that never came about; all of it is httpx's."""
    async with fast_client() as http, serving(serve) as url:
        with pytest.raises(error) as caught:
            await http.request(method, url, timeout=httpx.Timeout(0.3))
        assert not isinstance(caught.value, (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout))


async def test_stale_connection_is_not_unsent() -> None:
    """A server that hangs up on the second request of a connection has heard that request."""
    heard = 0

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal heard
        for answer in (OK, b""):
            await reader.readuntil(b"\r\n\r\n")
            heard += 1
            writer.write(answer)

    async with fast_client() as http, serving(serve) as url:
        await http.post(url)
        with pytest.raises(httpx.RemoteProtocolError):
            await http.post(url)
    assert heard == 2


async def test_nobody_listens() -> None:
    """A refused connection is httpx's ConnectError: certainly not sent."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        async with fast_client() as http:
            with pytest.raises(httpx.ConnectError):
                await http.get(f"http://127.0.0.1:{bound.getsockname()[1]}")


async def test_connecting_takes_too_long() -> None:
    """A connection that does not come about in time is httpx's ConnectTimeout: certainly not sent."""
    with socket.socket() as full:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        taken = [socket.create_connection(full.getsockname()) for _ in range(1)]
        async with fast_client() as http:
            with pytest.raises(httpx.ConnectTimeout):
                await http.get(f"http://127.0.0.1:{full.getsockname()[1]}", timeout=httpx.Timeout(5, connect=0.2))
        for one in taken:
            one.close()


async def test_a_full_pool_times_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who waits too long for a place in the pool gets an error of the unsent kind."""
    monkeypatch.setattr(transport, "LIMITS", httpx.Limits(max_connections=1))
    async with fast_client() as http, serving(answering(b"", then_hold=True)) as url:
        first = asyncio.create_task(http.get(url, timeout=5))
        await asyncio.sleep(0.05)
        with pytest.raises((httpx.ConnectTimeout, httpx.PoolTimeout)):
            await http.get(url, timeout=httpx.Timeout(5, pool=0.1))
        first.cancel()


async def test_the_path_arrives_as_it_was_written() -> None:
    """A conversation's id with odd characters reaches Rasa's router in one piece."""
    lines: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        lines.append(await reader.readline())
        await reader.readuntil(b"\r\n\r\n")
        writer.write(OK)

    async with fast_client() as http, serving(serve) as url:
        await http.post(f"{url}/conversations/a%2Fb%3Fc%25d/tracker", params={"token": "a+b&c"})
    assert lines == [b"POST /conversations/a%2Fb%3Fc%25d/tracker?token=a%2Bb%26c HTTP/1.1\r\n"]


@pytest.mark.parametrize(
    ("method", "path", "fast"),
    [
        ("GET", "/3.0/callback/CA1/status", True),
        ("POST", "/callback/status", True),
        ("POST", "/3.0/callback", False),
        ("POST", "/3.0/callback/CA1/cancel", False),
        ("POST", "/callback/request", False),
    ],
)
async def test_what_acts_goes_over_httpx(monkeypatch: pytest.MonkeyPatch, method: str, path: str, fast: bool) -> None:
    """Polls take the fast way, orders and cancellations httpx's own."""
    went: list[bool] = []

    async def over_aiohttp(_self: object, request: httpx.Request) -> httpx.Response:
        went.append(True)
        return httpx.Response(200)

    async def over_httpx(_self: object, request: httpx.Request) -> httpx.Response:
        went.append(False)
        return httpx.Response(200)

    monkeypatch.setattr(FastTransport, "handle_async_request", over_aiohttp)
    monkeypatch.setattr(httpx.AsyncHTTPTransport, "handle_async_request", over_httpx)
    async with provider_client() as http:
        assert isinstance(http._transport, ProviderTransport)
        await http.request(method, f"http://provider.test{path}")
    assert went == [fast]


async def test_no_proxy_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy that the environment names is not used."""
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    async with serving(answering(OK)) as url, fast_client() as pushes, provider_client() as http:
        assert [(await http.get(url)).text, (await http.post(url)).text, (await pushes.get(url)).text] == ["ok"] * 3
