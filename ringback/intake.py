"""What one turn of the chat adds to a request: the pure core of the request form.

`hear` takes what was said, what was asked, and what is known; it gives back what to fill in, what to take out again,
and the sentences that explain a problem. It knows nothing of Rasa: `actions/request.py` is the thin edge around it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import ConfigDict, Field

from ringback.models import Availability, Frozen, Question, Queue, TimeSlot
from ringback.understanding.choices import Ambiguous, Chosen, NoMatch, Option, match
from ringback.understanding.phone import NotANumber, Numbers, Reason, find_numbers
from ringback.understanding.times import NotOffered, OneOfThese, ThisSlot, find_slot
from ringback.understanding.yes_no import YesNo, yes_no
from ringback.wording import say_slot

SKIPPED = ""
TIMES_AT_ONCE = 6


class Ask(StrEnum):
    """What the form asks for, in this order. The values are the names of the form's slots."""

    QUEUE = "queue"
    NUMBER = "phone_number"
    ANSWER = "answer"
    SMS = "sms_consent"
    WHEN = "when"
    TIME = "time_slot"
    CONFIRM = "confirmed"
    CHANGE = "change"


NOW, LATER = "now", "later"
CHANGES_THE_ORDER = frozenset({Ask.QUEUE, Ask.NUMBER, "answers", Ask.SMS, Ask.WHEN, Ask.TIME})


class Draft(Frozen):
    """A request as far as it is known. `answers` maps question ids to answers, `SKIPPED` for a skipped one;
    `time_choices` are the `TimeSlot.start`s that the person was shown last, in that order.
    """

    queue: str = ""
    number: str = Field(default="", repr=False)
    answers: Mapping[str, str] = Field(default_factory=dict, repr=False)
    sms: bool | None = None
    when: str = ""
    time_slot: TimeSlot | None = None
    time_choices: tuple[str, ...] = ()
    confirmed: bool | None = None
    request_key: str = ""


class Menu(Frozen):
    """What the centre offers at this moment. `queue_options` stand in the order of the buttons, open queues first."""

    queues: tuple[Queue, ...]
    queue_options: tuple[Option, ...]
    questions: tuple[Question, ...] = ()
    sms: bool = False
    schedules: bool = False
    time_slots: tuple[TimeSlot, ...] = ()
    region: str = "US"
    zone: ZoneInfo
    now: datetime

    model_config = ConfigDict(arbitrary_types_allowed=True, frozen=True)

    def queue(self, queue_id: str) -> Queue | None:
        """The queue of that id, if it is offered."""
        return next((queue for queue in self.queues if queue.id == queue_id), None)

    @property
    def offered_queues(self) -> tuple[Queue, ...]:
        """The queues that can be chosen, those that take calls now first."""
        offered = (queue for queue in self.queues if queue.is_offered)
        return tuple(sorted(offered, key=lambda queue: queue.availability is not Availability.ACTIVE))

    def open_question(self, answers: Mapping[str, str]) -> Question | None:
        """The first question that is neither answered nor skipped."""
        return next((question for question in self.questions if question.id not in answers), None)


class Said(Frozen):
    """One turn: the text, Rasa's reading of it, and the entities of a tapped button."""

    text: str = Field(repr=False)
    intent: str = ""
    confidence: float = 0.0
    tapped: Mapping[str, Any] = Field(default_factory=dict, repr=False)
    is_tap: bool = False


class Problem(Frozen):
    """A sentence that explains why something was not taken: a response of domain.yml and its variables."""

    response: str
    variables: Mapping[str, str] = Field(default_factory=dict)


class Heard(Frozen):
    """What a turn changes. `slots` maps form slots to new values (None empties one); nothing at all means that the
    turn was about something else. `time_choices` are the slots to offer next, when the person narrowed them down.
    """

    slots: Mapping[str, Any] = Field(default_factory=dict, repr=False)
    problems: tuple[Problem, ...] = ()
    time_choices: tuple[TimeSlot, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.slots or self.problems)


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


