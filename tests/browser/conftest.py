"""One browser for each module, and a new visitor for each test, on the one running system."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest_asyncio
from playwright.async_api import Browser

from tests.browser.person import Person, open_browser, open_person
from tests.system import System


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    """A running browser. Playwright's objects belong to one event loop, so a module's tests share theirs."""
    async with open_browser() as running:
        yield running


@pytest_asyncio.fixture(loop_scope="module")
async def person(system: System, browser: Browser) -> AsyncIterator[Person]:
    """Somebody with the chat page open on a desktop."""
    async with open_person(system, browser) as somebody:
        yield somebody
