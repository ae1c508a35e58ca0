"""Understanding an answer in free words: one function for each question, and what is said without being asked."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from ringback.intake.parts import LATER, NOW, Ask, Draft, Heard, Menu, Problem, Said
from ringback.intake.taking import (
    more_times,
    not_understood,
    say_or,
    set_answers,
    set_when,
    skip_question,
    take_answer,
    take_change,
    take_queue,
    take_reading,
    take_time,
)
from ringback.understanding.choices import Ambiguous, Chosen, NoMatch, Option, match
from ringback.understanding.phone import NotANumber, Numbers, Reason, find_numbers
from ringback.understanding.times import NotOffered, OneOfThese, ThisSlot, find_slot
from ringback.understanding.yes_no import YesNo, yes_no
from ringback.wording import say_slot

VERY_SURE = 0.85
"""From this confidence on, a model's "yes" counts as one."""


def volunteered(said: Said, menu: Menu) -> Heard:
    """Everything that a free sentence holds, for a person who says it all at once."""
    slots: dict[str, Any] = {}
    problems: list[Problem] = []
    for heard in (_mentioned_queue(said, menu), _mentioned_number(said, menu)):
        slots.update(heard.slots)
        problems += heard.problems
    return Heard(slots=slots, problems=tuple(problems))


def _mentioned_queue(said: Said, menu: Menu) -> Heard:
    found = match(said.text, menu.queue_options, by_position=False)
    return take_queue(found.id, menu) if isinstance(found, Chosen) else Heard()


def _mentioned_number(said: Said, menu: Menu) -> Heard:
    found = find_numbers(said.text, menu.region)
    if isinstance(found, Numbers) and len(found.numbers) == 1 and found.numbers[0].can_be_called:
        return Heard(slots={Ask.NUMBER: found.numbers[0].e164})
    return Heard()


def _changed_mind(said: Said, draft: Draft, menu: Menu) -> Heard:
    """Another queue or number than before, said while something else is asked."""
    heard = volunteered(said, menu)
    now = {Ask.QUEUE: draft.queue, Ask.NUMBER: draft.number}
    news = {slot: value for slot, value in heard.slots.items() if value and value != now.get(Ask(slot))}
    return Heard(slots=news, problems=heard.problems)


def queue_answer(said: Said, _: Draft, menu: Menu) -> Heard:
    """What is it about? By name, by other words, with typing errors, or by the place of its button."""
    also = _mentioned_number(said, menu)
    # A number with many digits is a phone number, not the place of a button.
    found = match(said.text, menu.queue_options, by_position=not also)
    if isinstance(found, Chosen):
        taken = take_queue(found.id, menu)
        return Heard(slots={**also.slots, **taken.slots}, problems=taken.problems)
    if isinstance(found, Ambiguous):
        names = [option.title for option in menu.queue_options if option.id in found.ids]
        problem = Problem(response="utter_queue_ambiguous", variables={"queues": say_or(names)})
        return Heard(slots={**also.slots, Ask.QUEUE: None}, problems=(problem,))
    if also:
        return also
    return Heard(slots={Ask.QUEUE: None}, problems=(Problem(response="utter_queue_unknown"),))


def number_answer(said: Said, draft: Draft, menu: Menu) -> Heard:
    """Which number? One that can be called, else why not; a queue that is named instead is taken as well."""
    found = find_numbers(said.text, menu.region)
    if isinstance(found, NotANumber):
        problem = _number_problem(found)
    elif len(found.numbers) == 1:
        number = found.numbers[0]
        if number.can_be_called:
            return Heard(slots={Ask.NUMBER: number.e164})
        problem = Problem(response="utter_number_not_allowed")
    else:
        shown = say_or([number.international for number in found.numbers])
        problem = Problem(response="utter_number_which", variables={"numbers": shown})
    elsewhere = (
        _mentioned_queue(said, menu) if isinstance(found, NotANumber) and not _has_digits(said.text) else Heard()
    )
    if elsewhere.slots.get(Ask.QUEUE) and elsewhere.slots[Ask.QUEUE] != draft.queue:
        return elsewhere
    return Heard(slots={Ask.NUMBER: None}, problems=(problem,))


def _number_problem(found: NotANumber) -> Problem:
    missing = found.reason is Reason.NOTHING_FOUND
    return Problem(response="utter_number_missing" if missing else f"utter_number_{found.reason.value}")


def _has_digits(text: str) -> bool:
    return any(character.isdigit() for character in text)


def free_answer(said: Said, draft: Draft, menu: Menu) -> Heard:
    """The centre's question: whatever is said is the answer, within the bounds that it sets."""
    question = menu.open_question(draft.answers)
    if question is None:
        return Heard(slots=set_answers(draft.answers, menu))
    if not question.required and said.text.strip().casefold() in {"skip", "none", "no", "-", "pass", "don't know"}:
        return skip_question(draft, menu)
    return take_answer(said.text.strip(), draft, menu)