# Turns that are about something else, however much they look like an answer …
_FIRM_ASIDES = frozenset({"stop", "cancel_callback", "ask_status"})
# … and those that are only if they are no answer: "hi, billing please", "yes, thank you".
_SOFT_ASIDES = frozenset({"help", "bot_challenge", "thanks", "goodbye", "greet", "ask_privacy"})
_NOTHING_FOUND = frozenset({"utter_queue_unknown", "utter_number_missing", "utter_not_understood"})
_SURE = 0.6
_VERY_SURE = 0.85


def hear(said: Said, asked: Ask | None, draft: Draft, menu: Menu) -> Heard:
    """Understand one turn while `asked` is open (None: this turn is the one that starts the request)."""
    return _only_when_open(_without_stale_time(_hear(said, asked, draft, menu), draft), draft, menu)


def _only_when_open(heard: Heard, draft: Draft, menu: Menu) -> Heard:
    """Nobody can be called now by a queue that is closed now: what is left is to book a time."""
    queue = menu.queue(heard.slots.get(Ask.QUEUE) or draft.queue)
    chosen = heard.slots.get(Ask.QUEUE) or heard.slots.get(Ask.WHEN) == NOW
    if not chosen or queue is None or queue.availability is Availability.ACTIVE or heard.slots.get(Ask.TIME):
        return heard
    problem = Problem(response="utter_queue_closed_book", variables={"queue": queue.name})
    return heard.model_copy(update={"slots": {**heard.slots, **_when(LATER)}, "problems": (*heard.problems, problem)})


def _without_stale_time(heard: Heard, draft: Draft) -> Heard:
    """Another queue has other hours: a time chosen before need not be free there."""
    queue = heard.slots.get(Ask.QUEUE)
    if not queue or queue == draft.queue or draft.time_slot is None or Ask.TIME in heard.slots:
        return heard
    return heard.model_copy(update={"slots": {**heard.slots, **_when("")}})


def _hear(said: Said, asked: Ask | None, draft: Draft, menu: Menu) -> Heard:
    if said.is_tap:
        return _tapped(said, asked, draft, menu)
    if asked is None:
        return _volunteered(said, menu)
    sure = said.confidence >= (_VERY_SURE if asked is Ask.ANSWER else _SURE)
    if sure and (said.intent in _FIRM_ASIDES or (asked is Ask.ANSWER and said.intent in _SOFT_ASIDES)):
        return Heard()
    understand = {
        Ask.QUEUE: _queue_answer,
        Ask.NUMBER: _number_answer,
        Ask.ANSWER: _free_answer,
        Ask.SMS: _sms_answer,
        Ask.WHEN: _when_answer,
        Ask.TIME: _time_answer,
        Ask.CONFIRM: _confirm_answer,
        Ask.CHANGE: _change_answer,
    }[asked]
    heard = understand(said, draft, menu)
    no_answer = any(problem.response in _NOTHING_FOUND for problem in heard.problems)
    return Heard() if sure and said.intent in _SOFT_ASIDES and no_answer else heard


# -- buttons --------------------------------------------------------------------------------------------------------


def _tapped(said: Said, asked: Ask | None, draft: Draft, menu: Menu) -> Heard:
    """A tap says exactly what it means, whatever is being asked; only booking needs its own summary to be open."""
    if "callback" in said.tapped:
        # About a call that was ordered before.
        return Heard()
    if said.intent == "change":
        return Heard(slots={Ask.CONFIRM: False})
    if "request" in said.tapped:
        if asked is Ask.CONFIRM and said.tapped["request"] == draft.request_key:
            return Heard(slots={Ask.CONFIRM: True})
        return Heard(slots={asked: None} if asked else {}, problems=(Problem(response="utter_old_button"),))
    take = next((take for name, take in _TAPS.items() if name in said.tapped), None)
    return take(said.tapped, draft, menu) if take else Heard()


def _tapped_time(tapped: Mapping[str, Any], _: Draft, menu: Menu) -> Heard:
    slot = next((slot for slot in menu.time_slots if slot.start == tapped["time_slot"]), None)
    return _take_time(slot) if slot else Heard(problems=(Problem(response="utter_time_gone"),), slots=_time(None))


