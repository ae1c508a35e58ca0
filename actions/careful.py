"""The base of every action: no exception leaves it, because Rasa would then tell the person nothing at all."""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Mapping
from contextvars import ContextVar
from datetime import UTC, datetime
from functools import cache
from typing import Any

import structlog
from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher
from structlog.contextvars import bound_contextvars

from actions.server import office
from ringback import tracing
from ringback.card import label_cards
from ringback.desk import Desk
from ringback.languages import FALLBACK, Language, language_in
from ringback.log import shortened
from ringback.models import Callback
from ringback.providers.base import NotConfigured, ProviderError, WrongCredentials
from ringback.settings import Settings, SettingsError
from ringback.wording import describe
from ringback.words import Words

log = structlog.get_logger(__name__)

Events = list[dict[str, Any]]

# Each run is a task of its own, so that this is the language of one conversation.
_speaking: ContextVar[Language] = ContextVar("speaking", default=FALLBACK)


def speaking() -> Language:
    """The language of the conversation in which an action runs."""
    return _speaking.get()


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
        turn = str(tracker.latest_message.get("message_id") or "")[:8]
        with bound_contextvars(conversation=shortened(tracker.sender_id), turn=turn):
            return await self._run(dispatcher, tracker, domain)

    async def _run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        _speaking.set(language_in(tracker.get_slot("language")) or FALLBACK)
        try:
            with tracing.span(self.name()):
                events = await self.act(dispatcher, tracker, domain)
            label_cards(dispatcher.messages, cancel=label("cancel"), move=label("move"))
            _name_language(dispatcher.messages)
            return events
        except Exception as error:  # noqa: BLE001 - whatever it is, the person gets a sentence
            dispatcher.messages.clear()
            dispatcher.utter_message(response=_sentence_for(error, self.name()))
            _name_language(dispatcher.messages)
            return await self.trouble(tracker)

    @property
    def desk(self) -> Desk:
        """The open desk. Raises SettingsError."""
        return office.desk

    def facts(self, callback: Callback, *, replaces: str = "") -> dict[str, Any]:
        """The variables of every sentence about a call-back, and its card; `replaces`: the one it stands for."""
        config = self.desk.config
        zone, now = config.zone_of(callback.provider), datetime.now(UTC)
        facts = describe(callback, zone=zone, centre=config.centre, now=now, language=speaking())
        return {**facts, "callback": callback.key, "card": self.desk.card(callback, replaces=replaces)}

    def cancel_button(self, callback: Callback) -> list[dict[str, str]]:
        """The button that cancels; none for a call that cannot be cancelled."""
        if not self.desk.can_cancel(callback):
            return []
        return [button(label("cancel"), "cancel_callback", callback=callback.key)]


def _name_language(messages: list[dict[str, Any]]) -> None:
    """Let a channel know in which language a turn's messages are, for its own words around them."""
    for message in messages:
        message.setdefault("language", speaking())


def button(title: str, intent: str, **entities: Any) -> dict[str, str]:
    """A button that says `title` and sends an intent with entities."""
    return {"title": title, "payload": f"/{intent}{json.dumps(entities) if entities else ''}"}


def label(name: str, **variables: str) -> str:
    """A short text of the domain that stands on a button or inside a sentence."""
    return _words().say(f"utter_label_{name}", "", variables, speaking()).text


@cache
def _words() -> Words:
    # Read here, once, so that Rasa need not send the whole domain with every turn.
    return Words.read(Settings().domain_file)


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
