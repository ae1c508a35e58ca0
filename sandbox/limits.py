"""A limit on calls at one time: who has to wait is let in when a place gets free, first come, first served.

Nothing ticks here either. Every life is a plan, so it is known when each call under way will be over; `catch_up`
replays what has happened up to now and writes into each waiting call when it was let in, at the moment that this was
and not at the one in which somebody looked. Each call is let in once, so that a request costs O(log n) at most, and a
comparison when there is no limit or nothing is due.

That more requests than the limit are accepted and held is CONFIRMED, and so is that a limit of 0 completes nothing.
That they are `Pending` meanwhile is INFERRED. ASSUMED: the whole account has one limit, a call waits after its
Initialization, a scheduled one joins the others at its date, and one that failed keeps its place until its next attempt
is over.
"""

from __future__ import annotations

import heapq
import itertools
from dataclasses import replace

from sandbox.calls import FONOLO, SCHEDULED, Call, Calls, ends_at


class Limit:
    """How many of Fonolo's calls are under way at most; `most` is None for no limit. Times are seconds since the epoch.

    A limit ends with the process: what waited in the calls of an earlier one is let in at the start.
    """

    def __init__(self, calls: Calls, now: float) -> None:
        self.most: int | None = None
        self._calls = calls
        self._order = itertools.count()
        # Waiting calls by the moment they are ready; running ones by their end. `_running` is the truth, an entry of
        # `_ends` that differs from it is out of date.
        self._waiting: list[tuple[float, int, str]] = []
        self._running: dict[str, float] = {}
        self._ends: list[tuple[float, str]] = []
        # Nobody is let in before this moment: not before the limit changed, and not before the one ahead.
        self._earliest = now
        for call, _ in calls.live(now, FONOLO):
            self._release(call, now)

    def set(self, most: int | None, now: float) -> None:
        """Change the limit from now on."""
        self.catch_up(now)
        if most is None:
            for call, _ in self._calls.live(now, FONOLO):
                self._release(call, now)
            self.clear(now)
        elif self.most is None:
            self.clear(now)
            for call, seen in self._calls.live(now, FONOLO):
                if seen.state == SCHEDULED and seen.again_at is None:
                    self._calls.change(self._hold(call))
                else:
                    self._run(call)
        self.most = most
        self._earliest = max(self._earliest, now)
        self.catch_up(now)

    def add(self, call: Call) -> None:
        """Take a new call, which waits if it must."""
        if self.most is None:
            self._calls.add(call)
            return
        self._calls.add(self._hold(call))
        self.catch_up(call.created_at)

    def touched(self, call: Call, now: float) -> None:
        """The call was cancelled or moved at `now`: its place may be free, or taken for longer."""
        if self.most is None or call.provider != FONOLO:
            return
        self._running.pop(call.sid, None)
        if not _waits(call) and ends_at(call) > now:
            self._run(call)
        self._earliest = max(self._earliest, now)
        self.catch_up(now)

    def catch_up(self, now: float) -> None:
        """Let in everybody whose turn has come."""
        if self.most is None:
            return
        while self._waiting and self._waiting[0][0] <= now:
            ready, _, sid = self._waiting[0]
            call = self._calls.get(sid)
            if call is not None and _waits(call):
                moment = self._free_from(max(ready, self._earliest), now)
                if moment is None:
                    return
                self._earliest = moment
                let_in = replace(call, admitted_at=moment)
                self._calls.change(let_in)
                self._run(let_in)
            heapq.heappop(self._waiting)

    def clear(self, now: float) -> None:
        """There are no calls any more."""
        self._waiting, self._running, self._ends = [], {}, []
        self._earliest = now

    def _free_from(self, moment: float, now: float) -> float | None:
        """The first time from `moment` on with a free place, None if it is after `now`."""
        if self.most is None:
            return moment
        while self._ends and (self._ends[0][0] <= moment or len(self._running) >= self.most):
            end, sid = self._ends[0]
            if self._running.get(sid) == end:
                if end > now:
                    return None
                del self._running[sid]
                moment = max(moment, end)
            heapq.heappop(self._ends)
        return moment if len(self._running) < self.most else None

    def _hold(self, call: Call) -> Call:
        heapq.heappush(self._waiting, (call.begins_at, next(self._order), call.sid))
        return replace(call, held=True)

    def _run(self, call: Call) -> None:
        end = ends_at(call)
        self._running[call.sid] = end
        heapq.heappush(self._ends, (end, call.sid))

    def _release(self, call: Call, now: float) -> None:
        if _waits(call):
            self._calls.change(replace(call, admitted_at=now) if call.begins_at <= now else replace(call, held=False))


def _waits(call: Call) -> bool:
    return call.held and call.admitted_at is None and call.cancelled_at is None