_TAPS: Mapping[str, Callable[[Mapping[str, Any], Draft, Menu], Heard]] = {
    "queue": lambda tapped, _, menu: _take_queue(str(tapped["queue"]), menu),
    "when": lambda tapped, _, __: Heard(slots=_when(str(tapped["when"]))),
    "time_slot": _tapped_time,
    "more_times": lambda _, draft, menu: _more_times(draft, menu),
    "sms": lambda tapped, _, __: Heard(slots={Ask.SMS: bool(tapped["sms"])}),
    "skip": lambda _, draft, menu: _skip(draft, menu),
    "choice": lambda tapped, draft, menu: _take_answer(str(tapped["choice"]), draft, menu),
    "change": lambda tapped, _, __: _take_change(str(tapped["change"])),
}


# -- what is said before it is asked -------------------------------------------------------------------------------


def _volunteered(said: Said, menu: Menu) -> Heard:
    """Everything that a free sentence holds, for a person who says it all at once."""
    slots: dict[str, Any] = {}
    problems: list[Problem] = []
    for heard in (_mentioned_queue(said, menu), _mentioned_number(said, menu)):
        slots.update(heard.slots)
        problems += heard.problems
    return Heard(slots=slots, problems=tuple(problems))


def _mentioned_queue(said: Said, menu: Menu) -> Heard:
    found = match(said.text, menu.queue_options, by_position=False)
    return _take_queue(found.id, menu) if isinstance(found, Chosen) else Heard()


def _mentioned_number(said: Said, menu: Menu) -> Heard:
    found = find_numbers(said.text, menu.region)
    if isinstance(found, Numbers) and len(found.numbers) == 1 and found.numbers[0].can_be_called:
        return Heard(slots={Ask.NUMBER: found.numbers[0].e164})
    return Heard()


def _changed_mind(said: Said, draft: Draft, menu: Menu) -> Heard:
    """Another queue or number than before, said while something else is asked."""
    heard = _volunteered(said, menu)
    now = {Ask.QUEUE: draft.queue, Ask.NUMBER: draft.number}
    news = {slot: value for slot, value in heard.slots.items() if value and value != now.get(Ask(slot))}
    return Heard(slots=news, problems=heard.problems)


# -- one answer for each question ----------------------------------------------------------------------------------


def _queue_answer(said: Said, _: Draft, menu: Menu) -> Heard:
    also = _mentioned_number(said, menu)
    # A number with many digits is a phone number, not the place of a button.
    found = match(said.text, menu.queue_options, by_position=not also)
    if isinstance(found, Chosen):
        taken = _take_queue(found.id, menu)
        return Heard(slots={**also.slots, **taken.slots}, problems=taken.problems)
    if isinstance(found, Ambiguous):
        names = [option.title for option in menu.queue_options if option.id in found.ids]
        problem = Problem(response="utter_queue_ambiguous", variables={"queues": _or(names)})
        return Heard(slots={**also.slots, Ask.QUEUE: None}, problems=(problem,))
    if also:
        return also
    return Heard(slots={Ask.QUEUE: None}, problems=(Problem(response="utter_queue_unknown"),))


def _take_queue(queue_id: str, menu: Menu) -> Heard:
    queue = menu.queue(queue_id)
    if queue is None:
        return Heard(slots={Ask.QUEUE: None}, problems=(Problem(response="utter_queue_unknown"),))
    if queue.is_offered:
        return Heard(slots={Ask.QUEUE: queue.id})
    problem = Problem(response=f"utter_queue_{queue.availability.value}", variables={"queue": queue.name})
    return Heard(slots={Ask.QUEUE: None}, problems=(problem,))


def _number_answer(said: Said, draft: Draft, menu: Menu) -> Heard:
    found = find_numbers(said.text, menu.region)
    if isinstance(found, NotANumber):
        problem = _number_problem(found)
    elif len(found.numbers) == 1:
        number = found.numbers[0]
        if number.can_be_called:
            return Heard(slots={Ask.NUMBER: number.e164})
        problem = Problem(response="utter_number_not_allowed")
    else:
        shown = _or([number.international for number in found.numbers])
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