def sms_answer(said: Said, draft: Draft, menu: Menu) -> Heard:
    """Text messages? Only a clear "yes" opts in."""
    answer = yes_no(said.text)
    if answer is YesNo.UNCLEAR and said.confidence >= VERY_SURE:
        answer = {"affirm": YesNo.YES, "deny": YesNo.NO}.get(said.intent, YesNo.UNCLEAR)
    if answer is not YesNo.UNCLEAR:
        return Heard(slots={Ask.SMS: answer is YesNo.YES})
    return _changed_mind(said, draft, menu) or not_understood(Ask.SMS)


def when_answer(said: Said, draft: Draft, menu: Menu) -> Heard:
    """Now or later? A time that is named means later."""
    words = set(re.findall(r"\w+", said.text.casefold()))
    if words & {"now", "asap", "immediately"} or words == {"1"} or "as soon as" in said.text.casefold():
        return Heard(slots=set_when(NOW))
    found = find_slot(said.text, menu.time_slots, zone=menu.zone, now=menu.now)
    if isinstance(found, (ThisSlot, OneOfThese, NotOffered)):
        return take_reading(found)
    if words & {"later", "schedule", "another"} or words == {"2"}:
        return Heard(slots=set_when(LATER))
    answer = yes_no(said.text)
    if answer is YesNo.YES:
        return Heard(slots=set_when(NOW))
    if answer is YesNo.NO:
        return Heard(slots=set_when(LATER))
    return _changed_mind(said, draft, menu) or not_understood(Ask.WHEN)


def time_answer(said: Said, draft: Draft, menu: Menu) -> Heard:
    """Which of the offered times? In words, or by the place of its button."""
    text = said.text.strip().casefold().strip("!. ")
    if text in {"now", "asap", "call me now", "right now"}:
        return Heard(slots=set_when(NOW))
    if text in {"more", "more times", "later times", "later", "other times", "others", "next"}:
        return more_times(draft, menu)
    shown = {slot.start: slot for slot in menu.time_slots if slot.start in draft.time_choices}
    options = [
        Option(id=start, title=say_slot(shown[start], zone=menu.zone, now=menu.now))
        for start in draft.time_choices
        if start in shown
    ]
    chosen = match(said.text, options) if text.lstrip("#").isdigit() or text in _titles(options) else NoMatch()
    if isinstance(chosen, Chosen):
        return take_time(shown[chosen.id])
    found = find_slot(said.text, menu.time_slots, zone=menu.zone, now=menu.now)
    if isinstance(found, (ThisSlot, OneOfThese, NotOffered)):
        return take_reading(found)
    return _changed_mind(said, draft, menu) or not_understood(Ask.TIME)


def _titles(options: Sequence[Option]) -> set[str]:
    return {option.title.casefold() for option in options}


def confirm_answer(said: Said, draft: Draft, menu: Menu) -> Heard:
    """Book it? Anything else than a plain "yes" changes the request or asks what to change."""
    changed = _changed_mind(said, draft, menu)
    if not changed:
        found = find_slot(said.text, menu.time_slots, zone=menu.zone, now=menu.now) if menu.schedules else None
        if isinstance(found, (ThisSlot, OneOfThese, NotOffered)):
            changed = take_reading(found)
    if changed:
        return changed
    change = _mentioned_field(said.text)
    answer = yes_no(said.text)
    if change is not None and answer is not YesNo.YES:
        return take_change(change.value)
    if answer is YesNo.YES:
        return Heard(slots={Ask.CONFIRM: True})
    if answer is YesNo.NO or said.intent == "change":
        return Heard(slots={Ask.CONFIRM: False})
    return not_understood(Ask.CONFIRM)


_FIELD_WORDS = {
    Ask.QUEUE: ("queue", "department", "team", "topic"),
    Ask.NUMBER: ("number", "phone", "mobile"),
    Ask.WHEN: ("time", "when", "day", "hour", "date"),
    Ask.ANSWER: ("answer", "answers", "question", "questions", "account"),
    Ask.SMS: ("sms", "text messages", "texts"),
}


def _mentioned_field(text: str) -> Ask | None:
    options = [Option(id=ask.value, title=words[0], synonyms=words[1:]) for ask, words in _FIELD_WORDS.items()]
    found = match(text, options, by_position=False)
    return Ask(found.id) if isinstance(found, Chosen) else None


def change_answer(said: Said, draft: Draft, menu: Menu) -> Heard:
    """What to change? A thing by its name, or at once the new queue or number."""
    changed = _changed_mind(said, draft, menu)
    if changed:
        return Heard(slots={**changed.slots, Ask.CONFIRM: None}, problems=changed.problems)
    field = _mentioned_field(said.text)
    if field is not None:
        return take_change(field.value)
    if yes_no(said.text) is not YesNo.UNCLEAR or said.text.strip().casefold() in {"nothing", "none", "it's fine"}:
        # Nothing after all: back to the summary, which asks once more before anything is booked.
        return Heard(slots={Ask.CONFIRM: None, Ask.CHANGE: None})
    return not_understood(Ask.CHANGE)
