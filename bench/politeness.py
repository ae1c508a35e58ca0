"""What politeness costs: requests for each call-back, and how late its changes are seen, by the pauses of `following`.

Nothing runs but the function that the follower asks for its pauses, over 2,000 made-up lives of calls: the agent is
rung for 5 to 25 s, the hold lasts around four minutes (log-normal; a few an hour), the customer's phone rings for 5 to
25 s, and they talk around four minutes. A poll is taken to answer at once, and a pause is 85 to 100 % of what it may
be, as in the follower. The baseline is a fixed poll every 2 seconds. The seed is fixed: the same lives for every row.
"""

from __future__ import annotations

import math
import random
import statistics
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from bench.harness_house import scale
from ringback.models import Callback, State
from ringback.settings import FollowingSettings
from ringback.states import pause_before_next_look

LIVES = 2000
FIXED = 2.0
PAUSES = ((2.0, 2.0), (3.0, 15.0), (5.0, 5.0), (5.0, 15.0), (10.0, 15.0), (15.0, 15.0), (30.0, 30.0))
"""Values of `following.holding` and `following.waiting`, in seconds."""

Life = tuple[tuple[State, float], ...]
"""States with the seconds for which each lasts; the last one lasts for ever."""


@dataclass(frozen=True)
class Watched:
    """How one life was seen."""

    requests: int
    late: tuple[float, ...]
    """Seconds between each change and the look that saw it; changes that were over by then are missing."""
    ringing_late: float | None
    """The same for "your phone is ringing", None when that was never seen."""


def life(dice: random.Random) -> Life:
    """One call as it might be."""
    return (
        (State.QUEUED, dice.uniform(0.5, 3.0)),
        (State.CALLING_AGENT, dice.uniform(5.0, 25.0)),
        (State.HOLDING, min(dice.lognormvariate(math.log(240.0), 1.0), 3600.0)),
        (State.CALLING_CUSTOMER, dice.uniform(5.0, 25.0)),
        (State.CONNECTED, min(dice.lognormvariate(math.log(240.0), 0.7), 3600.0)),
        (State.COMPLETED, math.inf),
    )


def watched(one: Life, pause: Callable[[State, float, float], float]) -> Watched:
    """Look at a life until its end is seen. `pause` gets the state last seen, since when, and now."""
    starts, now = list(_starts(one)), 0.0
    seen, since, requests = one[0][0], 0.0, 0
    late: dict[State, float] = {}
    while not seen.is_final:
        now += pause(seen, since, now)
        requests += 1
        state, began = next((state, at) for state, at in reversed(starts) if at <= now)
        if state is not seen:
            seen, since = state, now
            late[state] = now - began
    return Watched(requests, tuple(late.values()), late.get(State.CALLING_CUSTOMER))


def _starts(one: Life) -> Iterator[tuple[State, float]]:
    at = 0.0
    for state, seconds in one:
        yield state, at
        at += seconds


def polite(holding: float, waiting: float, dice: random.Random) -> Callable[[State, float, float], float]:
    """The follower's own pauses, with two settings changed."""
    settings = FollowingSettings(holding=holding, waiting=waiting)

    def pause(state: State, since: float, now: float) -> float:
        callback = Callback.model_construct(state=state, state_since=since, starts_at=None, waits_in_ledger=False)
        whole = pause_before_next_look(
            callback,
            now=now,
            ringing=settings.ringing,
            holding=settings.holding,
            waiting=settings.waiting,
            scheduled=settings.scheduled,
            wake_before=settings.wake_before,
        )
        return whole * dice.uniform(0.85, 1.0)

    return pause


def measure() -> dict[str, float]:
    """Print the curve and return it; `politeness.requests_vs_fixed` is at the setting that we ship."""
    dice = random.Random(7)
    lives = [life(dice) for _ in range(max(200, round(LIVES * scale())))]
    base = [watched(one, lambda *_: FIXED) for one in lives]
    fixed = statistics.fmean(one.requests for one in base)
    figures = {"politeness.requests_fixed": fixed, "politeness.n_lives": float(len(lives))}
    print(
        f"politeness: {len(lives)} lives; holding, waiting\n"
        f"{'':<14}requests    of fixed   late: median   p95   ringing: p95   unseen"
    )
    _print("fixed 2 s", base, fixed)
    shipped = FollowingSettings()
    for holding, waiting in PAUSES:
        found = [watched(one, polite(holding, waiting, random.Random(11))) for one in lives]
        requests = statistics.fmean(one.requests for one in found)
        late = [seconds for one in found for seconds in one.late]
        name = f"{holding:.0f}_{waiting:.0f}"
        figures[f"politeness.requests_{name}"] = requests
        figures[f"politeness.late_p95_s_{name}"] = _p95(late)
        figures[f"politeness.ringing_late_p95_s_{name}"] = _p95(_rung(found))
        figures[f"politeness.ringing_unseen_{name}"] = 1 - len(_rung(found)) / len(found)
        if (holding, waiting) == (shipped.holding, shipped.waiting):
            figures["politeness.requests_vs_fixed"] = requests / fixed
        _print(f"{holding:.0f} s, {waiting:.0f} s", found, fixed)
    return figures


def _print(name: str, found: list[Watched], fixed: float) -> None:
    requests = statistics.fmean(one.requests for one in found)
    late = [seconds for one in found for seconds in one.late]
    rung = _rung(found)
    print(
        f"{name:<14}{requests:>8.0f}{requests / fixed:>12.2f}"
        f"{statistics.median(late):>13.1f} s{_p95(late):>5.1f} s"
        f"{_p95(rung):>13.1f} s{100 * (1 - len(rung) / len(found)):>7.1f} %"
    )


def _rung(found: list[Watched]) -> list[float]:
    return [one.ringing_late for one in found if one.ringing_late is not None]


def _p95(values: list[float]) -> float:
    return statistics.quantiles(values, n=20, method="inclusive")[18]
