"""Lines break and servers restart in the middle of a call; the page shows everything once all the same."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, expect

from tests.browser.conftest import Sites
from tests.browser.visitor import Visitor, line_to
from tests.system import System

RINGING = "Your phone is ringing now"
ENDING = "The call is over."
ASKING = "where is my call?"
CUT = 20.0
"""Seconds."""


@pytest.fixture
async def person(chromium: Browser, sites: Sites, system: System) -> AsyncIterator[Visitor]:
    context = await chromium.new_context(viewport={"width": 420, "height": 900})
    page = await context.new_page()
    page.set_default_timeout(20_000)
    yield Visitor(page, system)
    await context.close()


async def restart(system: System) -> None:
    system.rasa.start()
    await asyncio.to_thread(system.rasa.wait)


async def test_the_line_is_cut_during_a_call(person: Visitor, system: System) -> None:
    """For 20 s the line is down and the call goes on; afterwards what was missed and what was typed is there, once."""
    async with line_to(system.rasa_port) as line:
        await person.page.goto(system.page_url.replace(str(system.rasa_port), str(line.port)))
        await person.book()
        await person.sees("We are ringing Billing")
        line.cut()
        back = asyncio.get_running_loop().time() + CUT
        await expect(person.page.locator("#connection")).to_have_text("Reconnecting…")
        await person.type(ASKING)
        await person.sees("It will be sent when the connection is back.")
        await person.until_told("CALLING_CUSTOMER")
        assert await person.said(ASKING) == 0
        await asyncio.sleep(back - asyncio.get_running_loop().time())
        line.mend()
        await person.sees(ENDING)
        await person.sees_once("We are ringing Billing", RINGING, ENDING)
        await person.until(lambda: person.said(ASKING), lambda count: count == 1)
        await expect(person.page.locator('.rb-status[data-state="waiting"]')).to_have_count(0)


async def test_the_server_restarts_during_a_call(person: Visitor, system: System) -> None:
    """A restart of the Rasa server in the middle of a call loses nothing and tells nothing twice."""
    await person.page.goto(system.page_url)
    await person.book()
    await person.sees("We are ringing Billing")
    system.rasa.stop()
    try:
        await expect(person.page.locator("#connection")).to_have_text("Reconnecting…")
        await person.type(ASKING)
        await person.sees("It will be sent when the connection is back.")
    finally:
        await restart(system)
    await person.sees(ENDING)
    await person.sees_once("Booked.", "We are ringing Billing", ENDING)
    await person.until(lambda: person.said(ASKING), lambda count: count == 1)


async def test_killed_with_a_message_in_hand(person: Visitor, system: System) -> None:
    """A message that the server had acknowledged but not handled when it was killed is handled after all, once."""
    await person.page.goto(system.page_url)
    assert system.actions.running is not None
    system.actions.running.send_signal(signal.SIGSTOP)
    try:
        await person.type(ASKING)
        await expect(person.page.locator('.rb-status[data-state="sent"]')).to_have_count(1)
        system.rasa.stop(signal.SIGKILL)
    finally:
        system.actions.running.send_signal(signal.SIGCONT)
        await restart(system)
    await person.until(lambda: person.said(ASKING), lambda count: count == 1)
    await expect(person.page.locator(".rb-user")).to_have_count(1)
    await expect(person.page.locator(".rb-bot")).to_have_count(2)


async def test_reloaded_with_a_message_under_way(person: Visitor, system: System) -> None:
    """A message that is still being answered when the page is reloaded stands there again, and is answered once."""
    await person.page.goto(system.page_url)
    assert system.actions.running is not None
    system.actions.running.send_signal(signal.SIGSTOP)
    try:
        await person.type(ASKING)
        await expect(person.page.locator('.rb-status[data-state="sent"]')).to_have_count(1)
        await person.page.reload()
    finally:
        system.actions.running.send_signal(signal.SIGCONT)
    await expect(person.page.locator(".rb-user")).to_have_count(1)
    await expect(person.page.locator(".rb-bot")).to_have_count(2)
    assert await person.said(ASKING) == 1
