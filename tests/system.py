"""The whole of Ringback as tests see it: sandbox, action server and Rasa as real processes on free ports."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

import httpx
import psutil
import yaml

from sandbox.verify import VERIFY_ACCOUNT_SID, VERIFY_AUTH_TOKEN, VERIFY_SERVICE_SID

ROOT = Path(__file__).resolve().parents[1]
RASA_PYTHON = ROOT / "rasa-server" / ".venv" / "bin" / "python"
START_TIMEOUT = 120.0
SPEED = 6.0
BLOCKED_NUMBER = "+19055550199"
LEDGER_KEY = "what the tests count is counted under this key"
RASA_TOKEN = "the-test-systems-token-of-rasa"
ACTIONS_SECRET = "the-test-systems-secret-of-the-action-server"
TENIOS_KEY = "7e5a10c5-0000-4000-8000-00000000a001"  # the sandbox's, public


def free_port() -> int:
    """A port of the loopback interface that nobody uses at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Process:
    """One of the three: how it is started, where it answers when it is up, and its log."""

    name: str
    command: list[str]
    health: str
    log: Path
    environment: dict[str, str]
    home: Path = ROOT
    running: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start and return at once."""
        with self.log.open("ab") as log:
            self.running = subprocess.Popen(
                self.command,
                cwd=self.home,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def wait(self) -> None:
        """Return when it answers. Raises RuntimeError with the end of its log."""
        deadline = time.monotonic() + START_TIMEOUT
        while time.monotonic() < deadline and self.running is not None and self.running.poll() is None:
            try:
                if httpx.get(self.health, timeout=2.0, trust_env=False).status_code == httpx.codes.OK:
                    return
            except httpx.TransportError:
                time.sleep(0.1)
        raise RuntimeError(f"{self.name} did not start:\n{self.log.read_text(errors='replace')[-4000:]}")

    def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        """Signal the process itself; whatever is left of its group afterwards is killed."""
        if self.running is None:
            return
        self.running.send_signal(how)
        try:
            self.running.wait(15)
        except subprocess.TimeoutExpired:
            self.running.kill()
            self.running.wait(15)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.running.pid, signal.SIGKILL)
        self.running = None

    def kill(self) -> None:
        """`kill -9` of the main process alone; its children have to end by themselves, and soon."""
        assert self.running is not None
        children = psutil.Process(self.running.pid).children(recursive=True)
        self.running.send_signal(signal.SIGKILL)
        self.running.wait(15)
        self.running = None
        _, alive = psutil.wait_procs(children, timeout=12)
        assert alive == [], f"{self.name} left {alive} behind"


@dataclass
class System:
    """Ringback, running. `folder` holds its databases and logs; `credentials` are channels beside those of the file."""

    folder: Path
    sandbox_port: int = field(default_factory=free_port)
    actions_port: int = field(default_factory=free_port)
    rasa_port: int = field(default_factory=free_port)
    desk: dict[str, Any] = field(default_factory=dict)
    credentials: dict[str, Any] = field(default_factory=dict)
    folders: ClassVar[list[Path]] = []
    """Of all systems of this test run: they are looked through for leaks at its end."""

    def __post_init__(self) -> None:
        System.folders.append(self.folder)
        environment = {key: value for key, value in os.environ.items() if not key.startswith("RINGBACK_")}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        company = _company()
        environment |= {
            "RINGBACK_DESK_FILE": str(self.folder / "desk.yml"),
            "RINGBACK_LEDGER_URL": self.ledger_url,
            "RINGBACK_RASA_URL": self.rasa_url,
            "RINGBACK_RASA_TOKEN": RASA_TOKEN,
            "RINGBACK_ACTIONS_SECRET": ACTIONS_SECRET,
            "RINGBACK_CHATS_URL": f"sqlite:///{self.folder / 'chats.sqlite3'}",
            "RINGBACK_ENDPOINTS_FILE": str(self.folder / "endpoints.yml"),
            "RINGBACK_FONOLO_URL": f"{self.sandbox_url}/3.0/",
            "RINGBACK_FONOLO_ACCOUNT_SID": company["account_sid"],
            "RINGBACK_FONOLO_AUTH_TOKEN": company["auth_token"],
            "RINGBACK_TENIOS_URL": f"{self.sandbox_url}/",
            "RINGBACK_TENIOS_ACCESS_KEY": TENIOS_KEY,
            "RINGBACK_LEDGER_KEY": LEDGER_KEY,
            "RINGBACK_VERIFY_URL": f"{self.sandbox_url}/",
            "RINGBACK_VERIFY_ACCOUNT_SID": VERIFY_ACCOUNT_SID,
            "RINGBACK_VERIFY_AUTH_TOKEN": VERIFY_AUTH_TOKEN,
            "RINGBACK_VERIFY_SERVICE_SID": VERIFY_SERVICE_SID,
            "SANIC_HOST": "127.0.0.1",
        }
        self._write_settings()
        self.sandbox = self._process(
            "sandbox",
            [sys.executable, "-m", "sandbox", "--port", str(self.sandbox_port), "--speed", str(SPEED)],
            f"{self.sandbox_url}/sandbox/health",
            environment,
        )
        self.actions = self._process(
            "actions",
            [sys.executable, "-m", "rasa_sdk", "--actions", "actions", "--port", str(self.actions_port)],
            f"http://127.0.0.1:{self.actions_port}/health",
            environment,
        )
        self.rasa = self._process(
            "rasa",
            [
                str(RASA_PYTHON),
                str(ROOT / "rasa-server" / "launch.py"),
                "run",
                "--enable-api",
                "-i",
                "127.0.0.1",
                "-p",
                str(self.rasa_port),
                "--endpoints",
                str(self.folder / "endpoints.yml"),
                "--credentials",
                str(self.folder / "credentials.yml"),
            ],
            f"{self.rasa_url}/status?token={RASA_TOKEN}",
            environment,
        )

    @property
    def parts(self) -> tuple[Process, Process, Process]:
        return (self.sandbox, self.actions, self.rasa)

    @property
    def rasa_url(self) -> str:
        return f"http://127.0.0.1:{self.rasa_port}"

    @property
    def sandbox_url(self) -> str:
        return f"http://127.0.0.1:{self.sandbox_port}"

    @property
    def page_url(self) -> str:
        return f"{self.rasa_url}/webhooks/website/ui/"

    @property
    def ledger_url(self) -> str:
        return f"sqlite:///{self.folder / 'ledger.sqlite3'}"

    def start(self) -> None:
        """Start everything and return when everything answers."""
        for part in self.parts:
            part.start()
        for part in self.parts:
            part.wait()

    def stop(self) -> None:
        """Stop everything that runs; what operators could read of it until then is kept, to be searched for leaks."""
        self._keep_what_is_served()
        for part in reversed(self.parts):
            part.stop()

    def _keep_what_is_served(self) -> None:
        if self.actions.running is None:
            return
        for path in ("metrics", "ready", "health", "no-such-page"):
            with contextlib.suppress(httpx.HTTPError):
                answer = httpx.get(f"http://127.0.0.1:{self.actions_port}/{path}", timeout=10.0, trust_env=False)
                (self.folder / f"served-{path}.log").write_text(answer.text, encoding="utf-8")

    def _process(self, name: str, command: list[str], health: str, environment: dict[str, str]) -> Process:
        return Process(name, command, health, self.folder / f"{name}.log", environment)

    def _write_settings(self) -> None:
        desk = yaml.safe_load((ROOT / "desk.yml").read_text(encoding="utf-8"))
        desk["fresh"] = 0.5
        # The sandbox's calls go faster than real ones, so they are looked at more often.
        desk["following"] = {"ringing": 0.2, "waiting": 1.0, "lookups_until": 6.0, "back_off": 2.0}
        # Hundreds of dialogues give one number from one address; +1 905 is for the tests of the guard.
        desk["guard"] = {
            "unlimited": ["+12", "+14", "+16", "+49"],
            "blocked": [BLOCKED_NUMBER],
            "proof": "website",
            "codes": {"resend": 0.5},
        }
        desk |= self.desk
        (self.folder / "desk.yml").write_text(yaml.safe_dump(desk), encoding="utf-8")
        endpoints = yaml.safe_load((ROOT / "endpoints.yml").read_text(encoding="utf-8"))
        endpoints["action_endpoint"]["url"] = f"http://127.0.0.1:{self.actions_port}/webhook"
        endpoints["tracker_store"]["db"] = str(self.folder / "conversations.sqlite3")
        (self.folder / "endpoints.yml").write_text(yaml.safe_dump(endpoints), encoding="utf-8")
        credentials = yaml.safe_load((ROOT / "credentials.yml").read_text(encoding="utf-8")) | self.credentials
        (self.folder / "credentials.yml").write_text(yaml.safe_dump(credentials), encoding="utf-8")


def secrets() -> list[str]:
    """What no process may write down."""
    return [RASA_TOKEN, ACTIONS_SECRET, TENIOS_KEY, str(_company()["auth_token"])]


def _company() -> dict[str, Any]:
    """The sandbox's public demo account, as .env.example hands it to users."""
    lines = (ROOT / ".env.example").read_text(encoding="utf-8").splitlines()
    pairs = dict(line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))
    return {"account_sid": pairs["RINGBACK_FONOLO_ACCOUNT_SID"], "auth_token": pairs["RINGBACK_FONOLO_AUTH_TOKEN"]}
