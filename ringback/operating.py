"""What an operator may do to one call-back: say what became of it, or take it off the list.

An operator's word is believed, but it goes the way of every change: through the ledger's compare-and-set, with its
sighting and its news in one transaction, so that the person hears of it where the call was asked for.
"""

from __future__ import annotations

from collections.abc import Mapping

import structlog

from ringback.ledger.store import Ledger, Overtaken
from ringback.models import Callback, Frozen, State
from ringback.providers.base import Provider, ProviderError

CALLED, NOT_CALLED, SEEN = "called", "not-called", "seen"
"""What can be said of a call-back, beside the provider's id for it."""

log = structlog.get_logger(__name__)


class Resolved(Frozen):
    """It was written down. `told`: the person hears of it."""

    callback: Callback
    told: bool


class Unresolved(Frozen):
    """Nothing was changed; `why` is a sentence."""

    why: str


async def resolve(
    ledger: Ledger, providers: Mapping[str, Provider], key: str, verdict: str, *, now: float
) -> Resolved | Unresolved:
    """Settle an uncertain order, or take an ended call-back off the list. Raises KeyError for an unknown key.

    `verdict` is CALLED, NOT_CALLED, SEEN, or the provider's id under which the order was found.
    """
    callback = await ledger.get(key)
    if callback.state.is_final:
        return await _take_off_the_list(ledger, callback, verdict, now)
    if callback.state is not State.UNCERTAIN:
        return Unresolved(why=f"{key} is {callback.state.value} and is being followed: there is nothing to resolve.")
    match verdict:
        case "called":
            return await _settle(ledger, callback, State.COMPLETED, "completed", now=now)
        case "not-called":
            return await _settle(ledger, callback, State.FAILED, "failed", now=now)
        case "seen":
            return Unresolved(
                why=f"Nobody knows whether {key} was ordered. Say --as called, not-called, or its id there."
            )
        case _:
            return await _adopt(ledger, providers, callback, verdict, now)


async def _take_off_the_list(ledger: Ledger, callback: Callback, verdict: str, now: float) -> Resolved | Unresolved:
    key = callback.key
    if not callback.needs_operator:
        return Unresolved(why=f"{key} is over ({callback.state.value}) and not on the operator's list.")
    if verdict != SEEN:
        return Unresolved(why=f"{key} is over ({callback.state.value}); --as seen takes it off the operator's list.")
    if not await ledger.note_seen(callback, note="seen by an operator", now=now):
        return _overtaken(key)
    return Resolved(callback=await ledger.get(key), told=False)


async def _adopt(
    ledger: Ledger, providers: Mapping[str, Provider], callback: Callback, provider_id: str, now: float
) -> Resolved | Unresolved:
    provider = providers.get(callback.provider)
    if provider is None:
        return Unresolved(why=f"desk.yml has no provider {callback.provider!r}, so its id cannot be looked up.")
    if await ledger.known_ids(callback.provider, [provider_id]):
        return Unresolved(why=f"{provider_id} is another call-back of ours.")
    try:
        sighting = await provider.status(provider_id)
    except ProviderError as error:
        return Unresolved(why=f"{callback.provider} was asked about {provider_id}: {error}.")
    state = sighting.state or State.QUEUED
    kind = state.value.lower() if state.is_final else "booked"
    return await _settle(ledger, callback, state, kind, now=now, provider_id=provider_id, word=sighting.word)


async def _settle(
    ledger: Ledger,
    callback: Callback,
    state: State,
    kind: str,
    *,
    now: float,
    provider_id: str = "",
    word: str = "",
) -> Resolved | Unresolved:
    outcome = await ledger.change(
        callback,
        state=state,
        word=word,
        now=now,
        next_poll_at=None if state.is_final else now,
        provider_id=provider_id,
        news_kind=kind,
        note="resolved by an operator",
    )
    if isinstance(outcome, Overtaken):
        return _overtaken(callback.key)
    log.info("resolved", callback=callback.key, state=state.value)
    return Resolved(callback=outcome, told=True)


def _overtaken(key: str) -> Unresolved:
    return Unresolved(why=f"{key} changed in this very moment; look at it again with `ringback show {key}`.")
