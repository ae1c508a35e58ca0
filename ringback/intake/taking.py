"""Taking one value into a request: each function says which slots it fills and which it empties, and why not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ringback.intake.parts import LATER, NOW, SKIPPED, TIMES_AT_ONCE, Ask, Draft, Heard, Menu, Problem
from ringback.languages import FALLBACK, Language
from ringback.models import Question, TimeSlot
from ringback.understanding.choices import Chosen, Option, match
from ringback.wording import say_list


def take_queue(queue_id: str, menu: Menu) -> Heard:
    """A queue that is offered; one that is not is explained."""
    queue = menu.queue(queue_id)
    if queue is None:
        return Heard(slots={Ask.QUEUE: None}, problems=(Problem(response="utter_queue_unknown"),))
    if queue.is_offered:
        return Heard(slots={Ask.QUEUE: queue.id})
    problem = Problem(response=f"utter_queue_{queue.availability.value}", variables={"queue": queue.name})
    return Heard(slots={Ask.QUEUE: None}, problems=(problem,))


def take_answer(text: str, draft: Draft, menu: Menu) -> Heard:
    """The answer to the open question, within its bounds."""
    question = menu.open_question(draft.answers)
    if question is None:
        return Heard()
    taken = accept_answer(text, question, menu.language)
    if isinstance(taken, Problem):
        return Heard(slots={Ask.ANSWER: None}, problems=(taken,))
    return Heard(slots=set_answers({**draft.answers, question.id: taken}, menu))


def accept_answer(text: str, question: Question, language: Language = FALLBACK) -> str | Problem:
    """The answer as the centre takes it, or why it does not."""
    if question.choices:
        found = match(text, [Option(id=choice, title=choice) for choice in question.choices])
        if not isinstance(found, Chosen):
            choices = say_list(question.choices, language, either=True)
            return Problem(response="utter_answer_not_a_choice", variables={"choices": choices})
        text = found.id
    if len(text) < question.min_length:
        return Problem(response="utter_answer_too_short", variables={"least": str(question.min_length)})
    if question.max_length is not None and len(text) > question.max_length:
        return Problem(response="utter_answer_too_long", variables={"most": str(question.max_length)})
    return text


def skip_question(draft: Draft, menu: Menu) -> Heard:
    """No answer to the open question, if it can do without."""
    question = menu.open_question(draft.answers)
    if question is None:
        return Heard()
    if question.required:
        return Heard(slots={Ask.ANSWER: None}, problems=(Problem(response="utter_answer_required"),))
    return Heard(slots=set_answers({**draft.answers, question.id: SKIPPED}, menu))


def set_answers(answers: Mapping[str, str], menu: Menu) -> dict[str, Any]:
    """`answer` stays empty, and so is asked again, until no question is open."""
    return {"answers": dict(answers), Ask.ANSWER: None if menu.open_question(answers) else "done"}


def set_when(when: str) -> dict[str, Any]:
    """The slots for "now" or "later"; anything else asks again."""
    return {Ask.WHEN: when if when in (NOW, LATER) else None, Ask.TIME: None}


def set_time(slot: TimeSlot | None) -> dict[str, Any]:
    """The slots for a time slot, or to ask for another one."""
    return {Ask.WHEN: LATER, Ask.TIME: slot.model_dump(mode="json") if slot else None}


def take_time(slot: TimeSlot) -> Heard:
    """This time slot."""
    return Heard(slots=set_time(slot))


def more_times(draft: Draft, menu: Menu) -> Heard:
    """The slots after those that were shown; from the start again when there are no more."""
    starts = [slot.start for slot in menu.time_slots]
    last = draft.time_choices[-1] if draft.time_choices else ""
    first = starts.index(last) + 1 if last in starts else 0
    following = menu.time_slots[first : first + TIMES_AT_ONCE] or menu.time_slots[:TIMES_AT_ONCE]
    return Heard(slots=set_time(None), time_choices=tuple(following))


def take_change(field: str) -> Heard:
    """Empty what is to be said again; the form then asks for it and comes back to the summary."""
    emptied: dict[str, Any] = {Ask.CONFIRM: None, Ask.CHANGE: None}
    match field:
        case Ask.QUEUE | Ask.SMS:
            emptied[field] = None
        case Ask.NUMBER:
            emptied |= {Ask.NUMBER: None, "extension": None}
        case Ask.ANSWER:
            emptied |= {Ask.ANSWER: None, "answers": {}}
        case Ask.WHEN:
            emptied |= {Ask.WHEN: None, Ask.TIME: None}
    return Heard(slots=emptied)


def not_understood(asked: Ask) -> Heard:
    """The question stays open, and says so."""
    return Heard(slots={asked: None}, problems=(Problem(response="utter_not_understood"),))
