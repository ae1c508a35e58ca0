"""Where each part of Ringback listens: RASA_PORT, ACTIONS_PORT and SANDBOX_PORT, RINGBACK_…_URL, or the defaults."""

from __future__ import annotations

import http.client
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from dotenv import dotenv_values

from tools.console import ROOT, Trouble

HOST = "127.0.0.1"
_HERE = {"127.0.0.1", "localhost", "::1"}
_DEFAULTS = {"RASA_PORT": 5005, "ACTIONS_PORT": 5055, "SANDBOX_PORT": 8900}


@dataclass(frozen=True)
class Part:
    """A part that listens. `name` is how the Procfile calls it, `title` how a person does; `health` answers 200."""

    name: str
    title: str
    host: str
    port: int
    health: str
    setting: str
    secure: bool = False

    @property
    def capital_title(self) -> str:
        """The title at the beginning of a sentence."""
        return self.title[:1].upper() + self.title[1:]


@dataclass(frozen=True)
class Places:
    """All parts of one running Ringback. `sandbox` is empty when a real provider is called."""

    rasa: Part
    actions: Part
    sandbox: tuple[Part, ...]
    rasa_url: str
    fonolo_url: str

    @property
    def parts(self) -> tuple[Part, ...]:
        """In the order in which they need each other."""
        return (*self.sandbox, self.actions, self.rasa)

    @property
    def chat_page(self) -> str:
        """What to open in a browser."""
        host = "localhost" if self.rasa.host == HOST else self.rasa.host
        return f"http://{host}:{self.rasa.port}/webhooks/website/ui/"


def with_env_file(env: Mapping[str, str], file: Path = ROOT / ".env") -> dict[str, str]:
    """The environment with .env behind it: what is set in the environment wins."""
    values = dotenv_values(file) if file.exists() else {}
    return {**{name: value for name, value in values.items() if value is not None}, **env}


def places(env: Mapping[str, str]) -> Places:
    """Read the settings (with .env already merged in). Raises Trouble when a port is no port."""
    rasa_port = _port(env, "RASA_PORT")
    rasa_url = env.get("RINGBACK_RASA_URL") or f"http://{HOST}:{rasa_port}"
    where = urlsplit(rasa_url)
    if "RASA_PORT" not in env and where.hostname:
        rasa_port = where.port or (443 if where.scheme == "https" else 80)
    elif where.hostname in _HERE:
        rasa_url = f"http://{HOST}:{rasa_port}"
    rasa_host = HOST if where.hostname in _HERE else (where.hostname or HOST)

    fonolo_url = env.get("RINGBACK_FONOLO_URL", "")
    provider = urlsplit(fonolo_url)
    sandbox: tuple[Part, ...] = ()
    if not fonolo_url or provider.hostname in _HERE:
        sandbox_port = _port(env, "SANDBOX_PORT")
        if "SANDBOX_PORT" not in env and provider.port:
            sandbox_port = provider.port
        sandbox = (Part("sandbox", "the sandbox", HOST, sandbox_port, "/sandbox/health", "SANDBOX_PORT"),)
        fonolo_url = f"http://{HOST}:{sandbox_port}{provider.path or '/3.0/'}"

    return Places(
        rasa=Part("rasa", "the Rasa server", rasa_host, rasa_port, "/", "RASA_PORT", where.scheme == "https"),
        actions=Part("actions", "the action server", HOST, _port(env, "ACTIONS_PORT"), "/health", "ACTIONS_PORT"),
        sandbox=sandbox,
        rasa_url=rasa_url,
        fonolo_url=fonolo_url,
    )


def answers(part: Part, patience: float = 2.0) -> bool:
    """Whether the part says 200 on its health address within `patience` seconds. Never raises; uses no proxy."""
    kind = http.client.HTTPSConnection if part.secure else http.client.HTTPConnection
    connection = kind(part.host, part.port, timeout=patience)
    try:
        connection.request("GET", part.health)
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _port(env: Mapping[str, str], name: str) -> int:
    text = env.get(name) or str(_DEFAULTS[name])
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise Trouble(f"{name}={text} is not a port: a port is a number from 1 to 65535.")
    return int(text)
