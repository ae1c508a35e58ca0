"""Forgetting and telling what is known: by number for the operator, by conversation for the person, by age for all."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from ringback.conversations import Store
from ringback.ledger.erasing import Erasure
from ringback.ledger.store import Ledger
from ringback.models import Callback, Frozen
from ringback.outcomes import Cancelled, CancelOutcome, TooLate
from ringback.settings import DeskFile, RetentionSettings
from ringback.understanding.phone import Numbers, find_numbers

DAY = 86_400.0
PASSES = (5.0, 30.0, 300.0, 3600.0)
"""Seconds after "forget me" at which its conversation is erased: a turn that is under way is stored after the first."""
ANSWERED = 2.5
"""Seconds in which the answer to "forget me" is given, which is forgotten with the rest."""
LEASE = 60.0


class Forgotten(Frozen):
    """What was erased: call-backs, of which so many were called off before, and conversations."""

    callbacks: int
    cancelled: int
    conversations: int


class StillOnItsWay(Frozen):
    """Nothing was erased, because these calls are under way and cannot be called off."""

    callbacks: tuple[Callback, ...]


Cancel = Callable[[str], Awaitable[CancelOutcome]]


def read_number(text: str, config: DeskFile) -> str:
    """The one number (E.164) in a text as an operator types it; empty when there is none, or more than one."""
    found = find_numbers(text, config.region)
    for region in config.also_regions:
        if isinstance(found, Numbers) and any(one.can_be_called for one in found.numbers):
            break
        found = find_numbers(text, region)
    numbers = {one.e164 for one in found.numbers} if isinstance(found, Numbers) else set()
    return numbers.pop() if len(numbers) == 1 else ""


async def forget_number(
    number: str, ledger: Ledger, stores: Sequence[Store], cancel: Cancel
) -> Forgotten | StillOnItsWay:
    """Erase everything about a number (E.164), everywhere. Open calls are called off first. Raises LedgerDown."""
    callbacks = await ledger.of_number(number)
    cancelled = await _call_off(callbacks, cancel)
    if isinstance(cancelled, StillOnItsWay):
        return cancelled
    conversations = await _conversations(number, callbacks, stores)
    count = await ledger.erase([one.key for one in callbacks])
    for store in stores:
        await store.forget(conversations)
        await store.compact()
    await ledger.compact()
    return Forgotten(callbacks=count, cancelled=cancelled, conversations=len(conversations))


async def forget_conversation(
    conversation_id: str, ledger: Ledger, cancel: Cancel, *, now: float
) -> Forgotten | StillOnItsWay:
    """Erase what the ledger holds of a conversation, and have the conversation itself erased once its turn is over."""
    callbacks = await ledger.in_conversation(conversation_id)
    cancelled = await _call_off(callbacks, cancel)
    if isinstance(cancelled, StillOnItsWay):
        return cancelled
    count = await ledger.erase([one.key for one in callbacks])
    await ledger.want_forgotten(conversation_id, now=now, next_at=now + PASSES[0])
    return Forgotten(callbacks=count, cancelled=cancelled, conversations=1)


async def forget_conversations(due: Sequence[Erasure], ledger: Ledger, stores: Sequence[Store]) -> None:
    """Erase conversations whose time has come, and see when the next pass is due."""
    is_over = False
    for erasure in due:
        for store in stores:
            # The person may have gone on talking: what was said since then stays.
            await store.forget([erasure.conversation_id], until=erasure.asked_at + ANSWERED)
        left = PASSES[erasure.passes + 1 :]
        await ledger.passed(erasure, next_at=erasure.asked_at + left[0] if left else None)
        is_over |= not left
    if is_over:  # to write whole databases anew once for each person is enough
        for part in (*stores, ledger):
            await part.compact()


async def forget_old(ledger: Ledger, stores: Sequence[Store], retention: RetentionSettings, *, now: float) -> int:
    """Erase one small batch of what is older than it may become; how much it was, 0 when nothing is left to do."""
    gone = 0
    if retention.callbacks_days:
        gone += await ledger.erase_before(now - retention.callbacks_days * DAY)
    if retention.conversations_days:
        for store in stores:
            gone += await store.forget_before(now - retention.conversations_days * DAY)
    return gone


async def known(number: str, ledger: Ledger, stores: Sequence[Store]) -> dict[str, Any]:
    """Everything that is kept about a number (E.164), as values that JSON can hold; times are epoch seconds."""
    callbacks = await ledger.of_number(number)
    conversations = await _conversations(number, callbacks, stores)
    return {
        "number": number,
        "callbacks": [
            {
                **one.model_dump(mode="json"),
                "history": [dict(row) for row in await ledger.history(one.key)],
                "consents": [dict(row) for row in await ledger.consents(one.key)],
                "helped": await ledger.helped(one.key),
            }
            for one in callbacks
        ],
        **{store.name: await store.export(conversations) for store in stores},
    }


async def _call_off(callbacks: Sequence[Callback], cancel: Cancel) -> int | StillOnItsWay:
    """Call off what is open; how many were. One that nobody looks after any more is as good as over."""
    open_ones = [one for one in callbacks if not one.state.is_final and one.next_poll_at is not None]
    outcomes = [await cancel(one.key) for one in open_ones]
    left = tuple(one.callback for one in outcomes if not isinstance(one, (Cancelled, TooLate)))
    if left:
        return StillOnItsWay(callbacks=left)
    return sum(isinstance(one, Cancelled) for one in outcomes)


async def _conversations(number: str, callbacks: Sequence[Callback], stores: Sequence[Store]) -> set[str]:
    found = {one.conversation_id for one in callbacks}
    for store in stores:
        found |= await store.holding([number.removeprefix("+")])
    return found - {""}
