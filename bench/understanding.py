"""Is it understood what people write? Each part is a module `bench/understanding_….py` with its own `measure()`."""

from __future__ import annotations

import importlib
from pathlib import Path


def measure() -> dict[str, float]:
    """Run every part there is; all their figures."""
    figures: dict[str, float] = {}
    for part in sorted(path.stem for path in Path(__file__).parent.glob("understanding_*.py")):
        print(f"-- {part.removeprefix('understanding_').replace('_', ' ')}", flush=True)
        figures |= importlib.import_module(f"bench.{part}").measure()
    return figures
