"""For the operator: which messages of the chat channels did not arrive, and why. `python -m channels.undelivered`.

Runs with the Rasa server's Python, from the project's folder. Names conversations as the log does; the ledger's
`ringback show <key>` says more about the call-back.
"""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from channels.chat_base.records import Delivery
from channels.chat_base.store import Store
from channels.chat_base.tables import database_url
from channels.environment import use_environment
from channels.turns import shortened

CHANNELS = ("whatsapp", "slack")


def line(channel: str, one: Delivery) -> str:
    """One delivery, on one line, in this machine's time zone."""
    when = datetime.fromtimestamp(one.made_at).astimezone().strftime("%Y-%m-%d %H:%M:%S")
    about = f"call-back {one.callback}" if one.callback else "an answer"
    return f"{when}  {channel:<9} {shortened(one.conversation):<10} {one.status:<8} {one.why:<40} {about} ({one.kind})"


async def report(url: str, channels: Sequence[str] = CHANNELS) -> list[str]:
    """All lines, channel by channel, newest first. Raises SQLAlchemyError."""
    lines: list[str] = []
    for channel in channels:
        store = Store(url, channel)
        try:
            lines += [line(channel, one) for one in await store.undelivered(time.time())]
        finally:
            store.close()
    return lines


def _main() -> int:
    use_environment()
    try:
        lines = asyncio.run(report(database_url()))
    except sa.exc.SQLAlchemyError as error:
        sys.stderr.write(
            f"The channels' database cannot be read: {type(error).__name__}. RINGBACK_CHATS_URL names it.\n"
        )
        return 1
    sys.stdout.write("\n".join(lines or ["Everything arrived."]) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(_main())
