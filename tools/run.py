"""`make run` after the set-up: checks the ports, trains if needed, starts every part and stops them all together."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml
from honcho import manager as honcho_manager
from honcho.environ import parse_procfile
from honcho.manager import Manager
from honcho.printer import Message, Printer

from tools import ports, train
from tools.console import ROOT, Trouble, run_tool, say
from tools.places import Places, places, with_env_file

STOPPED = (130, 143)
"""honcho's codes after SIGINT and SIGTERM: somebody stopped us, which is no failure."""
_LONGEST_STOP = 10
"""Seconds until honcho kills outright; longer than a keeper's own grace, so that keepers can clean up."""


_FAREWELL = (b"Task was destroyed but it is pending", b"task: <Task pending")
"""What Rasa says at its end about chat pages that are still open."""


class QuietPrinter(Printer):  # type: ignore[misc]
    """honcho's prefixed lines without its own remarks about process ids."""

    stopping = False

    def write(self, message: Message) -> None:
        """Print one line of a part; honcho's own lines only when they are news to a person."""
        if message.name == "system":
            if "received" in str(message.data) and not self.stopping:
                self.stopping = True
                print("\nStopping …", flush=True)
            return
        if self.stopping and any(words in message.data for words in _FAREWELL):
            return
        super().write(message)


def child_settings(env: Mapping[str, str], where: Places, endpoints: Path) -> dict[str, str]:
    """The environment for all parts: the ports in one spelling, and the addresses that follow from them."""
    settings = {
        **env,
        "PYTHONUNBUFFERED": "1",
        # The parts write to honcho and not to the terminal that reads it.
        "RINGBACK_LOG": env.get("RINGBACK_LOG") or ("console" if sys.stdout.isatty() else "json"),
        "RASA_PORT": str(where.rasa.port),
        "ACTIONS_PORT": str(where.actions.port),
        "RINGBACK_RASA_URL": where.rasa_url,
        **where.providers,
        "RASA_ENDPOINTS": os.path.relpath(endpoints, ROOT),
    }
    if where.sandbox:
        settings["SANDBOX_PORT"] = str(where.sandbox[0].port)
    return settings


def endpoints_file(where: Places, original: Path, copy: Path) -> Path:
    """endpoints.yml, or a copy of it that names another port of the action server."""
    if where.actions.port == 5055:
        return original
    content: dict[str, Any] = yaml.safe_load(original.read_text(encoding="utf-8")) or {}
    url = f"http://{where.actions.host}:{where.actions.port}/webhook"
    content["action_endpoint"] = {**(content.get("action_endpoint") or {}), "url": url}
    copy.parent.mkdir(exist_ok=True)
    copy.write_text(
        "# Made by `make run` from endpoints.yml, because ACTIONS_PORT is set.\n" + yaml.safe_dump(content),
        encoding="utf-8",
    )
    return copy


def commands(procfile: str, where: Places) -> dict[str, str]:
    """The Procfile's commands, without the sandbox when it is not needed."""
    found: dict[str, str] = dict(parse_procfile(procfile).processes)
    if not where.sandbox:
        found.pop("sandbox", None)
    return found


def _main() -> int:
    env = with_env_file(os.environ)
    where = places(env)
    if where.rasa.host != "127.0.0.1":
        raise Trouble(
            f"RINGBACK_RASA_URL points to {where.rasa.host}, but `make run` starts Rasa on this machine. Remove it "
            "from .env and the environment, or set RASA_PORT alone."
        )
    taken = ports.messages(where.parts)
    if taken:
        raise Trouble("\n".join(taken))
    train.ensure_trained()
    if not where.sandbox:
        say("The settings point to a real provider: the sandbox is not started.")
    (ROOT / "var").mkdir(exist_ok=True)
    endpoints = endpoints_file(where, ROOT / "endpoints.yml", ROOT / "var" / "endpoints.yml")
    settings = child_settings(env, where, endpoints)
    procfile = (ROOT / "Procfile").read_text(encoding="utf-8")

    honcho_manager.KILL_WAIT = _LONGEST_STOP
    manager = Manager(QuietPrinter(sys.stdout))
    for name, command in commands(procfile, where).items():
        manager.add_process(name, command, env=settings, cwd=str(ROOT))
    say("Starting; Rasa takes about ten seconds …")
    manager.loop()
    return 0 if manager.returncode in STOPPED else 1


if __name__ == "__main__":
    sys.exit(run_tool(_main))
