"""A small TCP balancer: `python -m tools.balance --listen PORT --to PORT --to PORT …`, all on this machine.

Each connection goes to the next server in turn; one that does not answer is passed over, and tried again a second
later. It knows nothing of HTTP: that is enough for websockets and for requests with a connection of their own, and no
more is promised. It lets `make run-cluster` work everywhere; where it matters take nginx (deploy/nginx/ringback.conf).
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import signal
import time
from collections.abc import Sequence

HOST = "127.0.0.1"
CONNECT = 1.0
"""Seconds until a server counts as away."""
PAUSE = 1.0
"""Seconds for which one that was away is passed over, as long as there is another."""
CHUNK = 65_536


class Balancer:
    """Connections in turn to the `ports` of this machine. The clock counts seconds."""

    def __init__(self, ports: Sequence[int]) -> None:
        self._ports = list(ports)
        self._next = 0
        self._away: dict[int, float] = {}

    def order(self) -> list[int]:
        """The ports in the order in which the next connection tries them; those that were just away come last."""
        turn = self._next % len(self._ports)
        self._next += 1
        ports = self._ports[turn:] + self._ports[:turn]
        now = time.monotonic()
        return sorted(ports, key=lambda port: self._away.get(port, 0.0) > now)

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, until both sides are done."""
        try:
            found = await self._connect()
            if found is not None:
                there_reader, there_writer = found
                try:
                    await asyncio.gather(_pump(reader, there_writer), _pump(there_reader, writer))
                finally:
                    await _close(there_writer)
        finally:
            await _close(writer)

    async def _connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter] | None:
        for port in self.order():
            try:
                found = await asyncio.wait_for(asyncio.open_connection(HOST, port), CONNECT)
            except (OSError, TimeoutError):
                self._away[port] = time.monotonic() + PAUSE
                continue
            self._away.pop(port, None)
            return found
        return None


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Pass on what comes; when one side ends, or breaks, the other is told."""
    try:
        while data := await reader.read(CHUNK):
            writer.write(data)
            await writer.drain()
        if writer.can_write_eof():
            writer.write_eof()
    except OSError:
        writer.transport.abort()


async def _close(writer: asyncio.StreamWriter) -> None:
    writer.close()
    with contextlib.suppress(OSError):
        await writer.wait_closed()


async def serve(listen: int, ports: Sequence[int]) -> None:
    """Balance until SIGTERM or SIGINT."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    server = await asyncio.start_server(Balancer(ports).handle, HOST, listen)
    await stop.wait()
    server.close()


def main() -> None:
    """Read the command line and serve."""
    parser = argparse.ArgumentParser(prog="python -m tools.balance")
    parser.add_argument("--listen", type=int, required=True)
    parser.add_argument("--to", type=int, action="append", required=True)
    chosen = parser.parse_args()
    asyncio.run(serve(chosen.listen, chosen.to))


if __name__ == "__main__":
    main()
