"""10,000 open call-backs, one worker: does the news come in time, and what does a poll cost?"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from bench.calls import Calls, sid
from bench.stage import ROOT, SCALE, cpu_of, fill, memory_of_empty_worker, provider, table, troubles_in, worker

COUNT = int(10_000 * SCALE)
WARM_UP, LAST, END = 15.0, 55.0, 75.0
"""Seconds: before the first change that counts, the last one, and until which its news may come."""
INTERVALS = {True: 2.0, False: 15.0}
"""The longest pause between two looks while a phone rings and while it does not (the defaults)."""


def measure() -> dict[str, float]:
    """Run it; the figures."""
    calls = Calls(COUNT, WARM_UP, LAST)
    with tempfile.TemporaryDirectory() as name, provider(Path(name), COUNT, WARM_UP, LAST) as server:
        folder = Path(name)
        empty = memory_of_empty_worker(folder)
        load = _load(folder, calls, server)
        url = str(server.base_url).rstrip("/")
        polls = int(10 * load["rate"])
        httpx_ms = _bare("httpx", url, polls, load["rate"])
        aiohttp_ms = _bare("aiohttp", url, polls, load["rate"])
    lags = sorted(load["over"])
    figures = {
        "following.lag_p99_over_interval_s": lags[int(len(lags) * 0.99)] if lags else float("inf"),
        "following.kb_each": (load["rss"] - empty) / 1024 / COUNT,
        "following.errors": float(load["errors"]),
        "following.cost_ms": load["cost_ms"],
        "following.cost_ratio": load["cost_ms"] / httpx_ms,
        "following.cost_vs_aiohttp": load["cost_ms"] / aiohttp_ms,
        "following.polls_per_second": load["rate"],
        "following.n_open": float(COUNT),
        "following.n_changes": float(len(lags)),
    }
    table(
        [
            ("open call-backs, 5 % ringing", f"{COUNT}", ""),
            ("polls a second", f"{load['rate']:.0f}", ""),
            ("one core used", f"{load['rate'] * load['cost_ms'] / 10:.0f} %", ""),
            ("changes told", f"{len(lags)}", ""),
            ("p99 of lag over the interval", f"{figures['following.lag_p99_over_interval_s']:+.2f} s", "<= +0.50 s"),
            ("memory for each call-back", f"{figures['following.kb_each']:.2f} KB", "<= 12 KB"),
            ("lost, told twice, errors logged", f"{load['errors']}", "0"),
            ("CPU for a poll, everything included", f"{load['cost_ms']:.3f} ms", ""),
            ("  bare loop, the same httpx client", f"{httpx_ms:.3f} ms", ""),
            ("  bare loop, aiohttp", f"{aiohttp_ms:.3f} ms", ""),
            ("cost over bare httpx", f"{figures['following.cost_ratio']:.2f}", "<= 1.5"),
            ("cost over bare aiohttp", f"{figures['following.cost_vs_aiohttp']:.2f}", "<= 4.5"),
        ]
    )
    return figures


def _load(folder: Path, calls: Calls, server: Any) -> dict[str, Any]:
    ledger = folder / "ledger.sqlite3"
    fill(ledger, _rows(calls, time.time() + 4))
    with worker(folder, ledger, str(server.base_url).rstrip("/")) as process:
        time.sleep(4)
        server.post("/start")
        time.sleep(WARM_UP)
        before, cpu = server.get("/report").json(), cpu_of(process)
        time.sleep(LAST - WARM_UP)
        after, used = server.get("/report").json(), cpu_of(process) - cpu
        time.sleep(END - LAST)
        seen = server.get("/report").json()
        rss = float(process.memory_info().rss)
    polls = after["polls"] - before["polls"]
    told = [(number, lag) for number, moment, lag in seen["news"] if WARM_UP <= moment < LAST]
    ended = {number for number, _ in told if not calls.rings(number)}
    lost = sum(
        calls.ends_at(number) < LAST and number not in ended for number in range(COUNT) if not calls.rings(number)
    )
    return {
        "over": [lag - INTERVALS[calls.rings(number)] for number, lag in told],
        "rss": rss,
        "errors": lost + seen["twice"] + troubles_in(folder / "worker.log"),
        "cost_ms": 1000 * used / polls,
        "rate": polls / (after["now"] - before["now"]),
    }


def _rows(calls: Calls, start: float) -> Iterator[Mapping[str, Any]]:
    """Rows as they stand after some minutes, their next looks spread over the interval."""
    for number in range(calls.count):
        rings = calls.rings(number)
        word = calls.word(number, 0.0)
        state = {"Calling Target": "CALLING_AGENT", "Calling Client": "CALLING_CUSTOMER", "Holding": "HOLDING"}[word]
        yield {
            "key": f"k{number}",
            "conversation_id": f"c{number}",
            "provider_id": sid(number),
            "state": state,
            "state_since": start - 300,
            "word": word,
            "word_since": start - 300,
            "seq": 4,
            "next_poll_at": start + (number * 0.7548) % 1.0 * INTERVALS[rings],
            "created_at": start - 400,
        }


def _bare(client: str, url: str, polls: int, rate: float) -> float:
    command = [sys.executable, "-m", "bench.bare", client, url, str(COUNT), str(polls), str(rate)]
    return float(subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True, timeout=120).stdout)
