"""The request journey: the form that collects a call-back, its questions, and the booking.

The form's understanding is `ringback.intake`; here is only the edge: tracker in, slots and sentences out.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from rasa_sdk import FormValidationAction, Tracker
from rasa_sdk.events import ActiveLoop, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.careful import CarefulAction, Events, button, label
from ringback.desk import Desk
from ringback.intake import CHANGES_THE_ORDER, TIMES_AT_ONCE, Ask, Draft, Heard, Menu, Said, hear, required
from ringback.models import Availability, CallbackRequest, TimeSlot
from ringback.outcomes import AlreadyRequested, Booked, Held, NotBooked, Unsure
from ringback.wording import capital, say_moment, say_number, say_slot, say_zone

FORM = "request_form"
FORM_SLOTS = (*(ask.value for ask in Ask), "answers", "time_choices", "request_key")
_TIMES_MATTER = frozenset({Ask.WHEN, Ask.TIME, Ask.CONFIRM, Ask.CHANGE})


class ValidateRequestForm(CarefulAction, FormValidationAction):
    """Understands each turn of the form."""

    def name(self) -> str:
        return f"validate_{FORM}"

    async def act(self, say: CollectingDispatcher, tracker: Tracker, domain: Mapping[str, Any]) -> Events:
        asked = _asked(tracker)
        draft = read_draft(tracker)
        menu = await read_menu(self.desk, draft, times=asked in _TIMES_MATTER)
        if not menu.offered_queues:
            say.utter_message(response="utter_all_queues_closed")
            return give_up()
        heard = hear(read_said(tracker), asked, draft, menu)
        for problem in heard.problems:
            say.utter_message(response=problem.response, **problem.variables)
        events = slot_events(heard)
        if not events and asked is not None:
            # Rasa takes an empty answer for "this turn was about something else" and lets the rules speak.
            return []
        _apply(events, tracker)
        if heard.slots.get(Ask.QUEUE):
            # Another queue may ask other questions.
            menu = await read_menu(self.desk, read_draft(tracker), times=False)
        settled = _settle_answers(read_draft(tracker), menu)
        _apply(settled, tracker)
        return [*events, *settled, self._next(read_draft(tracker), menu, tracker)]

    def _next(self, draft: Draft, menu: Menu, tracker: Tracker) -> dict[str, Any]:
        missing = next((ask.value for ask in required(draft, menu) if tracker.slots.get(ask.value) is None), None)
        asking: dict[str, Any] = SlotSet("requested_slot", missing)
        return asking

    async def trouble(self, tracker: Tracker) -> Events:
        return give_up()


def give_up() -> Events:
    """Leave the form but keep what was collected, so that asking again goes on where it stopped."""
    return [SlotSet(Ask.CONFIRM.value, None), SlotSet("requested_slot", None), ActiveLoop(None)]


def forget() -> Events:
    """Empty the form's slots."""
    return [SlotSet(slot, None) for slot in FORM_SLOTS]


def in_form(tracker: Tracker) -> bool:
    """Whether a request is being collected."""
    return (tracker.active_loop or {}).get("name") == FORM


def _asked(tracker: Tracker) -> Ask | None:
    if not in_form(tracker):
        return None
    slot = tracker.get_slot("requested_slot")
    return Ask(slot) if slot in {ask.value for ask in Ask} else None


def read_said(tracker: Tracker) -> Said:
    """The latest message as the form understands it. Only a payload of one of our buttons starts with a slash here:
    the channels see to that.
    """
    message = tracker.latest_message
    intent = message.get("intent") or {}
    text = message.get("text") or ""
    is_tap = text.startswith("/")
    tapped = {one["entity"]: one["value"] for one in message.get("entities") or ()} if is_tap else {}
    return Said(
        text=text,
        intent=intent.get("name") or "",
        confidence=intent.get("confidence") or 0.0,
        tapped=tapped,
        is_tap=is_tap,
    )


def read_draft(tracker: Tracker) -> Draft:
    """What the form's slots hold so far."""
    slot = tracker.get_slot
    time_slot = slot(Ask.TIME.value)
    return Draft(
        queue=slot(Ask.QUEUE.value) or "",
        number=slot(Ask.NUMBER.value) or "",
        answers=slot("answers") or {},
        sms=slot(Ask.SMS.value),
        when=slot(Ask.WHEN.value) or "",
        time_slot=TimeSlot.model_validate(time_slot) if time_slot else None,
        time_choices=tuple(slot("time_choices") or ()),
        confirmed=slot(Ask.CONFIRM.value),
        request_key=slot("request_key") or "",
    )


