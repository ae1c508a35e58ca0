"""What replicas share in Redis, against a real server of that kind: locks with a lease, and paces."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
from valkey import asyncio as valkey

from channels.replicas.leases import Leases, NotHeld
from channels.replicas.pace import SharedPace
from channels.replicas.together import Alone, find_replicas
from tools.cluster import free_ports
from tools.cluster_engines import Redis


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Redis]:
    """A Redis server of our own."""
    running = Redis(tmp_path_factory.mktemp("redis"), free_ports(1)[0])
    running.start()
    yield running
    running.stop()


@pytest.fixture
async def client(server: Redis) -> AsyncIterator[Any]:
    """An empty one."""
    opened = valkey.Valkey.from_url(server.url, socket_timeout=3.0)
    await opened.flushall()
    yield opened
    await opened.aclose()


async def test_one_at_a_time(client: Any) -> None:
    """Twenty who want the same lock over two connections have it one after the other; another name is free."""
    leases, inside, most = (Leases(client), Leases(client)), 0, 0

    async def work(number: int) -> None:
        nonlocal inside, most
        async with leases[number % 2].hold("a", 10.0):
            inside += 1
            most = max(most, inside)
            await asyncio.sleep(0.001)
            inside -= 1

    async with leases[0].hold("b", 1.0):
        await asyncio.gather(*(work(number) for number in range(20)))
    assert most == 1


async def test_a_living_holder_keeps_it(client: Any) -> None:
    """Work that takes longer than the lease keeps the lock, and whoever waits in vain is told so."""
    async with Leases(client, lease=0.4).hold("a", 1.0):
        with pytest.raises(NotHeld, match="somebody else"):
            async with Leases(client, lease=0.4).hold("a", 1.0):
                pytest.fail("two had it")


async def test_a_dead_holder_loses_it(client: Any) -> None:
    """What nobody renews is free when its lease is over, and not before."""
    await client.set("ringback:a", "a dead server's token", px=500)
    began = time.monotonic()
    async with Leases(client).hold("a", 5.0):
        assert time.monotonic() - began >= 0.4


async def test_a_failure_gives_it_back(client: Any) -> None:
    """An exception leaves the lock free, and is not swallowed."""
    leases = Leases(client)
    with pytest.raises(ZeroDivisionError):
        async with leases.hold("a", 1.0):
            raise ZeroDivisionError
    async with leases.hold("a", 0.0):
        assert await client.exists("ringback:a")
    assert not await client.exists("ringback:a")


async def test_a_lock_survives_a_restart_of_redis(client: Any, server: Redis) -> None:
    """Redis restarts under a holder and a waiter: the holder keeps it, and the waiter gets it afterwards."""
    order: list[str] = []

    async def wait_for_it() -> None:
        async with Leases(client).hold("a", 10.0):
            order.append("second")

    async with Leases(client).hold("a", 1.0):
        waiting = asyncio.create_task(wait_for_it())
        await asyncio.to_thread(server.restart)
        await asyncio.sleep(0.3)
        order.append("first")
    await waiting
    assert order == ["first", "second"]


async def test_redis_away() -> None:
    """Without Redis a lock is refused after its patience, and a pace is kept by each server alone."""
    nobody = valkey.Valkey.from_url(f"redis://127.0.0.1:{free_ports(1)[0]}/0")
    with pytest.raises(NotHeld, match="away"):
        async with Leases(nobody, patience=0.3).hold("a", 10.0):
            pytest.fail("it was had")
    pace = SharedPace(nobody, "messages", [(2, 60.0)])
    assert [await pace.wait("a") > 0 for _ in range(3)] == [False, False, True]
    await nobody.aclose()


async def test_a_pace_is_shared(client: Any) -> None:
    """Two servers give out one allowance between them, for each key; a refusal says how long and costs nothing."""
    first, second = (SharedPace(client, "messages", [(5, 1.0), (6, 60.0)]) for _ in range(2))
    burst = [await pace.wait("a") for _ in range(3) for pace in (first, second)]
    assert burst[:5] == [0.0] * 5
    assert 0.0 < burst[5] <= 0.2
    assert await second.wait("b") == 0.0
    await asyncio.sleep(0.3)
    assert await second.wait("a") == 0.0
    # Six in a minute are used up; the next share of a minute is ten seconds.
    assert 9.0 < await first.wait("a") <= 10.0


async def test_paces_differ_by_name_and_end(client: Any) -> None:
    """What has nothing to do with each other is counted apart, under digests, and Redis forgets it by itself."""
    assert await SharedPace(client, "sessions", [(1, 0.2)]).wait("203.0.113.9") == 0.0
    assert await SharedPace(client, "messages", [(1, 0.2)]).wait("203.0.113.9") == 0.0
    keys = await client.keys("*")
    assert len(keys) == 2
    assert not any(b"203.0.113" in key for key in keys)
    assert all([0 < await client.pttl(key) < 1_500 for key in keys])


def test_several_servers_need_one_secret() -> None:
    """A server that shares Redis but has a secret of its own making does not start, and says what to set."""
    assert isinstance(find_replicas({}, None), Alone)
    with pytest.raises(ValueError, match="RINGBACK_WEBSITE_SECRET"):
        find_replicas({"RINGBACK_REDIS_URL": "redis://127.0.0.1/0"}, None)
