"""The change journey: another time or another number for a call that was ordered."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.cancel import CancelCall
from actions.careful import CarefulAction, Events, button, speaking
from actions.guarded import hear_guarded, say_guarded
from actions.hints import time_hint
from actions.language import is_wish
from actions.said_words import THE_NUMBER
from actions.turn import FORM, last_response, read_draft, read_menu, read_said, slot_events
from actions.which import meant
from ringback.altering import can_alter, order_anew
from ringback.intake import TIMES_AT_ONCE, Ask, Said, hear
from ringback.intake.asides import wants_a_call
from ringback.intake.numbers import numbers_said, read_numbers
from ringback.models import Callback, State, TimeSlot
from ringback.outcomes import Moved, MoveOutcome, NotMoved
from ringback.understanding.times import NotOffered, OneOfThese, Past, ThisSlot, find_slot
from ringback.wording import capital, say_number, say_slot, say_zone

MOVING = "moving"
"""The slot with the key of the call-back whose new time or number is being asked for."""
_A_NUMBER = "number"
"""What stands there while it is asked for which call the number is to be changed."""
_A_SENTENCE = 4
"""Words from which on something may be told that a call could be about."""


class MoveCall(CarefulAction):
    """Gives an ordered call the time or the number that was said or tapped; asks for what is missing."""

    def name(self) -> str:
        return "action_move_call"

    async def act(self, say: CollectingDispatcher, tracker: Tracker, domain: Mapping[str, Any]) -> Events:
        said = read_said(tracker)
        callbacks = await self.desk.in_conversation(tracker.sender_id)
        open_ones = [one for one in callbacks if can_alter(self.desk, one)]
        moving = [one for one in open_ones if one.key == tracker.get_slot(MOVING)]
        asked_which = last_response(tracker) == "utter_change_which"
        candidates = meant(said, moving or open_ones, by_position=asked_which)
        if not callbacks and wants_a_call(said.text):
            return [SlotSet(MOVING, None), FollowupAction(FORM)]
        if not candidates:
            say.utter_message(response="utter_nothing_to_move")
            return [SlotSet(MOVING, None)]
        about_the_number = bool(THE_NUMBER.search(said.text)) and not said.is_tap
        about_the_number |= asked_which and tracker.get_slot(MOVING) == _A_NUMBER
        if len(candidates) > 1:
            say.utter_message(response="utter_change_which", buttons=[self._choice(one) for one in candidates])
            return [SlotSet(MOVING, _A_NUMBER if about_the_number else None)]
        callback = candidates[0]
        number = self._number_in(said)
        if number and number != callback.number:
            return await self._renumber(say, callback, number)
        if about_the_number:
            say.utter_message(response="utter_ask_new_number", **self.facts(callback))
            return [SlotSet(MOVING, callback.key)]
        return await self._another_time(say, callback, said)

    def _number_in(self, said: Said) -> str:
        if said.is_tap:
            return str(said.tapped.get("number", ""))
        config = self.desk.config
        found = read_numbers(said.text, config.region, config.also_regions)
        return str(numbers_said(found).slots.get(Ask.NUMBER) or "")

    async def _renumber(self, say: CollectingDispatcher, callback: Callback, number: str) -> Events:
        outcome = await order_anew(self.desk, callback, key=secrets.token_urlsafe(12), number=number)
        if isinstance(outcome, Moved):
            say.utter_message(response="utter_renumbered", **self.facts(outcome.callback))
            return [SlotSet(MOVING, None), SlotSet("last_number", number)]
        self._say_why(say, outcome)
        say.utter_message(response="utter_not_renumbered", **self.facts(callback))
        return [SlotSet(MOVING, None)]

    # -- another time -----------------------------------------------------------------------------------------------

    async def _another_time(self, say: CollectingDispatcher, callback: Callback, said: Said) -> Events:
        now = datetime.now(UTC)
        offered = await self.desk.time_slots(f"{callback.provider}:{callback.queue_id}")
        slots = [slot for slot in offered if slot.starts_at > now]
        if "time_slot" in said.tapped:
            tapped = next((slot for slot in slots if slot.start == said.tapped["time_slot"]), None)
            return await self._move(say, callback, tapped) if tapped else self._offer(say, callback, slots)
        found = find_slot(
            said.text, slots, zone=self.desk.config.zone_of(callback.provider), now=now, language=speaking()
        )
        match found:
            case ThisSlot(slot=slot):
                return await self._move(say, callback, slot)
            case OneOfThese(slots=fitting):
                return self._offer(say, callback, fitting)
            case NotOffered(nearest=nearest) | Past(nearest=nearest):
                say.utter_message(response="utter_time_past" if isinstance(found, Past) else "utter_time_not_free")
                return self._offer(say, callback, nearest)
        return self._offer(say, callback, slots)

    def _offer(self, say: CollectingDispatcher, callback: Callback, slots: Sequence[TimeSlot]) -> Events:
        zone = self.desk.config.zone_of(callback.provider)
        now = datetime.now(UTC)
        if not slots:
            say.utter_message(response="utter_not_moved", **self.facts(callback))
            return [SlotSet(MOVING, None)]
        say.utter_message(
            response="utter_ask_new_time",
            queue=callback.queue_name,
            zone=say_zone(zone, speaking()),
            hint=time_hint(slots, zone, "change", callback=callback.key),
            buttons=[
                button(
                    capital(say_slot(slot, zone=zone, now=now, language=speaking())),
                    "change",
                    callback=callback.key,
                    time_slot=slot.start,
                )
                for slot in slots[:TIMES_AT_ONCE]
            ],
        )
        return [SlotSet(MOVING, callback.key)]

    async def _move(self, say: CollectingDispatcher, callback: Callback, slot: TimeSlot) -> Events:
        key = secrets.token_urlsafe(12)
        if callback.state is State.SCHEDULED:
            outcome = await self.desk.move(callback, slot, key=key)
        else:
            outcome = await order_anew(self.desk, callback, key=key, slot=slot)
        if isinstance(outcome, Moved):
            say.utter_message(response="utter_moved", **self.facts(outcome.callback, replaces=callback.key))
        else:
            self._say_why(say, outcome)
            say.utter_message(response="utter_not_moved", **self.facts(callback))
        return [SlotSet(MOVING, None)]

    def _say_why(self, say: CollectingDispatcher, outcome: MoveOutcome) -> None:
        if isinstance(outcome, NotMoved) and outcome.why is not None:
            callback = outcome.callback
            say_guarded(self, say, outcome.why, queue_id=f"{callback.provider}:", queue_name=callback.queue_name)

    def _choice(self, callback: Callback) -> dict[str, str]:
        facts = self.facts(callback)
        return button(f"{facts['queue']}, {facts['when']}", "change", callback=callback.key)


async def answer_open_choice(say: CollectingDispatcher, tracker: Tracker, domain: Mapping[str, Any]) -> Events | None:
    """The answer to "which call?" or to "when, or on which number, instead?"; None when neither was asked."""
    last = last_response(tracker)
    if last == "utter_cancel_which":
        return await CancelCall().act(say, tracker, domain)
    if last == "utter_change_which" or tracker.get_slot(MOVING):
        return await MoveCall().act(say, tracker, domain)
    return None


class HearDetails(MoveCall):
    """A detail said outside a request: the answer to "when instead?", or something to remember for a request."""

    def name(self) -> str:
        return "action_hear_details"

    async def act(self, say: CollectingDispatcher, tracker: Tracker, domain: Mapping[str, Any]) -> Events:
        said = read_said(tracker)
        open_choice = await answer_open_choice(say, tracker, domain)
        if open_choice is not None:
            return open_choice
        if is_wish(tracker):
            return [FollowupAction("action_switch_language")]
        if wants_a_call(said.text):
            return [FollowupAction(FORM)]
        number = self._number_in(said)
        under_way = [one for one in await self.desk.in_conversation(tracker.sender_id) if can_alter(self.desk, one)]
        if number and len(under_way) == 1 and number != under_way[0].number:
            # Whoever gives another number while a call is under way most likely means that one, but may not.
            callback = under_way[0]
            title = say_number(number)
            buttons = [button(title, "change", callback=callback.key, number=number)]
            say.utter_message(response="utter_renumber_sure", buttons=buttons, **self.facts(callback))
            return []
        draft = read_draft(tracker.slots)
        menu = await read_menu(self.desk, draft.queue, times=False)
        heard = hear_guarded(self, hear(said, None, draft, menu), tracker)
        for problem in heard.problems:
            say.utter_message(response=problem.response, **problem.variables)
        told_something = bool(heard) or len(said.text.split()) >= _A_SENTENCE
        say.utter_message(response="utter_offer_call" if told_something else "utter_default")
        return slot_events(heard, draft)
