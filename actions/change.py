"""The change journey: another time for a call that is for later."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.careful import CarefulAction, Events, button
from actions.request import read_draft, read_menu, read_said, slot_events
from ringback.intake import TIMES_AT_ONCE, hear
from ringback.models import Callback, State, TimeSlot
from ringback.outcomes import Moved
from ringback.understanding.times import NotOffered, OneOfThese, ThisSlot, find_slot
from ringback.wording import capital, say_slot, say_zone

MOVING = "moving"


class MoveCall(CarefulAction):
    """Moves the call that is for later to a time that was said or tapped; else offers times."""

    def name(self) -> str:
        return "action_move_call"

    async def act(self, say: CollectingDispatcher, tracker: Tracker, domain: Mapping[str, Any]) -> Events:
        said = read_said(tracker)
        wanted = said.tapped.get("callback") or tracker.get_slot(MOVING)
        callbacks = await self.desk.in_conversation(tracker.sender_id)
        movable = [one for one in callbacks if one.state is State.SCHEDULED]
        callback = next((one for one in movable if one.key == wanted), movable[0] if movable else None)
        if callback is None:
            say.utter_message(response="utter_nothing_to_move")
            return [SlotSet(MOVING, None)]
        now = datetime.now(UTC)
        slots = [slot for slot in await self._slots(callback) if slot.starts_at > now]
        if "time_slot" in said.tapped:
            tapped = next((slot for slot in slots if slot.start == said.tapped["time_slot"]), None)
            return await self._move(say, callback, tapped) if tapped else self._offer(say, callback, slots)
        found = find_slot(said.text, slots, zone=self.desk.config.zone_of(callback.provider), now=now)
        match found:
            case ThisSlot(slot=slot):
                return await self._move(say, callback, slot)
            case OneOfThese(slots=fitting):
                return self._offer(say, callback, fitting)
            case NotOffered(nearest=nearest):
                say.utter_message(response="utter_time_not_free")
                return self._offer(say, callback, nearest)
        return self._offer(say, callback, slots)

    async def _slots(self, callback: Callback) -> Sequence[TimeSlot]:
        return await self.desk.time_slots(f"{callback.provider}:{callback.queue_id}")

    def _offer(self, say: CollectingDispatcher, callback: Callback, slots: Sequence[TimeSlot]) -> Events:
        zone = self.desk.config.zone_of(callback.provider)
        now = datetime.now(UTC)
        if not slots:
            say.utter_message(response="utter_not_moved", **self.facts(callback))
            return [SlotSet(MOVING, None)]
        say.utter_message(
            response="utter_ask_new_time",
            queue=callback.queue_name,
            zone=say_zone(zone),
            buttons=[
                button(
                    capital(say_slot(slot, zone=zone, now=now)), "change", callback=callback.key, time_slot=slot.start
                )
                for slot in slots[:TIMES_AT_ONCE]
            ],
        )
        return [SlotSet(MOVING, callback.key)]

    async def _move(self, say: CollectingDispatcher, callback: Callback, slot: TimeSlot) -> Events:
        outcome = await self.desk.move(callback, slot, key=secrets.token_urlsafe(12))
        if isinstance(outcome, Moved):
            say.utter_message(response="utter_moved", **self.facts(outcome.callback))
        else:
            say.utter_message(response="utter_not_moved", **self.facts(callback))
        return [SlotSet(MOVING, None)]


class HearDetails(MoveCall):
    """A detail said outside a request: the answer to "when instead?", or something to remember for a request."""

    def name(self) -> str:
        return "action_hear_details"

    async def act(self, say: CollectingDispatcher, tracker: Tracker, domain: Mapping[str, Any]) -> Events:
        if tracker.get_slot(MOVING):
            return await super().act(say, tracker, domain)
        draft = read_draft(tracker)
        heard = hear(read_said(tracker), None, draft, await read_menu(self.desk, draft, times=False))
        for problem in heard.problems:
            say.utter_message(response=problem.response, **problem.variables)
        say.utter_message(response="utter_offer_call")
        return slot_events(heard)
