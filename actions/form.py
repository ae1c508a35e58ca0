"""The request journey: the form that collects a call-back. Its understanding is `ringback.intake`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rasa_sdk import FormValidationAction, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.again import wants_again, with_what_was_said_before
from actions.asides import answer_aside
from actions.careful import CarefulAction, Events
from actions.guarded import hear_guarded
from actions.language import is_wish
from actions.turn import (
    BOOKING,
    FORM,
    apply,
    forget,
    give_up,
    has_acted,
    leave,
    read_asked,
    read_draft,
    read_menu,
    read_said,
    read_zone,
    slot_events,
)
from ringback.intake import Aside, Ask, Draft, Failures, Heard, Menu, Said, hear, next_ask, settle, with_patience
from ringback.intake.mentions import answers_by_name
from ringback.intake.parts import LATER

_TIMES_MATTER = frozenset({Ask.TIME})


class ValidateRequestForm(CarefulAction, FormValidationAction):
    """Understands each turn of the form."""

    def name(self) -> str:
        return f"validate_{FORM}"

    async def act(self, say: CollectingDispatcher, tracker: Tracker, domain: Mapping[str, Any]) -> Events:
        asked = read_asked(tracker)
        # After an order that was not let through, the turn has been understood already.
        said = Said(text="") if has_acted(tracker, BOOKING) else read_said(tracker)
        begun: Events = []
        if asked is None and wants_again(said, tracker):
            begun = await with_what_was_said_before(self.desk, said, tracker)
            apply(begun, tracker.slots)
        draft = read_draft(tracker.slots)
        menu = await read_menu(
            self.desk,
            draft.queue,
            times=asked in _TIMES_MATTER or "time_slot" in said.tapped,
            own_zone=read_zone(tracker),
        )
        if not menu.offered_queues:
            say.utter_message(response="utter_all_queues_closed")
            return give_up()
        if asked is not None and is_wish(tracker):
            say.utter_message(response="utter_language")
            return _ask_again(draft, menu)
        heard, failures = with_patience(
            hear_guarded(self, hear(said, asked, draft, menu), tracker), asked, draft.failures
        )
        if heard.aside is not None and asked is not None:
            answered = await self._aside(heard.aside, say, tracker, asked, said, draft, menu)
            return [*answered, *_counted(failures, draft)]
        if not heard and asked is not None:
            # Rasa takes an empty answer for "this turn was about something else" and lets the rules speak.
            return []
        events = [*begun, *slot_events(heard, draft)]
        events += _counted(failures, draft)
        if tracker.get_slot(Ask.LEAVE.value):
            events.append(SlotSet(Ask.LEAVE.value, None))
        return await self._ask_next(say, tracker, said, heard, events, menu)

    async def _ask_next(
        self, say: CollectingDispatcher, tracker: Tracker, said: Said, heard: Heard, events: Events, menu: Menu
    ) -> Events:
        """Say why, find the wished time, and ask what is still open."""
        apply(events, tracker.slots)
        draft = read_draft(tracker.slots)
        times_matter = draft.wish is not None or (bool(heard.slots.get(Ask.QUEUE)) and draft.when == LATER)
        if draft.queue and (times_matter or heard.slots.get(Ask.QUEUE)):
            # Another queue may ask other questions and have other times.
            asked_before = menu.questions
            menu = await read_menu(self.desk, draft.queue, times=times_matter, own_zone=read_zone(tracker))
            if menu.questions != asked_before and not said.is_tap:
                # The sentence that chose the queue may answer its questions as well.
                named = answers_by_name(said.text, draft, menu)
                more = [SlotSet(str(slot), value) for slot, value in named.slots.items()]
                apply(more, tracker.slots)
                events += more
        if draft.queue and times_matter:
            settled = settle(draft, menu)
            more = slot_events(settled, draft)
            apply(more, tracker.slots)
            events += more
            heard += Heard(problems=settled.problems)
        for problem in heard.problems:
            say.utter_message(response=problem.response, **problem.variables)
        draft = read_draft(tracker.slots)
        # Rasa asks for `answer` as long as it is empty: that has to agree with the questions still open.
        is_open = menu.open_question(draft.answers) is not None
        missing = next_ask(draft, menu)
        return [
            *events,
            SlotSet(Ask.ANSWER.value, None if is_open else "done"),
            SlotSet("requested_slot", missing.value if missing else None),
        ]

    async def _aside(
        self,
        aside: Aside,
        say: CollectingDispatcher,
        tracker: Tracker,
        asked: Ask,
        said: Said,
        draft: Draft,
        menu: Menu,
    ) -> Events:
        """A way out, or a question that is answered in one line before the open one is asked again."""
        wanted = Aside(tracker.get_slot(Ask.LEAVE.value) or aside) if asked is Ask.LEAVE else aside
        if aside in (Aside.STOP, Aside.START_OVER):
            if draft.holds_something and asked is not Ask.LEAVE and not said.is_tap:
                return [SlotSet(Ask.LEAVE.value, aside.value), SlotSet("requested_slot", Ask.LEAVE.value)]
            if wanted is Aside.START_OVER or aside is Aside.START_OVER:
                return [*forget(), SlotSet("requested_slot", Ask.QUEUE.value)]
            say.utter_message(response="utter_stopped")
            return leave()
        if aside is not Aside.GO_ON:
            await answer_aside(self, aside, say, tracker, draft, menu)
        return _ask_again(draft, menu)

    async def trouble(self, tracker: Tracker) -> Events:
        return give_up()


def _ask_again(draft: Draft, menu: Menu) -> Events:
    missing = next_ask(draft, menu)
    return [SlotSet(Ask.LEAVE.value, None), SlotSet("requested_slot", missing.value if missing else None)]


def _counted(failures: Failures, draft: Draft) -> Events:
    if failures == draft.failures:
        return []
    return [SlotSet("failures", failures.model_dump() if failures.count else None)]
