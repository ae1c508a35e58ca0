"""`.env` holds what differs between machines: made from `.env.example` once, never touched again."""

from __future__ import annotations

import os
from pathlib import Path

from tools.console import ROOT, say

EXAMPLE = ROOT / ".env.example"
ENV = ROOT / ".env"


def create_missing(example: Path = EXAMPLE, target: Path = ENV) -> bool:
    """Copy the example when there is no .env; True if so. Readable by its owner alone: it will hold secrets."""
    if not example.exists():
        return False
    try:
        handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return False
    with os.fdopen(handle, "wb") as file:
        file.write(example.read_bytes())
    say(f"Made {target.name} from {example.name}: the sandbox's demo credentials, until you write your own.")
    return True
