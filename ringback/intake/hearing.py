"""One turn: a tap or free words, what was asked, and what is known, to what changes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ringback.intake.answers import (
    VERY_SURE,
    change_answer,
    confirm_answer,
    free_answer,
    number_answer,
    queue_answer,
    sms_answer,
    time_answer,
    volunteered,
    when_answer,
)
from ringback.intake.parts import LATER, NOW, Ask, Draft, Heard, Menu, Problem, Said
from ringback.intake.taking import (
    more_times,
    set_time,
    set_when,
    skip_question,
    take_answer,
    take_change,
    take_queue,
    take_time,
)
from ringback.models import Availability

# Turns that are about something else, however much they look like an answer …
_FIRM_ASIDES = frozenset({"stop", "cancel_callback", "ask_status"})
# … and those that are only if they are no answer: "hi, billing please", "yes, thank you".
_SOFT_ASIDES = frozenset({"help", "bot_challenge", "thanks", "goodbye", "greet", "ask_privacy"})
_NOTHING_FOUND = frozenset({"utter_queue_unknown", "utter_number_missing", "utter_not_understood"})
_SURE = 0.6


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
    return heard.model_copy(
        update={"slots": {**heard.slots, **set_when(LATER)}, "problems": (*heard.problems, problem)}
    )


def _without_stale_time(heard: Heard, draft: Draft) -> Heard:
    """Another queue has other hours: a time chosen before need not be free there."""
    queue = heard.slots.get(Ask.QUEUE)
    if not queue or queue == draft.queue or draft.time_slot is None or Ask.TIME in heard.slots:
        return heard
    return heard.model_copy(update={"slots": {**heard.slots, **set_when("")}})


def _hear(said: Said, asked: Ask | None, draft: Draft, menu: Menu) -> Heard:
    if said.is_tap:
        return _tapped(said, asked, draft, menu)
    if asked is None:
        return volunteered(said, menu)
    sure = said.confidence >= (VERY_SURE if asked is Ask.ANSWER else _SURE)
    if sure and (said.intent in _FIRM_ASIDES or (asked is Ask.ANSWER and said.intent in _SOFT_ASIDES)):
        return Heard()
    understand = {
        Ask.QUEUE: queue_answer,
        Ask.NUMBER: number_answer,
        Ask.ANSWER: free_answer,
        Ask.SMS: sms_answer,
        Ask.WHEN: when_answer,
        Ask.TIME: time_answer,
        Ask.CONFIRM: confirm_answer,
        Ask.CHANGE: change_answer,
    }[asked]
    heard = understand(said, draft, menu)
    no_answer = any(problem.response in _NOTHING_FOUND for problem in heard.problems)
    return Heard() if sure and said.intent in _SOFT_ASIDES and no_answer else heard


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
    return take_time(slot) if slot else Heard(problems=(Problem(response="utter_time_gone"),), slots=set_time(None))


_TAPS: Mapping[str, Callable[[Mapping[str, Any], Draft, Menu], Heard]] = {
    "queue": lambda tapped, _, menu: take_queue(str(tapped["queue"]), menu),
    "when": lambda tapped, _, __: Heard(slots=set_when(str(tapped["when"]))),
    "time_slot": _tapped_time,
    "more_times": lambda _, draft, menu: more_times(draft, menu),
    "sms": lambda tapped, _, __: Heard(slots={Ask.SMS: bool(tapped["sms"])}),
    "skip": lambda _, draft, menu: skip_question(draft, menu),
    "choice": lambda tapped, draft, menu: take_answer(str(tapped["choice"]), draft, menu),
    "change": lambda tapped, _, __: take_change(str(tapped["change"])),
}
