"""Placing one order, and writing down how it went. The only place from which a provider is asked to call somebody.

The row is in the ledger before the order goes out. Who may place it is decided there, by a compare-and-set, so that of
any number of processes exactly one does. An answer that does not come means UNCERTAIN and never "order it again".
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping

import structlog

from ringback import metrics, tracing
from ringback.guard import Guard
from ringback.ledger.store import Ledger, Overtaken
from ringback.models import Callback, Frozen, State
from ringback.providers.base import Provider, ProviderError, ProviderOffline, ProviderRefused

LONGEST_ORDER = 45.0
"""Seconds after which an order in flight is taken for lost; longer than any provider's time-out."""

log = structlog.get_logger(__name__)


class Ordered(Frozen):
    """The provider took the order and its id is stored."""

    callback: Callback


class Refused(Frozen):
    """The provider certainly did not take the order. `offline`: it could not be reached; otherwise it said no."""

    callback: Callback
    offline: bool


class Unanswered(Frozen):
    """Nobody knows whether the provider took the order."""

    callback: Callback


Placed = Ordered | Refused | Unanswered


class Ordering:
    """Places orders at the providers, by their names."""

    def __init__(
        self,
        ledger: Ledger,
        providers: Mapping[str, Provider],
        *,
        guard: Guard | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._ledger = ledger
        self._providers = providers
        self._guard = guard
        self._clock = clock

    def holds_later_calls(self, provider: str) -> bool:
        """Whether the provider takes a call for later; otherwise it waits in the ledger until it is due."""
        return self._providers[provider].capabilities.time_slots

    async def place(self, callback: Callback) -> Placed:
        """Order the call of a row in state ORDERING. Raises nothing for the provider's sake."""
        try:
            provider_id = await self._send(callback)
        except ProviderError as error:
            if error.may_have_arrived:
                return Unanswered(callback=await self._write(callback, State.UNCERTAIN, note=str(error), look_in=1.0))
            offline = not isinstance(error, ProviderRefused)
            refused = await self._write(callback, State.REFUSED, note=str(error))
            # Who tries out what a provider says "no" to has asked all the same.
            await self._ledger.give_back(callback.key, but=() if offline else ("person", "address"))
            return Refused(callback=refused, offline=offline)
        later = callback.starts_at is not None and self.holds_later_calls(callback.provider)
        state = State.SCHEDULED if later else State.QUEUED
        return Ordered(callback=await self._write(callback, state, provider_id=provider_id, look_in=0.5))

    async def place_when_due(self, callback: Callback, *, too_late: float, retry: float) -> None:
        """Order a call that waited in the ledger. Whoever takes the row first orders; the others do nothing.

        `too_late` and `retry` are in seconds: longer past its time than the first it is not ordered any more, and when
        the provider was certainly not reached it is tried again after the second.
        """
        now = self._clock()
        due = callback.starts_at or now
        if now < due:
            await self._ledger.put_off(callback, next_poll_at=due, misses=0)
            return
        if now - due > too_late:
            await self._write(callback, State.FAILED, note="its time had passed", news_kind="missed", operator=True)
            return
        if self._guard is not None and (why := self._guard.number(callback.number)):
            self._guard.log(
                why, number=callback.number, conversation_id=callback.conversation_id, channel=callback.channel
            )
            # The rules have changed since it was asked for.
            await self._write(callback, State.REFUSED, note=f"guarded: {why.rule.value}", news_kind="guarded")
            return
        taken = await self._ledger.change(
            callback, state=State.ORDERING, word="", now=now, next_poll_at=now + LONGEST_ORDER, note="its time has come"
        )
        if isinstance(taken, Overtaken):
            return
        try:
            provider_id = await self._send(taken)
        except ProviderError as error:
            if error.may_have_arrived:
                await self._write(taken, State.UNCERTAIN, note=str(error), look_in=1.0, news_kind="uncertain")
            elif isinstance(error, ProviderOffline):
                await self._write(taken, State.SCHEDULED, note=str(error), look_in=retry)
            else:
                await self._write(taken, State.REFUSED, note=str(error), news_kind="refused", operator=True)
            return
        await self._write(taken, State.QUEUED, provider_id=provider_id, look_in=0.5)

    async def _send(self, callback: Callback) -> str:
        """The one request; its id at the provider. Raises ProviderError."""
        with tracing.span("order", callback=callback.key):
            return await self._order(callback)

    async def _order(self, callback: Callback) -> str:
        provider = self._providers[callback.provider]
        order = callback.order
        if not self.holds_later_calls(callback.provider):
            order = order.model_copy(update={"start": None})
        try:
            provider_id = await provider.order(order)
        except ProviderError as error:
            sure = "offline" if not isinstance(error, ProviderRefused) else "refused"
            metrics.order_placed(callback.provider, "unanswered" if error.may_have_arrived else sure)
            log.warning("order_failed", callback=callback.key, why=str(error), unsure=error.may_have_arrived)
            raise
        metrics.order_placed(callback.provider, "ordered")
        if callback.starts_at is None:
            metrics.order_accepted(callback.provider, self._clock() - callback.created_at)
        log.info("ordered", callback=callback.key, provider=provider.name, provider_id=provider_id)
        return provider_id

    async def _write(
        self,
        callback: Callback,
        state: State,
        *,
        provider_id: str = "",
        note: str = "",
        news_kind: str = "",
        look_in: float | None = None,
        operator: bool = False,
    ) -> Callback:
        """Write how it went, also when the follower meanwhile took the order for lost. `look_in` is in seconds."""
        while True:
            now = self._clock()
            outcome = await self._ledger.change(
                callback,
                state=state,
                word="",
                now=now,
                next_poll_at=None if look_in is None else now + look_in,
                provider_id=provider_id,
                note=note,
                news_kind=news_kind,
                needs_operator=operator,
            )
            if not isinstance(outcome, Overtaken):
                metrics.moved(callback, state, needs_operator=operator, now=now)
                return outcome
            callback = await self._ledger.get(callback.key)
            if callback.provider_id or callback.state.is_final:
                return callback
