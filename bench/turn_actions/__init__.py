"""The project's actions and one that does nothing, so that both can be asked of the same server."""

from __future__ import annotations

import importlib
import pkgutil
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

import actions

for found in pkgutil.walk_packages(actions.__path__, "actions."):
    importlib.import_module(found.name)  # the SDK looks for actions among all classes that are loaded


class ActionNothing(Action):
    """What any action costs at least: the request is read, the answer written."""

    def name(self) -> str:
        return "action_nothing"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> list[dict[str, Any]]:
        return []
