"""One running system for all dialogues; a new person for each."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest

from ringback.ledger.store import Ledger
from tests.conversations.dialogue import Dialogue
from tests.system import System
from tests.visitor import Visitor


@pytest.fixture
async def dialogue(system: System) -> AsyncIterator[Dialogue]:
    """A person with an open chat page."""
    visitor = Visitor(system.rasa_url)
    await visitor.connect()
    ledger = await Ledger.open(system.ledger_url)
    async with httpx.AsyncClient(timeout=20.0, trust_env=False) as http:
        person = Dialogue(system, visitor, http, ledger)
        yield person
        await person.break_provider("none")
    await visitor.disconnect()
    await ledger.close()
