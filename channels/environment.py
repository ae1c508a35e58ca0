"""The environment as `make run` gives it to the Rasa server: what is set, and `.env` where nothing is."""

from __future__ import annotations

import os
from pathlib import Path

_FILE = Path(".env")


def read_environment(file: Path = _FILE) -> dict[str, str]:
    """Lines of NAME=value, without quotes around the value; what is set in the process wins."""
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    pairs = (line.split("=", 1) for line in lines if "=" in line and not line.lstrip().startswith("#"))
    kept = {name.strip(): value.strip().strip("'\"") for name, value in pairs}
    return {**kept, **os.environ}


def use_environment() -> None:
    """Make it this process's own. For commands; the Rasa server is started with it."""
    os.environ.update(read_environment())
