""" "Call me again": what was said for an earlier call of this conversation is not asked a second time."""

from __future__ import annotations

from collections.abc import Sequence

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet

from actions.careful import Events
from actions.said_words import ABOUT_SOMETHING, AGAIN
from actions.turn import is_about_a_call, last_response
from ringback.desk import Desk
from ringback.intake import Ask, Said
from ringback.intake.parts import NOW, SKIPPED
from ringback.models import Callback, Question


def wants_again(said: Said, tracker: Tracker) -> bool:
    """Whether the call that was is to be repeated, by its button, in words, or by a "yes" to that very question."""
    if said.is_tap:
        return "callback" in said.tapped
    if said.intent == "affirm" and is_about_a_call(last_response(tracker)):
        return True
    return bool(AGAIN.search(said.text)) and not ABOUT_SOMETHING.search(said.text)


async def with_what_was_said_before(desk: Desk, said: Said, tracker: Tracker) -> Events:
    """The slots as they were for the call that is to be repeated: at once, not at the time that it had."""
    over = [one for one in await desk.in_conversation(tracker.sender_id) if one.state.is_final]
    wanted = said.tapped.get("callback")
    before = next((one for one in over if one.key == wanted), over[0] if over and not wanted else None)
    if before is None or tracker.get_slot(Ask.NUMBER.value):
        # A request that was begun already knows better.
        return []
    queue = f"{before.provider}:{before.queue_id}"
    if queue not in {one.id for one in await desk.queues() if one.is_offered}:
        return [SlotSet(Ask.NUMBER.value, before.number)]
    return _slots_of(before, queue, (await desk.counter(queue)).questions)


def _slots_of(callback: Callback, queue: str, questions: Sequence[Question]) -> Events:
    # What was skipped then is not stored, and is skipped again.
    skipped = {question.id: SKIPPED for question in questions if not question.required}
    return [
        SlotSet(Ask.QUEUE.value, queue),
        SlotSet(Ask.NUMBER.value, callback.number),
        SlotSet("answers", {**skipped, **callback.answers}),
        SlotSet(Ask.SMS.value, callback.sms),
        SlotSet(Ask.WHEN.value, NOW),
    ]
