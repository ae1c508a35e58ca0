"""Calls moved by hand: somebody answers, hangs up or fails, and the call goes on from there on its own."""

from __future__ import annotations

from dataclasses import dataclass

from sandbox.calls import Call, Plan, step_at
from sandbox.magic import at_speed

AGENT_ANSWERS = "agent_answers"
CUSTOMER_ANSWERS = "customer_answers"
CUSTOMER_HANGS_UP = "customer_hangs_up"
FAIL = "fail"
GESTURES = (AGENT_ANSWERS, CUSTOMER_ANSWERS, CUSTOMER_HANGS_UP, FAIL)


@dataclass(frozen=True, slots=True)
class Hand:
    """What a person's doings are in one provider's words. `talk_fails` is None where a talk can only end well."""

    good: Plan
    calling_customer: str
    talking: str
    agent_fails: str
    customer_fails: str
    talk_fails: str | None
    ends: tuple[str, ...]

    @property
    def words(self) -> tuple[str, ...]:
        """States that a call can be put into by name."""
        return (*(state for state, _ in self.good.steps), *self.ends)


def aim(hand: Hand, state: str, to: str) -> str | None:
    """The state that a gesture, or the name of a state, leads to from `state`. None when it makes no sense there."""
    calling, talking = state == hand.calling_customer, state == hand.talking
    found: str | None = None
    if to in hand.words:
        found = to
    elif to == AGENT_ANSWERS:
        found = None if calling or talking else hand.calling_customer
    elif to == CUSTOMER_ANSWERS:
        found = hand.talking if calling else None
    elif to == CUSTOMER_HANGS_UP and talking:
        found = hand.good.end
    elif to == CUSTOMER_HANGS_UP and calling:
        found = hand.customer_fails
    elif to == FAIL and talking:
        found = hand.talk_fails
    elif to == FAIL:
        found = hand.customer_fails if calling else hand.agent_fails
    return found


def gestures(hand: Hand, state: str) -> tuple[str, ...]:
    """What a person can do to a call in this state."""
    return tuple(gesture for gesture in GESTURES if aim(hand, state, gesture) is not None)


def plan_from(hand: Hand, call: Call, target: str, now: float, speed: float) -> Plan:
    """How the call goes on from `target`: as it was going to if that lies ahead of it, else as a good one does."""
    if target in hand.ends:
        return Plan((), target)
    ahead = call.plan
    if now >= call.begins_at:
        here = step_at(call, now)
        # A held call's wait is one of the steps that it goes through, but none of its plan.
        ahead = Plan(ahead.steps[here + 1 - (call.held and here > 0) :], ahead.end)
    for plan in (ahead, at_speed(hand.good, speed)):
        for place, (state, _) in enumerate(plan.steps):
            if state == target:
                return Plan(plan.steps[place:], plan.end)
    return Plan((), target)
