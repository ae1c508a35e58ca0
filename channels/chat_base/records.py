"""What the chat channels' database holds, as the channels see it. Moments are seconds since 1970 (UTC)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

SENDING = "sending"
SENT = "sent"
DELIVERED = "delivered"
READ = "read"
FAILED = "failed"
UNSENT = "unsent"
MADE_UP = "made_up"


@dataclass(frozen=True)
class Person:
    """Who is in a conversation: the platform's address of them, and when they last wrote (0: never)."""

    address: str
    wrote_at: float


@dataclass(frozen=True)
class Waiting:
    """A message that came in and has not been handled to its end; `content` is what the channel stored."""

    message_id: str
    conversation: str
    content: Mapping[str, Any]


@dataclass(frozen=True)
class Delivery:
    """One message that went out, or should have. `status` is one of this module's words, `why` the platform's code."""

    id: int
    conversation: str
    news: str
    callback: str
    seq: int
    kind: str
    way: str
    sid: str
    status: str
    why: str
    made_at: float
    changed_at: float


@dataclass(frozen=True)
class Claimed:
    """This server tells the piece of news, as this delivery, and no other does."""

    delivery: int


@dataclass(frozen=True)
class Elsewhere:
    """Another server is telling it at this moment."""


@dataclass(frozen=True)
class Over:
    """It has been told, or never will be."""


Claim = Claimed | Elsewhere | Over
