"""What a call-back costs when there are more and more: 100 to 100,000 in the ledger, the same 400 followed.

What the provider has for next week, and what ended long ago, must not make a look at what happens now dearer. One
`ringback worker` over a SQLite file; of the others, half are booked for next week and half have ended.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from bench.calls import sid
from bench.stage import cpu_of, fill, provider, worker

IN_LEDGER = (100, 1_000, 10_000, 100_000)
FOLLOWED = 400
"""They are on hold, so each is looked at every 15 s (the measurement's own setting)."""
SECONDS = 30.0
FIRST, LAST = 3600.0, 7200.0
"""Seconds after the start between which calls would end: not while it is measured."""
WEEK = 7 * 86400.0


def measure() -> dict[str, float]:
    """Run it; `scale.look_ms_…`, `scale.worker_mb_…` and `scale.ledger_kb_each`."""
    print(f"scale: {FOLLOWED} followed among …\n{'in the ledger':>14}{'a look':>12}{'worker':>10}{'the file':>11}")
    figures: dict[str, float] = {}
    for count in IN_LEDGER:
        with tempfile.TemporaryDirectory() as name, provider(Path(name), FOLLOWED, FIRST, LAST) as server:
            folder = Path(name)
            ledger = folder / "ledger.sqlite3"
            fill(ledger, _rows(max(0, count - FOLLOWED), time.time() + 4))
            with worker(folder, ledger, str(server.base_url).rstrip("/")) as process:
                time.sleep(5)
                server.post("/start")
                time.sleep(3)
                polls, cpu = server.get("/report").json()["polls"], cpu_of(process)
                time.sleep(SECONDS)
                polls = server.get("/report").json()["polls"] - polls
                look = 1000 * (cpu_of(process) - cpu) / polls
                resident = process.memory_info().rss / 2**20
            size = ledger.stat().st_size
        print(f"{count:>14}{look:>9.2f} ms{resident:>7.0f} MB{size / 2**20:>8.1f} MB")
        figures[f"scale.look_ms_{count}"] = look
        figures[f"scale.worker_mb_{count}"] = resident
        figures["scale.ledger_kb_each"] = size / 1024 / max(count, FOLLOWED)
    figures["scale.look_100000_vs_100"] = figures["scale.look_ms_100000"] / figures["scale.look_ms_100"]
    return figures


def _rows(others: int, start: float) -> Iterator[Mapping[str, Any]]:
    for number in range(FOLLOWED):
        yield _row(number, start) | {
            "state": "HOLDING",
            "word": "Holding",
            "next_poll_at": start + (number * 0.7548) % 1.0 * 15.0,
        }
    for number in range(FOLLOWED, FOLLOWED + others):
        if number % 2:
            yield _row(number, start) | {"state": "COMPLETED", "word": "Success", "next_poll_at": None}
        else:
            booked = {"state": "SCHEDULED", "word": "Scheduled", "starts_at": start + WEEK}
            yield _row(number, start) | booked | {"next_poll_at": start + WEEK - 60}


def _row(number: int, start: float) -> dict[str, Any]:
    return {
        "key": f"k{number}",
        "conversation_id": f"c{number}",
        "provider_id": sid(number),
        "state_since": start - 3600,
        "word_since": start - 3600,
        "starts_at": None,
        "seq": 4,
        "created_at": start - 3700,
    }
