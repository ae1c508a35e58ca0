"""The browser that the tests drive: any Chromium on this machine, else one that gets installed for them."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path

from tools.console import ROOT, Trouble, child_environment, say

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
"""For headless tests as any user, root included, and without a word to foreign hosts."""

COMMANDS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_MAC = Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")


def candidates(env: Mapping[str, str], home: Path) -> Iterator[Path]:
    """Every Chromium that may be here, best first: on PATH, Chrome's place on a Mac, Playwright's own downloads."""
    for command in COMMANDS:
        found = shutil.which(command, path=env.get("PATH", ""))
        if found:
            yield Path(found)
    if _MAC.exists():
        yield _MAC
    own = env.get("PLAYWRIGHT_BROWSERS_PATH")
    folders = [Path(own)] if own else [home / ".cache/ms-playwright", home / "Library/Caches/ms-playwright"]
    for folder in folders:
        yield from sorted(folder.glob("chromium-*/chrome-*/chrome"), reverse=True)
        yield from sorted(folder.glob("chromium-*/chrome-mac*/*.app/Contents/MacOS/*"), reverse=True)


def find_browser() -> Path:
    """The browser for the tests. Raises Trouble that says how to get one."""
    for path in candidates(os.environ, Path.home()):
        if _runs(path):
            return path
    raise Trouble(
        "No browser was found. Install Chromium or Chrome (on Debian: `apt-get install chromium`), or run "
        "`.venv/bin/python -m playwright install --with-deps chromium`."
    )


def ensure() -> Path:
    """Find a browser, or install one: with apt-get when we may, else with Playwright. Raises Trouble."""
    try:
        return find_browser()
    except Trouble:
        say("Installing a browser for the tests (about 300 MB) …")
    if os.geteuid() == 0 and shutil.which("apt-get"):
        env = {**child_environment(os.environ), "DEBIAN_FRONTEND": "noninteractive"}
        _try(["apt-get", "update", "-qq"], env)
        _try(["apt-get", "install", "-y", "-qq", "chromium"], env)
        try:
            return find_browser()
        except Trouble:
            say("  apt-get could not install chromium; trying Playwright's own …")
    _try([str(ROOT / ".venv/bin/python"), "-m", "playwright", "install", "chromium"], child_environment(os.environ))
    return find_browser()


def _runs(path: Path) -> bool:
    # Ubuntu's chromium-browser is a stub that only tells to install a snap.
    try:
        done = subprocess.run([path, "--version"], capture_output=True, timeout=30, check=False)
    except (OSError, subprocess.SubprocessError):
        return False
    return done.returncode == 0 and b"Chrom" in done.stdout


def _try(command: list[str], env: Mapping[str, str]) -> None:
    try:
        done = subprocess.run(command, cwd=ROOT, env=env, timeout=900, check=False, capture_output=True, text=True)
    except (OSError, subprocess.SubprocessError) as error:
        say(f"  {command[0]}: {error}")
        return
    if done.returncode != 0:
        say("  " + (done.stderr or done.stdout).strip()[-2000:].replace("\n", "\n  "))
