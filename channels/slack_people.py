"""Who is in a conversation: in Slack its id says so itself, so that news finds its way without the database's row."""

from __future__ import annotations

from channels.chat_base.records import Person
from channels.chat_base.store import Store
from channels.slack_intake import who


class SlackStore(Store):
    """The chat channels' database as the Slack channel sees it."""

    async def person(self, conversation: str) -> Person | None:
        """Who is in this conversation, also if nobody is known to have written in it. May raise SQLAlchemyError."""
        known = await super().person(conversation)
        if known is None and who(conversation) is not None:
            return Person(conversation, 0.0)
        return known
