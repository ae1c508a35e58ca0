"""One turn: a tap or free words, what was asked, and what is known, to what changes."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from ringback.intake import asides
from ringback.intake.answers import (
    free_answer,
    number_answer,
    queue_answer,
    sms_answer,
    time_answer,
    when_answer,
)
from ringback.intake.mentions import is_change, mentioned, names_the_queue_again
from ringback.intake.parts import Aside, Ask, Draft, Heard, Menu, Problem, Said
from ringback.intake.steps import next_ask, step_back
from ringback.intake.summary_answers import change_answer, confirm_answer, field_to_change, leave_answer
from ringback.intake.taking import (
    more_times,
    not_understood,
    set_time,
    set_when,
    skip_question,
    take_answer,
    take_change,
    take_queue,
    take_time,
)
from ringback.intake.wishes import only_when_open
from ringback.understanding.phone import NotANumber, find_numbers
from ringback.understanding.yes_no import YesNo, yes_no

_ANSWERS: Mapping[Ask, Callable[[Said, Heard, Draft, Menu], Heard]] = {
    Ask.QUEUE: queue_answer,
    Ask.NUMBER: number_answer,
    Ask.ANSWER: free_answer,
    Ask.SMS: sms_answer,
    Ask.WHEN: when_answer,
    Ask.TIME: time_answer,
    Ask.CONFIRM: confirm_answer,
    Ask.CHANGE: change_answer,
}
_YES_OR_NO = frozenset({Ask.CONFIRM, Ask.SMS})
_FEW_WORDS = 4
_LONGEST_CORRECTION = 14
_MY_NUMBER = re.compile(
    r"\b(?:my|mein(?:e|er)|mon) (?:(?:telefon|handy)?nummer|(?:phone )?number|num[eé]ro)\b", re.IGNORECASE
)


def hear(said: Said, asked: Ask | None, draft: Draft, menu: Menu) -> Heard:
    """Understand one turn while `asked` is open (None: this turn is the one that starts the request)."""
    heard = _tapped(said, asked, draft, menu) if said.is_tap else _typed(said, asked, draft, menu)
    if heard.aside is Aside.GO_BACK:
        return step_back(asked, draft, menu)
    return only_when_open(heard, draft, menu)


# -- typed ----------------------------------------------------------------------------------------------------------


def _typed(said: Said, asked: Ask | None, draft: Draft, menu: Menu) -> Heard:
    if asked is None:
        return mentioned(said.text, None, draft, menu)
    if asked is Ask.LEAVE:
        return _leaving(said, draft, menu)
    if asked is Ask.ANSWER and _is_a_choice(said, draft, menu):
        return free_answer(said, Heard(), draft, menu)
    aside = asides.command(said.text) or asides.question(said.text)
    if aside is not None:
        return Heard(aside=aside)
    return _said_to_the_centre(said, draft, menu) if asked is Ask.ANSWER else _answered(said, asked, draft, menu)


def _answered(said: Said, asked: Ask, draft: Draft, menu: Menu) -> Heard:
    """An answer to the open question, with whatever else the sentence holds."""
    # A whole "yes" or "no" holds nothing else: "order it" names no queue, and "not today" no day.
    plain = asked in _YES_OR_NO and yes_no(said.text) is not YesNo.UNCLEAR
    also = Heard() if plain else mentioned(said.text, asked, draft, menu)
    if not also and asked not in _YES_OR_NO and names_the_queue_again(said.text, draft, menu):
        return Heard(slots={asked: None})
    firm = None if also.slots or plain else asides.firm(said, asked)
    if firm is not None:
        return Heard(aside=firm)
    heard = also + _ANSWERS[asked](said, also, draft, menu) or field_to_change(said)
    if heard:
        return heard
    soft = asides.soft(said)
    if soft is Aside.BEYOND and "?" not in said.text and len(said.text.split()) < _FEW_WORDS:
        # "Purple" is no question of the person's own, only no answer.
        soft = None
    return Heard(aside=soft) if soft is not None else _no_answer(asked, said)


def _said_to_the_centre(said: Said, draft: Draft, menu: Menu) -> Heard:
    """Free text is the answer to the centre's question, unless it plainly changes something else or asks back."""
    firm = asides.firm(said, Ask.ANSWER)
    if firm is not None:
        return Heard(aside=firm)
    if len(said.text.split()) <= _LONGEST_CORRECTION:
        if is_change(said.text) or _MY_NUMBER.search(said.text):
            changed = mentioned(said.text, Ask.ANSWER, draft, menu)
            if any(value is not None for value in changed.slots.values()) or _is_about_a_queue(changed):
                return changed
        else:
            named = mentioned(said.text, Ask.ANSWER, draft, menu)
            few = len(said.text.split()) <= _FEW_WORDS
            if "answers" in named.slots or (few and Ask.SMS in named.slots):
                return named
        field = field_to_change(said)
        if field:
            return field
    return free_answer(said, Heard(), draft, menu)


