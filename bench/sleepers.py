"""100,000 calls booked for next week: what does it cost to have them?"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from bench.calls import sid
from bench.stage import SCALE, cpu_of, fill, memory_of_empty_worker, provider, table, worker

COUNT = int(100_000 * SCALE)
SECONDS = 30.0
WEEK = 7 * 86400.0
LONGEST_PAUSE = 21600.0


def measure() -> dict[str, float]:
    """Run it; the figures."""
    with tempfile.TemporaryDirectory() as name, provider(Path(name), COUNT, 0, 0) as server:
        folder = Path(name)
        empty = memory_of_empty_worker(folder)
        ledger = folder / "ledger.sqlite3"
        fill(ledger, _rows(time.time()))
        with worker(folder, ledger, str(server.base_url).rstrip("/")) as process:
            time.sleep(5)
            cpu, start, polls = cpu_of(process), time.monotonic(), server.get("/report").json()["polls"]
            time.sleep(SECONDS)
            percent = 100 * (cpu_of(process) - cpu) / (time.monotonic() - start)
            polls = server.get("/report").json()["polls"] - polls
            above = (process.memory_info().rss - empty) / 2**20
    figures = {"sleepers.cpu_percent": percent, "sleepers.mb": above, "sleepers.n_booked": float(COUNT)}
    table(
        [
            ("call-backs booked for next week", f"{COUNT}", ""),
            ("polls a second", f"{polls / SECONDS:.1f}", ""),
            ("one core used", f"{percent:.2f} %", "< 2 %"),
            ("memory above an empty worker", f"{above:.1f} MB", "< 40 MB"),
        ]
    )
    return figures


def _rows(now: float) -> Iterator[Mapping[str, Any]]:
    """Rows that were booked over the last hours, so that their next looks are spread."""
    for number in range(COUNT):
        yield {
            "key": f"k{number}",
            "conversation_id": f"c{number}",
            "provider_id": sid(number),
            "state": "SCHEDULED",
            "state_since": now - 3600,
            "word": "Scheduled",
            "word_since": now - 3600,
            "start": "2030-01-01 10:00:00",
            "starts_at": now + WEEK,
            "seq": 1,
            "next_poll_at": now + (number * 0.7548) % 1.0 * LONGEST_PAUSE,
            "created_at": now - 3600,
        }
