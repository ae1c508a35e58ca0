"""What the stand-in for Twilio holds: messages as a person sees them, and the ways in which its requests fail."""

from __future__ import annotations

import time
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Shown:
    """What a person sees of one message. `taps` maps titles to ids, in their order."""

    sid: str
    to: str
    body: str
    kind: str
    taps: dict[str, str]
    notes: dict[str, str]
    content: str = ""
    at: float = field(default_factory=time.monotonic)


@dataclass
class Fault:
    """How the next requests to create a message fail."""

    status: int
    code: int
    times: int
    retry_after: int | None = None


class Refused(Exception):
    """Twilio's error answer."""

    def __init__(self, status: int, code: int, message: str, retry_after: int | None = None) -> None:
        super().__init__(message)
        self.status, self.code, self.message, self.retry_after = status, code, message, retry_after
