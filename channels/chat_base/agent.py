# mypy: disable-error-code="misc, import-not-found, import-untyped, untyped-decorator, no-any-return"
"""Rasa's agent, as a channel needs it: is it there, and what has been said in a conversation."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

from rasa.core.lock_store import LockError
from sanic import Blueprint, Sanic

from channels.turns import shortened

logger = logging.getLogger(__name__)

LOCK_POLL = 0.05
"""Seconds between two looks at a conversation's lock; Rasa's own default is 1 s."""
READY_WAIT = 75.0
"""Seconds a message waits for a server that has only just started; shorter than a turn may take (90 s)."""


class Agent:
    """The agent of the server that a blueprint is part of."""

    def __init__(self, blueprint: Blueprint) -> None:
        self._app: Sanic | None = None

        @blueprint.listener("before_server_start")
        async def remember_app(app: Sanic, _: Any) -> None:
            self._app = app

    @property
    def _agent(self) -> Any:
        # Looked up each time: a new model replaces it.
        return getattr(self._app.ctx, "agent", None) if self._app is not None else None

    async def is_ready(self) -> bool:
        """Whether it can take messages; waits for it for a while."""
        for _ in range(int(READY_WAIT / 0.25)):
            if self._agent is not None and self._agent.is_ready():
                return True
            await asyncio.sleep(0.25)
        return False

    async def events(self, conversation: str) -> list[dict[str, Any]]:
        """Everything the tracker holds, read when no turn is half done; without the lock if it cannot be had."""
        agent = self._agent
        try:
            async with agent.lock_store.lock(conversation, wait_time_in_seconds=LOCK_POLL):
                tracker = await agent.tracker_store.retrieve_full_tracker(conversation)
        except LockError:
            logger.warning("Reading conversation %s without its lock.", shortened(conversation))
            tracker = await agent.tracker_store.retrieve_full_tracker(conversation)
        return [event.as_dict() for event in tracker.events] if tracker is not None else []
