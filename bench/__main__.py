"""`python -m bench NAME…`: run measurements and merge their figures into bench/results.json. No name: all of them.

The tables of docs/performance.md are written anew from that file.
"""

from __future__ import annotations

import importlib
import importlib.util
import json
import os
import platform
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench import report

RESULTS = Path(__file__).with_name("results.json")
ALL = (
    "following",
    "scaling",
    "takeover",
    "chaos",
    "sleepers",
    "cluster",
    "understanding",
    "turn",
    "rasa",
    "acknowledge",
    "news",
    "politeness",
    "scale",
    "start",
)


def main(names: Sequence[str]) -> int:
    """Run `names`; 1 when one of them cannot be run."""
    trouble = 0
    for name in names or ALL:
        if importlib.util.find_spec(f"bench.{name}") is None:
            print(f"{name}: there is no bench/{name}.py (yet)")
            trouble |= name not in ALL
            continue
        print(f"\n== {name}", flush=True)
        started = time.monotonic()
        figures: dict[str, float] = importlib.import_module(f"bench.{name}").measure()
        keep(name, figures, time.monotonic() - started)
    report.write()
    return int(trouble)


def keep(name: str, figures: dict[str, float], seconds: float) -> None:
    """Merge one measurement's figures into the file, with the circumstances beside them."""
    try:
        results: dict[str, Any] = json.loads(RESULTS.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        results = {}
    runs = results.pop("_runs", {})
    runs[name] = {
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "python": platform.python_version(),
        "machine": platform.machine(),
        "cores": os.cpu_count(),
        "scale": float(os.environ.get("BENCH_SCALE", "1")),
        "seconds": round(seconds, 1),
        "sizes": {key: value for key, value in figures.items() if key.split(".")[-1].startswith("n_")},
    }
    results |= {key: round(value, 4) for key, value in figures.items() if not key.split(".")[-1].startswith("n_")}
    text = json.dumps({**dict(sorted(results.items())), "_runs": runs}, indent=2)
    RESULTS.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
