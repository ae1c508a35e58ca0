"""The call-back desk: what a person can ask of it. Offer, request, cancel, and what became of it.

The desk keeps the laws: a request is stored before it is ordered, one key orders once, and "booked" is an outcome
that exists only after the provider's id is in the ledger.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

import structlog

from ringback.following import Follower
from ringback.ledger.store import Ledger, Overtaken
from ringback.models import Availability, Callback, CallbackRequest, Frozen, Profile, Question, Queue, State, TimeSlot
from ringback.providers.base import Provider, ProviderError, ProviderRefused
from ringback.settings import DeskFile
from ringback.understanding.choices import Option

log = structlog.get_logger(__name__)

T = TypeVar("T")


class Offer(Frozen):
    """What a person can choose from at this moment."""

    profile: Profile
    queues: tuple[Queue, ...]
    questions: tuple[Question, ...]


class Booked(Frozen):
    """The provider took the order and its id is stored."""

    callback: Callback


class AlreadyRequested(Frozen):
    """This request was made before; nothing was ordered again."""

    callback: Callback


class NotBooked(Frozen):
    """The provider certainly did not take the order. `refused`: it said no; otherwise it could not be reached."""

    callback: Callback
    refused: bool


class Unsure(Frozen):
    """Nobody knows whether the provider took the order. It is being looked for and is not sent again."""

    callback: Callback


RequestOutcome = Booked | AlreadyRequested | NotBooked | Unsure


class Cancelled(Frozen):
    """The call will not be made."""

    callback: Callback


class CancelNoted(Frozen):
    """It is not known whether the call was ordered; if it is found, it is cancelled."""

    callback: Callback


class TooLate(Frozen):
    """It was over before."""

    callback: Callback


class NotCancelled(Frozen):
    """The provider did not do it: it cannot, refused, or did not answer. The call is still on."""

    callback: Callback


CancelOutcome = Cancelled | CancelNoted | TooLate | NotCancelled


class _Kept(Generic[T]):
    """A provider's answer, kept for some seconds so that a turn of the chat need not wait for it again."""

    def __init__(self, ask: Callable[[], Awaitable[T]], seconds: float, clock: Callable[[], float]) -> None:
        self._ask = ask
        self._seconds = seconds
        self._clock = clock
        self._lock = asyncio.Lock()
        self._answers: list[tuple[float, T]] = []

    async def get(self) -> T:
        async with self._lock:
            if not self._answers or self._clock() - self._answers[0][0] > self._seconds:
                self._answers = [(self._clock(), await self._ask())]
            return self._answers[0][1]


