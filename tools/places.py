"""Where each part of Ringback listens: RASA_PORT, ACTIONS_PORT and SANDBOX_PORT, RINGBACK_…_URL, or the defaults."""

from __future__ import annotations

import http.client
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import yaml
from dotenv import dotenv_values

from tools.console import ROOT, Trouble

HOST = "127.0.0.1"
_HERE = {"127.0.0.1", "localhost", "::1"}
_PROVIDERS = {
    "fonolo": ("RINGBACK_FONOLO_URL", "https://api.fonolo.com/3.0/"),
    "tenios": ("RINGBACK_TENIOS_URL", "https://api.tenios.com/"),
}
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
    """All parts of one running Ringback. `sandbox` is empty when every provider is a real one.

    `providers` maps the setting of each provider in use to its address; `real` names the kinds that ring real phones.
    """

    rasa: Part
    actions: Part
    sandbox: tuple[Part, ...]
    rasa_url: str
    providers: Mapping[str, str]
    real: tuple[str, ...]

    @property
    def parts(self) -> tuple[Part, ...]:
        """In the order in which they need each other."""
        return (*self.sandbox, self.actions, self.rasa)

    @property
    def chat_page(self) -> str:
        """What to open in a browser."""
        host = "localhost" if self.rasa.host == HOST else self.rasa.host
        return f"http://{host}:{self.rasa.port}/webhooks/website/ui/"

    @property
    def demo_shop(self) -> str:
        """A made-up shop that shows the chat as a company would."""
        return self.chat_page.removesuffix("ui/") + "demo/"


def with_env_file(env: Mapping[str, str], file: Path = ROOT / ".env") -> dict[str, str]:
    """The environment with .env behind it: what is set in the environment wins."""
    values = dotenv_values(file) if file.exists() else {}
    return {**{name: value for name, value in values.items() if value is not None}, **env}


def kinds_in(desk_file: Path) -> tuple[str, ...]:
    """The kinds of provider in desk.yml; Fonolo when it cannot be read, which the action server then says better."""
    try:
        content = yaml.safe_load(desk_file.read_text(encoding="utf-8"))
        kinds = tuple(dict.fromkeys(str(one["kind"]) for one in content["providers"]))
    except (OSError, yaml.YAMLError, KeyError, TypeError):
        return ("fonolo",)
    return tuple(kind for kind in kinds if kind in _PROVIDERS) or ("fonolo",)


def places(env: Mapping[str, str], kinds: Sequence[str] | None = None) -> Places:
    """Read the settings (with .env already merged in). `kinds`: of provider, those of desk.yml if not given.

    A provider without an address is called for real, as the action server does. Raises Trouble when a port is no port.
    """
    if kinds is None:
        kinds = kinds_in(ROOT / env.get("RINGBACK_DESK_FILE", "desk.yml"))
    rasa_port = _port(env, "RASA_PORT")
    rasa_url = env.get("RINGBACK_RASA_URL") or f"http://{HOST}:{rasa_port}"
    where = urlsplit(rasa_url)
    if "RASA_PORT" not in env and where.hostname:
        rasa_port = where.port or (443 if where.scheme == "https" else 80)
    elif where.hostname in _HERE:
        rasa_url = f"http://{HOST}:{rasa_port}"
    rasa_host = HOST if where.hostname in _HERE else (where.hostname or HOST)

    addresses = {kind: env.get(setting) or default for kind, (setting, default) in _PROVIDERS.items() if kind in kinds}
    local = {kind: urlsplit(address) for kind, address in addresses.items() if urlsplit(address).hostname in _HERE}
    sandbox: tuple[Part, ...] = ()
    if local:
        sandbox_port = _port(env, "SANDBOX_PORT")
        if "SANDBOX_PORT" not in env:
            sandbox_port = next((url.port for url in local.values() if url.port), sandbox_port)
        sandbox = (Part("sandbox", "the sandbox", HOST, sandbox_port, "/sandbox/health", "SANDBOX_PORT"),)
        addresses |= {kind: f"http://{HOST}:{sandbox_port}{url.path or '/'}" for kind, url in local.items()}

    return Places(
        rasa=Part("rasa", "the Rasa server", rasa_host, rasa_port, "/", "RASA_PORT", where.scheme == "https"),
        actions=Part("actions", "the action server", HOST, _port(env, "ACTIONS_PORT"), "/health", "ACTIONS_PORT"),
        sandbox=sandbox,
        rasa_url=rasa_url,
        providers={_PROVIDERS[kind][0]: address for kind, address in addresses.items()},
        real=tuple(kind for kind in addresses if kind not in local),
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
