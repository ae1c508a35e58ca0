"""A real Rasa server with the website channel and a very small bot, and a browser's side of the conversation."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.async_api import Browser, async_playwright, expect

from tests.tokens import OLD_SECRET, SECRET
from tests.visitor import Visitor
from tools.browser import FLAGS, find_browser

ROOT = Path(__file__).resolve().parents[2]
PYTHON = ROOT / "rasa-server" / ".venv" / "bin" / "python"
BOT = Path(__file__).parent / "bot"
TRAIN_TIMEOUT = 240.0
START_TIMEOUT = 180.0


@dataclass
class RasaServer:
    """A running Rasa server: its folder and its address; ``stop`` and ``start`` keep the conversations."""

    folder: Path
    port: int
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def page(self) -> str:
        return f"{self.url}/webhooks/website/ui/"

    def start(self) -> None:
        log = (self.folder / "rasa.log").open("ab")
        command = [str(PYTHON), "-m", "rasa", "run", "--enable-api", "-i", "127.0.0.1", "-p", str(self.port)]
        self.process = subprocess.Popen(
            [*command, "--endpoints", "endpoints.yml", "--credentials", "credentials.yml"],
            cwd=self.folder,
            env=_environment(),
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        log.close()
        deadline = time.monotonic() + START_TIMEOUT
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                break
            try:
                if httpx.get(f"{self.url}/webhooks/website/", timeout=2.0).status_code == 200:
                    return
            except httpx.TransportError:
                time.sleep(0.2)
        raise RuntimeError(f"Rasa did not start:\n{(self.folder / 'rasa.log').read_text()[-4000:]}")

    def stop(self) -> None:
        if self.process is None:
            return
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait(20)
        self.process = None

    async def push(
        self,
        conversation: str,
        text: str,
        news: dict[str, Any] | None = None,
        timestamp: float | None = None,
        **data: Any,
    ) -> None:
        """Tell a conversation something, the way the teller does."""
        event: dict[str, Any] = {"event": "bot", "text": text, "data": data, "metadata": {"news": news} if news else {}}
        if timestamp is not None:
            event["timestamp"] = timestamp
        async with httpx.AsyncClient(timeout=20.0) as client:
            answer = await client.post(
                f"{self.url}/conversations/{conversation}/tracker/events",
                params={"output_channel": "website", "execute_side_effects": "true", "include_events": "NONE"},
                json=[event],
            )
        assert answer.status_code == 200, answer.text

    async def events(self, conversation: str) -> list[dict[str, Any]]:
        """Everything the tracker of a conversation holds."""
        async with httpx.AsyncClient(timeout=20.0) as client:
            answer = await client.get(
                f"{self.url}/conversations/{conversation}/tracker", params={"include_events": "ALL"}
            )
        events: list[dict[str, Any]] = answer.json()["events"]
        return events


def _environment() -> dict[str, str]:
    kept = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    return kept | {
        "PYTHONPATH": str(ROOT),
        "RINGBACK_WEBSITE_SECRET": f"{SECRET} {OLD_SECRET}",
        "RASA_TELEMETRY_ENABLED": "false",
        "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
        "TF_CPP_MIN_LOG_LEVEL": "3",
    }


@pytest.fixture(scope="session")
def rasa_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RasaServer]:
    folder = tmp_path_factory.mktemp("website") / "bot"
    shutil.copytree(BOT, folder)
    endpoints = f"tracker_store: {{type: SQL, dialect: sqlite, db: {folder / 'tracker.db'}}}\n"
    (folder / "endpoints.yml").write_text(endpoints)
    trained = subprocess.run(
        [str(PYTHON), "-m", "rasa", "train", "--quiet"],
        cwd=folder,
        env=_environment(),
        check=False,
        capture_output=True,
        timeout=TRAIN_TIMEOUT,
    )
    assert trained.returncode == 0, trained.stderr.decode()[-4000:]
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = RasaServer(folder, port)
    try:
        server.start()
        yield server
    finally:
        server.stop()


@pytest.fixture
async def visitor(rasa_server: RasaServer) -> AsyncIterator[Visitor]:
    """A person's browser, without a page: connected, with a new session."""
    person = Visitor(rasa_server.url)
    await person.connect()
    yield person
    await person.disconnect()


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    expect.set_options(timeout=20_000)  # a busy machine may need longer than the usual 5 s to draw the first page
    async with async_playwright() as playwright:
        started = await playwright.chromium.launch(executable_path=find_browser(), args=[*FLAGS])
        yield started
        await started.close()
