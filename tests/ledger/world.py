"""A provider with a memory: every order that reached it is a call, and its answers go astray as told."""

from __future__ import annotations

import asyncio
import itertools
from collections import Counter
from collections.abc import Sequence

from ringback.models import Order, Sighting, State
from ringback.providers.base import Found, ProviderOffline, ProviderRefused
from tests.conftest import ScriptedProvider

ENDINGS = frozenset({"Success", "Failed", "Canceled"})


class Died(Exception):
    """The process was killed at this very place."""


class World(ScriptedProvider):
    """`next_order` says how the next order goes:

    answered, refused; offline (it did not arrive, and we know), vanished (it did not, and nobody knows),
    lost (it arrived, the answer did not), slow (the answer comes at `release`), died (it arrived, we were killed).
    """

    def __init__(self, name: str, *, plain: bool) -> None:
        super().__init__()
        self.name = name
        if plain:
            self.capabilities = self.capabilities.model_copy(
                update={"time_slots": False, "cancel": False, "lookup": False}
            )
        self.next_order = "answered"
        self.calls: dict[str, Sighting] = {}
        self.number_of: dict[str, str] = {}
        self.trouble: Exception | None = None
        self.waiting: list[asyncio.Event] = []
        self._ids = itertools.count(1)

    @property
    def arrivals(self) -> Counter[str]:
        """How many calls were ordered for each number."""
        return Counter(self.number_of.values())

    def calls_to(self, number: str) -> list[str]:
        """The ids of the calls that were ordered for a number."""
        return [one for one, of in self.number_of.items() if of == number]

    def release(self) -> None:
        """Let the slow answers through."""
        for answer in self.waiting:
            answer.set()
        self.waiting.clear()

    async def order(self, order: Order) -> str:
        how, self.next_order = self.next_order, "answered"
        if how == "refused":
            raise ProviderRefused("closed")
        if how in {"offline", "vanished"}:
            raise ProviderOffline(how, may_have_arrived=how == "vanished")
        its_id = f"{self.name}{next(self._ids)}"
        self.number_of[its_id] = order.number
        self.calls[its_id] = Sighting(state=State.QUEUED, word="Pending")
        if how == "lost":
            raise ProviderOffline("no answer", may_have_arrived=True)
        if how == "died":
            raise Died
        if how == "slow":
            answer = asyncio.Event()
            self.waiting.append(answer)
            await answer.wait()
        await asyncio.sleep(0)
        return its_id

    async def status(self, provider_id: str) -> Sighting:
        await asyncio.sleep(0)
        if self.trouble:
            raise self.trouble
        return self.calls[provider_id]

    async def cancel(self, provider_id: str) -> None:
        if self.trouble:
            raise self.trouble
        if self.calls[provider_id].word in ENDINGS:
            raise ProviderRefused("it is over")
        self.calls[provider_id] = Sighting(state=State.CANCELLED, word="Canceled")
        self.cancelled.append(provider_id)

    async def find(self, order: Order) -> Sequence[Found]:
        await asyncio.sleep(0)
        if self.trouble:
            raise self.trouble
        return [Found(id=one, sighting=self.calls[one]) for one in self.calls_to(order.number)]
