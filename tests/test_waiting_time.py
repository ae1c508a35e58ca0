"""How long it will take: an honest band, or none."""

from __future__ import annotations

from collections.abc import Sequence
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ringback.waiting_time import Band, NoHistory, Wait, usual_wait
from ringback.wording import say_band

ZONE = ZoneInfo("America/Toronto")
NOW = 1_800_000_000.0
DAY = 86400.0


def calls(minutes: Sequence[float], ago: float) -> list[Wait]:
    """Calls that were asked for `ago` seconds ago and came about after so many minutes."""
    return [Wait(asked_at=NOW - ago, connected_at=NOW - ago + 60 * one) for one in minutes]


def test_no_history_no_guess() -> None:
    """Without calls, or with too few, nothing is said."""
    assert isinstance(usual_wait([], zone=ZONE, now=NOW), NoHistory)
    assert isinstance(usual_wait(calls([5, 6], 3600), zone=ZONE, now=NOW), NoHistory)
    assert isinstance(usual_wait(calls([5, 6, 7, 8], 7 * DAY), zone=ZONE, now=NOW), NoHistory)


def test_calls_of_just_now_count_first() -> None:
    """Three calls of the last two hours say more than a month of others."""
    found = usual_wait([*calls([30] * 50, 7 * DAY), *calls([5, 7, 9], 3600)], zone=ZONE, now=NOW)
    assert found == Band(least=5, most=9, calls=3)


def test_calls_at_this_hour() -> None:
    """Else the calls at about this hour of the last weeks count, and no others."""
    at_this_hour = calls([4, 5, 6, 7, 8], 7 * DAY)
    at_another = calls([60] * 20, 7 * DAY + 6 * 3600)
    long_ago = calls([90] * 20, 35 * DAY)
    assert usual_wait([*at_this_hour, *at_another, *long_ago], zone=ZONE, now=NOW) == Band(least=4, most=8, calls=5)


@given(st.lists(st.floats(min_value=0, max_value=119), min_size=3, max_size=50))
def test_most_calls_lie_in_the_band(minutes: list[float]) -> None:
    """At least three of five calls lie in the band that is told."""
    waits = [Wait(asked_at=NOW - 60 * one, connected_at=NOW) for one in minutes]
    band = usual_wait(waits, zone=ZONE, now=NOW)
    assert isinstance(band, Band)
    inside = sum(band.least <= one <= band.most for one in minutes)
    assert inside >= 0.6 * len(minutes)


@pytest.mark.parametrize(
    ("least", "most", "said"),
    [
        (5, 10, "5 to 10 minutes"),
        (5, 5, "about 5 minutes"),
        (1, 1, "about 1 minute"),
        (0, 1, "up to 1 minute"),
        (0, 3, "up to 3 minutes"),
    ],
)
def test_how_it_is_said(least: int, most: int, said: str) -> None:
    """A band is said as people say it."""
    assert say_band(least, most, "en") == said
