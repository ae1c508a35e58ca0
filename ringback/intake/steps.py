"""The order of asking: what a request needs, what comes next, and what came before. Pure."""

from __future__ import annotations

from ringback.intake.parts import LATER, Ask, Draft, Heard, Menu, Problem
from ringback.intake.taking import set_answers


def required(draft: Draft, menu: Menu) -> list[Ask]:
    """What a request needs, in the order of asking."""
    asks = [Ask.QUEUE, Ask.NUMBER]
    if menu.questions:
        asks.append(Ask.ANSWER)
    if menu.sms:
        asks.append(Ask.SMS)
    if menu.schedules:
        asks.append(Ask.WHEN)
        if draft.when == LATER:
            asks.append(Ask.TIME)
    asks.append(Ask.CONFIRM)
    if draft.confirmed is False:
        asks.append(Ask.CHANGE)
    return asks


def is_open(ask: Ask, draft: Draft, menu: Menu) -> bool:
    """Whether a question still has no answer."""
    answered = {
        Ask.QUEUE: bool(draft.queue),
        Ask.NUMBER: bool(draft.number),
        Ask.ANSWER: menu.open_question(draft.answers) is None,
        Ask.SMS: draft.sms is not None,
        Ask.WHEN: bool(draft.when),
        Ask.TIME: draft.time_slot is not None,
        Ask.CONFIRM: draft.confirmed is not None,
    }
    return not answered.get(ask, False)


def next_ask(draft: Draft, menu: Menu) -> Ask | None:
    """The first question without an answer; None when everything is known and confirmed."""
    return next((ask for ask in required(draft, menu) if is_open(ask, draft, menu)), None)


def step_back(asked: Ask | None, draft: Draft, menu: Menu) -> Heard:
    """Empty what was answered last before `asked`, so that it is asked again."""
    given = list(draft.answers)
    if asked is Ask.ANSWER and given:
        return Heard(slots=set_answers({one: draft.answers[one] for one in given[:-1]}, menu))
    asks = [ask for ask in required(draft, menu) if ask not in (Ask.CONFIRM, Ask.CHANGE)]
    before = asks[: asks.index(asked)] if asked in asks else asks
    last = next((ask for ask in reversed(before) if not is_open(ask, draft, menu)), None)
    match last:
        case None:
            return Heard(problems=(Problem(response="utter_first_question"),))
        case Ask.ANSWER:
            emptied = set_answers({one: draft.answers[one] for one in given[:-1]}, menu)
        case Ask.WHEN | Ask.TIME:
            emptied = {Ask.WHEN: None, Ask.TIME: None}
        case _:
            emptied = {last: None}
    return Heard(slots={**emptied, Ask.CONFIRM: None, Ask.CHANGE: None})
