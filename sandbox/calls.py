"""A call's life as a pure function of its plan and the clock, and the store of all calls.

Nothing ticks: a call is what was ordered plus when it was cancelled, and everything else is worked out when asked. So a
restarted sandbox goes on as if nothing had happened, and a million calls cost nothing while nobody asks.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

SCHEDULED = "Scheduled"
CANCELED = "Canceled"


@dataclass(frozen=True, slots=True)
class Plan:
    """What will happen: `steps` of (state, seconds) one after the other, then `end` for ever."""

    steps: tuple[tuple[str, float], ...]
    end: str


@dataclass(frozen=True, slots=True)
class Call:
    """One ordered call-back. Times are seconds since the epoch; `number` is bare digits with its country code.

    `start_at` is set for a scheduled call alone. `extra` holds parameters that the documents do not name.
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

    @property
    def begins_at(self) -> float:
        return self.created_at if self.start_at is None else self.start_at


@dataclass(frozen=True, slots=True)
class Seen:
    """What an observer sees: the provider's word, whole seconds since the start (0 before it), whether it is final."""

    state: str
    duration: int
    over: bool


def state_at(call: Call, now: float) -> Seen:
    """The state of a call at a moment. The last step of the plan lasts for ever; a cancelled call stays cancelled."""
    begins = call.begins_at
    if call.cancelled_at is not None and now >= call.cancelled_at:
        return Seen(CANCELED, max(0, math.floor(call.cancelled_at - begins)), over=True)
    if call.start_at is not None and now < begins:
        return Seen(SCHEDULED, 0, over=False)
    elapsed = max(0.0, now - begins)
    passed = 0.0
    for state, seconds in call.plan.steps:
        passed += seconds
        if elapsed < passed:
            return Seen(state, math.floor(elapsed), over=False)
    return Seen(call.plan.end, math.floor(passed), over=True)


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

    def get(self, sid: str) -> Call | None:
        return self._all.get(sid)

    def add(self, call: Call) -> None:
        self._keeper.keep(call)
        self._all[call.sid] = call
        self._open[call.sid] = None

    def cancel(self, call: Call, now: float) -> Call:
        """The call, cancelled at `now` (seconds since the epoch). Whether it may be is the provider's business."""
        cancelled = replace(call, cancelled_at=now)
        self._keeper.keep(cancelled)
        self._all[call.sid] = cancelled
        return cancelled

    def live(self, now: float) -> list[tuple[Call, Seen]]:
        """Calls that are not over, with what is seen of them."""
        found = []
        for sid in list(self._open):
            call = self._all[sid]
            seen = state_at(call, now)
            if seen.over:
                del self._open[sid]
            else:
                found.append((call, seen))
        return found

    def clear(self) -> None:
        self._keeper.forget_all()
        self._all.clear()
        self._open.clear()
