"""The Procfile's `page`: waits until every part answers, says where the chat page is, and then keeps quiet."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Sequence

from tools.console import run_tool, say
from tools.places import Part, Places, answers, places, with_env_file

PATIENCE = 120.0
"""Seconds until a part that does not come up is called by its name."""


def banner(where: Places) -> str:
    """What a person sees when everything is up."""
    provider = (
        f"Calls through {' and '.join(where.real)} are real: phones will ring."
        if where.real
        else "Calls go to the sandbox: no phone rings, nothing costs money."
    )
    lines = [
        "",
        "Ringback is ready. Open the chat page:",
        "",
        f"    {where.chat_page}",
        f"    {where.demo_shop}   (the same on a company's own site)",
        "",
        "and type, for example:  Hi, can someone call me about my bill?",
        provider,
        "Ctrl-C stops everything.",
        "",
    ]
    return "\n".join(lines)


def late(missing: Sequence[Part]) -> str:
    """What to say when parts do not answer after PATIENCE seconds."""
    sentences = [
        f"{part.capital_title} does not answer on port {part.port} after {PATIENCE:.0f} s. Look at the lines that "
        f"start with `{part.name}` above for the reason."
        for part in missing
    ]
    return " ".join([*sentences, "Waiting on; Ctrl-C stops everything."])


def _main() -> int:
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    parent = os.getppid()
    where = places(with_env_file(os.environ))
    waiting, started, complained = list(where.parts), time.monotonic(), False
    while waiting:
        waiting = [part for part in waiting if not answers(part)]
        if waiting and not complained and time.monotonic() - started > PATIENCE:
            say(late(waiting))
            complained = True
        if waiting and stop.wait(0.5):
            return 0
    say(banner(where))
    while not stop.wait(2.0) and os.getppid() == parent:
        pass
    return 0


if __name__ == "__main__":
    sys.exit(run_tool(_main))
