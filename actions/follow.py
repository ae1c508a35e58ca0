""" "Where is my call?": the follow journey. The news itself is told by `ringback.telling`, not by an action."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.careful import CarefulAction, Events
from ringback.wording import say_span


class SayStatus(CarefulAction):
    """Says where each open call-back of this conversation stands, or how the last one ended."""

    def name(self) -> str:
        return "action_say_status"

    async def act(self, say: CollectingDispatcher, tracker: Tracker, domain: Mapping[str, Any]) -> Events:
        callbacks = await self.desk.in_conversation(tracker.sender_id)
        to_tell = [one for one in callbacks if not one.state.is_final] or callbacks[:1]
        if not to_tell:
            say.utter_message(response="utter_no_call")
        for callback in to_tell:
            since = say_span(datetime.now(UTC).timestamp() - callback.state_since)
            say.utter_message(
                response=f"utter_status_{callback.state.value.lower()}",
                buttons=self.cancel_button(callback, domain),
                since=since,
                **self.facts(callback),
            )
        return []
