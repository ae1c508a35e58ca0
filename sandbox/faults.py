"""Ways to break, on demand: for every request while a fault is set, or for one order by its magic number."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from starlette.responses import HTMLResponse, Response


class Mode(StrEnum):
    """What goes wrong."""

    NONE = "none"
    SILENCE = "silence"  # no answer at all; the connection stays open
    REFUSE = "refuse"  # the provider's own words for "no"
    HTTP_500 = "http_500"  # the same words with HTTP status 500
    BAD_GATEWAY = "bad_gateway"  # HTTP 502 and a proxy's HTML page
    GARBAGE = "garbage"  # HTTP 200 and JSON that breaks off
    SLOW = "slow"  # the right answer, late
    RATE_LIMIT = "rate_limit"  # HTTP 429 with Retry-After: 2 (ASSUMED: no limits are documented)
    EMPTY_403 = "empty_403"  # HTTP 403 without a body
    EMPTY_500 = "empty_500"  # HTTP 500 without a body


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault for paths that contain `only`, until `until` (seconds since the epoch on the sandbox's clock)."""

    mode: Mode = Mode.NONE
    only: str = ""
    until: float | None = None

    def strikes(self, path: str, now: float) -> bool:
        return self.mode is not Mode.NONE and self.only in path and (self.until is None or now < self.until)


def bad_gateway() -> Response:
    """What a proxy says when the server behind it does not answer properly."""
    return HTMLResponse("<html><head><title>502 Bad Gateway</title></head><body>502 Bad Gateway</body></html>\n", 502)


def gateway_timeout() -> Response:
    """What a proxy says at last when the server behind it does not answer at all."""
    return HTMLResponse("<html><head><title>504 Gateway Time-out</title></head><body>504</body></html>\n", 504)


def instead(mode: Mode, refusal: Response, half: str) -> Response:
    """What is sent in place of the right answer; `refusal` is the provider's own "no", `half` the beginning of a good
    answer. Modes that only take time have nothing to say here and get that "no" too.
    """
    match mode:
        case Mode.BAD_GATEWAY:
            return bad_gateway()
        case Mode.GARBAGE:
            return Response(half, media_type="application/json")
        case Mode.EMPTY_403:
            return Response(status_code=403)
        case Mode.EMPTY_500:
            return Response(status_code=500)
        case Mode.HTTP_500:
            refusal.status_code = 500
        case Mode.RATE_LIMIT:
            refusal.status_code = 429
            refusal.headers["Retry-After"] = "2"
    return refusal
