"""The cancel journey: a call-back that was ordered is called off."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.asides import say_status
from actions.booking import StopRequest
from actions.careful import CarefulAction, Events, button
from actions.said_words import ASKED_WHETHER, CALLING_OFF, SOLVED
from actions.turn import in_form, last_response, read_said
from actions.which import meant
from ringback.models import Callback
from ringback.outcomes import Cancelled, CancelNoted, CannotCancel, NotCancelled, TooLate


class CancelCall(CarefulAction):
    """Cancels the open call-back; asks which one when there are several."""

    def name(self) -> str:
        return "action_cancel_call"

    async def act(self, say: CollectingDispatcher, tracker: Tracker, domain: Mapping[str, Any]) -> Events:
        said = read_said(tracker)
        if in_form(tracker) and "callback" not in said.tapped:
            # "Cancel" while being asked means the request at hand, not a call that was ordered before it.
            return await StopRequest().act(say, tracker, domain)
        if not said.is_tap and ASKED_WHETHER.search(said.text):
            # "Is it cancelled?" cancels nothing.
            await say_status(self, say, tracker)
            return []
        callbacks = await self.desk.in_conversation(tracker.sender_id)
        tapped = "callback" in said.tapped
        asked_which = last_response(tracker) == "utter_cancel_which"
        open_ones = callbacks if tapped else [one for one in callbacks if not one.state.is_final]
        candidates = meant(said, open_ones, by_position=asked_which)
        solved = bool(SOLVED.search(said.text)) and not said.is_tap
        if not candidates:
            say.utter_message(response="utter_solved" if solved else "utter_nothing_to_cancel")
        elif len(candidates) > 1:
            say.utter_message(response="utter_cancel_which", buttons=[self._choice(one) for one in candidates])
        elif said.is_tap or solved or asked_which or CALLING_OFF.search(said.text):
            await self._cancel(say, candidates[0], solved=solved)
        else:
            # The model alone hears a cancellation in this: too little to take a call away.
            buttons = self.cancel_button(candidates[0])
            say.utter_message(response="utter_cancel_sure", buttons=buttons, **self.facts(candidates[0]))
        return []

    async def _cancel(self, say: CollectingDispatcher, callback: Callback, *, solved: bool) -> None:
        outcome = await self.desk.cancel(callback.key)
        facts = self.facts(outcome.callback)
        match outcome:
            case Cancelled():
                say.utter_message(response="utter_cancelled_solved" if solved else "utter_cancelled", **facts)
            case CancelNoted():
                say.utter_message(response="utter_cancel_noted", **facts)
            case TooLate():
                say.utter_message(response="utter_cancel_too_late", **facts)
            case NotCancelled():
                say.utter_message(response="utter_not_cancelled", **facts)
            case CannotCancel():
                say.utter_message(response="utter_cannot_cancel", **facts)

    def _choice(self, callback: Callback) -> dict[str, str]:
        facts = self.facts(callback)
        return button(f"{facts['queue']}, {facts['when']}", "cancel_callback", callback=callback.key)