async def read_menu(desk: Desk, draft: Draft, *, times: bool) -> Menu:
    """What can be asked for now, for the chosen queue; its time slots only when they matter. Raises ProviderError."""
    queues = await desk.queues()
    now = datetime.now(UTC)
    menu = Menu(
        queues=tuple(queues),
        queue_options=tuple(desk.queue_options(queues)),
        region=desk.config.region,
        zone=desk.config.timezone,
        now=now,
    )
    if not draft.queue:
        return menu
    counter = await desk.counter(draft.queue)
    slots = await desk.time_slots(draft.queue) if times and counter.profile.schedules else ()
    return menu.model_copy(
        update={
            "questions": counter.questions,
            "sms": counter.profile.sms,
            "schedules": counter.profile.schedules,
            "time_slots": tuple(slot for slot in slots if slot.starts_at > now),
            "zone": counter.zone,
        }
    )


def _apply(events: Events, tracker: Tracker) -> None:
    for event in events:
        tracker.slots[event["name"]] = event["value"]


def _settle_answers(draft: Draft, menu: Menu) -> Events:
    """The form asks for `answer` as long as it is empty: that has to agree with the questions still open."""
    return [SlotSet(Ask.ANSWER.value, None if menu.open_question(draft.answers) else "done")]


def slot_events(heard: Heard) -> Events:
    """What a turn changes, as Rasa's events."""
    events = [SlotSet(str(slot), value) for slot, value in heard.slots.items()]
    if set(heard.slots) & CHANGES_THE_ORDER:
        # Another order needs another key, so that the button of an older summary cannot book it.
        events.append(SlotSet("request_key", None))
    if heard.time_choices:
        events.append(SlotSet("time_choices", [slot.start for slot in heard.time_choices]))
    return events


class AskQueue(CarefulAction):
    """Offers the open queues as buttons and says which others there are."""

    def name(self) -> str:
        return f"action_ask_{FORM}_{Ask.QUEUE}"

    async def act(self, say: CollectingDispatcher, tracker: Tracker, domain: Mapping[str, Any]) -> Events:
        menu = await read_menu(self.desk, read_draft(tracker), times=False)
        resting = [queue.name for queue in menu.queues if not queue.is_offered]
        say.utter_message(
            response="utter_ask_queue_some_closed" if resting else "utter_ask_queue",
            closed=", ".join(resting),
            centre=self.desk.config.centre,
            buttons=[button(queue.name, "inform", queue=queue.id) for queue in menu.offered_queues],
        )
        return []


class AskAnswer(CarefulAction):
    """Asks the next open question of the centre."""

    def name(self) -> str:
        return f"action_ask_{FORM}_{Ask.ANSWER}"

    async def act(self, say: CollectingDispatcher, tracker: Tracker, domain: Mapping[str, Any]) -> Events:
        draft = read_draft(tracker)
        menu = await read_menu(self.desk, draft, times=False)
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
        draft = read_draft(tracker)
        menu = await read_menu(self.desk, draft, times=True)
        if not menu.time_slots:
            say.utter_message(response="utter_no_times")
            return [SlotSet("time_choices", [])]
        narrowed = [slot for slot in menu.time_slots if slot.start in draft.time_choices]
        shown = narrowed or list(menu.time_slots[:TIMES_AT_ONCE])
        buttons = [
            button(capital(say_slot(slot, zone=menu.zone, now=menu.now)), "inform", time_slot=slot.start)
            for slot in shown
        ]
        if shown[-1] != menu.time_slots[-1]:
            buttons.append(button(label(domain, "more_times"), "inform", more_times=True))
        say.utter_message(response="utter_ask_time_slot", zone=_zone(menu), buttons=buttons)
        return [SlotSet("time_choices", [slot.start for slot in shown])]


