"""How a call-back moves: what a sighting at the provider means for the state in the ledger, and what is worth telling.

Pure functions. A provider may skip states between two looks, repeat them, or go back (a second attempt after a
failure), and all of that is believed; what is never believed is anything after an ending.
"""

from __future__ import annotations

from collections.abc import Collection

from ringback.models import Callback, Frozen, Sighting, State


class Same(Frozen):
    """Nothing to write."""


class NewWord(Frozen):
    """The provider's word changed, our state did not: write it, tell nobody."""

    word: str


class Moved(Frozen):
    """A new state. `news_kind` names the response `utter_news_<kind>`; empty when it is not worth telling."""

    state: State
    word: str
    news_kind: str


Step = Same | NewWord | Moved

_SILENT = frozenset({State.ORDERING, State.UNCERTAIN, State.QUEUED})


def step(callback: Callback, sighting: Sighting, *, now: float, grace: float, grace_words: Collection[str]) -> Step:
    """What `sighting` changes. `now` in seconds since the epoch, `grace` in seconds.

    A grace word looks like a failure but may still be a call in progress; it is taken at its word only when it
    stands for `grace` seconds.
    """
    if callback.state.is_final:
        return Same()
    state = sighting.state
    if state is not None and sighting.word in grace_words:
        waited = now - callback.word_since if callback.word == sighting.word else 0.0
        if waited < grace:
            state = None
    if state is None or state is callback.state:
        return Same() if sighting.word == callback.word else NewWord(word=sighting.word)
    if state is State.FAILED:
        state = _whose_leg_failed(callback.state)
    return Moved(state=state, word=sighting.word, news_kind=_news_kind(callback.state, state))


def _whose_leg_failed(last: State) -> State:
    """Fonolo's `Failed` does not say who could not be reached; the state before it does."""
    if last in (State.CALLING_AGENT, State.HOLDING):
        return State.FAILED_AGENT
    if last is State.CALLING_CUSTOMER:
        return State.FAILED_CUSTOMER
    return State.FAILED


def _news_kind(before: State, after: State) -> str:
    if after in _SILENT:
        return ""
    if after is State.SCHEDULED:
        # A booking for later starts out like this; coming back to it means that another attempt was planned.
        return "" if before in _SILENT else "rescheduled"
    return after.value.lower()


def pause_before_next_look(
    callback: Callback,
    *,
    now: float,
    ringing: float,
    holding: float,
    waiting: float,
    scheduled: float,
    wake_before: float,
) -> float:
    """How long to leave a call-back alone, in seconds.

    Short while a phone rings; otherwise a quarter of the time that nothing has changed, so that a state which has
    just begun is seen to end and one which has lasted for minutes costs little. What ends a hold is the customer's
    phone: who is told of that after it has rung does not pick up, so a hold has a ceiling of its own. A booked time is
    left alone until it is near.
    """
    if callback.state in (State.CALLING_AGENT, State.CALLING_CUSTOMER):
        return ringing
    if callback.waits_in_ledger and callback.starts_at is not None:
        # Nobody but us knows of it: it is ordered on the dot, and there is nothing to ask until then.
        return min(max(callback.starts_at - now, 1.0), scheduled)
    if callback.state is State.SCHEDULED and callback.starts_at is not None:
        until_near = callback.starts_at - wake_before - now
        if until_near > 0:
            return min(max(until_near, ringing), scheduled)
        return ringing if callback.starts_at + 60 > now else waiting
    longest = min(holding, waiting) if callback.state is State.HOLDING else waiting
    return min(max((now - callback.state_since) / 4, ringing), longest)