def _is_about_a_queue(heard: Heard) -> bool:
    """Another queue was plainly asked for, and cannot be had."""
    return any(problem.response.startswith(f"utter_{Ask.QUEUE.value}_") for problem in heard.problems)


def _is_a_choice(said: Said, draft: Draft, menu: Menu) -> bool:
    question = menu.open_question(draft.answers)
    text = said.text.strip().casefold()
    return question is not None and text in {choice.casefold() for choice in question.choices}


def _no_answer(asked: Ask, said: Said) -> Heard:
    if said.intent == "request_callback" and said.confidence >= asides.SURE and asides.wants_a_call(said.text):
        # "Call me!", while we are busy with just that: the open question is all there is to say.
        return Heard(slots={asked: None})
    match asked:
        case Ask.QUEUE:
            response = "utter_queue_unknown"
        case Ask.NUMBER:
            response = "utter_number_missing"
        case _:
            return not_understood(asked)
    return Heard(slots={asked: None}, problems=(Problem(response=response),))


def _leaving(said: Said, draft: Draft, menu: Menu) -> Heard:
    """The answer to "shall I drop it?"; anything else is an answer to the question before."""
    command = asides.command(said.text)
    if command in (Aside.STOP, Aside.START_OVER):
        return Heard(aside=command)
    match leave_answer(said):
        case YesNo.YES:
            return Heard(aside=Aside.STOP)
        case YesNo.NO:
            return Heard(aside=Aside.GO_ON)
    before = next_ask(draft, menu)
    return _typed(said, before, draft, menu) if before is not None else Heard(aside=Aside.GO_ON)


# -- tapped ---------------------------------------------------------------------------------------------------------


def _tapped(said: Said, asked: Ask | None, draft: Draft, menu: Menu) -> Heard:
    """A tap says exactly what it means, whatever is being asked; only booking needs its own summary to be open."""
    if "callback" in said.tapped or (asked is None and not said.tapped):
        # About a call that was ordered before, or about nothing but to begin.
        return Heard()
    if "request" in said.tapped:
        if asked is Ask.CONFIRM and said.tapped["request"] == draft.request_key:
            return Heard(slots={Ask.CONFIRM: True})
        return Heard(slots={asked: None} if asked else {}, problems=(Problem(response="utter_old_button"),))
    take = next((take for name, take in _TAPS.items() if name in said.tapped), None)
    if take is not None:
        return take(said.tapped, draft, menu)
    return _tapped_without_more(said.intent, asked) if asked else Heard()


def _tapped_without_more(intent: str, asked: Ask) -> Heard:
    if intent == "change":
        return Heard(slots={Ask.CONFIRM: False})
    if asked is Ask.LEAVE and intent == "deny":
        return Heard(aside=Aside.GO_ON)
    # "Call me back", tapped while we are busy with just that: the open question is all there is to say.
    return Heard(aside=asides.tapped(intent)) or Heard(slots={asked: None})


def _tapped_time(tapped: Mapping[str, Any], _: Draft, menu: Menu) -> Heard:
    slot = next((slot for slot in menu.time_slots if slot.start == tapped["time_slot"]), None)
    return take_time(slot) if slot else Heard(problems=(Problem(response="utter_time_gone"),), slots=set_time(None))


def _tapped_number(tapped: Mapping[str, Any], _: Draft, menu: Menu) -> Heard:
    found = find_numbers(str(tapped["number"]), menu.region)
    if isinstance(found, NotANumber):
        return Heard(slots={Ask.NUMBER: None}, problems=(Problem(response="utter_old_button"),))
    return Heard(slots={Ask.NUMBER: found.numbers[0].e164, "extension": None})


_TAPS: Mapping[str, Callable[[Mapping[str, Any], Draft, Menu], Heard]] = {
    "queue": lambda tapped, _, menu: take_queue(str(tapped["queue"]), menu),
    "number": _tapped_number,
    "when": lambda tapped, _, __: Heard(slots=set_when(str(tapped["when"]))),
    "time_slot": _tapped_time,
    "more_times": lambda _, draft, menu: more_times(draft, menu),
    "sms": lambda tapped, _, __: Heard(slots={Ask.SMS: bool(tapped["sms"])}),
    "skip": lambda _, draft, menu: skip_question(draft, menu),
    "choice": lambda tapped, draft, menu: take_answer(str(tapped["choice"]), draft, menu),
    "change": lambda tapped, _, __: take_change(str(tapped["change"])),
}
