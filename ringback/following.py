"""The follower: asks the providers about every open call-back when it is due, and writes down what changed.

One asyncio loop. A claim moves the due time of a batch forward, so there is no lease to lose: if this process dies,
another look is due a little later, by whoever lives. A look that finds nothing new costs no further write.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import partial

import structlog
from structlog.contextvars import bind_contextvars

from ringback import metrics, tracing
from ringback.ledger.store import Claimed, Ledger, LedgerDown, Overtaken
from ringback.models import Callback, State
from ringback.ordering import Ordering
from ringback.pacing import Lane, Outage, jitter
from ringback.providers.base import Found, Provider, ProviderError, ProviderOffline, ProviderRefused, WrongCredentials
from ringback.settings import FollowingSettings
from ringback.states import Moved, NewWord, Same, pause_before_next_look, step

log = structlog.get_logger(__name__)

_RINGING = frozenset({State.CALLING_AGENT, State.CALLING_CUSTOMER})
_LONGEST_CLAIM = 30.0
_IDLE = 1.0
_ROUND = 0.1
"""Seconds from one claim to the next."""


def _cannot_wait(callback: Callback) -> bool:
    """What is looked at first when not everything can be: what rings, what is to be ordered, and what is uncertain."""
    return callback.state in _RINGING or not callback.provider_id or callback.cancel_wanted


class Follower:
    """Follows every open call-back of the ledger until `stop`."""

    def __init__(
        self,
        ledger: Ledger,
        providers: Mapping[str, Provider],
        settings: FollowingSettings,
        *,
        ordering: Ordering,
        grace_words: frozenset[str] = frozenset(),
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._ledger = ledger
        self._providers = providers
        self._settings = settings
        self._ordering = ordering
        self._grace_words = grace_words
        self._clock = clock
        self._outages = {name: Outage("provider", settings.back_off, provider=name) for name in providers}
        self._ledger_trouble = Outage("ledger", settings.back_off)
        self._lanes = {name: Lane[Callback](settings.at_once, settings.per_second) for name in providers}
        self._nobodys = Lane[Callback](settings.at_once)
        self._waiting: set[str] = set()
        self._looking: dict[str, asyncio.Task[None]] = {}
        self._unknown_words: set[str] = set()
        self._woken = asyncio.Event()
        self._due = float("inf")
        self._stopping = False

    def wake(self) -> None:
        """Something may be due sooner than was thought."""
        self._woken.set()

    async def stop(self) -> None:
        """Claim nothing more; `run` ends when the looks in flight are finished."""
        self._stopping = True
        self._woken.set()

    async def run(self) -> None:
        """Follow until stopped. Survives trouble with the database by trying again a second later."""
        while not self._stopping:
            self._woken.clear()
            round_ends = self._clock() + _ROUND
            try:
                due = await self._start_what_is_due()
            except LedgerDown as error:
                self._ledger_trouble.failed(error, self._clock())
                due = self._ledger_trouble.resume_at
            except Exception:
                log.exception("following_failed")
                due = self._clock() + _IDLE
            with suppress(TimeoutError):
                await asyncio.wait_for(self._woken.wait(), min(max(due - self._clock(), 0.0), _IDLE))
            # However often it is woken: many rows are claimed for the price of one.
            await asyncio.sleep(0 if self._stopping else min(max(round_ends - self._clock(), 0.0), _ROUND))
        # Only here: while a claim was under way, looks could still begin.
        await asyncio.gather(*self._looking.values(), return_exceptions=True)

    async def _start_what_is_due(self) -> float:
        """Claim and start looks; return when there is more to do (seconds since the epoch)."""
        if self._clock() < self._ledger_trouble.resume_at:
            return self._ledger_trouble.resume_at
        lanes = self._lanes.values()
        self._start_looks()
        free = sum(lane.room for lane in lanes)
        claimed, due = await self._claim(free)
        for callback in claimed:
            if callback.key not in self._looking and callback.key not in self._waiting:
                lane = self._lane(callback)
                if lane.offer(callback, urgent=_cannot_wait(callback)):
                    self._waiting.add(callback.key)
        await self._book_looks()
        self._start_looks()
        turn = min((lane.ready_at() for lane in lanes), default=float("inf"))
        return min(turn, due)

    async def _claim(self, free: int) -> tuple[Sequence[Callback], float]:
        """What is due, as much as there is room for, and when the next look is due (seconds since the epoch)."""
        now = self._clock()
        if not free:
            return [], now
        # Nobody has to wait for a lock in order to hear that there is nothing to do.
        due = self._due if self._due <= now else await self._ledger.next_due()
        if due > now:
            claimed = Claimed(callbacks=(), next_due=due)
        else:
            claimed = await self._ledger.claim(now, free, self._claim_for)
        self._ledger_trouble.answered()
        self._due = claimed.next_due
        return claimed.callbacks, claimed.next_due

    async def _book_looks(self) -> None:
        for name, lane in self._lanes.items():
            now = self._clock()
            if looks := lane.wanted(now):
                lane.grant(await self._ledger.book_looks(name, looks, lane.per_second, now), looks)

    def _lane(self, callback: Callback) -> Lane[Callback]:
        return self._lanes.get(callback.provider, self._nobodys)

    def _start_looks(self) -> None:
        if self._stopping:
            return
        for lane in (*self._lanes.values(), self._nobodys):
            while callback := lane.take(self._clock()):
                self._waiting.discard(callback.key)
                task = asyncio.create_task(self._look_safely(callback))
                self._looking[callback.key] = task
                task.add_done_callback(partial(self._looked, callback.key, lane))

    def _looked(self, key: str, lane: Lane[Callback], _task: asyncio.Task[None]) -> None:
        self._looking.pop(key, None)
        lane.left()
        self._start_looks()

    def _claim_for(self, callback: Callback) -> float:
        pause = self._pause(callback) * jitter(0.85)
        # A booking for next week is asleep anyway: its claim need not be short.
        return pause if callback.state is State.SCHEDULED else min(pause, _LONGEST_CLAIM)

    def _pause(self, callback: Callback) -> float:
        settings = self._settings
        pause = pause_before_next_look(
            callback,
            now=self._clock(),
            ringing=settings.ringing,
            holding=settings.holding,
            waiting=settings.waiting,
            scheduled=settings.scheduled,
            wake_before=settings.wake_before,
        )
        outage = self._outages.get(callback.provider)
        return max(pause, outage.resume_at - self._clock()) if outage else pause

    async def _look_safely(self, callback: Callback) -> None:
        if callback.next_poll_at is not None:
            metrics.look_began(self._clock() - callback.next_poll_at)
        # Each look is a task of its own: what is bound ends with it, and need not be taken back 900 times a second.
        bind_contextvars(callback=callback.key)
        try:
            await self.look(callback)
        except LedgerDown as error:
            # The claim ends by itself, and then it is looked at again.
            self._ledger_trouble.failed(error, self._clock())
        except Exception:
            log.exception("look_failed", callback=callback.key)

    async def look(self, callback: Callback) -> None:
        """Ask the provider about one call-back once and write down what changed."""
        provider = self._providers.get(callback.provider)
        if provider is None:
            await self._needs_operator(callback, f"desk.yml has no provider {callback.provider!r} any more")
            return
        if callback.waits_in_ledger:
            await self._ordering.place_when_due(
                callback, too_late=self._settings.too_late, retry=self._settings.ringing
            )
            self._woken.set()
            return
        outage = self._outages[callback.provider]
        if self._clock() < outage.resume_at:
            return
        try:
            if callback.provider_id:
                await self._look_at_state(callback, provider)
            else:
                await self._look_for_order(callback, provider)
        except (ProviderOffline, WrongCredentials) as error:
            outage.failed(error, self._clock())
            await self._give_up_if_too_old(callback)
        except ProviderError as error:
            # It answers, but not about this call-back.
            outage.answered()
            await self._missed(callback, error)
        else:
            outage.answered()

    async def _look_at_state(self, callback: Callback, provider: Provider) -> None:
        if callback.cancel_wanted:
            await provider.cancel(callback.provider_id)
            await self._write(callback, State.CANCELLED, callback.word, "cancelled", note="called off by the person")
            return
        sighting = await provider.status(callback.provider_id)
        if sighting.state is None and sighting.word not in self._unknown_words:
            self._unknown_words.add(sighting.word)
            log.warning("unknown_provider_word", provider=callback.provider, word=sighting.word)
        now = self._clock()
        found = step(callback, sighting, now=now, grace=self._settings.grace, grace_words=self._grace_words)
        match found:
            case Same():
                if callback.misses:
                    await self._ledger.put_off(callback, next_poll_at=now + self._pause(callback), misses=0)
                await self._give_up_if_too_old(callback)
            case NewWord(word=word):
                await self._write(callback, callback.state, word, "")
            case Moved(state=state, word=word, news_kind=kind):
                await self._write(callback, state, word, kind)

    async def _look_for_order(self, callback: Callback, provider: Provider) -> None:
        """An order without an answer: find it at the provider and adopt it, or say that nobody knows."""
        if provider.capabilities.lookup:
            found = await self._not_ours_yet(callback, await provider.find(callback.order))
            if found:
                await self._adopt(callback, found[0])
                return
        now = self._clock()
        if now - callback.created_at > self._settings.lookups_until or not provider.capabilities.lookup:
            await self._needs_operator(callback, "no answer to the order, and it was not found at the provider")
        elif callback.state is not State.UNCERTAIN:
            await self._write(callback, State.UNCERTAIN, "", "uncertain", note="no answer to the order")

    async def _not_ours_yet(self, callback: Callback, found: Sequence[Found]) -> Sequence[Found]:
        known = await self._ledger.known_ids(callback.provider, [one.id for one in found])
        return [one for one in found if one.id not in known]

    async def _adopt(self, callback: Callback, found: Found) -> None:
        state = found.sighting.state or State.QUEUED
        log.info("order_found", callback=callback.key, provider_id=found.id)
        news_kind = "" if callback.cancel_wanted else "booked"
        outcome = await self._ledger.change(
            callback,
            state=state,
            word=found.sighting.word,
            now=self._clock(),
            next_poll_at=None if state.is_final else self._clock(),
            provider_id=found.id,
            news_kind=state.value.lower() if state.is_final else news_kind,
            note="found at the provider",
        )
        if not isinstance(outcome, Overtaken):
            metrics.moved(callback, state, needs_operator=False, now=self._clock())
        self._woken.set()

    async def _missed(self, callback: Callback, error: ProviderError) -> None:
        misses = callback.misses + 1
        log.warning("look_missed", callback=callback.key, misses=misses, why=str(error))
        if isinstance(error, ProviderRefused) and misses >= self._settings.give_up_after_misses:
            await self._write(callback, State.FAILED, callback.word, "lost", note=str(error), needs_operator=True)
            return
        pause = min(self._settings.ringing * 2.0 ** min(misses, 10), self._settings.back_off)
        await self._ledger.put_off(callback, next_poll_at=self._clock() + pause, misses=misses)
        await self._give_up_if_too_old(callback)

    async def _give_up_if_too_old(self, callback: Callback) -> None:
        due = max(callback.created_at, callback.starts_at or 0.0)
        if self._clock() - due > self._settings.give_up_after:
            await self._write(callback, State.EXPIRED, callback.word, "expired", needs_operator=True)

    async def _needs_operator(self, callback: Callback, why: str) -> None:
        """Stop looking, tell the person plainly, and leave it to somebody who can telephone the provider."""
        outcome = await self._ledger.change(
            callback,
            state=State.UNCERTAIN,
            word=callback.word,
            now=self._clock(),
            next_poll_at=None,
            news_kind="unknown",
            needs_operator=True,
            note=why,
        )
        if not isinstance(outcome, Overtaken):
            metrics.moved(callback, State.UNCERTAIN, needs_operator=True, now=self._clock())
            log.error("needs_operator", callback=callback.key, why=why)

    async def _write(
        self, callback: Callback, state: State, word: str, kind: str, *, note: str = "", needs_operator: bool = False
    ) -> None:
        now = self._clock()
        moved = callback.model_copy(
            update={"state": state, "state_since": callback.state_since if state is callback.state else now}
        )
        with tracing.span(f"seen {state.value}", callback=callback.key):
            outcome = await self._ledger.change(
                callback,
                state=state,
                word=word,
                now=now,
                next_poll_at=None if state.is_final else now + self._pause(moved),
                news_kind=kind,
                note=note,
                needs_operator=needs_operator,
            )
        if isinstance(outcome, Overtaken):
            log.info("overtaken", callback=callback.key)
        elif state is not callback.state:
            metrics.moved(callback, state, needs_operator=needs_operator, now=now)
            log.info("state_changed", callback=callback.key, before=callback.state.value, after=state.value, word=word)
        self._woken.set()
