"""Lanes to a provider: who goes first, how many at once and how many a second."""

from __future__ import annotations

import math

from ringback.pacing import Lane


def test_urgent_first() -> None:
    """What rings overtakes what was there before it."""
    lane = Lane[str](at_once=5)
    for name in ("hold 1", "ring 1", "hold 2", "ring 2"):
        lane.offer(name, urgent=name.startswith("ring"))
    assert [lane.take(0.0) for _ in range(5)] == ["ring 1", "ring 2", "hold 1", "hold 2", None]


def test_at_once() -> None:
    """No more than so many are in flight; the next one goes when one is back."""
    lane = Lane[str](at_once=2)
    for name in "abc":
        lane.offer(name, urgent=False)
    assert [lane.take(0.0), lane.take(0.0), lane.take(0.0)] == ["a", "b", None]
    assert lane.ready_at() == math.inf
    lane.left()
    assert lane.take(0.0) == "c"


def test_per_second() -> None:
    """Over ten seconds a rate of 30 a second starts 300 looks, however rarely the follower comes by."""
    lane = Lane[int](at_once=1000, per_second=30)
    for number in range(1000):
        lane.offer(number, urgent=True)
    free_at, started = 0.0, 0
    for tick in range(200):
        now = 1000 + tick * 0.05
        if looks := lane.wanted(now):
            lane.grant(max(now, free_at), looks)
            free_at = max(now, free_at) + looks / 30
        while lane.take(now) is not None:
            started += 1
            lane.left()
    assert 295 <= started <= 304


def test_nothing_is_saved_up() -> None:
    """What was booked and not used is lost after a moment, so that there is no burst after an idle hour."""
    lane = Lane[int](at_once=1000, per_second=10)
    for number in range(100):
        lane.offer(number, urgent=True)
    lane.grant(0.0, lane.wanted(0.0))
    assert lane.take(0.0) == 0
    assert lane.wanted(3600.0) == 5
    assert lane.take(3600.0) is None


def test_nobody_goes_without_a_booking() -> None:
    """With a rate a look begins when its booking says so, and not before."""
    lane = Lane[int](at_once=5, per_second=2)
    assert lane.wanted(0.0) == 0
    lane.offer(1, urgent=False)
    assert lane.ready_at() == 0.0
    lane.grant(7.0, lane.wanted(0.0))
    assert (lane.take(6.9), lane.ready_at(), lane.take(7.0)) == (None, 7.0, 1)


def test_a_full_lane_still_takes_what_rings() -> None:
    """Patient ones are sent away when there is no place, and never take one from those that cannot wait."""
    lane = Lane[int](at_once=2)
    assert [lane.offer(number, urgent=False) for number in range(10)] == [True] * 8 + [False] * 2
    assert lane.room == 8
    assert lane.offer(9, urgent=True)
    assert lane.take(0.0) == 9