def _free_answer(said: Said, draft: Draft, menu: Menu) -> Heard:
    question = menu.open_question(draft.answers)
    if question is None:
        return Heard(slots=_answered(draft.answers, menu))
    if not question.required and said.text.strip().casefold() in {"skip", "none", "no", "-", "pass", "don't know"}:
        return _skip(draft, menu)
    return _take_answer(said.text.strip(), draft, menu)


def _take_answer(text: str, draft: Draft, menu: Menu) -> Heard:
    question = menu.open_question(draft.answers)
    if question is None:
        return Heard()
    if question.choices:
        options = [Option(id=choice, title=choice) for choice in question.choices]
        found = match(text, options)
        if not isinstance(found, Chosen):
            choices = _or(question.choices)
            problem = Problem(response="utter_answer_not_a_choice", variables={"choices": choices})
            return Heard(slots={Ask.ANSWER: None}, problems=(problem,))
        text = found.id
    if len(text) < question.min_length:
        problem = Problem(response="utter_answer_too_short", variables={"least": str(question.min_length)})
        return Heard(slots={Ask.ANSWER: None}, problems=(problem,))
    if question.max_length is not None and len(text) > question.max_length:
        problem = Problem(response="utter_answer_too_long", variables={"most": str(question.max_length)})
        return Heard(slots={Ask.ANSWER: None}, problems=(problem,))
    return Heard(slots=_answered({**draft.answers, question.id: text}, menu))


def _skip(draft: Draft, menu: Menu) -> Heard:
    question = menu.open_question(draft.answers)
    if question is None:
        return Heard()
    if question.required:
        return Heard(slots={Ask.ANSWER: None}, problems=(Problem(response="utter_answer_required"),))
    return Heard(slots=_answered({**draft.answers, question.id: SKIPPED}, menu))


def _answered(answers: Mapping[str, str], menu: Menu) -> dict[str, Any]:
    """`answer` stays empty, and so is asked again, until no question is open."""
    return {"answers": dict(answers), Ask.ANSWER: None if menu.open_question(answers) else "done"}


def _sms_answer(said: Said, draft: Draft, menu: Menu) -> Heard:
    answer = yes_no(said.text)
    if answer is YesNo.UNCLEAR and said.confidence >= _VERY_SURE:
        answer = {"affirm": YesNo.YES, "deny": YesNo.NO}.get(said.intent, YesNo.UNCLEAR)
    if answer is not YesNo.UNCLEAR:
        return Heard(slots={Ask.SMS: answer is YesNo.YES})
    return _changed_mind(said, draft, menu) or _not_understood(Ask.SMS)


def _when_answer(said: Said, draft: Draft, menu: Menu) -> Heard:
    words = set(re.findall(r"\w+", said.text.casefold()))
    if words & {"now", "asap", "immediately"} or words == {"1"} or "as soon as" in said.text.casefold():
        return Heard(slots=_when(NOW))
    found = find_slot(said.text, menu.time_slots, zone=menu.zone, now=menu.now)
    if isinstance(found, (ThisSlot, OneOfThese, NotOffered)):
        return _time_reading(found)
    if words & {"later", "schedule", "another"} or words == {"2"}:
        return Heard(slots=_when(LATER))
    answer = yes_no(said.text)
    if answer is YesNo.YES:
        return Heard(slots=_when(NOW))
    if answer is YesNo.NO:
        return Heard(slots=_when(LATER))
    return _changed_mind(said, draft, menu) or _not_understood(Ask.WHEN)


def _when(when: str) -> dict[str, Any]:
    return {Ask.WHEN: when if when in (NOW, LATER) else None, Ask.TIME: None}


def _time(slot: TimeSlot | None) -> dict[str, Any]:
    return {Ask.WHEN: LATER, Ask.TIME: slot.model_dump(mode="json") if slot else None}


def _take_time(slot: TimeSlot) -> Heard:
    return Heard(slots=_time(slot))


def _more_times(draft: Draft, menu: Menu) -> Heard:
    """The slots after those that were shown; from the start again when there are no more."""
    starts = [slot.start for slot in menu.time_slots]
    last = draft.time_choices[-1] if draft.time_choices else ""
    first = starts.index(last) + 1 if last in starts else 0
    following = menu.time_slots[first : first + TIMES_AT_ONCE] or menu.time_slots[:TIMES_AT_ONCE]
    return Heard(slots=_time(None), time_choices=tuple(following))


