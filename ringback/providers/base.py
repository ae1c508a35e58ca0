"""What every call-back provider does for the desk, and how it may fail.

    ProviderError
    ├── ProviderOffline      no answer in time, connection refused, HTTP 5xx without an envelope, HTTP 429
    ├── ProviderRefused      the provider said no, in its own words
    ├── WrongCredentials     the provider does not know us
    ├── NotConfigured        we cannot even ask: a setting is missing
    ├── NotSupported         the provider has no such thing, see its `Capabilities`; nothing was sent
    └── UnexpectedAnswer     it answered something that is not the contract

`ProviderError.may_have_arrived` decides what becomes of an order: False means the provider certainly did not take
it (nothing was sent, or it said no), True that nobody knows. An order is never sent a second time on True.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from ringback.models import Frozen, Order, Profile, Question, Queue, Sighting, TimeSlot


class ProviderError(Exception):
    """Anything that went wrong with a provider. The text is safe to log: no key, no phone number."""

    def __init__(self, message: str, *, may_have_arrived: bool = False, retry_after: float | None = None) -> None:
        """`retry_after` is in seconds, when the provider named one."""
        super().__init__(message)
        self.may_have_arrived = may_have_arrived
        self.retry_after = retry_after


class ProviderOffline(ProviderError):
    """No usable answer in time."""


class ProviderRefused(ProviderError):
    """The provider said no. `words` are its own, for the log and the operator, not for the customer."""

    def __init__(self, words: str) -> None:
        super().__init__(f"refused: {words}")
        self.words = words


class WrongCredentials(ProviderError):
    """The provider does not accept our credentials."""


class NotConfigured(ProviderError):
    """A setting that this provider needs is missing or malformed."""


class NotSupported(ProviderError):
    """The provider cannot do this at all, and nothing was sent to it."""


class UnexpectedAnswer(ProviderError):
    """An answer outside the contract."""


class Capabilities(Frozen):
    """What a provider can do by itself; the desk supplies the rest or does not offer it."""

    queues: bool
    questions: bool
    time_slots: bool
    sms: bool
    cancel: bool
    lookup: bool


class Found(Frozen):
    """A call-back that a lookup found at the provider: its id and what it looks like there."""

    id: str
    sighting: Sighting


class Provider(Protocol):
    """One account at one provider. Every method raises only `ProviderError`s and answers within its time-out."""

    @property
    def name(self) -> str:
        """The name it has in desk.yml."""

    @property
    def capabilities(self) -> Capabilities: ...

    async def profile(self) -> Profile: ...

    async def queues(self) -> Sequence[Queue]:
        """Every queue in the provider's order, closed and paused ones included."""

    async def questions(self, queue_id: str = "") -> Sequence[Question]:
        """The questions before a call to one queue; without a queue, every question that there is."""

    async def time_slots(self, queue_id: str) -> Sequence[TimeSlot]:
        """The bookable windows of one queue, soonest first; empty when nothing can be booked."""

    async def order(self, order: Order) -> str:
        """Order one call and return the provider's id for it. Never retried in here."""

    async def status(self, provider_id: str) -> Sighting: ...

    async def cancel(self, provider_id: str) -> None: ...

    async def find(self, order: Order) -> Sequence[Found]:
        """Look for this order among the provider's call-backs of the last day (capability `lookup`)."""
