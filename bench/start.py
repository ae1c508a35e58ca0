"""What it takes to stand up: seconds until each process answers, its memory, the model's size and the time to train."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

import psutil

from tests.system import System
from tools.console import ROOT
from tools.train import MODEL, ensure_trained


def measure() -> dict[str, float]:
    """Run it; `start.<process>_s`, `start.<process>_mb` (with its children, shared pages counted once),
    `start.train_s` and `start.model_mb`.
    """
    figures: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as name:
        system = System(Path(name))
        try:
            for part in system.parts:
                began = time.monotonic()
                part.start()
                part.wait()
                figures[f"start.{part.name}_s"] = time.monotonic() - began
            time.sleep(3)  # what is loaded with the first look at the provider is loaded
            for part in system.parts:
                assert part.running is not None
                main = psutil.Process(part.running.pid)
                family = [main, *main.children(recursive=True)]
                figures[f"start.{part.name}_mb"] = sum(one.memory_full_info().pss for one in family) / 2**20
        finally:
            system.stop()
        models = Path(name) / "models"
        began = time.monotonic()
        ensure_trained(ROOT, models)
        figures["start.train_s"] = time.monotonic() - began
        figures["start.model_mb"] = (models / MODEL).stat().st_size / 2**20
    for key, value in figures.items():
        print(f"  {key:<24}{value:>8.1f}")
    return figures
