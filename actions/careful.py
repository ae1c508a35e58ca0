"""The base of every action: no exception leaves it, because Rasa would then tell the person nothing at all."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any

import structlog
from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.server import office
from ringback.desk import Desk
from ringback.providers.base import NotConfigured, ProviderError, WrongCredentials
from ringback.settings import SettingsError

log = structlog.get_logger(__name__)

Events = list[dict[str, Any]]


class CarefulAction(Action, ABC):
    """An action that answers with a sentence whatever goes wrong."""

    @abstractmethod
    def name(self) -> str: ...

    @abstractmethod
    async def act(self, say: CollectingDispatcher, tracker: Tracker, domain: Mapping[str, Any]) -> Events:
        """Do the action's work. May raise anything."""

    async def trouble(self, _tracker: Tracker) -> Events:
        """What to do with the conversation after a failure; the sentence has been said."""
        return []

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        """Rasa SDK's entry."""
        try:
            return await self.act(dispatcher, tracker, domain)
        except Exception as error:  # noqa: BLE001 - whatever it is, the person gets a sentence
            dispatcher.messages.clear()
            dispatcher.utter_message(response=_sentence_for(error, self.name()))
            return await self.trouble(tracker)

    @property
    def desk(self) -> Desk:
        """The open desk. Raises SettingsError."""
        return office.desk


def _sentence_for(error: Exception, action: str) -> str:
    if isinstance(error, (WrongCredentials, NotConfigured, SettingsError)):
        log.error("not_configured", action=action, why=str(error))
        return "utter_trouble_ours"
    if isinstance(error, ProviderError):
        log.warning("provider_trouble", action=action, why=str(error))
        return "utter_trouble_provider"
    # The error's own text may hold what the person typed.
    log.error("action_failed", action=action, kind=type(error).__name__, where=_where(error))
    return "utter_trouble_ours"


def _where(error: Exception) -> str:
    last = error.__traceback__
    while last is not None and last.tb_next is not None:
        last = last.tb_next
    return f"{last.tb_frame.f_code.co_filename}:{last.tb_lineno}" if last else "unknown"
