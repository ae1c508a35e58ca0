"""A sandbox in this process on a clock that is moved by hand, and one in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import httpx
import pytest

from sandbox.app import Sandbox, create_app
from sandbox.clock import Clock
from sandbox.company import ACCOUNT_SID, AUTH_TOKEN
from sandbox.world import Settings
from tests.sandbox.line import Line
from tests.sandbox.tenios_client import TeniosClient

ROOT = Path(__file__).parents[2]
TORONTO = ZoneInfo("America/Toronto")
# A Monday, in the morning opening hours.
MONDAY_AT_NINE = datetime(2026, 11, 23, 9, 2, tzinfo=TORONTO).timestamp()


class Served:
    """A sandbox process: its address and its process."""

    def __init__(self, process: subprocess.Popen[str], port: int) -> None:
        self.process = process
        self.port = port
        self.url = f"http://127.0.0.1:{port}"
        self._log: list[str] = []
        # A log that nobody reads would stop the process when the pipe is full.
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def stop(self) -> str:
        """End it as `kill` does; what it logged."""
        self.process.terminate()
        return self._end()

    def kill(self) -> str:
        self.process.kill()
        return self._end()

    def _end(self) -> str:
        self.process.wait(10)
        self._reader.join(10)
        return "".join(self._log)

    def _read(self) -> None:
        assert self.process.stderr is not None
        with self.process.stderr as lines:
            self._log.extend(lines)


def served(*arguments: str) -> Served:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("SANDBOX_")}
    process = subprocess.Popen(
        [sys.executable, "-m", "sandbox", "--port", "0", *arguments],
        cwd=ROOT,
        env=environment,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    # The first line says where it listens; the socket is bound by then.
    line = process.stderr.readline()
    return Served(process, int(line.split("http://127.0.0.1:")[1].split("/")[0]))


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Served]:
    one = served()
    yield one
    one.stop()


@pytest.fixture
def line(sandbox: Served) -> Iterator[Line]:
    one = Line(sandbox.port)
    yield one
    one.close()


@pytest.fixture
def serve() -> Iterator[Callable[..., Served]]:
    started: list[Served] = []

    def start(*arguments: str) -> Served:
        started.append(served(*arguments))
        return started[-1]

    yield start
    for one in started:
        if one.process.poll() is None:
            one.kill()


@pytest.fixture
def clock() -> Clock:
    return Clock(source=lambda: MONDAY_AT_NINE)


@pytest.fixture
def app(clock: Clock) -> Sandbox:
    return create_app(clock=clock, settings=Settings(fault_silence=0.05, order_silence=0.05, slow=0.05))


@pytest.fixture
async def client(app: Sandbox) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app=app), base_url="http://sandbox", auth=(ACCOUNT_SID, AUTH_TOKEN)
    ) as one:
        yield one


@pytest.fixture
def tenios(client: httpx.AsyncClient) -> TeniosClient:
    return TeniosClient(client)
