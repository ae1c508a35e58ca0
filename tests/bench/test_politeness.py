"""The simulation of politeness: what it counts is what would happen."""

from __future__ import annotations

import math
import random

from bench.politeness import life, polite, watched
from ringback.models import State

RINGS = (
    (State.HOLDING, 10.0),
    (State.CALLING_CUSTOMER, 5.0),
    (State.COMPLETED, math.inf),
)


def test_a_look_every_two_seconds() -> None:
    """The looks until the ending is seen are counted, and how late each change was seen."""
    seen = watched(RINGS, lambda *_: 2.0)
    assert seen.requests == 8
    assert seen.late == (0.0, 1.0)
    assert seen.ringing_late == 0.0


def test_what_is_over_before_the_next_look_is_never_seen() -> None:
    """A phone that rings between two looks is not among what was seen."""
    seen = watched(RINGS, lambda *_: 9.0)
    assert seen.requests == 2
    assert seen.late == (3.0,)
    assert seen.ringing_late is None


def test_a_shorter_hold_sees_the_phone_ring_earlier_and_asks_more() -> None:
    """The ceiling of a hold decides how late the ringing is seen; it costs requests."""
    lives = [life(random.Random(number)) for number in range(60)]
    close = [watched(one, polite(3.0, 15.0, random.Random(1))) for one in lives]
    loose = [watched(one, polite(15.0, 15.0, random.Random(1))) for one in lives]
    assert max(one.ringing_late or 0.0 for one in close) <= 3.0
    assert sum(one.requests for one in close) > sum(one.requests for one in loose)
    assert sum(one.ringing_late is None for one in close) < sum(one.ringing_late is None for one in loose)
