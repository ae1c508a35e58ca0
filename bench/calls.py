"""The calls of the measurements: what state each one is in is a pure function of its number and the time.

The first 5 % ring: the agent's phone and the customer's in turns of 20 s. The others are on hold, and a tenth of them
end at some moment of the measurement.
"""

from __future__ import annotations

from dataclasses import dataclass

TURN = 20.0
RINGING_SHARE = 0.05


@dataclass(frozen=True)
class Calls:
    """`count` calls of which a tenth of the waiting ones end between `first` and `last` (seconds since the start).

    With `last` 0 all of them are booked for later instead.
    """

    count: int
    first: float
    last: float

    def rings(self, number: int) -> bool:
        """Whether this one is among the ringing ones."""
        return number < self.count * RINGING_SHARE

    def ends_at(self, number: int) -> float:
        """When a call on hold ends; infinity for most."""
        if number % 10:
            return float("inf")
        return self.first + (number * 0.618034) % 1.0 * (self.last - self.first)

    def word(self, number: int, now: float) -> str:
        """Fonolo's word for it."""
        if not self.last:
            return "Scheduled"
        if self.rings(number):
            return ("Calling Target", "Calling Client")[self._turn(number, now) % 2]
        return "Success" if now >= self.ends_at(number) else "Holding"

    def lag(self, number: int, state: str, now: float) -> tuple[float, float]:
        """When `state`, told at `now`, had begun, and how long ago that was."""
        if not self.rings(number):
            moment = self.ends_at(number)
            return moment, now - moment
        turn = self._turn(number, now)
        if ("CALLING_AGENT", "CALLING_CUSTOMER")[turn % 2] != state:
            turn -= 1
        moment = turn * TURN - self._phase(number)
        return moment, now - moment

    def _phase(self, number: int) -> float:
        return (number * 0.618034) % 1.0 * TURN

    def _turn(self, number: int, now: float) -> int:
        return int((now + self._phase(number)) // TURN)


def sid(number: int) -> str:
    """The provider's id of a call."""
    return f"CA{number:032x}"


def number_of(call_sid: str) -> int:
    """The number of a provider's id."""
    return int(call_sid.removeprefix("CA").lstrip("0") or "0", 16)
