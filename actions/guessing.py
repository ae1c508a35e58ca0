""" "Did you mean …?": what is asked when the model is not sure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import FollowupAction
from rasa_sdk.executor import CollectingDispatcher

from actions.careful import CarefulAction, Events, button, label
from actions.change import answer_open_choice
from actions.language import is_wish
from actions.turn import FORM
from ringback.intake.asides import wants_a_call

_LIKELY = 0.12
_MOST = 2
_GUESSES = {
    "request_callback": "call_me",
    "ask_status": "where",
    "cancel_callback": "cancel",
    "change": "change_call",
    "ask_wait_time": "how_long",
    "ask_queues": "which_queues",
    "human": "person",
    "help": "help",
    "ask_privacy": "privacy",
}


class DidYouMean(CarefulAction):
    """Offers the likeliest meanings of an unclear turn as buttons, or says that it was not understood."""

    def name(self) -> str:
        return "action_did_you_mean"

    async def act(self, say: CollectingDispatcher, tracker: Tracker, domain: Mapping[str, Any]) -> Events:
        open_choice = await answer_open_choice(say, tracker, domain)
        if open_choice is not None:
            return open_choice
        if is_wish(tracker):
            return [FollowupAction("action_switch_language")]
        if wants_a_call(tracker.latest_message.get("text") or ""):
            return [FollowupAction(FORM)]
        ranking = tracker.latest_message.get("intent_ranking") or ()
        likely = [one["name"] for one in ranking if one["confidence"] >= _LIKELY and one["name"] in _GUESSES][:_MOST]
        if likely:
            buttons = [button(label(_GUESSES[name]), name) for name in likely]
            say.utter_message(response="utter_did_you_mean", buttons=buttons)
        else:
            say.utter_message(response="utter_default")
        return []
