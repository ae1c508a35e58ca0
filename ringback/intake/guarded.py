"""A turn after the guard has looked at its numbers: what may not be called is not taken, with the reason. Pure."""

from __future__ import annotations

from collections.abc import Callable

from ringback.guarding.rules import Refusal
from ringback.intake.parts import Ask, Heard, Problem


def guarded(heard: Heard, why_not: Callable[[str], Refusal | None]) -> Heard:
    """The turn without the numbers (E.164) that may not be called; of several, those that may."""
    number = heard.slots.get(Ask.NUMBER)
    offered = (number,) if number else tuple(one for one in heard.narrowed if one.startswith("+"))
    refusals = {one: refusal for one in offered if (refusal := why_not(one)) is not None}
    left = [one for one in offered if one not in refusals]
    if not refusals:
        return heard
    if len(left) > 1:
        return heard.model_copy(update={"narrowed": tuple(left)})
    if left:
        taken = {**heard.slots, Ask.NUMBER: left[0], "extension": None}
        return heard.model_copy(update={"slots": taken, "narrowed": ()})
    refused = {**heard.slots, Ask.NUMBER: None, "extension": None}
    problem = Problem(response=f"utter_guard_{refusals[offered[0]].rule.value}")
    return heard.model_copy(update={"slots": refused, "narrowed": (), "problems": (*heard.problems, problem)})
