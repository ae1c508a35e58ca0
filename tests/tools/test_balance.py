"""The balancer of `make run-cluster`: in turn, past what is away, and both ways until both are done."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from tools.balance import CHUNK, Balancer
from tools.cluster import free_ports


async def _server(port: int, name: bytes) -> asyncio.Server:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard = await reader.read()
        writer.write(name + heard)
        writer.close()

    return await asyncio.start_server(answer, "127.0.0.1", port)


async def _ask(port: int, text: bytes) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(text)
    writer.write_eof()
    answer = await reader.read()
    writer.close()
    return answer


@pytest.fixture
async def front() -> AsyncIterator[tuple[int, list[asyncio.Server]]]:
    """A balancer's port, and the two servers behind it."""
    listen, *ports = free_ports(3)
    servers = [await _server(port, name) for port, name in zip(ports, (b"a", b"b"), strict=True)]
    balancer = await asyncio.start_server(Balancer(ports).handle, "127.0.0.1", listen)
    yield listen, servers
    for server in (balancer, *servers):
        server.close()


async def test_in_turn(front: tuple[int, list[asyncio.Server]]) -> None:
    """Connections go to the servers in turn, and each passes on everything both ways."""
    long = b"x" * (3 * CHUNK)
    answers = [await _ask(front[0], long) for _ in range(4)]
    assert [answer[:1] for answer in answers] == [b"a", b"b", b"a", b"b"]
    assert all(answer[1:] == long for answer in answers)


async def test_past_what_is_away(front: tuple[int, list[asyncio.Server]]) -> None:
    """Without one server every connection reaches the other; without both it is closed."""
    listen, servers = front
    servers[0].close()
    await servers[0].wait_closed()
    assert {await _ask(listen, b"") for _ in range(4)} == {b"b"}
    servers[1].close()
    await servers[1].wait_closed()
    assert await _ask(listen, b"") == b""


def test_what_was_away_comes_last() -> None:
    """A server that has just not answered is tried only after the others."""
    balancer = Balancer([1, 2, 3])
    balancer._away[2] = float("inf")
    assert [balancer.order() for _ in range(3)] == [[1, 3, 2], [3, 1, 2], [3, 1, 2]]
