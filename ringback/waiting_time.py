"""How long people waited for their call, as an honest band. Pure.

No provider tells how long it will take, so all there is to go by is what happened lately: calls of the last two hours
if there are enough of them, else calls at about this hour of the last four weeks. Without such calls there is no guess.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from math import ceil, floor
from zoneinfo import ZoneInfo

from ringback.models import Frozen

LOOK_BACK = 28 * 86400.0
"""Seconds."""
_JUST_NOW = 2 * 3600.0
_ENOUGH_JUST_NOW = 3
_ENOUGH_AT_THIS_HOUR = 5
_MINUTE = 60


class Wait(Frozen):
    """One call that came about: when it was asked for and when the person was connected (seconds since the epoch)."""

    asked_at: float
    connected_at: float

    @property
    def seconds(self) -> float:
        return max(self.connected_at - self.asked_at, 0.0)


class Band(Frozen):
    """Most people waited between `least` and `most` minutes; `least` 0 means less than a minute."""

    least: int
    most: int
    calls: int


class NoHistory(Frozen):
    """Too few calls to say anything."""


def usual_wait(waits: Sequence[Wait], *, zone: ZoneInfo, now: float) -> Band | NoHistory:
    """The band in which three of five waits lie. `now` in seconds since the epoch."""
    recent = [one.seconds for one in waits if 0 <= now - one.connected_at <= _JUST_NOW]
    if len(recent) >= _ENOUGH_JUST_NOW:
        return _band(recent)
    hour = datetime.fromtimestamp(now, UTC).astimezone(zone).hour
    alike = [one.seconds for one in waits if now - one.asked_at <= LOOK_BACK and _near(one.asked_at, hour, zone)]
    return _band(alike) if len(alike) >= _ENOUGH_AT_THIS_HOUR else NoHistory()


def _near(moment: float, hour: int, zone: ZoneInfo) -> bool:
    then = datetime.fromtimestamp(moment, UTC).astimezone(zone).hour
    return min((then - hour) % 24, (hour - then) % 24) <= 1


def _band(seconds: Sequence[float]) -> Band:
    # Waits that happened, not values between them: so that at least three of five do lie in the band.
    ordered, last = sorted(seconds), len(seconds) - 1
    shortest, longest = ordered[floor(last / 5)], ordered[ceil(last * 4 / 5)]
    least, most = _round(shortest / _MINUTE, up=False), _round(longest / _MINUTE, up=True)
    return Band(least=least, most=max(most, 1), calls=len(seconds))


def _round(minutes: float, *, up: bool) -> int:
    """To whole minutes below ten, to five below an hour, to a quarter of an hour above."""
    step = 1 if minutes < 10 else 5 if minutes < 60 else 15
    whole = int(minutes // step) * step
    return whole + step if up and whole < minutes else whole
