"""Finding an order, of which nobody knows whether it arrived, among Fonolo's call-backs."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from ringback.models import State
from ringback.providers.base import ProviderOffline, ProviderRefused, WrongCredentials
from tests.providers.fonolo_double import CALL, OPTION, ORDER, OTHER_OPTION, Answer, Double, envelope

SECOND = "CA" + "2e" * 16
JUST_NOW = "2026-11-23 08:59:00"


def entry(**changes: Any) -> dict[str, Any]:
    """An entry that fits `ORDER`."""
    return {
        "sid": CALL,
        "number": "14165550123",
        "option": OPTION,
        "status": "Pending",
        "start_date": JUST_NOW,
    } | changes


def lists(**answers: Answer) -> Double:
    """The four lists; empty where nothing else is said."""
    empty: dict[str, Answer] = {path: envelope([]) for path in ("pending", "realtime", "scheduled", "calls")}
    return Double(by_path=empty | answers)


async def test_asks_all_four_lists() -> None:
    """Every list is asked; the finished calls from yesterday to tomorrow in the account's zone, without the number."""
    double = lists()
    assert await double.fonolo(now=datetime(2026, 11, 24, 3, 0, tzinfo=UTC)).find(ORDER) == []
    asked = {request.url.path: dict(request.url.params) for request in double.requests}
    assert asked == {
        "/3.0/pending": {},
        "/3.0/realtime": {},
        "/3.0/scheduled": {},
        "/3.0/calls": {"start_date": "2026-11-22", "end_date": "2026-11-24"},
    }
    assert {request.method for request in double.requests} == {"GET"}


@pytest.mark.parametrize("path", ["pending", "realtime", "scheduled", "calls"])
@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"number": None, "client_number": "+1 (416) 555-0123"},
        {"number": 14165550123},
        {"number": "4165550123"},
        {"option": {"sid": OPTION, "name": "Billing"}},
        {"option": "Billing"},
        {"option": None},
        {"start_date": None},
        {"start_date": "2026-11-23 09:05:00"},
    ],
)
async def test_finds_the_order(path: str, changes: dict[str, Any]) -> None:
    """An entry with the number, and the option and time if it has any, is the order, in whichever list."""
    for data in ([entry(**changes)], {path: [entry(**changes)]}, {"callbacks": [entry(**changes)]}):
        found = await lists(**{path: envelope(data)}).fonolo().find(ORDER)
        assert [(one.id, one.sighting.state) for one in found] == [(CALL, State.QUEUED)]


@pytest.mark.parametrize(
    "changes",
    [
        {"number": "14165550199"},
        {"number": None},
        {"number": "0123"},
        {"number": ""},
        {"option": OTHER_OPTION},
        {"option": {"sid": OTHER_OPTION}},
        {"sid": "12"},
        {"start_date": "2026-11-22 09:00:00"},
        {"start_date": "2026-11-23 06:00:00"},
        {"start_date": "2026-11-23 15:00:00"},
        {"start_date": None, "status": "Success"},
    ],
)
async def test_leaves_others_alone(changes: dict[str, Any]) -> None:
    """What contradicts the order is not it, nor is an old call of the same person."""
    assert await lists(calls=envelope([entry(**changes)])).fonolo().find(ORDER) == []


async def test_a_booked_order_needs_its_time() -> None:
    """A booked call is recognised by its start."""
    booked = ORDER.model_copy(update={"start": "2026-11-25 10:30:00"})
    ours, other = entry(start_date="2026-11-25 10:30:00"), entry(sid=SECOND, start_date="2026-11-25 11:00:00")
    found = await lists(scheduled=envelope({"scheduled": [other, ours]})).fonolo().find(booked)
    assert [one.id for one in found] == [CALL]


async def test_each_once_and_the_living_first() -> None:
    """A call-back in several lists is found once, and one that is going on comes before one that is over."""
    over = entry(sid=SECOND, status="Failed")
    double = lists(
        pending=envelope([over]), realtime=envelope([entry(status="Holding")]), calls=envelope([entry(), over])
    )
    found = await double.fonolo().find(ORDER)
    assert [(one.id, one.sighting.state) for one in found] == [(CALL, State.HOLDING), (SECOND, State.FAILED)]


async def test_a_refused_list_is_passed_over() -> None:
    """A list that Fonolo does not give is no reason to know nothing, as long as another one answers."""
    refused = envelope(status=500, message="no such view")
    assert await lists(realtime=refused, scheduled=httpx.Response(404)).fonolo().find(ORDER) == []
    with pytest.raises(ProviderRefused):
        await lists(pending=refused, realtime=refused, scheduled=refused, calls=refused).fonolo().find(ORDER)


async def test_an_unreachable_list_may_hold_the_order() -> None:
    """Without a finding, a list that could not be reached is an error; with one it does not matter."""
    with pytest.raises(ProviderOffline):
        await lists(realtime=httpx.ReadTimeout("no")).fonolo().find(ORDER)
    with pytest.raises(WrongCredentials):
        await lists(calls=httpx.Response(401)).fonolo().find(ORDER)
    double = lists(realtime=httpx.ReadTimeout("no"), pending=envelope([entry()]))
    assert [one.id for one in await double.fonolo().find(ORDER)] == [CALL]
