"""The cancel journey: a call-back that was ordered is called off."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.careful import CarefulAction, Events
from actions.request import StopRequest, in_form, read_said
from ringback.desk import Cancelled, CancelNoted, NotCancelled, TooLate
from ringback.models import Callback
from ringback.wording import describe


class CancelCall(CarefulAction):
    """Cancels the open call-back; asks which one when there are several."""

    def name(self) -> str:
        return "action_cancel_call"

    async def act(self, say: CollectingDispatcher, tracker: Tracker, domain: Mapping[str, Any]) -> Events:
        wanted = read_said(tracker).tapped.get("callback")
        if in_form(tracker) and not wanted:
            # "Cancel" while being asked means the request at hand, not a call that was ordered before it.
            return await StopRequest().act(say, tracker, domain)
        callbacks = await self.desk.in_conversation(tracker.sender_id)
        chosen = [one for one in callbacks if one.key == wanted] if wanted else []
        candidates = chosen or [one for one in callbacks if not one.state.is_final]
        if not candidates:
            say.utter_message(response="utter_nothing_to_cancel")
        elif len(candidates) > 1:
            say.utter_message(response="utter_cancel_which", buttons=[self._button(one) for one in candidates])
        else:
            await self._cancel(say, candidates[0])
        return []

    async def _cancel(self, say: CollectingDispatcher, callback: Callback) -> None:
        outcome = await self.desk.cancel(callback.key)
        facts = self._facts(outcome.callback)
        match outcome:
            case Cancelled():
                say.utter_message(response="utter_cancelled", **facts)
            case CancelNoted():
                say.utter_message(response="utter_cancel_noted", **facts)
            case TooLate():
                say.utter_message(response="utter_cancel_too_late", **facts)
            case NotCancelled():
                say.utter_message(response="utter_not_cancelled", callback=callback.key, **facts)

    def _facts(self, callback: Callback) -> dict[str, str]:
        config = self.desk.config
        return describe(callback, zone=config.timezone, centre=config.centre, now=datetime.now(UTC))

    def _button(self, callback: Callback) -> dict[str, str]:
        facts = self._facts(callback)
        return {
            "title": f"{facts['queue']}, {facts['when']}",
            "payload": f"/cancel_callback{json.dumps({'callback': callback.key})}",
        }