def _time_answer(said: Said, draft: Draft, menu: Menu) -> Heard:
    text = said.text.strip().casefold().strip("!. ")
    if text in {"now", "asap", "call me now", "right now"}:
        return Heard(slots=_when(NOW))
    if text in {"more", "more times", "later times", "later", "other times", "others", "next"}:
        return _more_times(draft, menu)
    shown = {slot.start: slot for slot in menu.time_slots if slot.start in draft.time_choices}
    options = [
        Option(id=start, title=say_slot(shown[start], zone=menu.zone, now=menu.now))
        for start in draft.time_choices
        if start in shown
    ]
    chosen = match(said.text, options) if text.lstrip("#").isdigit() or text in _titles(options) else NoMatch()
    if isinstance(chosen, Chosen):
        return _take_time(shown[chosen.id])
    found = find_slot(said.text, menu.time_slots, zone=menu.zone, now=menu.now)
    if isinstance(found, (ThisSlot, OneOfThese, NotOffered)):
        return _time_reading(found)
    return _changed_mind(said, draft, menu) or _not_understood(Ask.TIME)


def _titles(options: Sequence[Option]) -> set[str]:
    return {option.title.casefold() for option in options}


def _time_reading(found: ThisSlot | OneOfThese | NotOffered) -> Heard:
    match found:
        case ThisSlot(slot=slot):
            return _take_time(slot)
        case OneOfThese(slots=slots):
            return Heard(slots=_time(None), time_choices=slots)
        case NotOffered(nearest=nearest):
            return Heard(slots=_time(None), problems=(Problem(response="utter_time_not_free"),), time_choices=nearest)


def _confirm_answer(said: Said, draft: Draft, menu: Menu) -> Heard:
    changed = _changed_mind(said, draft, menu)
    if not changed:
        found = find_slot(said.text, menu.time_slots, zone=menu.zone, now=menu.now) if menu.schedules else None
        if isinstance(found, (ThisSlot, OneOfThese, NotOffered)):
            changed = _time_reading(found)
    if changed:
        return changed
    change = _mentioned_field(said.text)
    answer = yes_no(said.text)
    if change is not None and answer is not YesNo.YES:
        return _take_change(change.value)
    if answer is YesNo.YES:
        return Heard(slots={Ask.CONFIRM: True})
    if answer is YesNo.NO or said.intent == "change":
        return Heard(slots={Ask.CONFIRM: False})
    return _not_understood(Ask.CONFIRM)


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


def _change_answer(said: Said, draft: Draft, menu: Menu) -> Heard:
    changed = _changed_mind(said, draft, menu)
    if changed:
        return Heard(slots={**changed.slots, Ask.CONFIRM: None}, problems=changed.problems)
    field = _mentioned_field(said.text)
    if field is not None:
        return _take_change(field.value)
    if yes_no(said.text) is not YesNo.UNCLEAR or said.text.strip().casefold() in {"nothing", "none", "it's fine"}:
        # Nothing after all: back to the summary, which asks once more before anything is booked.
        return Heard(slots={Ask.CONFIRM: None, Ask.CHANGE: None})
    return _not_understood(Ask.CHANGE)


def _take_change(field: str) -> Heard:
    """Empty what is to be said again; the form then asks for it and comes back to the summary."""
    emptied: dict[str, Any] = {Ask.CONFIRM: None, Ask.CHANGE: None}
    match field:
        case Ask.QUEUE | Ask.NUMBER | Ask.SMS:
            emptied[field] = None
        case Ask.ANSWER:
            emptied |= {Ask.ANSWER: None, "answers": {}}
        case Ask.WHEN:
            emptied |= {Ask.WHEN: None, Ask.TIME: None}
    return Heard(slots=emptied)


def _not_understood(asked: Ask) -> Heard:
    return Heard(slots={asked: None}, problems=(Problem(response="utter_not_understood"),))


def _or(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"
