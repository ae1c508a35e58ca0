"""Which language is spoken: chosen with every turn before it is answered, and switched when that is asked for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import structlog
from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.careful import CarefulAction, Events
from actions.server import office
from actions.turn import read_asked, read_own_number, read_said
from ringback.intake import Ask
from ringback.languages import FALLBACK, Language, language_in
from ringback.ledger.store import LedgerDown
from ringback.settings import SettingsError
from ringback.speaking import Spoken, go_on, of_number, wish_in

log = structlog.get_logger(__name__)

SLOT, ASKED = "language", "language_asked"


class ChooseLanguage(Action):
    """Fills the slot `language` before anything is answered. Says nothing, whatever goes wrong."""

    def name(self) -> str:
        return "action_choose_language"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        """Rasa SDK's entry."""
        before = _before(tracker)
        hint = _hint(tracker)
        after = go_on(_typed(tracker), before, hint, free_text=read_asked(tracker) is Ask.ANSWER)
        if after == before:
            return []
        if before is not None and after.language != before.language:
            await _tell_news_in(after.language, tracker.sender_id)
        return [SlotSet(SLOT, after.language), SlotSet(ASKED, after.asked or None)]


class SwitchLanguage(CarefulAction):
    """ "Auf Deutsch bitte", outside a request."""

    def name(self) -> str:
        return "action_switch_language"

    async def act(self, say: CollectingDispatcher, tracker: Tracker, domain: Mapping[str, Any]) -> Events:
        if is_wish(tracker):
            say.utter_message(response="utter_language")
        say.utter_message(response="utter_what_next")
        return []


def is_wish(tracker: Tracker) -> bool:
    """Whether the turn asks for a language and for nothing else."""
    return wish_in(_typed(tracker), free_text=read_asked(tracker) is Ask.ANSWER) is not None


def _before(tracker: Tracker) -> Spoken | None:
    language = language_in(tracker.get_slot(SLOT))
    return Spoken(language=language, asked=bool(tracker.get_slot(ASKED))) if language else None


def _typed(tracker: Tracker) -> str:
    """What the person wrote in their own words; empty for a tap. A channel that put words of its own around them says
    what was `typed`, and "no" where nothing was.
    """
    said = read_said(tracker)
    metadata = tracker.latest_message.get("metadata") or {}
    return "" if said.is_tap or metadata.get("typed") == "no" else str(metadata.get("typed") or said.text)


def _hint(tracker: Tracker) -> Language:
    metadata = tracker.latest_message.get("metadata") or {}
    shown = language_in(metadata.get("language"))
    if shown is not None:
        return shown
    try:
        config = office.desk.config
    except SettingsError:
        return FALLBACK
    return of_number(read_own_number(tracker, config.region)) or config.language


async def _tell_news_in(language: Language, conversation_id: str) -> None:
    try:
        await office.desk.ledger.speak(conversation_id, language)
    except (LedgerDown, SettingsError) as error:
        # The conversation goes on in the new language all the same.
        log.warning("news_language_not_stored", why=type(error).__name__)
