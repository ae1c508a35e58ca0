# mypy: disable-error-code="misc, import-not-found, import-untyped"
"""The website channel's way out: what the bot says, to every page that shows the conversation."""

from __future__ import annotations

import logging
from typing import Any

from rasa.core.channels.socketio import SocketIOOutput

from channels.messages import from_bot_message
from channels.turns import shortened

logger = logging.getLogger(__name__)

CHANNEL = "website"


class WebsiteOutput(SocketIOOutput):
    """Sends each bot message as one ``bot_uttered`` event to the room of its conversation."""

    said_something = False

    @classmethod
    def name(cls) -> str:
        """The name of the channel in ``output_channel=…`` and in channel-specific responses."""
        return CHANNEL

    async def send_response(self, recipient_id: str, message: dict[str, Any]) -> None:
        """Emit a message; nobody in the room is no error, because history brings the message later.

        Never raises: an exception from an output channel makes Rasa drop the person's whole turn.
        """
        self.said_something = True
        try:
            await self.sio.emit(self.bot_message_evt, from_bot_message(message), room=recipient_id)
        except Exception:
            logger.exception("A message to conversation %s could not be sent.", shortened(recipient_id))
