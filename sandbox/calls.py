"""A call's life as a pure function of its plan and the clock, and the store of all calls.

Nothing ticks: a call is what was ordered plus when it was cancelled, and everything else is worked out when asked. So a
restarted sandbox goes on as if nothing had happened, and a million calls cost nothing while nobody asks.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

SCHEDULED = "Scheduled"
CANCELED = "Canceled"
PENDING = "Pending"

FONOLO = "fonolo"
TENIOS = "tenios"


@dataclass(frozen=True, slots=True)
class Plan:
    """What will happen: `steps` of (state, seconds) one after the other, then `end` for ever.

    A step that is `Scheduled` parts two attempts: with its end the call begins anew.
    """

    steps: tuple[tuple[str, float], ...]
    end: str


@dataclass(frozen=True, slots=True)
class Call:
    """One ordered call-back. Times are seconds since the epoch; `number` is as its provider wants it.

    `start_at` is set for a scheduled call alone. `extra` holds what the provider's other fields do not. `moved_at` is
    when somebody last moved the call by hand: the plan counts from there. A `held` call is Pending after its first step
    until `admitted_at`.
    """

    sid: str
    profile: str
    option: str
    number: str
    created_at: float
    plan: Plan
    start_at: float | None = None
    cancelled_at: float | None = None
    sms: bool = False
    answers: dict[str, str] = field(default_factory=dict)
    unanswered: tuple[str, ...] = ()
    extra: dict[str, str] = field(default_factory=dict)
    provider: str = FONOLO
    moved_at: float | None = None
    held: bool = False
    admitted_at: float | None = None

    @property
    def begins_at(self) -> float:
        return self.created_at if self.start_at is None else self.start_at

    @property
    def counts_from(self) -> float:
        return self.begins_at if self.moved_at is None else self.moved_at


@dataclass(frozen=True, slots=True)
class Seen:
    """What an observer sees: the provider's word, whole seconds since the start (0 before it), whether it is final.

    `again_at` is when the attempt after a failed one begins or began, None during the first.
    """

    state: str
    duration: int
    over: bool
    again_at: float | None = None


def steps_of(call: Call) -> tuple[tuple[str, float], ...]:
    """What happens from `counts_from` on; the wait of a call that is held lasts for ever until it is let in."""
    if not call.held:
        return call.plan.steps
    first, *others = call.plan.steps
    wait = math.inf if call.admitted_at is None else max(0.0, call.admitted_at - call.begins_at - first[1])
    return (first, (PENDING, wait), *others)


def ends_at(call: Call) -> float:
    """When the call will be over if nobody touches it; infinite for one that waits to be let in."""
    own = call.counts_from + sum(seconds for _, seconds in steps_of(call))
    return own if call.cancelled_at is None else min(own, call.cancelled_at)


def state_at(call: Call, now: float) -> Seen:
    """The state of a call at a moment. The last step of the plan lasts for ever; a cancelled call stays cancelled."""
    if call.cancelled_at is not None and now >= call.cancelled_at:
        last = state_at(replace(call, cancelled_at=None), call.cancelled_at)
        return replace(last, state=CANCELED, over=True)
    if call.start_at is not None and now < call.start_at:
        return Seen(SCHEDULED, 0, over=False)
    elapsed = max(0.0, now - call.counts_from)
    passed = 0.0
    # Where the duration counts from, on the same scale: the start, or the end of the last wait for another attempt.
    since = call.begins_at - call.counts_from
    again_at = None
    for state, seconds in steps_of(call):
        passed += seconds
        if state == SCHEDULED:
            since, again_at = passed, call.counts_from + passed
        if elapsed < passed:
            return Seen(state, max(0, math.floor(elapsed - since)), over=False, again_at=again_at)
    return Seen(call.plan.end, math.floor(passed - since), over=True, again_at=again_at)


def step_at(call: Call, now: float) -> int:
    """How many steps of `steps_of` are behind the call."""
    elapsed, passed = now - call.counts_from, 0.0
    for place, (_, seconds) in enumerate(steps_of(call)):
        passed += seconds
        if elapsed < passed:
            return place
    return len(steps_of(call))


def moved(call: Call, plan: Plan, now: float) -> Call:
    """The call as somebody's hand leaves it: from `now` on it lives by this plan. One that waited begins now."""
    again_at = state_at(call, now).again_at
    start = call.start_at if again_at is None else again_at
    return replace(call, plan=plan, start_at=None if start is None else min(start, now), moved_at=now, held=False)


