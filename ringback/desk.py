"""The call-back desk: what a person can ask of it. Offer, request, move, cancel, and what became of it.

The desk keeps the laws: a request is stored before it is ordered, one key orders once, and "booked" is an outcome
that exists only after the provider's id is in the ledger. Several providers may stand behind it; a person sees queues.
A queue's id at the desk is "<provider>:<the provider's own id>".
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

import structlog
from pydantic import ConfigDict

from ringback import metrics
from ringback.card import Card, card
from ringback.following import Follower
from ringback.guard import Guard
from ringback.guarding.entry import Entry
from ringback.guarding.proofs import Proofs
from ringback.guarding.rules import Refusal
from ringback.kept import Kept
from ringback.ledger.store import Ledger, Overtaken
from ringback.models import Availability, Callback, CallbackRequest, Frozen, Profile, Question, Queue, State, TimeSlot
from ringback.ordering import LONGEST_ORDER, Ordered, Ordering, Refused, Unanswered
from ringback.outcomes import (
    AlreadyRequested,
    Booked,
    Cancelled,
    CancelNoted,
    CancelOutcome,
    CannotCancel,
    Guarded,
    Held,
    Moved,
    MoveOutcome,
    NotBooked,
    NotCancelled,
    NotMoved,
    RequestOutcome,
    TooLate,
    Unsure,
)
from ringback.providers.base import Provider, ProviderError
from ringback.settings import DeskFile
from ringback.understanding.choices import Option

log = structlog.get_logger(__name__)


class Counter(Frozen):
    """What one queue asks and offers, once it is chosen."""

    profile: Profile
    questions: tuple[Question, ...]
    zone: ZoneInfo

    model_config = ConfigDict(arbitrary_types_allowed=True, frozen=True)


class Desk:
    """The use cases, over the providers and the ledger."""

    def __init__(
        self,
        providers: Mapping[str, Provider],
        ledger: Ledger,
        ordering: Ordering,
        follower: Follower,
        config: DeskFile,
        *,
        guard: Guard | None = None,
        proofs: Proofs | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Without a `guard` every request becomes a call: for measurements and tests."""
        self.config = config
        self.ledger = ledger
        self.guard = guard
        self.proofs = proofs
        self._entry = Entry(ledger, guard, self._closes_at)
        self._providers = providers
        self._ordering = ordering
        self._follower = follower
        self._clock = clock
        self._orders: set[asyncio.Task[RequestOutcome]] = set()
        self._profiles = Kept(lambda name: providers[name].profile(), config.fresh, clock)
        self._queues = Kept(lambda name: providers[name].queues(), config.fresh, clock)
        self._questions = Kept(self._ask_for_questions, config.fresh, clock)
        self._time_slots = Kept(self._ask_for_time_slots, config.fresh, clock)

    @property
    def providers(self) -> Mapping[str, Provider]:
        """The providers by their names in desk.yml."""
        return self._providers

    # -- what can be asked for ----------------------------------------------------------------------------------

    async def queues(self) -> Sequence[Queue]:
        """Every provider's queues, closed and paused ones included.

        A provider that does not answer is left out while another one does. Raises ProviderError when none does.
        """
        answers = await asyncio.gather(*(self._queues_of(name) for name in self._providers), return_exceptions=True)
        found: list[Queue] = []
        troubles: list[BaseException] = []
        for answer in answers:
            if isinstance(answer, BaseException):
                troubles.append(answer)
            else:
                found += answer
        for trouble in troubles:
            if not isinstance(trouble, ProviderError) or not found:
                raise trouble
            log.warning("queues_left_out", why=str(trouble))
        return found

    async def _queues_of(self, name: str) -> list[Queue]:
        profile, queues = await asyncio.gather(self._profiles.get(name), self._queues.get(name))
        resting = profile.availability is not Availability.ACTIVE
        return [
            queue.model_copy(
                update={
                    "id": f"{name}:{queue.id}",
                    # A paused profile pauses every queue in it.
                    **({"availability": profile.availability, "bookable": False} if resting else {}),
                }
            )
            for queue in sorted(queues, key=lambda queue: queue.position)
        ]

    def queue_options(self, queues: Sequence[Queue]) -> list[Option]:
        """The queues as things to choose from, open ones first, with the other words that desk.yml gives them.

        desk.yml may name a queue by its name or by its own id at the provider.
        """
        extra = self.config.queues
        return [
            Option(
                id=queue.id,
                title=queue.name,
                synonyms=tuple(
                    one
                    for name in (queue.name, queue.id.partition(":")[2])
                    if name in extra
                    for one in extra[name].synonyms
                ),
            )
            for queue in sorted(
                queues, key=lambda queue: (queue.availability is not Availability.ACTIVE, not queue.bookable)
            )
        ]

    async def counter(self, queue: str) -> Counter:
        """What the queue of that id asks and offers. Raises ProviderError."""
        name, _ = self._split(queue)
        profile = await self._profiles.get(name)
        questions = await self._questions.get(queue) if profile.asks_questions else ()
        return Counter(profile=profile, questions=tuple(questions), zone=self.config.zone_of(name))

    async def time_slots(self, queue: str) -> Sequence[TimeSlot]:
        """The bookable windows of the queue of that id, soonest first. Raises ProviderError."""
        return await self._time_slots.get(queue)

    async def _ask_for_questions(self, queue: str) -> Sequence[Question]:
        name, own_id = self._split(queue)
        return await self._providers[name].questions(own_id)

    async def _ask_for_time_slots(self, queue: str) -> Sequence[TimeSlot]:
        name, own_id = self._split(queue)
        return await self._providers[name].time_slots(own_id)

    def _split(self, queue: str) -> tuple[str, str]:
        name, _, own_id = queue.partition(":")
        if name not in self._providers:
            raise ProviderError(f"desk.yml has no provider {name!r}")
        return name, own_id

    # -- asking for it ------------------------------------------------------------------------------------------

    async def request(self, request: CallbackRequest, *, replaces: Callback | None = None) -> RequestOutcome:
        """Order one call. Goes on even if the caller stops waiting. Raises ProviderError for an unknown queue only.

        `replaces`: the call-back in whose place it comes, and which is called off once this one is ordered.
        """
        provider, own_id = self._split(request.queue_id)
        task = asyncio.create_task(self._order(request.model_copy(update={"queue_id": own_id}), provider, replaces))
        self._orders.add(task)
        task.add_done_callback(self._orders.discard)
        return await asyncio.shield(task)

    async def finish_orders(self) -> None:
        """Wait for the orders in flight; each has its own time-out."""
        if self._orders:
            await asyncio.gather(*self._orders, return_exceptions=True)

    async def _order(self, request: CallbackRequest, provider: str, replaces: Callback | None) -> RequestOutcome:
        now = self._clock()
        request = request.model_copy(update={"wording_version": self.config.consent.version})
        begun = await self._entry.begin(
            request, provider=provider, replaces=replaces, now=now, look_at=now + LONGEST_ORDER
        )
        if isinstance(begun, Refusal):
            return Guarded(refusal=begun, queue_name=request.queue_name)
        if not begun.fresh:
            return AlreadyRequested(callback=begun.callback)
        metrics.request_noted(request.channel)
        if request.time_slot and not self._ordering.holds_later_calls(provider):
            return await self._hold(begun.callback, request.time_slot)
        placed = await self._ordering.place(begun.callback)
        self._follower.wake()
        match placed:
            case Ordered(callback=callback):
                return Booked(callback=callback)
            case Unanswered(callback=callback):
                return Unsure(callback=callback)
            case Refused(callback=callback, offline=offline):
                return NotBooked(callback=callback, refused=not offline)

    async def _closes_at(self, provider: str, queue_id: str) -> datetime | None:
        try:
            queues = await self._queues.get(provider)
        except ProviderError:
            return None  # whether it can be reached is for the order to find out
        return next((queue.closes_at for queue in queues if queue.id == queue_id), None)

    async def _hold(self, callback: Callback, slot: TimeSlot) -> RequestOutcome:
        held = await self.ledger.change(
            callback, state=State.SCHEDULED, word="", now=self._clock(), next_poll_at=slot.starts_at.timestamp()
        )
        if isinstance(held, Overtaken):
            return AlreadyRequested(callback=await self.ledger.get(callback.key))
        self._follower.wake()
        metrics.order_placed(callback.provider, "held")
        return Held(callback=held)

    # -- afterwards ---------------------------------------------------------------------------------------------

    async def in_conversation(self, conversation_id: str) -> Sequence[Callback]:
        """The call-backs of a conversation, newest first."""
        return await self.ledger.in_conversation(conversation_id)

    def can_cancel(self, callback: Callback) -> bool:
        """Whether there is anything that we could do to call it off."""
        if callback.state.is_final:
            return False
        provider = self._providers.get(callback.provider)
        return callback.waits_in_ledger or (provider is not None and provider.capabilities.cancel)

    def card(self, callback: Callback, *, replaces: str = "") -> Card:
        """The call-back as the card that a page shows, without the titles of its buttons."""
        movable = callback.state is State.SCHEDULED and callback.starts_at is not None
        can_cancel = self.can_cancel(callback)
        return card(callback, can_cancel=can_cancel, can_move=movable, now=self._clock(), replaces=replaces)

    async def move(self, callback: Callback, slot: TimeSlot, *, key: str) -> MoveOutcome:
        """Another time for a call that is for later.

        One that waits in the ledger just gets its new time. One that the provider holds is ordered anew under `key`
        and cancelled only after that: whatever goes wrong, one of the two stands.
        """
        if callback.state is not State.SCHEDULED:
            return NotMoved(callback=callback)
        if callback.waits_in_ledger:
            moved = await self.ledger.change(
                callback,
                state=State.SCHEDULED,
                word="",
                now=self._clock(),
                next_poll_at=slot.starts_at.timestamp(),
                move_to=slot,
                note="moved by the person",
            )
            self._follower.wake()
            return NotMoved(callback=callback) if isinstance(moved, Overtaken) else Moved(callback=moved)
        again = CallbackRequest(
            key=key,
            conversation_id=callback.conversation_id,
            channel=callback.channel,
            queue_id=f"{callback.provider}:{callback.queue_id}",
            queue_name=callback.queue_name,
            number=callback.number,
            time_slot=slot,
            sms=callback.sms,
            language=callback.language,
            answers=callback.answers,
            own_number=True,
        )
        ordered = await self.request(again, replaces=callback)
        if isinstance(ordered, Guarded):
            return NotMoved(callback=callback, why=ordered.refusal)
        if not isinstance(ordered, Booked):
            return NotMoved(callback=callback)
        await self.cancel(callback.key)
        return Moved(callback=ordered.callback)

    async def cancel(self, key: str, *, tell: bool = False) -> CancelOutcome:
        """Call off a call-back. Safe to repeat. Raises KeyError for an unknown key.

        `tell`: it is news to the person, who did not ask for it.
        """
        callback = await self.ledger.get(key)
        if callback.state is State.CANCELLED:
            return Cancelled(callback=callback)
        if callback.state.is_final:
            return TooLate(callback=callback)
        return await self._cancel_open(callback, tell)

    async def _cancel_open(self, callback: Callback, tell: bool) -> CancelOutcome:
        key = callback.key
        if callback.waits_in_ledger:
            return await self._write_cancelled(callback, tell)
        if not self.can_cancel(callback):
            return CannotCancel(callback=callback)
        if not callback.provider_id:
            await self.ledger.want_cancelled(key)
            self._follower.wake()
            return CancelNoted(callback=callback)
        try:
            await self._providers[callback.provider].cancel(callback.provider_id)
        except ProviderError as error:
            log.warning("cancel_failed", callback=key, why=str(error))
            await self._follower.look(callback)
            callback = await self.ledger.get(key)
            return TooLate(callback=callback) if callback.state.is_final else NotCancelled(callback=callback)
        return await self._write_cancelled(callback, tell)

    async def _write_cancelled(self, callback: Callback, tell: bool) -> CancelOutcome:
        waited = callback.waits_in_ledger
        while not callback.state.is_final:
            outcome = await self.ledger.change(
                callback,
                state=State.CANCELLED,
                word=callback.word,
                now=self._clock(),
                next_poll_at=None,
                news_kind="cancelled" if tell else "",
                note="called off by an operator" if tell else "",
            )
            if not isinstance(outcome, Overtaken):
                metrics.moved(callback, State.CANCELLED, needs_operator=False, now=self._clock())
                log.info("cancelled", callback=callback.key)
                return Cancelled(callback=outcome)
            callback = await self.ledger.get(callback.key)
            if waited and not callback.waits_in_ledger:
                # Its time came in this very moment, and it is being ordered.
                return await self.cancel(callback.key, tell=tell)
        return Cancelled(callback=callback) if callback.state is State.CANCELLED else TooLate(callback=callback)
