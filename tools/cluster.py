"""`make run-cluster` after the set-up: two of each on this machine behind one address, with PostgreSQL and Redis.

The ports are those of `make run`: RASA_PORT is the address of all. The members behind it take whatever is free.
"""

from __future__ import annotations

import os
import shlex
import signal
import socket
import sys
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from types import FrameType
from urllib.request import ProxyHandler, build_opener

from honcho import manager as honcho_manager
from honcho.manager import Manager

from tools import ports, train
from tools.cluster_engines import Postgres, Redis
from tools.cluster_layout import Engines, Member, Ports, members
from tools.console import ROOT, Trouble, child_environment, run_tool, say
from tools.places import HOST, Places, places, with_env_file
from tools.run import STOPPED, QuietPrinter

FOLDER = ROOT / "var" / "cluster"
LONGEST_STOP = 14
"""Seconds until honcho kills outright; longer than a keeper's own grace."""
PATIENCE = 180.0
"""Seconds until members that do not come up are called by their names."""


def free_ports(count: int) -> list[int]:
    """Different ports of this machine that nobody uses at the moment."""
    probes = [socket.socket() for _ in range(count)]
    try:
        for probe in probes:
            probe.bind((HOST, 0))
        return [int(probe.getsockname()[1]) for probe in probes]
    finally:
        for probe in probes:
            probe.close()


def secrets(env: Mapping[str, str], folder: Path) -> dict[str, str]:
    """The environment with what all members have to share: the key of the page's sessions."""
    from channels.keys import SETTING, find

    return {**env, SETTING: " ".join(find(None, env, folder / "website-secret"))}


def banner(where: Places) -> str:
    """What a person sees when everything is up."""
    real = " and ".join(where.real)
    lines = (
        "",
        "The cluster is ready: two Rasa servers, two action servers and two workers behind one address.",
        "",
        f"    {where.chat_page}",
        "",
        f"Calls through {real} are real: phones will ring." if real else "Calls go to the sandbox: no phone rings.",
        "Kill any of them and go on chatting: each is started again. Ctrl-C stops everything.",
        "",
    )
    return "\n".join(lines)


def wait_for(waiting: list[Member], stop: threading.Event, then: str) -> None:
    """Say `then` once every member answers; name those that do not for too long."""
    opener, began, complained = build_opener(ProxyHandler({})), time.monotonic(), False
    while waiting and not stop.wait(0.5):
        waiting = [one for one in waiting if not _answers(opener, one.health)]
        if waiting and not complained and time.monotonic() - began > PATIENCE:
            names = ", ".join(one.name for one in waiting)
            say(f"No answer after {PATIENCE:.0f} s from {names}: the reason stands in their lines above. Waiting on.")
            complained = True
    if not stop.is_set():
        say(then)


def _answers(opener: object, url: str) -> bool:
    try:
        with opener.open(url, timeout=2.0) as answer:  # type: ignore[attr-defined]
            return bool(answer.status == 200)
    except OSError:
        return False


def _main() -> int:
    env = with_env_file(os.environ)
    where = places(env)
    if where.rasa.host != HOST:
        raise Trouble(f"RINGBACK_RASA_URL points to {where.rasa.host}, but `make run-cluster` starts everything here.")
    if taken := ports.messages(where.parts):
        raise Trouble("\n".join(taken).replace("`make run ", "`make run-cluster "))
    train.ensure_trained()
    redis_port, *others = free_ports(5)
    # Until honcho takes over, a signal ends us the ordinary way; SIGTERM as well as Ctrl-C.
    signal.signal(signal.SIGTERM, _interrupt)
    say("Starting PostgreSQL and Redis …")
    postgres, redis = Postgres(FOLDER / "postgresql"), Redis(FOLDER / "redis", redis_port)
    try:
        redis.start()
        layout = members(
            child_environment(secrets({**env, **where.providers}, ROOT / "var")),
            Ports(
                front=where.rasa.port,
                actions_front=where.actions.port,
                rasas=others[:2],
                actions=others[2:],
                sandbox=where.sandbox[0].port if where.sandbox else 0,
            ),
            Engines(postgres.url("ringback"), postgres.url("conversations"), postgres.url("chats"), redis.url),
            sandbox_arguments=("--state", str(FOLDER / "sandbox.json")),
        )
        return _run(layout, where)
    finally:
        redis.stop()
        postgres.stop()


def _run(layout: list[Member], where: Places) -> int:
    honcho_manager.KILL_WAIT = LONGEST_STOP
    manager = Manager(QuietPrinter(sys.stdout))
    for one in layout:
        command = shlex.join((sys.executable, "-m", "tools.keep", one.name, "--", *one.command))
        manager.add_process(one.name, f"exec {command}", env=dict(one.environment), cwd=str(ROOT))
    stop = threading.Event()
    answering = [one for one in layout if one.health]
    watching = threading.Thread(target=wait_for, args=(answering, stop, banner(where)), daemon=True)
    say("Starting the members; the two Rasa servers take some twenty seconds …")
    watching.start()
    try:
        manager.loop()
    finally:
        stop.set()
    return 0 if manager.returncode in STOPPED else 1


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(run_tool(_main))
