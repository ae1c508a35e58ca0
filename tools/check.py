"""`make check`: everything that can be said about the code without running it. All checks run, also after a failure."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass

from tools.console import ROOT, Trouble, child_environment, run_tool, say

PYTHON = ".venv/bin/python"
TYPED = ("ringback", "actions", "sandbox", "tools", "bench")
"""channels/, intents/ and rasa-server/ run under Python 3.10 with Rasa's packages: mypy here cannot see those."""
LONGEST = 600.0
"""Seconds for one check."""


@dataclass(frozen=True)
class Check:
    """One command; its output is shown when it fails."""

    title: str
    command: tuple[str, ...]


CHECKS = (
    Check("format", (PYTHON, "-m", "ruff", "format", "--check", "--diff", ".")),
    Check("lint", (PYTHON, "-m", "ruff", "check", ".")),
    Check("types", (PYTHON, "-m", "mypy", *TYPED)),
    Check("the bot's data", (PYTHON, "-m", "tools.validate")),
    Check("vendored files", (PYTHON, "-m", "tools.vendor_web", "--check")),
    Check("licences", (PYTHON, "-m", "tools.licences", "--check")),
)


def passes(check: Check, env: Mapping[str, str]) -> bool:
    """Run one check and tell how it went."""
    started = time.monotonic()
    try:
        done = subprocess.run(
            check.command,
            cwd=ROOT,
            env=env,
            timeout=LONGEST,
            check=False,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        say(f"FAILED  {check.title}: {error}")
        return False
    verdict = "ok    " if done.returncode == 0 else "FAILED"
    say(f"{verdict}  {check.title} ({time.monotonic() - started:.0f} s)")
    if done.returncode != 0:
        say(f"{done.stdout.rstrip()}\n        (this was: {' '.join(check.command)})")
    return done.returncode == 0


def _main() -> int:
    env = child_environment(os.environ)
    failed = [check.title for check in CHECKS if not passes(check, env)]
    if failed:
        raise Trouble(f"Failed: {', '.join(failed)}.")
    return 0


if __name__ == "__main__":
    sys.exit(run_tool(_main))
