"""What becomes of messages after Twilio has taken them: written down, and tried once more where that helps."""

from __future__ import annotations

import asyncio
import logging
import time
from typing import Any, Protocol

from sqlalchemy.exc import SQLAlchemyError

from channels.chat_base.outbox import Outbox
from channels.chat_base.outcomes import NotYet
from channels.chat_base.records import DELIVERED, READ, SENDING, SENT, UNSENT, Delivery
from channels.chat_base.store import Store
from channels.messages import message_of_event
from channels.turns import shortened
from channels.twilio_rest import RATE_CODES, SLOW_DOWN
from channels.whatsapp_carrier import WhatsAppCarrier
from channels.whatsapp_intake import Report

logger = logging.getLogger(__name__)

WINDOW_CLOSED = "63016"
TRANSIENT = RATE_CODES | {"30001", "30008", "63005", "63012", "63017"}
"""A full queue, an unknown error at the platform, or its own time-out."""
_GOOD = {"accepted": SENT, "queued": SENT, "sending": SENT, "sent": SENT, "delivered": DELIVERED, "read": READ}
_BAD = frozenset({"failed", "undelivered"})
_OPEN = frozenset({SENDING, SENT, DELIVERED})


class Tracker(Protocol):
    """Where the words of a piece of news can be read again."""

    async def events(self, conversation: str) -> list[dict[str, Any]]:
        """The conversation's events, oldest first."""
        ...


class Reports:
    """Takes reports in and works them off in the background."""

    def __init__(
        self,
        store: Store,
        outbox: Outbox,
        carrier: WhatsAppCarrier,
        tracker: Tracker,
        pause: float = SLOW_DOWN,
    ) -> None:
        self._store = store
        self._outbox = outbox
        self._carrier = carrier
        self._tracker = tracker
        self._pause = pause
        self._tasks: set[asyncio.Task[None]] = set()

    def take(self, report: Report, mark: str) -> None:
        """A report about the try that `mark` names ("<delivery>.<way>")."""
        task = asyncio.get_running_loop().create_task(self._work(report, mark))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _work(self, report: Report, mark: str) -> None:
        try:
            await self.work(report, mark)
        except SQLAlchemyError as error:
            logger.error("A report of delivery is lost: %s", type(error).__name__)  # noqa: TRY400 - holds numbers
        except Exception:
            logger.exception("A report of delivery could not be worked off.")

    async def work(self, report: Report, mark: str) -> None:
        """Write the report down. Raises SQLAlchemyError."""
        number, _, way = mark.partition(".")
        delivery = await self._store.by_id(int(number)) if number.isdigit() else await self._store.by_sid(report.sid)
        if delivery is None or (way and way != delivery.way):
            return  # of another try, or of a message that is long forgotten
        if report.status in _GOOD:
            status = _GOOD[report.status]
            await self._store.set(delivery.id, time.time(), status=status, sid=report.sid, why="")
        elif report.status in _BAD and delivery.status in _OPEN:
            await self._failed(delivery, report)

    async def _failed(self, delivery: Delivery, report: Report) -> None:
        is_new = await self._outbox.late_failure(delivery, report.code or report.status)
        way = self._another_way(delivery, report.code)
        if not is_new or not way or await self._store.was_told_later(delivery):
            return
        message = await self._message(delivery)
        if message is None or (way == "template" and self._carrier.template(message) is None):
            return
        if way == "again":
            await asyncio.sleep(self._pause)
        logger.info("News %s to %s is sent again (%s).", delivery.news, shortened(delivery.conversation), way)
        try:
            await self._outbox.again(delivery, message, way)
        except NotYet as error:
            await self._store.set(delivery.id, time.time(), status=UNSENT, why=str(error))

    @staticmethod
    def _another_way(delivery: Delivery, code: str) -> str:
        if not delivery.news or delivery.way != "free":
            return ""  # an answer has had its moment, and what failed twice fails again
        if code == WINDOW_CLOSED:
            return "template"
        return "again" if code in TRANSIENT else ""

    async def _message(self, delivery: Delivery) -> dict[str, Any] | None:
        for event in reversed(await self._tracker.events(delivery.conversation)):
            news = (event.get("metadata") or {}).get("news")
            if event.get("event") == "bot" and isinstance(news, dict) and news.get("id") == delivery.news:
                return message_of_event(event)
        return None
