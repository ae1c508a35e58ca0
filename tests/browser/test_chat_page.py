"""The main job in a real browser, on the real Rasa server: ask, book, watch, reload, and watch on."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Page, async_playwright, expect

from tests.system import ROOT, System
from tools.browser import FLAGS, find_browser

PICTURES = ROOT / "tests" / "artefacts"
ENDING = "The call is over."


@pytest.fixture
async def page(system: System) -> AsyncIterator[Page]:
    """A new browser on the chat page."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=find_browser(), args=[*FLAGS])
        page = await browser.new_page(viewport={"width": 420, "height": 900})
        page.set_default_timeout(20_000)
        await page.goto(system.page_url)
        yield page
        await browser.close()


async def type_(page: Page, text: str, answer: str) -> None:
    """Type a text, send it, and wait for the answer."""
    field = page.locator("#text-input")
    await field.click()
    await field.press_sequentially(text)
    await field.press("Enter")
    await said(page, answer)


async def tap(page: Page, title: str, answer: str) -> None:
    """Tap the newest button of that name, and wait for the answer."""
    await page.locator(".rb-button:enabled", has_text=title).last.click()
    await said(page, answer)


async def said(page: Page, text: str) -> None:
    await expect(page.get_by_text(text).last).to_be_visible(timeout=20_000)


async def picture(page: Page, name: str) -> None:
    PICTURES.mkdir(exist_ok=True)
    await page.screenshot(path=PICTURES / f"{name}.png")


async def ask_for_a_call(page: Page) -> None:
    await type_(page, "hi, can someone call me about my bill?", "Which number shall we call?")
    await type_(page, "416 555 0123", "account number")
    await tap(page, "Skip", "What is the call about?")
    await type_(page, "I was charged twice", "text messages")
    await tap(page, "No, thanks", "When shall we call?")
    await tap(page, "Now", "Shall I book it?")


async def test_from_the_first_word_to_the_ending(page: Page) -> None:
    """A person asks for a call, gets to "Booked", and sees every state to the end without typing."""
    await ask_for_a_call(page)
    await tap(page, "Book it", "Booked.")
    for news in (
        "We are ringing Billing",
        "We are on hold for you",
        "Your phone is ringing now",
        "You are connected",
        ENDING,
    ):
        await said(page, news)
    for news in ("We are ringing Billing", "Your phone is ringing now", ENDING):
        assert await page.get_by_text(news).count() == 1
    await picture(page, "ending")


async def test_reload_midway(page: Page) -> None:
    """Reloading the page in the middle shows everything that was said, each once, and the news goes on."""
    await ask_for_a_call(page)
    await tap(page, "Book it", "Booked.")
    await said(page, "We are on hold for you")
    await page.reload()
    for text in ("hi, can someone call me about my bill?", "Booked.", "We are on hold for you"):
        await said(page, text)
        assert await page.get_by_text(text).count() == 1
    await said(page, ENDING)
    assert await page.get_by_text("Your phone is ringing now").count() == 1
    await picture(page, "after-reload")


async def test_reload_during_a_question(page: Page) -> None:
    """After a reload an open question can be answered, by button too."""
    await type_(page, "call me", "What is it about?")
    await page.reload()
    await said(page, "What is it about?")
    await tap(page, "Billing", "Which number shall we call?")
