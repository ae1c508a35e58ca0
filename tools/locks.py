"""Makes all locks anew: hash-locked requirements files that hold no address, so that pip alone can install them."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

from tools import pythons, uv
from tools.console import ROOT, Trouble, child_environment, say

COMMON = ("--generate-hashes", "--no-header", "--quiet", "--upgrade")
UNIVERSAL = ("--universal", "--python-version", pythons.DESK)


def commands(rasa_python: Path) -> list[tuple[str, ...]]:
    """What follows `uv pip compile`, for each lock."""
    return [
        (*COMMON, *UNIVERSAL, "pyproject.toml", "-o", "requirements.lock"),
        (*COMMON, *UNIVERSAL, "--group", "dev", "pyproject.toml", "-o", "requirements-dev.lock"),
        (
            *COMMON,
            *("--universal", "--python", str(rasa_python), "--python-version", pythons.RASA),
            *("--override", "rasa-server/overrides.txt"),
            *("rasa-server/pyproject.toml", "-o", "rasa-server/requirements.lock"),
        ),
        (*COMMON, *UNIVERSAL, "tools/uv.in", "-o", "tools/uv.lock.txt"),
    ]


def make() -> None:
    """Resolve everything again, newest first. Raises Trouble."""
    tool = uv.ensure()
    rasa_python = pythons.ensure(pythons.RASA, tool).path
    for arguments in commands(rasa_python):
        say(f"Making {arguments[-1]} …")
        _compile(tool, arguments)


def _compile(tool: Path, arguments: Sequence[str]) -> None:
    done = subprocess.run(
        [tool, "pip", "compile", *arguments],
        cwd=ROOT,
        env=child_environment(os.environ),
        timeout=600,
        check=False,
        stdout=subprocess.DEVNULL,
    )
    if done.returncode != 0:
        raise Trouble(f"{arguments[-1]} could not be made; see uv's words above.")