class Desk:
    """The use cases, over one provider and the ledger."""

    def __init__(
        self,
        provider: Provider,
        ledger: Ledger,
        follower: Follower,
        config: DeskFile,
        *,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.config = config
        self.ledger = ledger
        self._provider = provider
        self._follower = follower
        self._clock = clock
        self._orders: set[asyncio.Task[RequestOutcome]] = set()
        self._offer = _Kept(self._ask_for_offer, config.fresh, clock)
        self._time_slots: dict[str, _Kept[Sequence[TimeSlot]]] = {}

    async def offer(self) -> Offer:
        """What can be asked for now. Raises ProviderError."""
        return await self._offer.get()

    async def _ask_for_offer(self) -> Offer:
        profile, queues = await asyncio.gather(self._provider.profile(), self._provider.queues())
        questions = await self._provider.questions() if profile.asks_questions else ()
        ordered = sorted(queues, key=lambda queue: queue.position)
        return Offer(profile=profile, queues=tuple(ordered), questions=tuple(questions))

    def queue_options(self, offer: Offer) -> list[Option]:
        """The queues as things to choose from, open ones first, with the other words that desk.yml gives them."""
        extra = self.config.queues
        return [
            Option(
                id=queue.id,
                title=queue.name,
                synonyms=tuple(extra[queue.name].synonyms) if queue.name in extra else (),
            )
            for queue in sorted(offer.queues, key=lambda queue: queue.availability is not Availability.ACTIVE)
        ]

    async def time_slots(self, queue_id: str) -> Sequence[TimeSlot]:
        """The bookable windows of a queue, soonest first. Raises ProviderError."""
        kept = self._time_slots.setdefault(
            queue_id, _Kept(lambda: self._provider.time_slots(queue_id), self.config.fresh, self._clock)
        )
        return await kept.get()

    async def request(self, request: CallbackRequest) -> RequestOutcome:
        """Order one call. Never raises for a provider's sake, and goes on even if the caller stops waiting."""
        task = asyncio.create_task(self._order(request))
        self._orders.add(task)
        task.add_done_callback(self._orders.discard)
        return await asyncio.shield(task)

    async def finish_orders(self) -> None:
        """Wait for the orders in flight; each has its own time-out."""
        if self._orders:
            await asyncio.gather(*self._orders, return_exceptions=True)

    async def _order(self, request: CallbackRequest) -> RequestOutcome:
        now = self._clock()
        begun = await self.ledger.begin(
            request, provider=self._provider.name, now=now, look_at=now + self.config.following.ordering
        )
        callback = begun.callback
        if not begun.fresh:
            return AlreadyRequested(callback=callback)
        try:
            provider_id = await self._provider.order(callback.order)
        except ProviderError as error:
            log.warning("order_failed", callback=callback.key, why=str(error), unsure=error.may_have_arrived)
            if error.may_have_arrived:
                return Unsure(callback=await self._settle(callback, State.UNCERTAIN, note=str(error), look_in=1.0))
            refused = isinstance(error, ProviderRefused)
            return NotBooked(callback=await self._settle(callback, State.REFUSED, note=str(error)), refused=refused)
        state = State.SCHEDULED if request.time_slot else State.QUEUED
        booked = await self._settle(callback, state, provider_id=provider_id, look_in=0.5)
        log.info("booked", callback=callback.key, provider=self._provider.name, provider_id=provider_id)
        return Booked(callback=booked)

    async def _settle(
        self, callback: Callback, state: State, *, provider_id: str = "", note: str = "", look_in: float | None = None
    ) -> Callback:
        """Write how the order went, also when the follower meanwhile took it for lost."""
        while True:
            now = self._clock()
            outcome = await self.ledger.change(
                callback,
                state=state,
                word="",
                now=now,
                next_poll_at=None if look_in is None else now + look_in,
                provider_id=provider_id,
                note=note,
            )
            if not isinstance(outcome, Overtaken):
                self._follower.wake()
                return outcome
            callback = await self.ledger.get(callback.key)
            if callback.provider_id or callback.state.is_final:
                return callback

    async def in_conversation(self, conversation_id: str) -> Sequence[Callback]:
        """The call-backs of a conversation, newest first."""
        return await self.ledger.in_conversation(conversation_id)

    async def cancel(self, key: str) -> CancelOutcome:
        """Call off a call-back. Safe to repeat. Raises KeyError for an unknown key."""
        callback = await self.ledger.get(key)
        if callback.state is State.CANCELLED:
            return Cancelled(callback=callback)
        if callback.state.is_final:
            return TooLate(callback=callback)
        if not callback.provider_id:
            await self.ledger.want_cancelled(key)
            self._follower.wake()
            return CancelNoted(callback=callback)
        if not self._provider.capabilities.cancel:
            return NotCancelled(callback=callback)
        try:
            await self._provider.cancel(callback.provider_id)
        except ProviderError as error:
            log.warning("cancel_failed", callback=key, why=str(error))
            await self._follower.look(callback)
            callback = await self.ledger.get(key)
            return TooLate(callback=callback) if callback.state.is_final else NotCancelled(callback=callback)
        return await self._write_cancelled(callback)

    async def _write_cancelled(self, callback: Callback) -> CancelOutcome:
        while not callback.state.is_final:
            outcome = await self.ledger.change(
                callback, state=State.CANCELLED, word=callback.word, now=self._clock(), next_poll_at=None
            )
            if not isinstance(outcome, Overtaken):
                log.info("cancelled", callback=callback.key)
                return Cancelled(callback=outcome)
            callback = await self.ledger.get(callback.key)
        if callback.state is State.CANCELLED:
            return Cancelled(callback=callback)
        return TooLate(callback=callback)
