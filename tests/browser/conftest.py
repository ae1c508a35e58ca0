"""A new visitor for each test, on the one running system."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.browser.person import Person, open_person
from tests.system import System


@pytest.fixture
async def person(system: System) -> AsyncIterator[Person]:
    """Somebody with the chat page open on a desktop."""
    async with open_person(system) as somebody:
        yield somebody
