"""A part that dies comes back, and nothing of it is left behind. Real processes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tools import keep
from tools.console import ROOT
from tools.keep import Keeper

# Writes its own and its child's process id, then sleeps; the child ignores SIGTERM.
FAMILY = """
import os, pathlib, subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
                                                "print(1, flush=True); time.sleep(60)"], stdout=subprocess.PIPE)
child.stdout.readline()
draft = pathlib.Path(sys.argv[1] + ".new")
draft.write_text(f"{os.getpid()} {child.pid}")
draft.replace(sys.argv[1])
time.sleep(60)
"""


def until(true: Callable[[], bool], patience: float = 10.0) -> None:
    """Wait for something to become true."""
    deadline = time.monotonic() + patience
    while not true():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)


def lives(pid: int) -> bool:
    """Whether the process runs; the dead that nobody has collected do not count."""
    done = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return done.stdout.strip()[:1] not in {"", "Z"}


def family(file: Path) -> tuple[int, int]:
    """The process ids that FAMILY wrote."""
    until(file.exists)
    parent, child = file.read_text().split()
    return int(parent), int(child)


class Kept:
    """A keeper at work in a thread."""

    def __init__(self, command: list[str], **settings: float) -> None:
        self.lines: list[str] = []
        self.code: list[int] = []
        self.keeper = Keeper("actions", command, pauses=(0.05, 0.1), grace=0.5, tell=self.lines.append, **settings)
        self._thread = threading.Thread(target=lambda: self.code.append(self.keeper.run()))
        self._thread.start()

    def end(self) -> int:
        """Stop it and answer its code."""
        self.keeper.stop()
        return self.wait()

    def wait(self) -> int:
        """Wait until it ends by itself."""
        self._thread.join(15)
        assert not self._thread.is_alive()
        return self.code[0]


@pytest.fixture
def pids(tmp_path: Path) -> Path:
    """The file for FAMILY's process ids."""
    return tmp_path / "pids"


def test_a_killed_part_comes_back_without_its_orphans(pids: Path) -> None:
    """After kill -9 the worker it left behind is ended, one line tells so, and the part runs again."""
    kept = Kept([sys.executable, "-c", FAMILY, str(pids)])
    try:
        parent, orphan = family(pids)
        pids.unlink()
        os.kill(parent, signal.SIGKILL)
        again, child = family(pids)
        assert again != parent
        assert not lives(orphan)
        assert kept.lines == ["actions was killed (SIGKILL) after 0 s; starting it again in 0.05 s"]
    finally:
        assert kept.end() == 0
    assert not lives(again)
    assert not lives(child)


def test_it_gives_up_after_five_quick_deaths() -> None:
    """A part that cannot live is not started for ever, and the last line says so."""
    kept = Kept([sys.executable, "-c", "raise SystemExit(3)"])
    assert kept.wait() == 1
    assert len(kept.lines) == keep.ENOUGH
    assert "ended with code 3" in kept.lines[0]
    assert "it is not started again" in kept.lines[-1]


def test_a_late_death_starts_the_count_anew() -> None:
    """Only deaths in quick succession count: a part that runs for long is always started again."""
    kept = Kept([sys.executable, "-c", "raise SystemExit(3)"], quick=0.0)
    until(lambda: len(kept.lines) > keep.ENOUGH)
    assert kept.end() == 0
    assert all("starting it again in 0.05 s" in line for line in kept.lines)


def test_a_command_that_does_not_exist_is_named() -> None:
    """A missing program is no death to repeat."""
    kept = Kept(["/nowhere/rasa"])
    assert kept.wait() == 1
    assert kept.lines == ["actions cannot be started: /nowhere/rasa: No such file or directory"]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_everything(pids: Path, number: signal.Signals) -> None:
    """The command line tool passes the end on to the whole group and ends with 0."""
    obedient = FAMILY.replace("SIG_IGN", "SIG_DFL")
    command = [sys.executable, "-m", "tools.keep", "rasa", "--", sys.executable, "-c", obedient, str(pids)]
    keeper = subprocess.Popen(command, cwd=ROOT)
    try:
        parent, child = family(pids)
        keeper.send_signal(number)
        assert keeper.wait(15) == 0
        assert not lives(parent)
        assert not lives(child)
    finally:
        keeper.kill()
        keeper.wait()


def test_a_killed_keeper_takes_its_part_along(tmp_path: Path) -> None:
    """kill -9 of the keeper itself does not leave the part running unwatched."""
    file = tmp_path / "pid"
    script = "import os, pathlib, sys, time; pathlib.Path(sys.argv[1]).write_text(f'{os.getpid()} 0'); time.sleep(60)"
    keeper = subprocess.Popen(
        [sys.executable, "-m", "tools.keep", "rasa", "--", sys.executable, "-c", script, str(file)], cwd=ROOT
    )
    until(lambda: file.exists() and len(file.read_text().split()) == 2)
    part, _ = family(file)
    keeper.kill()
    keeper.wait()
    until(lambda: not lives(part))