class AskConfirmed(CarefulAction):
    """Says everything once more before anything is ordered, and gives the request its key."""

    def name(self) -> str:
        return f"action_ask_{FORM}_{Ask.CONFIRM}"

    async def act(self, say: CollectingDispatcher, tracker: Tracker, domain: Mapping[str, Any]) -> Events:
        draft = read_draft(tracker)
        menu = await read_menu(self.desk, draft, times=False)
        queue = menu.queue(draft.queue)
        key = tracker.get_slot("request_key") or secrets.token_urlsafe(12)
        if draft.time_slot is not None:
            when = say_moment(draft.time_slot.starts_at, zone=menu.zone, now=menu.now)
        else:
            when = label(domain, "as_soon_as_possible")
        response = "utter_summary_with_sms" if draft.sms else "utter_summary"
        say.utter_message(
            response=response,
            queue=queue.name if queue else "",
            number=say_number(draft.number),
            when=when,
            request_key=key,
        )
        return [SlotSet("request_key", key)]


class BookCall(CarefulAction):
    """Orders the confirmed call and says what came of it."""

    def name(self) -> str:
        return "action_book_call"

    async def act(self, say: CollectingDispatcher, tracker: Tracker, domain: Mapping[str, Any]) -> Events:
        draft = read_draft(tracker)
        key = tracker.get_slot("request_key")
        if not (draft.confirmed and draft.queue and draft.number and key):
            # The form ended for another reason, which has been said.
            return []
        menu = await read_menu(self.desk, draft, times=False)
        queue = menu.queue(draft.queue)
        if queue is None:
            say.utter_message(response="utter_queue_unknown")
            return self._try_again()
        if draft.time_slot is None and queue.availability is not Availability.ACTIVE:
            # It closed while the summary was being read.
            say.utter_message(response="utter_closed_meanwhile", queue=queue.name)
            return [SlotSet(Ask.QUEUE.value, None), *self._try_again()]
        asked_here = {question.id for question in menu.questions}
        outcome = await self.desk.request(
            CallbackRequest(
                key=key,
                conversation_id=tracker.sender_id,
                channel=tracker.get_latest_input_channel() or "",
                queue_id=draft.queue,
                queue_name=queue.name,
                number=draft.number,
                time_slot=draft.time_slot,
                sms=bool(draft.sms and menu.sms),
                answers={one: answer for one, answer in draft.answers.items() if answer and one in asked_here},
            )
        )
        facts = self.facts(outcome.callback)
        cancel = self.cancel_button(outcome.callback, domain)
        match outcome:
            case Booked(callback=callback):
                later = callback.starts_at is not None
                say.utter_message(response="utter_booked_later" if later else "utter_booked", buttons=cancel, **facts)
            case Held():
                say.utter_message(response="utter_held", buttons=cancel, **facts)
            case AlreadyRequested():
                say.utter_message(response="utter_already_booked", **facts)
            case Unsure():
                say.utter_message(response="utter_order_uncertain", **facts)
            case NotBooked(refused=True):
                say.utter_message(response="utter_order_refused", **facts)
                return self._try_again()
            case NotBooked():
                say.utter_message(response="utter_order_not_sent", **facts)
                return self._try_again()
        return forget()

    def _try_again(self) -> Events:
        """A new key and everything else as it was: asking again leads straight to the summary."""
        return [SlotSet("request_key", None), SlotSet(Ask.CONFIRM.value, None)]


class StopRequest(CarefulAction):
    """The person called off the request before it was ordered."""

    def name(self) -> str:
        return "action_stop_request"

    async def act(self, say: CollectingDispatcher, tracker: Tracker, domain: Mapping[str, Any]) -> Events:
        say.utter_message(response="utter_stopped")
        return [*forget(), SlotSet("requested_slot", None), ActiveLoop(None)]


class AffirmOutside(CarefulAction):
    """ "Yes" when nothing was asked; or the booking button of a summary that is long past."""

    def name(self) -> str:
        return "action_affirm_outside"

    async def act(self, say: CollectingDispatcher, tracker: Tracker, domain: Mapping[str, Any]) -> Events:
        key = read_said(tracker).tapped.get("request")
        ours = [one for one in await self.desk.in_conversation(tracker.sender_id) if one.key == key]
        say.utter_message(
            response="utter_already_booked" if ours else "utter_what_next", queue=ours[0].queue_name if ours else ""
        )
        return []


def _zone(menu: Menu) -> str:
    return say_zone(menu.zone)
