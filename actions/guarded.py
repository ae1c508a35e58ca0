"""What the guard says no to: the words for it, and how the request goes on from there."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from rasa_sdk import Tracker
from rasa_sdk.events import FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.careful import CarefulAction, Events, speaking
from actions.turn import FORM, forget
from ringback.guarding.rules import Refusal, Rule
from ringback.intake import Ask, Heard, guarded
from ringback.wording import say_moment

_ONLY_LATER = frozenset({Rule.PERSON_LIMIT, Rule.ADDRESS_LIMIT, Rule.CHANNEL_LIMIT, Rule.DESK_LIMIT})


def hear_guarded(action: CarefulAction, heard: Heard, tracker: Tracker) -> Heard:
    """What was heard, without numbers that can never be called; each refusal is logged."""
    guard = action.desk.guard
    if guard is None:
        return heard

    def why_not(number: str) -> Refusal | None:
        refusal = guard.number(number)
        if refusal is not None:
            channel = tracker.get_latest_input_channel() or ""
            guard.log(refusal, number=number, conversation_id=tracker.sender_id, channel=channel)
        return refusal

    return guarded(heard, why_not)


def say_guarded(
    action: CarefulAction, say: CollectingDispatcher, refusal: Refusal, *, queue_id: str, queue_name: str
) -> None:
    """The rule's sentence, and the centre's own phone where nothing else helps."""
    when = ""
    if refusal.again_at is not None:
        zone = action.desk.config.zone_of(queue_id.partition(":")[0])
        moment = datetime.fromtimestamp(refusal.again_at, UTC)
        if refusal.rule is not Rule.CLOSING:
            # Said to the minute, and then it is true.
            moment += timedelta(seconds=59)
        when = say_moment(moment, zone=zone, now=datetime.now(UTC), language=speaking())
    say.utter_message(response=f"utter_guard_{refusal.rule.value}", queue=queue_name, when=when)
    person = action.desk.config.person_in(speaking())
    if person and refusal.rule in _ONLY_LATER:
        say.utter_message(response="utter_person", person=person)


def go_on_after(refusal: Refusal) -> Events:
    """What becomes of the request: another number or time is asked for at once, or it is kept for later."""
    again: Events = [SlotSet("request_key", None), SlotSet(Ask.CONFIRM.value, None)]
    if refusal.rule is Rule.OPEN:
        return forget()
    if refusal.rule is Rule.CLOSING:
        return [*again, SlotSet(Ask.WHEN.value, None), SlotSet(Ask.TIME.value, None), FollowupAction(FORM)]
    if refusal.rule.wants_another_number:
        return [*again, SlotSet(Ask.NUMBER.value, None), SlotSet("extension", None), FollowupAction(FORM)]
    return again
