"""Builds .venv and rasa-server/.venv exactly as their locks say, and leaves them alone when they are right."""

from __future__ import annotations

import fcntl
import os
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tools import pythons, stamps, uv
from tools.console import ROOT, Trouble, child_environment, in_project, say

LONGEST = 3600.0
"""Seconds an installation may take on a slow line."""
SIGN_OF_LIFE = 15.0
"""Seconds between two lines while an installation runs."""


@dataclass(frozen=True)
class Recipe:
    """One way to fill an environment. `locks`: the first is what gets installed, any of them will do when found."""

    folder: Path
    version: str
    locks: tuple[Path, ...]
    announcement: str


RUN = Recipe(
    ROOT / ".venv",
    pythons.DESK,
    (ROOT / "requirements.lock", ROOT / "requirements-dev.lock"),
    "Installing the action server's environment (200 MB, a few seconds) …",
)
DEV = Recipe(
    ROOT / ".venv",
    pythons.DESK,
    (ROOT / "requirements-dev.lock",),
    "Installing the action server's and the tests' environment (480 MB, a few seconds) …",
)
RASA = Recipe(
    ROOT / "rasa-server" / ".venv",
    pythons.RASA,
    (ROOT / "rasa-server" / "requirements.lock",),
    "Installing Rasa's own environment (1.6 GB with TensorFlow, a minute or two) …",
)


def is_current(recipe: Recipe) -> bool:
    """Whether the environment was built, to the end, in this place, from one of the recipe's locks as it is now."""
    stamp = stamps.read(recipe.folder)
    if isinstance(stamp, stamps.NoStamp) or not stamp.finished or stamp.place != str(recipe.folder):
        return False
    # Follows the link: an upgraded or removed system Python leaves an environment that cannot run.
    if not (recipe.folder / "bin" / "python").exists():
        return False
    return any(lock.name == stamp.lock_name and stamps.digest(lock) == stamp.lock for lock in recipe.locks)


def ensure(recipe: Recipe) -> bool:
    """Make the environment right; True if there was something to do. Raises Trouble with uv's own words."""
    if is_current(recipe):
        return False
    with _alone(recipe.folder):
        if is_current(recipe):
            return False
        say(recipe.announcement)
        started = time.monotonic()
        _build(recipe, _lock_to_use(recipe))
        say(f"  {in_project(recipe.folder)} is ready ({time.monotonic() - started:.0f} s).")
    return True


def _lock_to_use(recipe: Recipe) -> Path:
    # An environment that already holds the tests' packages keeps them when its lock changes.
    stamp = stamps.read(recipe.folder)
    known = {lock.name: lock for lock in recipe.locks}
    return recipe.locks[0] if isinstance(stamp, stamps.NoStamp) else known.get(stamp.lock_name, recipe.locks[0])


def _build(recipe: Recipe, lock: Path) -> None:
    tool = uv.ensure()
    stamp = stamps.read(recipe.folder)
    found_unstamped = isinstance(stamp, stamps.NoStamp)
    if _needs_new_folder(recipe, stamp):
        found_unstamped = False
        python = pythons.ensure(recipe.version, tool)
        version = python.version
        _uv([str(tool), "venv", "--clear", "--no-project", "--python", str(python.path), str(recipe.folder)])
    else:
        version = _version_inside(recipe.folder)
    begun = stamps.Stamp(lock.name, stamps.digest(lock), version, str(recipe.folder), finished=False)
    stamps.write(recipe.folder, begun)
    python_inside = str(recipe.folder / "bin" / "python")
    # An environment that somebody else made may hold what that person needs: there nothing is removed.
    # The locks are whole; what Rasa asks for and never uses is not in them (rasa-server/overrides.txt).
    how = ("install", "--no-deps", "-r") if found_unstamped else ("sync",)
    _uv([str(tool), "pip", how[0], "--require-hashes", "--python", python_inside, *how[1:], str(lock)])
    if recipe.folder == RUN.folder:
        _write_operator_command(recipe.folder)
    if recipe.folder == RASA.folder:
        _drop_sample_stories(recipe.folder)
    stamps.write(recipe.folder, stamps.Stamp(begun.lock_name, begun.lock, version, begun.place, finished=True))


def _needs_new_folder(recipe: Recipe, stamp: stamps.Stamp | stamps.NoStamp) -> bool:
    if not (recipe.folder / "bin" / "python").exists():
        return True
    if isinstance(stamp, stamps.Stamp) and (not stamp.finished or stamp.place != str(recipe.folder)):
        return True
    return not _version_inside(recipe.folder).startswith(f"{recipe.version}.")


def _version_inside(folder: Path) -> str:
    try:
        lines = (folder / "pyvenv.cfg").read_text(encoding="utf-8").splitlines()
    except OSError:
        return ""
    entries = {key.strip(): value.strip() for key, _, value in (line.partition("=") for line in lines)}
    return entries.get("version_info", entries.get("version", ""))


def _write_operator_command(folder: Path) -> None:
    """`.venv/bin/ringback`, without building a package: it runs the sources that lie here."""
    command = folder / "bin" / "ringback"
    command.write_text(
        f"#!{folder / 'bin' / 'python'}\n"
        "import sys\n\n"
        f"sys.path.insert(0, {str(ROOT)!r})\n"
        "from ringback.cli import main\n\n"
        "sys.exit(main())\n",
        encoding="utf-8",
    )
    command.chmod(0o755)


def _drop_sample_stories(folder: Path) -> None:
    """`rasa test` reads every test story below the project, also those of the sample project inside Rasa."""
    for stories in folder.glob("lib/python*/site-packages/rasa/cli/initial_project/tests/test_*.yml"):
        stories.unlink()


def _uv(command: Sequence[str]) -> None:
    """Run uv quietly, with a sign of life now and then; raises Trouble with everything it said when it fails."""
    env = {**child_environment(os.environ), "UV_COMPILE_BYTECODE": "1", "UV_NO_PROGRESS": "1"}
    started = time.monotonic()
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as said:
        process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=said, stderr=subprocess.STDOUT)
        try:
            while (code := _wait(process)) is None:
                passed = time.monotonic() - started
                if passed > LONGEST:
                    raise Trouble(f"Setting up took longer than {LONGEST / 60:.0f} minutes: `{' '.join(command)}`")
                say(f"  … {passed:.0f} s")
        finally:
            if process.poll() is None:
                process.kill()
                process.wait()
        if code != 0:
            said.seek(0)
            raise Trouble(
                f"{said.read().strip()}\n\nSetting up failed in `{' '.join(command)}` (see above). "
                "It is safe to run the same command again."
            )


def _wait(process: subprocess.Popen[bytes]) -> int | None:
    try:
        return process.wait(SIGN_OF_LIFE)
    except subprocess.TimeoutExpired:
        return None


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Two `make` at the same time must not build the same environment: the second one waits."""
    place = ROOT / ".tools"
    place.mkdir(exist_ok=True)
    with (place / f"{folder.parent.name}.lock").open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say(f"Another set-up of {in_project(folder)} is running; waiting for it …")
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
