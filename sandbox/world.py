"""Everything that all providers of one sandbox share."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import Any, Protocol

from starlette.responses import Response

from sandbox import faults
from sandbox.asked import Asked
from sandbox.calls import Calls
from sandbox.clock import Clock
from sandbox.company import Company
from sandbox.faults import Fault, Mode
from sandbox.hand import Hand
from sandbox.limits import Limit

MOST_REQUESTS = 1000


@dataclass(slots=True)
class Settings:
    """Switches for what no document settles, and waits in real seconds.

    `failure_http` is the HTTP status beside Fonolo's "no" (200 INFERRED, 500 possible), `bad_key_http` the one beside
    TENIOS's "no" to an access key (400 and 403 are both CONFIRMED, on different pages). With `hours`, Fonolo's active
    queues are closed outside opening hours. `speed` divides the steps of calls ordered from now on.
    """

    failure_http: int = 200
    bad_key_http: int = 400
    hours: bool = False
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
    limit: Limit
    fault: Fault = field(default_factory=Fault)
    requests: deque[dict[str, Any]] = field(default_factory=lambda: deque(maxlen=MOST_REQUESTS))


class Wire(Protocol):
    """What one company answers. `prefix` is the start of all its paths, with a slash at both ends; `half` is an answer
    that breaks off.
    """

    prefix: str
    half: str

    def refusal(self, message: str, http_status: int | None = None) -> Response:
        """The provider's own words for "no", with its usual HTTP status or another."""
        ...

    def record(self, asked: Asked) -> dict[str, Any]:
        """What the list of requests shows of the body."""
        ...

    async def answer(self, asked: Asked) -> Response:
        """The answer to a complete request below `prefix`."""
        ...

    def describe(self) -> dict[str, Any]:
        """What a client must know to use it: paths, credentials, identifiers."""
        ...


class Provider(Wire, Protocol):
    """A provider of call-backs; `hand` says what a person's doings are in its words."""

    hand: Hand


async def spoilt(
    mode: Mode, asked: Asked, settings: Settings, *, right: Response, refusal: Response, half: str
) -> Response:
    """The answer to an order whose answer goes wrong in that way; the right one if none does."""
    match mode:
        case Mode.NONE:
            return right
        case Mode.SILENCE:
            await asked.wait(settings.order_silence)
            return faults.gateway_timeout()
        case Mode.SLOW:
            await asked.wait(settings.slow)
            return right
    return faults.instead(mode, refusal, half)


def masked(number: str) -> str:
    """A number as it may stand in a log: its last two digits."""
    return "…" + number[-2:]
