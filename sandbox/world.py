"""Everything that all providers of one sandbox share."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import Any, Protocol

from starlette.responses import Response

from sandbox.asked import Asked
from sandbox.calls import Calls
from sandbox.clock import Clock
from sandbox.company import Company
from sandbox.faults import Fault

MOST_REQUESTS = 1000


@dataclass(slots=True)
class Settings:
    """Switches for what no document settles, and waits in real seconds.

    `failure_http` is the HTTP status beside the provider's "no" (200 INFERRED, 500 possible); `speed` divides the steps
    of calls ordered from now on.
    """

    failure_http: int = 200
    speed: float = 1.0
    fault_silence: float = 60.0
    order_silence: float = 30.0
    slow: float = 5.0


@dataclass(slots=True)
class World:
    """The seed company, the clock, the calls, the fault that is set, and what was asked lately."""

    company: Company
    clock: Clock
    calls: Calls
    settings: Settings
    fault: Fault = field(default_factory=Fault)
    requests: deque[dict[str, Any]] = field(default_factory=lambda: deque(maxlen=MOST_REQUESTS))


class Provider(Protocol):
    """One provider's wire. `prefix` is the start of all its paths, with a slash at both ends."""

    prefix: str

    def refusal(self, message: str, http_status: int) -> Response:
        """The provider's own words for "no"."""
        ...

    async def answer(self, asked: Asked) -> Response:
        """The answer to a complete request below `prefix`."""
        ...

    def describe(self) -> dict[str, Any]:
        """What a client must know to use it: paths, credentials, identifiers."""
        ...


def masked(number: str) -> str:
    """A number as it may stand in a log: its last two digits."""
    return "…" + number[-2:]
