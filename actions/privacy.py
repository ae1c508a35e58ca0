""" "Forget me": what is known of a person is erased, after they have said once more that they mean it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import ActiveLoop, AllSlotsReset
from rasa_sdk.executor import CollectingDispatcher

from actions.careful import CarefulAction, Events, button, label
from actions.turn import last_response, read_said
from ringback.privacy import Forgotten, StillOnItsWay, forget_conversation

ASKED = "utter_forget_sure"


class ForgetMe(CarefulAction):
    """Asks whether it is meant; then calls off what is open and erases."""

    def name(self) -> str:
        return "action_forget_me"

    async def act(self, say: CollectingDispatcher, tracker: Tracker, domain: Mapping[str, Any]) -> Events:
        if not read_said(tracker).tapped.get("sure") and last_response(tracker) != ASKED:
            buttons = [button(label("forget"), "forget_me", sure=True), button(label("keep"), "deny")]
            say.utter_message(response=ASKED, buttons=buttons)
            return []
        return await forget_now(self, say, tracker)


async def forget_now(action: CarefulAction, say: CollectingDispatcher, tracker: Tracker) -> Events:
    """Erase what is known of this conversation, and say what was and what was not."""
    desk, now = action.desk, datetime.now(UTC).timestamp()
    outcome = await forget_conversation(tracker.sender_id, desk.ledger, desk.cancel, now=now)
    match outcome:
        case StillOnItsWay(callbacks=callbacks):
            say.utter_message(response="utter_forget_open", **action.facts(callbacks[0]))
            return []
        case Forgotten(cancelled=cancelled):
            say.utter_message(response="utter_forgotten_cancelled" if cancelled else "utter_forgotten")
    return [AllSlotsReset(), ActiveLoop(None)]
