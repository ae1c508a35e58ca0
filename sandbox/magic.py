"""Magic numbers for Fonolo: which number to order a call-back for, to see what. All are fictional (1 416 555 01xx).

Every other number has a good life.
"""

from __future__ import annotations

from dataclasses import dataclass

from sandbox.calls import Plan
from sandbox.faults import Mode

STEP = 3.0
GOOD = Plan(
    (
        ("Initialization", STEP),
        ("Calling Target", STEP),
        ("Holding", 2 * STEP),
        ("Calling Client", STEP),
        ("Call In Progress", 2 * STEP),
    ),
    "Success",
)
_UP_TO_TARGET = GOOD.steps[:2]
_UP_TO_HOLDING = GOOD.steps[:3]
_UP_TO_CLIENT = GOOD.steps[:4]


@dataclass(frozen=True, slots=True)
class Magic:
    """`answer` is what goes wrong with the order's answer; `taken` whether the order is stored all the same."""

    number: str
    name: str
    sentence: str
    plan: Plan = GOOD
    answer: Mode = Mode.NONE
    taken: bool = True


MAGIC = (
    Magic(
        "14165550140",
        "customer_busy",
        "The customer is busy or does not answer: Failed after Calling Client.",
        Plan(_UP_TO_CLIENT, "Failed"),
    ),
    Magic(
        "14165550141",
        "agent_fails",
        "The contact centre cannot be reached: Failed after Calling Target.",
        Plan(_UP_TO_TARGET, "Failed"),
    ),
    Magic(
        "14165550142",
        "deleted",
        "An operator removes the call-back while it is on hold: Deleted after Holding.",
        Plan(_UP_TO_HOLDING, "Deleted"),
    ),
    Magic(
        "14165550143",
        "long_hold",
        "No agent is free for a long time: Holding lasts 60 seconds, then all goes well.",
        Plan((*_UP_TO_TARGET, ("Holding", 60.0), *GOOD.steps[3:]), "Success"),
    ),
    Magic(
        "14165550144",
        "error_callback",
        "The customer is not reached and is called about it: Error Callback after Calling Client, then Failed.",
        Plan((*_UP_TO_CLIENT, ("Error Callback", 2 * STEP)), "Failed"),
    ),
    Magic(
        "14165550145",
        "unknown_state",
        "A state that no document names, “Warming Up”, between Holding and Calling Client; then all goes well.",
        Plan((*_UP_TO_HOLDING, ("Warming Up", STEP), *GOOD.steps[3:]), "Success"),
    ),
    Magic(
        "14165550146",
        "no_capacity",
        "The profile's limit is reached: Pending for 12 seconds after Initialization, then all goes well.",
        Plan((GOOD.steps[0], ("Pending", 4 * STEP), *GOOD.steps[1:]), "Success"),
    ),
    Magic(
        "14165550147",
        "rescheduled",
        "The customer is not reached and the call-back is scheduled again by itself, under the same SID: Scheduled for "
        "12 seconds after Calling Client, then all goes well.",
        Plan((*_UP_TO_CLIENT, ("Scheduled", 4 * STEP), *GOOD.steps), "Success"),
    ),
    Magic(
        "14165550148",
        "failed_then_rescheduled",
        "The same, but for 3 seconds the call-back is Failed before it is Scheduled again.",
        Plan((*_UP_TO_CLIENT, ("Failed", STEP), ("Scheduled", 4 * STEP), *GOOD.steps), "Success"),
    ),
    Magic(
        "14165550150",
        "refused",
        "The order is refused: head.status 500, nothing is stored.",
        answer=Mode.REFUSE,
        taken=False,
    ),
    Magic(
        "14165550151",
        "bad_gateway",
        "The order is answered by a proxy: HTTP 502 with an HTML page, nothing is stored.",
        answer=Mode.BAD_GATEWAY,
        taken=False,
    ),
    Magic(
        "14165550152",
        "lost_order",
        "The order gets lost: no answer for 30 seconds, nothing is stored.",
        answer=Mode.SILENCE,
        taken=False,
    ),
    Magic(
        "14165550153",
        "lost_answer",
        "The answer gets lost: the order is stored and lives, but there is no answer for 30 seconds.",
        answer=Mode.SILENCE,
    ),
    Magic(
        "14165550154",
        "garbage",
        "The answer is broken off: the order is stored and lives, but the answer is half a JSON text.",
        answer=Mode.GARBAGE,
    ),
    Magic(
        "14165550155",
        "slow",
        "The answer is slow: the order is stored, the right answer comes after 5 seconds.",
        answer=Mode.SLOW,
    ),
    Magic(
        "14165550156",
        "rate_limited",
        "Too many orders: HTTP 429 with Retry-After: 2, nothing is stored.",
        answer=Mode.RATE_LIMIT,
        taken=False,
    ),
)
_BY_NUMBER = {magic.number: magic for magic in MAGIC}
_ORDINARY = Magic("", "ordinary", "All goes well.")


def magic_of(number: str) -> Magic:
    """What happens to an order for this number (bare digits)."""
    return _BY_NUMBER.get(number, _ORDINARY)


def at_speed(plan: Plan, speed: float) -> Plan:
    """The plan, `speed` times as fast."""
    return Plan(tuple((state, seconds / speed) for state, seconds in plan.steps), plan.end)
