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
    started = 0
    for tick in range(200):
        while lane.take(1000 + tick * 0.05) is not None:
            started += 1
            lane.left()
    assert 298 <= started <= 304


def test_nothing_is_saved_up() -> None:
    """After an idle hour there is no burst."""
    lane = Lane[int](at_once=1000, per_second=10)
    for number in range(100):
        lane.offer(number, urgent=True)
    lane.take(0.0)
    taken = 0
    while lane.take(3600.0) is not None:
        taken += 1
    assert taken <= 2
    assert lane.ready_at() > 3600.0


def test_a_full_lane_still_takes_what_rings() -> None:
    """Patient ones are sent away when there is no place, and never take one from those that cannot wait."""
    lane = Lane[int](at_once=2)
    assert [lane.offer(number, urgent=False) for number in range(6)] == [True] * 4 + [False] * 2
    assert lane.room == 4
    assert lane.offer(9, urgent=True)
    assert lane.take(0.0) == 9
