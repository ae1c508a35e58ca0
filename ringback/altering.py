"""Another number, or another time for a call that was to be made at once: ordered anew, and the old one called off.

No provider can alter an order, so the new one is ordered first and the old one cancelled after that: whatever goes
wrong, one of the two stands, and never both.
"""

from __future__ import annotations

from ringback.desk import Desk
from ringback.models import Callback, CallbackRequest, State, TimeSlot
from ringback.outcomes import Booked, Cancelled, CancelNoted, Guarded, Held, Moved, MoveOutcome, NotMoved

_BEFORE_IT_RINGS = frozenset({State.QUEUED, State.SCHEDULED, State.CALLING_AGENT, State.HOLDING})


def can_alter(desk: Desk, callback: Callback) -> bool:
    """Whether the call has not rung yet and can still be called off."""
    return callback.state in _BEFORE_IT_RINGS and desk.can_cancel(callback)


async def order_anew(
    desk: Desk, callback: Callback, *, key: str, number: str = "", slot: TimeSlot | None = None
) -> MoveOutcome:
    """Order the call-back once more under `key`, with another number or time, and cancel the one that there was.

    Without `slot` it keeps the time it had. Raises ProviderError for a provider that is gone.
    """
    if not can_alter(desk, callback):
        return NotMoved(callback=callback)
    if slot is None and callback.starts_at is not None:
        offered = await desk.time_slots(f"{callback.provider}:{callback.queue_id}")
        slot = next((one for one in offered if one.start == callback.start), None)
        if slot is None:
            return NotMoved(callback=callback)
    ordered = await desk.request(
        CallbackRequest(
            key=key,
            conversation_id=callback.conversation_id,
            channel=callback.channel,
            queue_id=f"{callback.provider}:{callback.queue_id}",
            queue_name=callback.queue_name,
            number=number or callback.number,
            time_slot=slot,
            sms=callback.sms,
            answers=callback.answers,
            language=callback.language,
            # The number that it had was shown to be theirs, if it had to be.
            own_number=not number or number == callback.number,
        ),
        replaces=callback,
    )
    if isinstance(ordered, Guarded):
        return NotMoved(callback=callback, why=ordered.refusal)
    if not isinstance(ordered, (Booked, Held)):
        # If it was taken all the same, it is called off as soon as it is found.
        await desk.cancel(ordered.callback.key)
        return NotMoved(callback=callback)
    if isinstance(await desk.cancel(callback.key), (Cancelled, CancelNoted)):
        return Moved(callback=ordered.callback)
    await desk.cancel(ordered.callback.key)
    return NotMoved(callback=callback)
