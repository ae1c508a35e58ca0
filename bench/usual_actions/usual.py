"""Actions as Rasa's demos write them: a synchronous function that asks the provider with `requests`.

It runs on a plain Rasa SDK server, outside the project's folder, so that nothing of Ringback is loaded.
"""

from __future__ import annotations

import os
from typing import Any

import requests
from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

TIMEOUT = 10.0


class ActionUsual(Action):
    """Asks the provider and says something."""

    def name(self) -> str:
        return "action_usual"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> list[dict[str, Any]]:
        key = (os.environ["RINGBACK_FONOLO_ACCOUNT_SID"], os.environ["RINGBACK_FONOLO_AUTH_TOKEN"])
        answer = requests.get(f"{os.environ['RINGBACK_FONOLO_URL']}profiles", auth=key, timeout=TIMEOUT)
        dispatcher.utter_message(text=f"There are {len(answer.json()['data'])} profiles.")
        return []


class ActionNothing(Action):
    """The second of a turn's two calls."""

    def name(self) -> str:
        return "action_nothing"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> list[dict[str, Any]]:
        return []
