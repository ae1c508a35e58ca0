"""The one place that decides which Python an environment is built with.

Looked for in this order: PATH, pyenv's versions (also those that are not active), and at last a copy that uv downloads.
A command is believed only after it has run and told its version: pyenv puts a `python3.10` on PATH that fails unless
that version happens to be active in the current folder.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from tools.console import ROOT, Trouble, child_environment, say

RASA = "3.10"
"""For rasa-server/.venv: rasa 3.6 refuses anything newer."""
DESK = "3.11"
"""For .venv."""

_PATIENCE = 20.0
"""Seconds for an interpreter to tell its version."""

# `_base_executable` is the real interpreter when the command belongs to a virtual environment, which may be the very
# one that is about to be rebuilt.
_QUESTION = """
import ctypes, json, sqlite3, ssl, sys, zlib
print(json.dumps([getattr(sys, "_base_executable", None) or sys.executable, "%d.%d.%d" % sys.version_info[:3]]))
"""


@dataclass(frozen=True)
class Python:
    """An interpreter that has run. `version` is spelt 3.10.13."""

    path: Path
    version: str


@dataclass(frozen=True)
class Unusable:
    """A command that is not the Python we need, and why."""

    path: Path
    reason: str


@dataclass(frozen=True)
class Missing:
    """No interpreter of that version was found; `tried` were looked at."""

    version: str
    tried: tuple[Unusable, ...]


def candidates(version: str, env: Mapping[str, str], home: Path) -> Iterator[Path]:
    """Where Python `version` (as in 3.10) may be, best first; each may be missing or broken."""
    name = f"python{version}"
    for folder in env.get("PATH", "").split(os.pathsep):
        if folder and os.access(Path(folder, name), os.X_OK):
            yield Path(folder, name)
    for root in pyenv_roots(env, home):
        found = [path for path in root.glob(f"versions/{version}.*/bin/{name}") if os.access(path, os.X_OK)]
        yield from sorted(found, key=_patch_level, reverse=True)


def pyenv_roots(env: Mapping[str, str], home: Path) -> list[Path]:
    """The folders of pyenv: what $PYENV_ROOT says, where a `pyenv` or its shims on PATH live, and ~/.pyenv."""
    roots = [Path(env["PYENV_ROOT"])] if env.get("PYENV_ROOT") else []
    for folder in env.get("PATH", "").split(os.pathsep):
        place = Path(folder) if folder else home
        if place.name in {"bin", "shims"} and (place.parent / "versions").is_dir() and place.parent not in roots:
            roots.append(place.parent)
    if home / ".pyenv" not in roots:
        roots.append(home / ".pyenv")
    return roots


def check(path: Path, version: str) -> Python | Unusable:
    """Run the command and believe only what it answers."""
    try:
        done = subprocess.run(
            [path, "-c", _QUESTION],
            cwd=ROOT,
            env=child_environment(os.environ),
            capture_output=True,
            text=True,
            timeout=_PATIENCE,
            check=False,
        )
        executable, told = json.loads(done.stdout.strip().splitlines()[-1])
    except (OSError, subprocess.TimeoutExpired):
        return Unusable(path, "does not run")
    except (ValueError, IndexError):
        return Unusable(path, _first_line(done.stderr) or f"ended with code {done.returncode}")
    if not told.startswith(f"{version}."):
        return Unusable(path, f"is Python {told}")
    return Python(Path(executable), told)


def find(version: str, env: Mapping[str, str], home: Path) -> Python | Missing:
    """The first candidate that runs and is the version it claims to be."""
    tried: list[Unusable] = []
    for path in candidates(version, env, home):
        match check(path, version):
            case Python() as python:
                return python
            case Unusable() as unusable:
                tried.append(unusable)
    return Missing(version, tuple(tried))


def ensure(version: str, uv: Path) -> Python:
    """Find Python `version`, or let uv download it. Raises Trouble when neither works."""
    found = find(version, os.environ, Path.home())
    if isinstance(found, Python):
        return found
    for unusable in found.tried:
        say(f"  {unusable.path} cannot be used: {unusable.reason}")
    say(f"  Python {version} is not on this machine: downloading it with uv …")
    env = child_environment(os.environ)
    try:
        subprocess.run([uv, "python", "install", "--quiet", version], cwd=ROOT, env=env, timeout=900, check=True)
        answer = subprocess.run(
            [uv, "python", "find", "--no-project", "--managed-python", version],
            cwd=ROOT,
            env=env,
            timeout=60,
            check=True,
            capture_output=True,
            text=True,
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise Trouble(_please_install(version)) from error
    downloaded = check(Path(answer.stdout.strip()), version)
    if isinstance(downloaded, Unusable):
        raise Trouble(_please_install(version))
    return downloaded


def _please_install(version: str) -> str:
    return (
        f"Python {version} was not found and could not be downloaded. Install it (for example with "
        f"`pyenv install {version}`, or your system's package manager) and run the same command again."
    )


def _patch_level(path: Path) -> int:
    numbers = re.match(r"\d+\.\d+\.(\d+)", path.parent.parent.name)
    return int(numbers[1]) if numbers else -1


def _first_line(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[0] if lines else ""
