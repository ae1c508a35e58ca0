"""What to say when the same question is answered in vain again and again. Pure."""

from __future__ import annotations

from ringback.intake.parts import Aside, Ask, Failures, Heard, Problem

ENOUGH = 3
_WRONG_NUMBERS = frozenset({"utter_number_too_short", "utter_number_too_long", "utter_number_not_valid"})


def failed(heard: Heard, asked: Ask | None) -> bool:
    """Whether the turn was meant as an answer and brought nothing; what is beyond us may have been meant as one."""
    if heard.aside is Aside.BEYOND:
        return asked is not None
    if any(problem.response == "utter_first_question" for problem in heard.problems):
        return False
    filled = any(value is not None for value in heard.slots.values())
    return asked is not None and bool(heard.problems) and not filled and heard.aside is None and not heard.narrowed


def with_patience(heard: Heard, asked: Ask | None, failures: Failures) -> tuple[Heard, Failures]:
    """The turn with a sentence that fits the number of failures so far, and the new count.

    The first time says why, the second how a number is written, the third explains, gives an example and offers ways
    out; then it begins anew.
    """
    if asked is None or not failed(heard, asked):
        return heard, Failures() if heard.aside is None else failures
    count = failures.count + 1 if failures.asked == asked else 1
    if count >= ENOUGH:
        stuck = Problem(response=f"utter_stuck_{asked.value}")
        return heard.model_copy(update={"problems": (stuck,), "aside": None}) + Heard(slots={asked: None}), Failures()
    if count > 1 and heard.problems and heard.problems[0].response in _WRONG_NUMBERS:
        heard = heard.model_copy(update={"problems": (Problem(response="utter_number_how"),)})
    return heard, Failures(asked=asked.value, count=count)
