from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.calls import Call, Calls, Plan, Seen, from_json, state_at, step_at, to_json
from sandbox.magic import GOOD, MAGIC, at_speed

CALL = Call(sid="CA1", profile="CP1", option="CO1", number="14165550123", created_at=1000.0, plan=GOOD)


@pytest.mark.parametrize(
    ("after", "expected", "duration"),
    [
        (-5, "Initialization", 0),
        (0, "Initialization", 0),
        (2.9, "Initialization", 2),
        (3, "Calling Target", 3),
        (6, "Holding", 6),
        (11.9, "Holding", 11),
        (12, "Calling Client", 12),
        (15, "Call In Progress", 15),
        (21, "Success", 21),
        (9999, "Success", 21),
    ],
)
def test_a_good_life(after: float, expected: str, duration: int) -> None:
    """A call goes from step to step at the documented seconds, and its duration stops with it."""
    seen = state_at(CALL, 1000.0 + after)
    assert seen == Seen(expected, duration, over=expected == "Success")
    assert type(seen.duration) is int


def test_scheduled_until_its_start() -> None:
    """A scheduled call is Scheduled for 0 seconds until its start and then lives like any other."""
    call = replace(CALL, start_at=5000.0)
    assert state_at(call, 4999.9) == Seen("Scheduled", 0, over=False)
    assert state_at(call, 5000.0) == Seen("Initialization", 0, over=False)
    assert state_at(call, 5006.5) == Seen("Holding", 6, over=False)


@pytest.mark.parametrize(("start_at", "duration"), [(None, 7), (5000.0, 0)])
def test_cancelled_stays_cancelled(start_at: float | None, duration: int) -> None:
    """From the moment of its cancellation a call is Canceled for ever, before that it was what it was."""
    call = replace(CALL, start_at=start_at, cancelled_at=1007.5)
    assert state_at(call, 1007.4).state == ("Scheduled" if start_at else "Holding")
    for now in (1007.5, 1e9):
        assert state_at(call, now) == Seen("Canceled", duration, over=True)


def test_speed_divides_every_step() -> None:
    """At speed 10 a call of 21 seconds is over after 2.1."""
    call = replace(CALL, plan=at_speed(GOOD, 10))
    assert state_at(call, 1000.65).state == "Holding"
    assert state_at(call, 1002.2).state == "Success"


ONE_ATTEMPT = [magic.plan for magic in MAGIC if "Scheduled" not in dict(magic.plan.steps)]


@given(plan=st.sampled_from(ONE_ATTEMPT), moments=st.lists(st.floats(0, 200), min_size=2))
def test_life_only_goes_forward(plan: Plan, moments: list[float]) -> None:
    """Looked at in order, a call never goes back to an earlier step, grows no younger and never leaves its end."""
    call = replace(CALL, plan=plan)
    order = [state for state, _ in plan.steps] + [plan.end]
    seen = [state_at(call, 1000.0 + moment) for moment in sorted(moments)]
    places = [order.index(one.state) for one in seen]
    assert places == sorted(places)
    assert [one.duration for one in seen] == sorted(one.duration for one in seen)
    assert all(one.over == (one.state == plan.end) for one in seen)


def test_json_and_back() -> None:
    """A call written as JSON comes back equal."""
    call = replace(
        CALL, start_at=5.5, cancelled_at=6.5, sms=True, answers={"Q": "a"}, unanswered=("R",), extra={"x": "y"}
    )
    assert from_json(to_json(call)) == call
    call = replace(CALL, provider="tenios", moved_at=7.5, held=True, admitted_at=8.5)
    assert from_json(to_json(call)) == call


def test_a_call_of_an_older_file() -> None:
    """A call that was kept before there were other providers, limits and hands is Fonolo's and lives on as it was."""
    value = {k: v for k, v in to_json(CALL).items() if k not in {"provider", "moved_at", "held", "admitted_at"}}
    assert from_json(value) == CALL


@given(moments=st.lists(st.floats(0, 200), min_size=2))
def test_another_attempt_only_goes_forward(moments: list[float]) -> None:
    """Seen in order, a call with two attempts goes through its steps once each, and names them."""
    plan = next(magic.plan for magic in MAGIC if magic.name == "failed_then_rescheduled")
    call = replace(CALL, plan=plan)
    places = [step_at(call, 1000.0 + moment) for moment in sorted(moments)]
    words = [state_at(call, 1000.0 + moment).state for moment in sorted(moments)]
    assert places == sorted(places)
    assert words == [(*(state for state, _ in plan.steps), plan.end)[place] for place in places]


def test_live_calls_are_those_that_are_not_over() -> None:
    """The list of live calls loses a call when it ends or is cancelled, and the store still knows it."""
    calls = Calls()
    short = replace(CALL, sid="CA2", plan=Plan((("Initialization", 1.0),), "Failed"))
    calls.add(CALL)
    calls.add(short)
    assert [call.sid for call, _ in calls.live(1000.0)] == ["CA1", "CA2"]
    assert [call.sid for call, _ in calls.live(1001.0)] == ["CA1"]
    calls.cancel(CALL, 1002.0)
    assert calls.live(1002.0) == []
    assert {call.sid for call in calls} == {"CA1", "CA2"}