def to_json(call: Call) -> dict[str, Any]:
    """A call as plain JSON values, everything that `from_json` needs."""
    return {
        "sid": call.sid,
        "profile": call.profile,
        "option": call.option,
        "number": call.number,
        "created_at": call.created_at,
        "start_at": call.start_at,
        "cancelled_at": call.cancelled_at,
        "steps": [list(step) for step in call.plan.steps],
        "end": call.plan.end,
        "sms": call.sms,
        "answers": call.answers,
        "unanswered": list(call.unanswered),
        "extra": call.extra,
        "provider": call.provider,
        "moved_at": call.moved_at,
        "held": call.held,
        "admitted_at": call.admitted_at,
    }


def from_json(value: dict[str, Any]) -> Call:
    """The other way round. KeyError, TypeError or ValueError for anything else."""
    rest = dict(value)
    plan = Plan(tuple((str(state), float(seconds)) for state, seconds in rest.pop("steps")), str(rest.pop("end")))
    return Call(**{**rest, "plan": plan, "unanswered": tuple(rest["unanswered"])})


class Keeper(Protocol):
    """Whoever remembers calls over a restart."""

    def keep(self, call: Call) -> None: ...

    def forget_all(self) -> None: ...


class NoKeeper:
    """Remembers nothing: calls end with the process."""

    def keep(self, call: Call) -> None: ...

    def forget_all(self) -> None: ...


class Calls:
    """All calls by SID, in the order they came. Looking one up costs the same however many there are."""

    def __init__(self, keeper: Keeper | None = None, known: dict[str, Call] | None = None) -> None:
        self._keeper = keeper or NoKeeper()
        self._all = dict(known or {})
        # Those that were not over when last looked at, so that a list of live calls does not walk through the dead.
        self._open = dict.fromkeys(self._all)

    def __len__(self) -> int:
        return len(self._all)

    def __iter__(self) -> Iterator[Call]:
        return iter(list(self._all.values()))

    def get(self, sid: str, provider: str | None = None) -> Call | None:
        """The call with that id, if it is that provider's (None for any)."""
        call = self._all.get(sid)
        return call if call is not None and provider in {None, call.provider} else None

    def newest(self, most: int) -> list[Call]:
        return list(itertools.islice(reversed(self._all.values()), most))

    def add(self, call: Call) -> None:
        self._keeper.keep(call)
        self._all[call.sid] = call
        self._open[call.sid] = None

    def cancel(self, call: Call, now: float) -> Call:
        """The call, cancelled at `now` (seconds since the epoch). Whether it may be is the provider's business."""
        cancelled = replace(call, cancelled_at=now)
        self.change(cancelled)
        return cancelled

    def change(self, call: Call) -> None:
        """Put this call in the place of what was known under its id."""
        self._keeper.keep(call)
        self._all[call.sid] = call

    def live(self, now: float, provider: str | None = None) -> list[tuple[Call, Seen]]:
        """That provider's calls (None for all) that are not over, with what is seen of them."""
        found = []
        for sid in list(self._open):
            call = self._all[sid]
            seen = state_at(call, now)
            if seen.over:
                del self._open[sid]
            elif provider in {None, call.provider}:
                found.append((call, seen))
        return found

    def clear(self) -> None:
        self._keeper.forget_all()
        self._all.clear()
        self._open.clear()
