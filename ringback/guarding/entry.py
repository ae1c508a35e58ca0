"""A request's way into the ledger, past the guard."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime

from ringback.guard import Guard
from ringback.guarding.rules import Refusal, Rule
from ringback.ledger.store import Begun, Ledger
from ringback.models import Callback, CallbackRequest


class Entry:
    """Lets requests in. `closes_at` says when the queue of a request, which has its provider's own id, closes."""

    def __init__(
        self, ledger: Ledger, guard: Guard | None, closes_at: Callable[[str, str], Awaitable[datetime | None]]
    ) -> None:
        self._ledger = ledger
        self._guard = guard
        self._closes_at = closes_at

    async def begin(
        self, request: CallbackRequest, *, provider: str, replaces: Callback | None, now: float, look_at: float
    ) -> Begun | Refusal:
        """Store a request before it is ordered (see `Ledger.begin`), unless the guard refuses it; that is logged."""
        guard = self._guard
        if guard is None:
            return await self._ledger.begin(request, provider=provider, now=now, look_at=look_at)
        admission = guard.admission(request, provider=provider, replaces=replaces)
        refused = guard.number(request.number) or await self._closing(guard, request, provider, now)
        if refused is None and guard.wants_proof(request) and not await self._is_proven(guard, request, now):
            # Nobody is sent a code for a call that would be refused after it.
            refused = await self._ledger.room_for(admission, now) or Refusal(rule=Rule.UNPROVEN)
        begun: Begun | Refusal = refused or await self._ledger.begin_within(
            request, admission, provider=provider, now=now, look_at=look_at
        )
        if isinstance(begun, Refusal):
            guard.log(begun, number=request.number, conversation_id=request.conversation_id, channel=request.channel)
        return begun

    async def _closing(self, guard: Guard, request: CallbackRequest, provider: str, now: float) -> Refusal | None:
        if request.time_slot is not None:
            return None
        return guard.closing(request, await self._closes_at(provider, request.queue_id), now)

    async def _is_proven(self, guard: Guard, request: CallbackRequest, now: float) -> bool:
        return await self._ledger.is_proven(guard.proof_of(request.conversation_id, request.number), now)
