"""Keeps one part of Ringback running: `python -m tools.keep NAME -- COMMAND …`.

A part that dies, however it dies, is started again after a short pause that grows. Each start is a process group of its
own, and the whole group goes before the next start: an action server that was killed outright leaves a worker behind
that would keep the port.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from types import FrameType

from tools.console import child_environment, say

PAUSES = (1.0, 2.0, 5.0, 10.0)
"""Seconds before the first, second, … start in a row; the last one counts for all that follow."""
QUICK = 20.0
"""A part that dies sooner than this many seconds after its start died quickly."""
ENOUGH = 5
"""Quick deaths in a row after which it is given up."""
GRACE = 4.0
"""Seconds a part has to end by itself when it is told to."""
_LOOK = 0.2
_SET_PARENT_DEATH_SIGNAL = 1


class Keeper:
    """Starts a command again and again until it is told to stop. `stop` may be called from a signal handler."""

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        *,
        pauses: Sequence[float] = PAUSES,
        quick: float = QUICK,
        grace: float = GRACE,
        tell: Callable[[str], None] = say,
    ) -> None:
        self._name = name
        self._command = list(command)
        self._pauses = pauses
        self._quick = quick
        self._grace = grace
        self._tell = tell
        self._stopping = threading.Event()
        self._parent = os.getppid()

    def stop(self) -> None:
        """End the command and do not start it again."""
        self._stopping.set()

    def run(self) -> int:
        """Returns 0 after `stop`, 1 when the command cannot be kept running."""
        deaths = 0
        die_with_parent = _parent_death_signal()
        while True:
            started = time.monotonic()
            try:
                process = subprocess.Popen(
                    self._command,
                    start_new_session=True,
                    preexec_fn=die_with_parent,  # noqa: PLW1509 - there are no other threads
                    env=child_environment(os.environ),
                )
            except OSError as error:
                self._tell(f"{self._name} cannot be started: {self._command[0]}: {error.strerror}")
                return 1
            code = self._watch(process)
            lived = time.monotonic() - started
            if code is None:
                process.terminate()
                _wait(process, self._grace)
            end_group(process.pid, self._grace)
            process.wait()
            if code is None:
                return 0
            deaths = deaths + 1 if lived < self._quick else 1
            died = f"{self._name} {_how_it_died(code)} after {lived:.0f} s"
            if deaths >= ENOUGH:
                self._tell(
                    f"{died}, {deaths} times in a row: it is not started again. The reason stands above; "
                    "when it is mended, run the same command again."
                )
                return 1
            pause = self._pauses[min(deaths, len(self._pauses)) - 1]
            self._tell(f"{died}; starting it again in {pause:g} s")
            if self._stopping.wait(pause):
                return 0

    def _watch(self, process: subprocess.Popen[bytes]) -> int | None:
        """Wait until the command has ended or should end; answers its exit code, or None if it should end."""
        while (code := process.poll()) is None:
            if self._stopping.wait(_LOOK):
                return None
            if os.getppid() != self._parent:  # whoever started us is gone: nobody would stop us any more
                self._stopping.set()
        return code


def _wait(process: subprocess.Popen[bytes], patience: float) -> None:
    """The command's own first process is asked first: it ends its helpers in the order it likes."""
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(patience)


def end_group(group: int, grace: float) -> None:
    """End every process of the group: politely first, outright after `grace` seconds. Returns when none is left."""
    if not _signal_group(group, signal.SIGTERM):
        return
    deadline = time.monotonic() + grace
    while time.monotonic() < deadline:
        if not _alive(group):
            return
        time.sleep(0.05)
    _signal_group(group, signal.SIGKILL)
    deadline = time.monotonic() + grace
    while _alive(group) and time.monotonic() < deadline:
        time.sleep(0.02)


def _alive(group: int) -> bool:
    """Whether the group has a member that still runs; the dead that nobody has collected do not count."""
    members = [pid for pid, its_group, state in _processes() if its_group == group and state not in "ZX"]
    return bool(members) if Path("/proc/self/stat").exists() else _signal_group(group, 0)


def _processes() -> list[tuple[int, int, str]]:
    """(process id, process group, state letter) of every process, on systems with /proc."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            # The command's name stands in brackets and may hold anything, so fields count from the last bracket.
            fields = stat.read_text(errors="replace").rpartition(")")[2].split()
        except OSError:
            continue
        found.append((int(stat.parent.name), int(fields[2]), fields[0]))
    return found


def _signal_group(group: int, number: int) -> bool:
    try:
        os.killpg(group, number)
    except (ProcessLookupError, PermissionError):
        return False
    return True


def _parent_death_signal() -> Callable[[], object] | None:
    """For Popen: if the keeper itself is killed outright its command gets SIGTERM (Linux; elsewhere it lives on)."""
    if sys.platform != "linux":
        return None
    prctl = ctypes.CDLL(None).prctl
    return lambda: prctl(_SET_PARENT_DEATH_SIGNAL, signal.SIGTERM)


def _how_it_died(code: int) -> str:
    if code >= 0:
        return f"ended with code {code}"
    try:
        return f"was killed ({signal.Signals(-code).name})"
    except ValueError:
        return f"was killed (signal {-code})"


def main(arguments: Sequence[str]) -> int:
    """`NAME -- COMMAND …`."""
    if len(arguments) < 3 or arguments[1] != "--":
        print("usage: python -m tools.keep NAME -- COMMAND …", file=sys.stderr)
        return 2
    keeper = Keeper(arguments[0], arguments[2:])

    def stop(_number: int, _frame: FrameType | None) -> None:
        keeper.stop()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    return keeper.run()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
