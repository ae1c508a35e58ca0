"""What is counted of a request, and how far it may go: the pure part of the limits. Nothing here is in clear.

A subject is what is counted: "number:" and the digest of a phone number, "person:" and that of a conversation. The
ledger books places for subjects and knows nothing of what they stand for.
"""

from __future__ import annotations

from ringback.digests import digest
from ringback.guard_settings import Limit
from ringback.guarding.rules import Rule
from ringback.models import E164, Frozen

HOUR, DAY = 3600.0, 86400.0


class Bound(Frozen):
    """At most `most` bookings of `subject` in any `seconds`; beyond it, `rule` is the reason."""

    subject: str
    most: int
    seconds: float
    rule: Rule


class Admission(Frozen):
    """All that the ledger must check and book together with a request. Times are seconds since the epoch.

    `phone` and `line` mark the call-backs of one number, and of one number at one queue; both are booked always.
    `counted` are the subjects that take a place. `one_open`: no other open call-back may have the same `line`, but for
    the one with the key `replaces`. `failed_since`: none of the same `phone` may have failed since; `cool_down` is in
    seconds, and `starts_at` is when the phone would ring.
    """

    phone: str
    line: str
    counted: tuple[str, ...] = ()
    bounds: tuple[Bound, ...] = ()
    one_open: bool = False
    cool_down: float = 0.0
    starts_at: float | None = None
    conversation_id: str = ""
    replaces: str = ""

    @property
    def subjects(self) -> tuple[str, ...]:
        """Everything that is locked while it is decided, in an order that is the same for everybody."""
        return tuple(sorted({self.phone, self.line, *self.counted}))


def subject(key: str, kind: str, text: str) -> str:
    """What is counted, of that kind, under a digest that is keyed with `key`."""
    return f"{kind}:{digest(key, text)}"


def bounds(subject: str, limit: Limit, rule: Rule) -> tuple[Bound, ...]:
    """The limit's hour and day, where it has them."""
    spans = ((limit.hour, HOUR), (limit.day, DAY))
    return tuple(Bound(subject=subject, most=most, seconds=span, rule=rule) for most, span in spans if most)


def line_of(number: E164, provider: str, queue_id: str) -> str:
    """A number at a queue, as text to be digested."""
    return f"{number} {provider}:{queue_id}"
