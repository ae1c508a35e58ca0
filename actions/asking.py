"""The form's questions, where they depend on what is offered: queues, numbers, the centre's questions and times."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.careful import CarefulAction, Events, button, label, speaking
from actions.hints import queue_hint, time_hint
from actions.turn import FORM, read_draft, read_menu, read_own_number, read_zone
from ringback.intake import TIMES_AT_ONCE, Ask
from ringback.understanding.phone import mask
from ringback.wording import capital, say_list, say_moment, say_number, say_slot, say_zone


class AskQueue(CarefulAction):
    """Offers the open queues as buttons and says which others there are; or the few that may have been meant."""

    def name(self) -> str:
        return f"action_ask_{FORM}_{Ask.QUEUE}"

    async def act(self, say: CollectingDispatcher, tracker: Tracker, domain: Mapping[str, Any]) -> Events:
        draft = read_draft(tracker.slots)
        menu = await read_menu(self.desk, "", times=False)
        offered = list(menu.offered_queues)
        meant = [queue for queue in offered if queue.id in draft.narrowed]
        resting = [queue for queue in menu.queues if not queue.is_offered]
        if len(meant) > 1:
            response, offered = "utter_queue_ambiguous", meant
        else:
            response = "utter_ask_queue_some_closed" if resting else "utter_ask_queue"
        say.utter_message(
            response=response,
            closed=say_list([queue.name for queue in resting], menu.language),
            queues=say_list([queue.name for queue in offered], menu.language, either=True),
            buttons=[button(queue.name, "inform", queue=queue.id) for queue in offered],
            hint=await queue_hint(self.desk, menu, [*offered, *(() if len(meant) > 1 else resting)]),
        )
        return []


class AskNumber(CarefulAction):
    """Asks for the number; offers that of the call before and the person's own, or those named together."""

    def name(self) -> str:
        return f"action_ask_{FORM}_{Ask.NUMBER}"

    async def act(self, say: CollectingDispatcher, tracker: Tracker, domain: Mapping[str, Any]) -> Events:
        draft = read_draft(tracker.slots)
        if draft.narrowed:
            buttons = [button(say_number(one), "inform", number=one) for one in draft.narrowed]
            say.utter_message(response="utter_number_which", buttons=buttons)
            return []
        own = read_own_number(tracker, self.desk.config.region)
        offers = {draft.last_number: "same_number", own: "this_number"}
        buttons = [button(label(name, number=mask(one)), "inform", number=one) for one, name in offers.items() if one]
        say.utter_message(response="utter_ask_phone_number", **({"buttons": buttons} if buttons else {}))
        # So that "yes" and "the same" mean it as well.
        return [SlotSet("last_number", own)] if own and not draft.last_number else []


class AskAnswer(CarefulAction):
    """Asks the next open question of the centre."""

    def name(self) -> str:
        return f"action_ask_{FORM}_{Ask.ANSWER}"

    async def act(self, say: CollectingDispatcher, tracker: Tracker, domain: Mapping[str, Any]) -> Events:
        draft = read_draft(tracker.slots)
        menu = await read_menu(self.desk, draft.queue, times=False)
        question = menu.open_question(draft.answers)
        if question is not None:
            say.utter_message(
                response="utter_ask_question" if question.required else "utter_ask_question_optional",
                question=question.text,
                buttons=[button(choice, "inform", choice=choice) for choice in question.choices],
            )
        return []


class AskTime(CarefulAction):
    """Offers bookable times: those that fit what was said, or the next ones."""

    def name(self) -> str:
        return f"action_ask_{FORM}_{Ask.TIME}"

    async def act(self, say: CollectingDispatcher, tracker: Tracker, domain: Mapping[str, Any]) -> Events:
        draft = read_draft(tracker.slots)
        menu = await read_menu(self.desk, draft.queue, times=True, own_zone=read_zone(tracker))
        if not menu.time_slots:
            say.utter_message(response="utter_no_times")
            return [SlotSet("time_choices", [])]
        narrowed = [slot for slot in menu.time_slots if slot.start in draft.time_choices]
        shown = narrowed or list(menu.time_slots[:TIMES_AT_ONCE])
        buttons = [
            button(
                capital(say_slot(slot, zone=menu.zone, now=menu.now, language=menu.language)),
                "inform",
                time_slot=slot.start,
            )
            for slot in shown
        ]
        if shown[-1] != menu.time_slots[-1]:
            buttons.append(button(label("more_times"), "inform", more_times=True))
        hint = time_hint(narrowed or menu.time_slots, menu.home or menu.zone, "inform")
        say.utter_message(
            response="utter_ask_time_slot", zone=say_zone(menu.zone, menu.language), buttons=buttons, hint=hint
        )
        return [SlotSet("time_choices", [slot.start for slot in shown])]


class AskConfirmed(CarefulAction):
    """Says everything once more before anything is ordered, and gives the request its key."""

    def name(self) -> str:
        return f"action_ask_{FORM}_{Ask.CONFIRM}"

    async def act(self, say: CollectingDispatcher, tracker: Tracker, domain: Mapping[str, Any]) -> Events:
        draft = read_draft(tracker.slots)
        menu = await read_menu(self.desk, draft.queue, times=False, own_zone=read_zone(tracker))
        queue = menu.queue(draft.queue)
        key = draft.request_key or secrets.token_urlsafe(12)
        if draft.time_slot is not None:
            when = say_moment(draft.time_slot.starts_at, zone=menu.zone, now=menu.now, language=menu.language)
        else:
            when = label("as_soon_as_possible")
        number = say_number(draft.number)
        if draft.extension:
            number = label("with_extension", number=number, extension=draft.extension)
        if consent := self.desk.config.consent.text_in(speaking()):
            say.utter_message(response="utter_consent", consent=consent)
        say.utter_message(
            response="utter_summary_with_sms" if draft.sms else "utter_summary",
            queue=queue.name if queue else "",
            number=number,
            when=when,
            request_key=key,
        )
        return [SlotSet("request_key", key)]
