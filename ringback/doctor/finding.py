"""What a check found, and what every check gets."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import httpx

from ringback.ledger.store import Ledger
from ringback.models import Frozen
from ringback.settings import DeskFile, Settings


class Finding(Frozen):
    """One line: what was looked at, whether it is right, how it is, and what to do if it is not."""

    name: str
    ok: bool
    says: str
    do: str = ""


@dataclass(frozen=True)
class Visit:
    """What the checks look at. `desk` is None when desk.yml cannot be read, `ledger` when the database cannot.

    `http` is for Rasa, the action server and the clock; `provider_http` for the providers; `clock` gives seconds since
    the epoch; `folder` is where the project stands.
    """

    settings: Settings
    desk: DeskFile | None
    ledger: Ledger | None
    http: httpx.AsyncClient
    provider_http: httpx.AsyncClient
    clock: Callable[[], float]
    folder: Path
    environment: Mapping[str, str]


Check = Callable[[Visit], Awaitable[Sequence[Finding]]]


def good(name: str, says: str) -> Finding:
    """Nothing to do."""
    return Finding(name=name, ok=True, says=says)


def bad(name: str, says: str, do: str) -> Finding:
    """Something to do."""
    return Finding(name=name, ok=False, says=says, do=do)
