"""The request journey's end: the call is ordered, or something else is made of a "yes" or a "no"."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions import privacy
from actions.careful import CarefulAction, Events
from actions.guarded import go_on_after, say_guarded
from actions.proof import CODE, begin_proof, wants_another_number
from actions.said_words import sounds_helped
from actions.turn import (
    BOOKING,
    FORM,
    forget,
    is_about_a_call,
    is_own_number,
    last_response,
    leave,
    read_address,
    read_draft,
    read_menu,
    read_said,
)
from ringback.guarding.rules import Rule
from ringback.intake import Ask, Draft, Menu
from ringback.intake.extension import answers_with_extension
from ringback.models import Availability, CallbackRequest, Queue, State
from ringback.outcomes import AlreadyRequested, Booked, Guarded, Held, NotBooked, Unsure

_OFFERS = frozenset({"utter_greet", "utter_offer_call", "utter_out_of_scope", "utter_no_call", "utter_person_by_phone"})


class BookCall(CarefulAction):
    """Orders the confirmed call and says what came of it."""

    def name(self) -> str:
        return BOOKING

    async def act(self, say: CollectingDispatcher, tracker: Tracker, domain: Mapping[str, Any]) -> Events:
        draft = read_draft(tracker.slots)
        if wants_another_number(tracker):
            return [SlotSet(CODE, None), FollowupAction(FORM)]
        if not (draft.confirmed and draft.queue and draft.number and draft.request_key):
            # The form ended for another reason, which has been said.
            return []
        menu = await read_menu(self.desk, draft.queue, times=False)
        queue = menu.queue(draft.queue)
        if queue is None:
            say.utter_message(response="utter_queue_unknown")
            return self._try_again()
        if draft.time_slot is None and queue.availability is not Availability.ACTIVE:
            # It closed while the summary was being read.
            say.utter_message(response="utter_closed_meanwhile", queue=queue.name)
            return [SlotSet(Ask.QUEUE.value, None), *self._try_again()]
        return await self._order(say, tracker, draft, menu, queue)

    async def _order(
        self, say: CollectingDispatcher, tracker: Tracker, draft: Draft, menu: Menu, queue: Queue
    ) -> Events:
        outcome = await self.desk.request(_request(tracker, draft, menu, queue))
        if isinstance(outcome, Guarded) and outcome.refusal.rule is Rule.UNPROVEN:
            return await begin_proof(self, say, tracker, draft.number)
        if isinstance(outcome, Guarded):
            say_guarded(self, say, outcome.refusal, queue_id=draft.queue, queue_name=queue.name)
            return go_on_after(outcome.refusal)
        self._say(say, outcome)
        if isinstance(outcome, NotBooked):
            return self._try_again()
        return [*forget(), SlotSet("last_number", draft.number)]

    def _say(self, say: CollectingDispatcher, outcome: Booked | Held | AlreadyRequested | Unsure | NotBooked) -> None:
        facts = self.facts(outcome.callback)
        cancel = self.cancel_button(outcome.callback)
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
            case NotBooked():
                say.utter_message(response="utter_order_not_sent", **facts)

    def _try_again(self) -> Events:
        """A new key and everything else as it was: asking again leads straight to the summary."""
        return [SlotSet("request_key", None), SlotSet(Ask.CONFIRM.value, None)]


def _request(tracker: Tracker, draft: Draft, menu: Menu, queue: Queue) -> CallbackRequest:
    asked_here = {question.id for question in menu.questions}
    answers = {one: answer for one, answer in draft.answers.items() if answer and one in asked_here}
    return CallbackRequest(
        key=draft.request_key,
        conversation_id=tracker.sender_id,
        channel=tracker.get_latest_input_channel() or "",
        queue_id=draft.queue,
        queue_name=queue.name,
        number=draft.number,
        time_slot=draft.time_slot,
        sms=bool(draft.sms and menu.sms),
        answers=answers_with_extension(answers, menu.questions, draft.extension),
        address=read_address(tracker),
        own_number=is_own_number(tracker, draft.number),
        language=menu.language,
    )


class StopRequest(CarefulAction):
    """The person called off the request before it was ordered."""

    def name(self) -> str:
        return "action_stop_request"

    async def act(self, say: CollectingDispatcher, tracker: Tracker, domain: Mapping[str, Any]) -> Events:
        say.utter_message(response="utter_stopped")
        return leave()


class AffirmOutside(CarefulAction):
    """ "Yes" outside of a request: to an offer that was just made, to "did it help?", or to nothing at all."""

    def name(self) -> str:
        return "action_affirm_outside"

    async def act(self, say: CollectingDispatcher, tracker: Tracker, domain: Mapping[str, Any]) -> Events:
        key = read_said(tracker).tapped.get("request")
        if key:
            # The booking button of a summary that is long past.
            ours = [one for one in await self.desk.in_conversation(tracker.sender_id) if one.key == key]
            queue = ours[0].queue_name if ours else ""
            say.utter_message(response="utter_already_booked" if ours else "utter_what_next", queue=queue)
            return []
        last = last_response(tracker)
        if last == "utter_news_completed":
            return await _take_feedback(self, say, tracker, helped=True)
        if last == privacy.ASKED:
            return await privacy.forget_now(self, say, tracker)
        news_of_a_failure = is_about_a_call(last) and await self._is_over(tracker)
        if last in _OFFERS or news_of_a_failure:
            return [FollowupAction(FORM)]
        say.utter_message(response="utter_what_next")
        return []

    async def _is_over(self, tracker: Tracker) -> bool:
        callbacks = await self.desk.in_conversation(tracker.sender_id)
        return bool(callbacks) and all(one.state.is_final for one in callbacks)


class DenyOutside(CarefulAction):
    """ "No" outside of a request."""

    def name(self) -> str:
        return "action_deny_outside"

    async def act(self, say: CollectingDispatcher, tracker: Tracker, domain: Mapping[str, Any]) -> Events:
        if last_response(tracker) == "utter_news_completed":
            return await _take_feedback(self, say, tracker, helped=False)
        say.utter_message(response="utter_all_right")
        return []


class TakeFeedback(CarefulAction):
    """The answer to "did it help?" """

    def name(self) -> str:
        return "action_take_feedback"

    async def act(self, say: CollectingDispatcher, tracker: Tracker, domain: Mapping[str, Any]) -> Events:
        said = read_said(tracker)
        helped = bool(said.tapped["helped"]) if "helped" in said.tapped else sounds_helped(said.text)
        return await _take_feedback(self, say, tracker, helped=helped, key=said.tapped.get("callback", ""))


async def _take_feedback(
    action: CarefulAction, say: CollectingDispatcher, tracker: Tracker, *, helped: bool, key: str = ""
) -> Events:
    callbacks = await action.desk.in_conversation(tracker.sender_id)
    over = [one for one in callbacks if one.state is State.COMPLETED and (not key or one.key == key)]
    if not over:
        say.utter_message(response="utter_what_next")
        return []
    await action.desk.ledger.note_feedback(over[0].key, helped=helped, now=datetime.now(UTC).timestamp())
    response = "utter_feedback_good" if helped else "utter_feedback_bad"
    say.utter_message(response=response, **action.facts(over[0]))
    return []
