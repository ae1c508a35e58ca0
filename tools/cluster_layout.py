"""Who is who in a cluster: for each process its command, its settings and where it answers. Pure.

The same code as on one server; what differs is settings. `make run-cluster`, the tests and the benches start what
stands here, and docs/cluster.md describes it.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tools.console import ROOT

HOST = "127.0.0.1"
ENDPOINTS = ROOT / "deploy" / "endpoints-cluster.yml"


@dataclass(frozen=True)
class Ports:
    """Of one machine. `front` is the address of all; `actions_front` is for the Rasa servers."""

    front: int
    actions_front: int
    rasas: Sequence[int]
    actions: Sequence[int]
    sandbox: int


@dataclass(frozen=True)
class Engines:
    """Addresses of what others keep: three databases and Redis."""

    ledger: str
    conversations: str
    chats: str
    redis: str


@dataclass(frozen=True)
class Member:
    """One process. `role` is what it shares with its equals; `health` answers 200 when it is ready, if it listens."""

    name: str
    role: str
    command: tuple[str, ...]
    environment: Mapping[str, str] = field(repr=False)
    health: str = ""


def members(
    env: Mapping[str, str],
    ports: Ports,
    engines: Engines,
    *,
    workers: int = 2,
    rasa_arguments: Sequence[str] = (),
    sandbox_arguments: Sequence[str] = (),
) -> list[Member]:
    """All processes but the engines, in the order in which they need each other.

    `env` holds the secrets that they share. `ports.sandbox` 0 means that the provider is a real one.
    """
    front = f"http://{HOST}:{ports.front}"
    shared = {
        **env,
        "PYTHONUNBUFFERED": "1",
        "RINGBACK_LEDGER_URL": engines.ledger,
        "RINGBACK_CHATS_URL": engines.chats,
        # News goes to whichever Rasa server is there: the balancer's address.
        "RINGBACK_RASA_URL": front,
    }
    for_actions = {
        **shared,
        "SANIC_HOST": HOST,  # rasa-sdk would listen on every network interface, and it has no password
        "RINGBACK_WORKER_INSIDE": "false",
        "PYTHONWARNINGS": "ignore:Your versions of rasa:UserWarning",
    }
    for_rasa = {
        **shared,
        "RINGBACK_ACTIONS_URL": f"http://{HOST}:{ports.actions_front}",
        "RINGBACK_TRACKER_URL": engines.conversations,
        "RINGBACK_REDIS_URL": engines.redis,
    }
    found: list[Member] = []
    if ports.sandbox:
        command = _python("sandbox", "--port", ports.sandbox, *sandbox_arguments)
        found.append(Member("sandbox", "sandbox", command, shared, f"http://{HOST}:{ports.sandbox}/sandbox/health"))
    for number, port in enumerate(ports.actions, 1):
        command = _python("rasa_sdk", "--actions", "actions", "--port", port)
        found.append(Member(f"actions{number}", "actions", command, for_actions, f"http://{HOST}:{port}/health"))
    found.append(_balancer("balance-actions", ports.actions_front, ports.actions, shared))
    for number, port in enumerate(ports.rasas, 1):
        command = _rasa(port, rasa_arguments)
        found.append(Member(f"rasa{number}", "rasa", command, for_rasa, f"http://{HOST}:{port}/webhooks/website/"))
    found.append(_balancer("balance", ports.front, ports.rasas, shared))
    work = ("-c", "import sys; from ringback.cli import main; sys.exit(main(['worker']))")
    found += [Member(f"worker{number + 1}", "worker", (sys.executable, *work), shared) for number in range(workers)]
    return found


def _python(module: str, *arguments: object) -> tuple[str, ...]:
    return (sys.executable, "-m", module, *(str(one) for one in arguments))


def _rasa(port: int, arguments: Sequence[str]) -> tuple[str, ...]:
    server = ROOT / "rasa-server"
    launch = (
        _in_project(server / ".venv" / "bin" / "python"),
        _in_project(server / "launch.py"),
        "run",
        "--enable-api",
    )
    return (*launch, "-i", HOST, "-p", str(port), "--endpoints", _in_project(ENDPOINTS), *arguments)


def _balancer(name: str, listen: int, to: Sequence[int], environment: Mapping[str, str]) -> Member:
    ports = [argument for port in to for argument in ("--to", port)]
    return Member(name, "balancer", _python("tools.balance", "--listen", listen, *ports), environment)


def _in_project(path: Path) -> str:
    return str(path.relative_to(ROOT))
