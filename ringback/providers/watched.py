"""A provider that is watched: how long it takes, how it fails, and where that stands in the traces."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, TypeVar

from ringback import metrics, tracing
from ringback.models import Order, Profile, Question, Queue, Sighting, TimeSlot
from ringback.providers.base import (
    Capabilities,
    Found,
    NotConfigured,
    NotSupported,
    Provider,
    ProviderError,
    ProviderOffline,
    ProviderRefused,
    WrongCredentials,
)

T = TypeVar("T")
_KINDS = (
    (ProviderOffline, "offline"),
    (ProviderRefused, "refused"),
    (WrongCredentials, "credentials"),
    (NotConfigured, "settings"),
    (NotSupported, "unsupported"),
)


def kind_of(error: ProviderError) -> str:
    """Our one word for a failure."""
    return next((word for kind, word in _KINDS if isinstance(error, kind)), "unexpected")


class Watched:
    """Does what the provider behind it does."""

    def __init__(self, provider: Provider, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._provider = provider
        self._clock = clock

    @property
    def name(self) -> str:
        """The name it has in desk.yml."""
        return self._provider.name

    @property
    def capabilities(self) -> Capabilities:
        return self._provider.capabilities

    async def profile(self) -> Profile:
        return await self._watch("profile", self._provider.profile)

    async def queues(self) -> Sequence[Queue]:
        return await self._watch("queues", self._provider.queues)

    async def questions(self, queue_id: str = "") -> Sequence[Question]:
        return await self._watch("questions", lambda: self._provider.questions(queue_id))

    async def time_slots(self, queue_id: str) -> Sequence[TimeSlot]:
        return await self._watch("time_slots", lambda: self._provider.time_slots(queue_id))

    async def order(self, order: Order) -> str:
        return await self._watch("order", lambda: self._provider.order(order))

    async def status(self, provider_id: str) -> Sighting:
        return await self._watch("status", lambda: self._provider.status(provider_id))

    async def cancel(self, provider_id: str) -> None:
        return await self._watch("cancel", lambda: self._provider.cancel(provider_id))

    async def find(self, order: Order) -> Sequence[Found]:
        return await self._watch("find", lambda: self._provider.find(order))

    async def _watch(self, operation: str, ask: Callable[[], Awaitable[T]]) -> T:
        began, trouble = self._clock(), ""
        try:
            with tracing.span(f"provider {operation}", inner=True, **{"ringback.provider": self.name}):
                return await ask()
        except ProviderError as error:
            trouble = kind_of(error)
            raise
        finally:
            metrics.provider_asked(self.name, operation, self._clock() - began, trouble)


if TYPE_CHECKING:
    _keeps_the_protocol: type[Provider] = Watched
