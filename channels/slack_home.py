"""The app's home: each person sees their own calls there, and a button to ask for one."""

from __future__ import annotations

import asyncio
import logging

from channels.chat_base.agent import Agent
from channels.languages import language_in, language_in_events
from channels.slack_api import Done, Later, SlackApi
from channels.slack_cards import home_blocks, newest_cards
from channels.slack_intake import who
from channels.turns import shortened

logger = logging.getLogger(__name__)

_TRIES = 3
_PAUSE = 2.0
_GATHER = 0.3
"""Seconds in which changes are gathered; also the time that a turn takes to be written down."""
_REMEMBERED = 5000


class Homes:
    """The homes that were opened since the start; only these are kept up to date."""

    agent: Agent | None = None

    def __init__(self, api: SlackApi, language: str) -> None:
        self._api = api
        self._language = language
        self._open: dict[str, None] = {}
        self._publishing: dict[str, asyncio.Task[None]] = {}
        self._again: set[str] = set()

    def opened(self, conversation: str) -> None:
        """A person looks at their home. Returns at once."""
        if len(self._open) >= _REMEMBERED:
            self._open.pop(next(iter(self._open)))
        self._open[conversation] = None
        self.refresh(conversation)

    def refresh(self, conversation: str) -> None:
        """Something has changed; it is shown if the home was ever opened. Returns at once."""
        if conversation not in self._open:
            return
        if conversation in self._publishing:
            self._again.add(conversation)
            return
        task = asyncio.get_running_loop().create_task(self._publish(conversation))
        self._publishing[conversation] = task
        task.add_done_callback(lambda _: self._published(conversation))

    def _published(self, conversation: str) -> None:
        self._publishing.pop(conversation, None)
        if conversation in self._again:
            self._again.discard(conversation)
            self.refresh(conversation)

    async def _publish(self, conversation: str) -> None:
        known = who(conversation)
        if known is None or self.agent is None or not await self.agent.is_ready():
            return
        await asyncio.sleep(_GATHER)
        events = await self.agent.events(conversation)
        language = language_in_events(events) or language_in((await self._api.profile(*known)).locale)
        view = {"type": "home", "blocks": home_blocks(newest_cards(events), language or self._language)}
        for _ in range(_TRIES):
            answer = await self._api.call(known[0], "views.publish", user_id=known[1], view=view)
            if isinstance(answer, Done):
                return
            if not isinstance(answer, Later):
                break
            await asyncio.sleep(max(answer.after, _PAUSE))
        logger.warning("The home of %s is not up to date.", shortened(conversation))
