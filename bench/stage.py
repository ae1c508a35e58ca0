"""What the measurements share: a ledger full of calls, the processes, and their CPU and memory."""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import psutil
from sqlalchemy import create_engine, delete, insert, select

from ringback.ledger.store import Ledger
from ringback.ledger.tables import callbacks, sightings
from ringback.models import CallbackRequest

ROOT = Path(__file__).resolve().parents[1]
SCALE = float(os.environ.get("BENCH_SCALE", "1"))
ACCOUNT = "AC" + "0" * 32
DESK = """
providers: [{kind: fonolo, profile: CP00000000000000000000000000000001, timezone: America/Toronto}]
following: {holding: 15.0} # everything that does not ring is asked about every 15 s
"""


def free_port() -> int:
    """A port that nobody has."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def fill(file: Path, rows: Iterable[Mapping[str, Any]]) -> None:
    """A ledger with `rows`, each like an ordinary call-back but for what it says."""
    template = asyncio.run(_template(file))
    engine = create_engine(f"sqlite:///{file}")
    with engine.begin() as connection:
        connection.execute(delete(sightings))
        connection.execute(delete(callbacks))
        if complete := [{**template, **row} for row in rows]:
            connection.execute(insert(callbacks), complete)
    engine.dispose()


async def _template(file: Path) -> dict[str, Any]:
    ledger = await Ledger.open(f"sqlite:///{file}")
    request = CallbackRequest(
        key="template",
        conversation_id="template",
        channel="website",
        queue_id="CO00000000000000000000000000000001",
        queue_name="Billing",
        number="+14165550123",
        answers={"QU00000000000000000000000000000001": "about my last bill"},
    )
    await ledger.begin(request, provider="fonolo", now=time.time(), look_at=time.time() + 3600)
    await ledger.close()
    engine = create_engine(f"sqlite:///{file}")
    with engine.connect() as connection:
        row = dict(connection.execute(select(callbacks)).mappings().one())
    engine.dispose()
    return row


@contextmanager
def running(*arguments: str, env: Mapping[str, str] | None = None, log: Path) -> Iterator[psutil.Process]:
    """A Python process of ours, ended afterwards."""
    with log.open("wb") as out:
        child = subprocess.Popen(
            [sys.executable, *arguments],
            cwd=ROOT,
            env={**os.environ, **(env or {})},
            stdout=out,
            stderr=subprocess.STDOUT,
        )
        try:
            yield psutil.Process(child.pid)
        finally:
            child.terminate()
            try:
                child.wait(15)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()


@contextmanager
def provider(folder: Path, count: int, first: float, last: float, delay: float = 0.0) -> Iterator[httpx.Client]:
    """The small server, whose statuses take `delay` seconds; a client to it."""
    port = free_port()
    arguments = ("-m", "bench.server", str(port), str(count), str(first), str(last), str(delay))
    with (
        running(*arguments, log=folder / "server.log"),
        httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False, timeout=10) as client,
    ):
        _until_it_answers(client)
        yield client


def _until_it_answers(client: httpx.Client) -> None:
    for _ in range(200):
        try:
            client.get("/report")
        except httpx.HTTPError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError("the server does not start")


@contextmanager
def worker(folder: Path, ledger: Path, url: str) -> Iterator[psutil.Process]:
    """`ringback worker` over that ledger, with the provider and Rasa at `url`. Its log is `worker.log`."""
    desk = folder / "desk.yml"
    desk.write_text(DESK, encoding="utf-8")
    env = {
        "RINGBACK_DESK_FILE": str(desk),
        "RINGBACK_LEDGER_URL": f"sqlite:///{ledger}",
        "RINGBACK_FONOLO_URL": f"{url}/3.0/",
        "RINGBACK_FONOLO_ACCOUNT_SID": ACCOUNT,
        "RINGBACK_FONOLO_AUTH_TOKEN": "0" * 64,
        "RINGBACK_RASA_URL": url,
        "RINGBACK_RASA_TOKEN": "none",
        "RINGBACK_LOG": "console",
    }
    command = "import sys; from ringback.cli import main; sys.exit(main(['worker']))"
    if profile := os.environ.get("BENCH_PROFILE"):
        command = (
            "import cProfile; from ringback.cli import main; "
            f"cProfile.runctx(\"main(['worker'])\", globals(), {{}}, {profile!r})"
        )
    with running("-c", command, env=env, log=folder / "worker.log") as process:
        yield process


def memory_of_empty_worker(folder: Path) -> float:
    """Bytes resident of a worker with nothing to do."""
    ledger = folder / "empty.sqlite3"
    fill(ledger, [])
    with worker(folder, ledger, "http://127.0.0.1:9") as process:
        time.sleep(4)
        return float(process.memory_info().rss)


def cpu_of(process: psutil.Process) -> float:
    """Seconds of CPU that it has used."""
    times = process.cpu_times()
    return float(times.user + times.system)


def troubles_in(log: Path) -> int:
    """Lines of a worker's log that say that something went wrong."""
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
    return sum("[error" in line or "[warning" in line or "Traceback" in line for line in lines)


def table(rows: Iterable[tuple[str, str, str]]) -> None:
    """Print figure, value, target."""
    for name, value, target in rows:
        print(f"  {name:<44} {value:>14}   {target}")
