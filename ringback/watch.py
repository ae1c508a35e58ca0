"""What those who watch a process are told: whether it is ready, and its metrics. No part of it knows a web server."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

from ringback import metrics
from ringback.desk import Desk
from ringback.ledger.oversight import Outlook
from ringback.ledger.store import Ledger, LedgerDown
from ringback.models import Frozen
from ringback.office import rasa_token
from ringback.readiness import Part, RasaStatus, Readiness
from ringback.settings import Settings
from ringback.transport import fast_client

_LONGEST_LOOK = 5.0
"""Seconds for the ledger's part of the metrics; without it the rest is given all the same."""


class Ready(Frozen):
    """Every part by its name."""

    parts: Mapping[str, Part]

    @property
    def status(self) -> int:
        """The HTTP status that says it: 200, or 503 when any part is not ready."""
        return 200 if all(part.ready for part in self.parts.values()) else 503

    def document(self) -> dict[str, Any]:
        """``{"ready": bool, "parts": {name: {"ready": bool, "says": str}}}``."""
        return {"ready": self.status == 200, "parts": {name: part.model_dump() for name, part in self.parts.items()}}


class Watch:
    """One process, watched."""

    def __init__(self, ledger: Ledger, readiness: Readiness) -> None:
        self._ledger = ledger
        self._readiness = readiness

    async def ready(self) -> Ready:
        """Whether everything that is needed answers."""
        return Ready(parts=await self._readiness.look())

    async def metrics(self) -> bytes:
        """Everything as Prometheus reads it."""
        parts, outlook = await asyncio.gather(self._readiness.look(), self._outlook())
        return metrics.render(outlook, {name: part.ready for name, part in parts.items()}, now=time.time())

    async def _outlook(self) -> Outlook | None:
        try:
            async with asyncio.timeout(_LONGEST_LOOK):
                return await self._ledger.outlook()
        except (LedgerDown, TimeoutError):
            return None


@asynccontextmanager
async def open_watch(desk: Desk, settings: Settings) -> AsyncIterator[Watch]:
    """Watch the process that has opened this desk."""
    async with fast_client() as http:
        rasa = RasaStatus(http, settings.rasa_url, rasa_token(settings))
        yield Watch(desk.ledger, Readiness(desk.ledger, desk.providers, rasa))
