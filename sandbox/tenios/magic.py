"""Magic numbers for TENIOS. All are fictional (+49 30 23125 0xx); every other number has a good life."""

from __future__ import annotations

from dataclasses import dataclass

from sandbox.calls import Plan
from sandbox.faults import Mode
from sandbox.magic import STEP

REQUESTED = "REQUESTED"
ACCEPTED = "ACCEPTED"
CALLING_A = "CALLING_A"
CALL_A_FAILED = "CALL_A_FAILED"
CALLING_B = "CALLING_B"
CALL_B_FAILED = "CALL_B_FAILED"
CONNECTED = "CONNECTED"
DISCONNECTED = "DISCONNECTED"

GOOD = Plan(
    ((REQUESTED, STEP), (ACCEPTED, STEP), (CALLING_A, STEP), (CALLING_B, STEP), (CONNECTED, STEP)), DISCONNECTED
)


@dataclass(frozen=True, slots=True)
class Magic:
    """`answer` is what goes wrong with the order's answer; `taken` whether the order is stored all the same;
    `bad_configuration` whether the order's configuration counts as unknown; `no_key` whether the agent never presses
    the key that the order asks for.
    """

    number: str
    name: str
    sentence: str
    plan: Plan = GOOD
    answer: Mode = Mode.NONE
    taken: bool = True
    bad_configuration: bool = False
    no_key: bool = False


MAGIC = (
    Magic(
        "+493023125040",
        "agent_fails",
        "The agent is not reached: CALL_A_FAILED after CALLING_A.",
        Plan(GOOD.steps[:3], CALL_A_FAILED),
    ),
    Magic(
        "+493023125041",
        "customer_busy",
        "The customer is busy or does not answer: CALL_B_FAILED after CALLING_B.",
        Plan(GOOD.steps[:4], CALL_B_FAILED),
    ),
    Magic(
        "+493023125042",
        "no_key",
        "The agent never presses the key: CALL_A_FAILED when the configuration's ring time is over. "
        "An order without a key goes well.",
        no_key=True,
    ),
    Magic(
        "+493023125043",
        "unknown_state",
        "A state that no document names, TRANSFERRING, between CALLING_B and CONNECTED; then all goes well.",
        Plan((*GOOD.steps[:4], ("TRANSFERRING", STEP), *GOOD.steps[4:]), DISCONNECTED),
    ),
    Magic(
        "+493023125050",
        "bad_configuration",
        "The configuration counts as unknown: HTTP 400 with BAD_CREDENTIALS, nothing is stored.",
        bad_configuration=True,
        taken=False,
    ),
    Magic(
        "+493023125051",
        "bad_gateway",
        "The order is answered by a proxy: HTTP 502 with an HTML page, nothing is stored.",
        answer=Mode.BAD_GATEWAY,
        taken=False,
    ),
    Magic(
        "+493023125052",
        "lost_order",
        "The order gets lost: no answer for 30 seconds, nothing is stored.",
        answer=Mode.SILENCE,
        taken=False,
    ),
    Magic(
        "+493023125053",
        "lost_answer",
        "The answer gets lost: the order is stored and lives, but there is no answer for 30 seconds.",
        answer=Mode.SILENCE,
    ),
    Magic(
        "+493023125054",
        "garbage",
        "The answer is broken off: the order is stored and lives, but the answer is half a JSON text.",
        answer=Mode.GARBAGE,
    ),
    Magic(
        "+493023125055",
        "slow",
        "The answer is slow: the order is stored, the right answer comes after 5 seconds.",
        answer=Mode.SLOW,
    ),
    Magic(
        "+493023125056",
        "rate_limited",
        "Too many orders: HTTP 429 with Retry-After: 2, nothing is stored.",
        answer=Mode.RATE_LIMIT,
        taken=False,
    ),
    Magic(
        "+493023125057",
        "forbidden",
        "The order is forbidden: HTTP 403 with an empty body, nothing is stored.",
        answer=Mode.EMPTY_403,
        taken=False,
    ),
    Magic(
        "+493023125058",
        "broken",
        "The service is broken: HTTP 500 with an empty body, nothing is stored.",
        answer=Mode.EMPTY_500,
        taken=False,
    ),
)
_BY_NUMBER = {magic.number: magic for magic in MAGIC}
_ORDINARY = Magic("", "ordinary", "All goes well.")


def magic_of(number: str) -> Magic:
    """What happens to an order for this number (E.164)."""
    return _BY_NUMBER.get(number, _ORDINARY)


def life(magic: Magic, *, key: str, ring_seconds: float) -> Plan:
    """How an order with this key (empty for none) goes. That a key which nobody presses ends as CALL_A_FAILED when the
    agent's phone has rung for that long is ASSUMED.
    """
    if magic.no_key and key:
        return Plan((*GOOD.steps[:2], (CALLING_A, ring_seconds)), CALL_A_FAILED)
    return magic.plan


def delayed(plan: Plan, seconds: float) -> Plan:
    """The plan with a delay before it, which counts as REQUESTED (ASSUMED)."""
    first, *others = plan.steps
    return Plan(((first[0], first[1] + seconds), *others), plan.end)
