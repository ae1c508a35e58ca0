"""Following with one worker and with two, on PostgreSQL: `following.scaling_two_workers` is what two do over one.

More call-backs are due than can be looked at, and the provider answers after a fifth of a second, as one on the
internet does. So what bounds a worker is the number of looks that it has in flight (`following.at_once`, 50) and not
its core: two workers, the provider and PostgreSQL share this machine's cores, and without that pause the figure would
tell how many cores there are. What it does tell is whether workers that share a ledger stand in each other's way.

`following.scaling_cost` is the CPU of the workers for one look with two, over that with one: what sharing costs.
"""

from __future__ import annotations

import asyncio
import os
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import create_async_engine

from bench.calls import sid
from bench.harness_house import ledger_at
from bench.stage import ACCOUNT, cpu_of, provider, running, table, troubles_in
from ringback.ledger.store import Ledger
from ringback.ledger.tables import callbacks, sightings
from ringback.models import CallbackRequest

COUNT = 3_000
DELAY, WARM_UP, SECONDS = 0.2, 6.0, 20.0
DESK = """
providers: [{kind: fonolo, profile: CP00000000000000000000000000000001, timezone: America/Toronto}]
following: {waiting: 1.0}
"""
FOREVER = 10_000.0


def measure() -> dict[str, float]:
    """Run it; the figures."""
    rates, costs, idle = {}, {}, {}
    for workers in (1, 2):
        rates[workers], costs[workers], idle[workers] = _run(workers)
    scaling = rates[2] / rates[1]
    table(
        [
            ("call-backs due all the time", f"{COUNT}", ""),
            ("answer of the provider", f"{1000 * DELAY:.0f} ms", ""),
            ("looks a second, one worker", f"{rates[1]:.0f}", ""),
            ("looks a second, two workers", f"{rates[2]:.0f}", ""),
            ("two over one", f"{scaling:.2f}", ">= 1.8"),
            ("CPU of a look, one worker", f"{1000 * costs[1]:.3f} ms", ""),
            ("CPU of a look, two workers", f"{1000 * costs[2]:.3f} ms", ""),
            (
                f"of {os.cpu_count()} cores idle, one / two workers",
                f"{idle[1]:.0f} % / {idle[2]:.0f} %",
                "> 0: no bound",
            ),
        ]
    )
    return {
        "following.scaling_two_workers": scaling,
        "following.scaling_cost": costs[2] / costs[1],
        "following.scaling_idle_percent": idle[2],
        "following.n_due": float(COUNT),
    }


def _run(workers: int) -> tuple[float, float, float]:
    """Looks a second, seconds of the workers' CPU for each, and the percentage of the machine that was idle."""
    import psutil

    with (
        tempfile.TemporaryDirectory(prefix="ringback-bench-") as name,
        ledger_at("postgresql", Path(name)) as ledger,
        provider(Path(name), COUNT, FOREVER, FOREVER, DELAY) as server,
        ExitStack() as stack,
    ):
        folder = Path(name)
        (folder / "desk.yml").write_text(DESK, encoding="utf-8")
        asyncio.run(_fill(ledger))
        url = str(server.base_url).rstrip("/")
        logs = [folder / f"worker{number}.log" for number in range(workers)]
        at_work = [
            stack.enter_context(running("-c", _COMMAND, env=_environment(folder, ledger, url), log=log)) for log in logs
        ]
        time.sleep(WARM_UP)
        polls, cpu, began = server.get("/report").json()["polls"], sum(map(cpu_of, at_work)), time.monotonic()
        psutil.cpu_times_percent(None)
        time.sleep(SECONDS)
        idle = float(psutil.cpu_times_percent(None).idle)
        polls = server.get("/report").json()["polls"] - polls
        cpu, seconds = sum(map(cpu_of, at_work)) - cpu, time.monotonic() - began
        if troubles := sum(map(troubles_in, logs)):
            print(f"  {troubles} troubles in the workers' logs")
    return polls / seconds, cpu / polls, idle


_COMMAND = "import sys; from ringback.cli import main; sys.exit(main(['worker']))"


def _environment(folder: Path, ledger: str, url: str) -> dict[str, str]:
    return {
        "RINGBACK_DESK_FILE": str(folder / "desk.yml"),
        "RINGBACK_LEDGER_URL": ledger,
        "RINGBACK_FONOLO_URL": f"{url}/3.0/",
        "RINGBACK_FONOLO_ACCOUNT_SID": ACCOUNT,
        "RINGBACK_FONOLO_AUTH_TOKEN": "0" * 64,
        "RINGBACK_RASA_URL": url,
        "RINGBACK_RASA_TOKEN": "",
    }


async def _fill(url: str) -> None:
    """A ledger of call-backs on hold, due at once."""
    ledger = await Ledger.open(url)
    request = CallbackRequest(
        key="template",
        conversation_id="template",
        channel="website",
        queue_id="CO00000000000000000000000000000001",
        queue_name="Billing",
        number="+14165550123",
    )
    now = time.time()
    await ledger.begin(request, provider="fonolo", now=now, look_at=now + 3600)
    await ledger.close()
    engine = create_async_engine(url)
    async with engine.begin() as connection:
        row = dict((await connection.execute(select(callbacks))).mappings().one())
        await connection.execute(delete(sightings))
        await connection.execute(delete(callbacks))
        await connection.execute(insert(callbacks), list(_rows(row, now)))
    await engine.dispose()


def _rows(template: Mapping[str, Any], now: float) -> Iterator[Mapping[str, Any]]:
    # The small server lets its first calls ring: those are left out.
    for number in range(COUNT // 10, COUNT // 10 + COUNT):
        yield {
            **template,
            "key": f"k{number}",
            "conversation_id": f"c{number}",
            "provider_id": sid(number),
            "state": "HOLDING",
            "state_since": now - 300,
            "word": "Holding",
            "word_since": now - 300,
            "seq": 4,
            "next_poll_at": now,
        }
