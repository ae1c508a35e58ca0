"""Sessions in a real browser: tabs in step, reloads, and tokens that are no good."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, BrowserContext, expect

from tests.browser.conftest import Sites
from tests.browser.visitor import Visitor
from tests.system import System
from tests.tokens import token

NEW_CHAT = "Your earlier chat has ended, so this is a new one."


@pytest.fixture
async def context(chromium: Browser, sites: Sites) -> AsyncIterator[BrowserContext]:
    opened = await chromium.new_context(viewport={"width": 420, "height": 900})
    opened.set_default_timeout(20_000)
    yield opened
    await opened.close()


async def tab(context: BrowserContext, system: System) -> Visitor:
    page = await context.new_page()
    await page.goto(system.page_url)
    await expect(page.locator("#connection")).to_have_text("Connected")
    return Visitor(page, system)


async def test_two_tabs_through_one_call(context: BrowserContext, system: System) -> None:
    """Two tabs show the same conversation, whoever types and taps in whichever, each thing once."""
    first = await tab(context, system)
    second = await tab(context, system)
    assert await first.conversation() == await second.conversation()
    await first.type("call me on 416 555 0123 about my bill")
    await second.sees("call me on 416 555 0123 about my bill")
    await second.sees("account number")
    await second.tap("Skip")
    await first.sees_once("What is the call about?")
    await expect(first.page.locator(".rb-chosen")).to_have_text("Skip")
    await first.type("a wrong invoice")
    await second.sees("text messages")
    await second.tap("No, thanks")
    await first.sees("When shall we call?")
    await first.tap("Now")
    await second.sees("Shall I book it?")
    await second.tap("Book it")
    for person in (first, second):
        await person.sees("The call is over.")
        await person.sees_once("We are ringing Billing", "Your phone is ringing now", "The call is over.")
    texts = [await person.page.locator(".rb-bubble").all_inner_texts() for person in (first, second)]
    assert sorted(texts[0]) == sorted(texts[1])


async def test_two_tabs_that_begin_together(context: BrowserContext, system: System) -> None:
    """Two tabs of a new visitor that load at the same moment end up in one conversation."""
    first, second = await context.new_page(), await context.new_page()
    for page in (first, second):
        await page.goto(system.page_url, wait_until="commit")
    for page in (first, second):
        await expect(page.locator("#connection")).to_have_text("Connected")
    await Visitor(first, system).type("hello there")
    await Visitor(second, system).sees("hello there")


@pytest.mark.parametrize("how", ["forged", "expired"])
async def test_a_bad_token_in_the_browser(context: BrowserContext, system: System, how: str) -> None:
    """With a forged or expired token the page begins anew, says so, shows nothing of the old, and works."""
    person = await tab(context, system)
    await person.type("call me")
    await person.is_answered()
    before = await person.conversation()
    bad = (
        token(before, "a-forger-does-not-know-the-secret-of-the-server") if how == "forged" else token(before, lasts=-1)
    )
    await person.page.evaluate("bad => localStorage.setItem('ringback.token', bad)", bad)
    await person.page.reload()
    await person.sees_once(NEW_CHAT)
    assert await person.page.locator(".rb-user").count() == 0
    assert await person.conversation() != before
    await person.type("call me back please")
    await expect(person.page.locator(".rb-bot")).to_have_count(3)


async def test_expired_while_the_page_was_open(context: BrowserContext, system: System) -> None:
    """A page that comes back after its session ran out clears what it showed, says so, and goes on anew."""
    person = await tab(context, system)
    await person.type("call me")
    await person.is_answered()
    before = await person.conversation()
    await person.page.evaluate("bad => localStorage.setItem('ringback.token', bad)", token(before, lasts=-1))
    system.rasa.stop()
    try:
        await expect(person.page.locator("#connection")).to_have_text("Reconnecting…")
        await person.type("are you there?")
    finally:
        system.rasa.start()
        system.rasa.wait()
    await person.sees_once(NEW_CHAT, "are you there?")
    await expect(person.page.locator(".rb-user")).to_have_count(1)
    await person.until(lambda: person.said("are you there?"), lambda count: count == 1)
    assert await person.conversation() != before


async def test_reload_during_a_question(context: BrowserContext, system: System) -> None:
    """A question that was open before a reload can be answered after it, and was asked once."""
    person = await tab(context, system)
    await person.type("call me about my bill")
    await person.sees("Which number shall we call?")
    await person.page.reload()
    await person.sees_once("call me about my bill", "Which number shall we call?")
    await person.type("416 555 0123")
    await person.sees("account number")
