"""Says before the start which ports are taken, by whom, and what to do."""

from __future__ import annotations

import contextlib
import os
import socket
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from tools.console import ROOT
from tools.places import Part

_LISTENING = "0A"


@dataclass(frozen=True)
class Holder:
    """A process that listens on a port. `folder` is where it was started; `ours` is the `make run` above it, if any."""

    pid: int
    command: str
    folder: str
    ours: int = 0


@dataclass(frozen=True)
class Unknown:
    """Somebody listens, but the system does not tell us who."""


def is_taken(host: str, port: int) -> bool:
    """Whether a server could not listen there now. Connections that are just closing do not count."""
    with socket.socket() as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((host, port))
        except OSError:
            return True
    return False


def holder(port: int, proc: Path = Path("/proc")) -> Holder | Unknown:
    """Who listens on the port, as far as /proc tells (Linux; other users' processes only to root)."""
    inodes = set(_listening_inodes(port, proc))
    for process in proc.glob("[0-9]*"):
        try:
            if inodes.intersection(_open_files(process)):
                command = (process / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
                folder = os.readlink(process / "cwd")
                return Holder(int(process.name), command, folder, _our_run(process, proc) if folder == str(ROOT) else 0)
        except OSError:
            continue
    return Unknown()


def messages(parts: Iterable[Part]) -> list[str]:
    """What keeps Ringback from starting, in sentences; none if it can start."""
    taken = [(part, holder(part.port)) for part in parts if is_taken(part.host, part.port)]
    ours = {by.ours for _, by in taken if isinstance(by, Holder) and by.ours}
    if ours:
        stop = " ".join(str(pid) for pid in sorted(ours))
        return [f"Ringback is running already, started from this folder. Stop it with Ctrl-C there, or `kill {stop}`."]
    return [describe(part, by) for part, by in taken]


def describe(part: Part, by: Holder | Unknown) -> str:
    """Which part wanted the port, who holds it, and what to do."""
    wanted = f"Port {part.port}, where {part.title} wants to listen, is taken"
    elsewhere = f"start Ringback elsewhere with `make run {part.setting}={_another(part.port)}`"
    if isinstance(by, Unknown):
        return f"{wanted} (by whom, the system does not tell). Stop that program, or {elsewhere}."
    command = by.command if len(by.command) <= 100 else by.command[:99] + "…"
    return f"{wanted} by process {by.pid} (`{command}`). Stop it (`kill {by.pid}`), or {elsewhere}."


def _another(port: int) -> int:
    return port + 100 if port + 100 < 65536 else port - 100


def _open_files(process: Path) -> Iterator[str]:
    for handle in (process / "fd").iterdir():
        with contextlib.suppress(FileNotFoundError):  # closed meanwhile
            yield os.readlink(handle)


def _our_run(process: Path, proc: Path) -> int:
    """The process id of the tools.run that this process descends from, or 0. The keepers would replace the process."""
    while process.name not in {"0", "1"}:
        if b"tools.run" in (process / "cmdline").read_bytes().split(b"\0"):
            return _first_of_its_kind(process, proc)
        process = _parent(process, proc)
    return 0


def _first_of_its_kind(process: Path, proc: Path) -> int:
    # tools.run is also the name of the processes that honcho forks from it.
    while b"tools.run" in (_parent(process, proc) / "cmdline").read_bytes().split(b"\0"):
        process = _parent(process, proc)
    return int(process.name)


def _parent(process: Path, proc: Path) -> Path:
    return proc / (process / "stat").read_text(errors="replace").rpartition(")")[2].split()[1]


def _listening_inodes(port: int, proc: Path) -> list[str]:
    found = []
    for table in ("net/tcp", "net/tcp6"):
        try:
            lines = (proc / table).read_text().splitlines()[1:]
        except OSError:
            continue
        for line in lines:
            fields = line.split()
            if fields[3] == _LISTENING and int(fields[1].rpartition(":")[2], 16) == port:
                found.append(f"socket:[{fields[9]}]")
    return found
