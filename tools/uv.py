"""Finds uv, or gives the project a private copy in .tools/.

A uv on PATH may be a pyenv shim that works in one folder and fails in the next one, so it is replaced by the file
behind it and always called by that absolute path.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from tools.console import ROOT, Trouble, child_environment, say

OLDEST = (0, 8)
"""Older ones do not know `--group`."""

PRIVATE = ROOT / ".tools" / "uv"
LOCK = ROOT / "tools" / "uv.lock.txt"


def on_path(env: Mapping[str, str]) -> Iterator[Path]:
    """Every uv that PATH offers, with the files behind a pyenv shim in place of the shim itself."""
    for folder in env.get("PATH", "").split(os.pathsep):
        command = Path(folder, "uv")
        if not folder or not os.access(command, os.X_OK):
            continue
        if command.parent.name == "shims":
            yield from sorted(command.parent.parent.glob("versions/*/bin/uv"))
        else:
            yield command.resolve()


def works(uv: Path) -> bool:
    """Whether the command runs here and is new enough."""
    try:
        done = subprocess.run(
            [uv, "--version"], cwd=ROOT, capture_output=True, text=True, timeout=20, check=False, env=_env()
        )
    except (OSError, subprocess.SubprocessError):
        return False
    version = re.match(r"uv (\d+)\.(\d+)", done.stdout)
    return done.returncode == 0 and version is not None and (int(version[1]), int(version[2])) >= OLDEST


def ensure() -> Path:
    """A uv that works, by absolute path; installs a private copy when there is none. Raises Trouble."""
    private = (PRIVATE / "bin" / "uv", PRIVATE / "target" / "bin" / "uv")
    for uv in (*on_path(os.environ), *private):
        if works(uv):
            return uv
    say("Installing a private copy of uv into .tools/ (25 MB) …")
    _install()
    for uv in private:
        if works(uv):
            return uv
    raise Trouble(
        "uv could not be installed: this Python has neither a working `venv` nor `pip`. Install one of them "
        "(on Debian: `apt-get install python3-venv`) or uv itself (https://docs.astral.sh/uv/) and run "
        "the same command again."
    )


def _install() -> None:
    pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes", "-r", str(LOCK)]
    # Debian's Python may come without ensurepip; then `venv` fails but a system pip may still be there.
    if _succeeds([sys.executable, "-m", "venv", "--clear", str(PRIVATE)]):
        _succeeds([str(PRIVATE / "bin" / "python"), *pip])
    else:
        _succeeds([sys.executable, *pip, "--target", str(PRIVATE / "target"), "--upgrade"])


def _succeeds(command: list[str]) -> bool:
    try:
        done = subprocess.run(command, cwd=ROOT, env=_env(), timeout=300, check=False, capture_output=True, text=True)
    except (OSError, subprocess.SubprocessError):
        return False
    if done.returncode != 0:
        say("  " + (done.stderr or done.stdout).strip().replace("\n", "\n  "))
    return done.returncode == 0


def _env() -> dict[str, str]:
    return child_environment(os.environ)
