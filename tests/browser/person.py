"""A person in front of the chat page: what they do, and what they wait to see."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx
from playwright.async_api import Browser, BrowserContext, Locator, Page, async_playwright, expect

from tests.system import RASA_TOKEN, ROOT, System
from tools.browser import FLAGS, find_browser

PICTURES = ROOT / "tests" / "artefacts"
PATIENCE = 20_000.0
"""Milliseconds; a busy machine may need longer than the usual 5 s."""
DESKTOP = {"width": 900, "height": 800}


@dataclass(frozen=True)
class Labels:
    """What the page calls the fields that a person uses."""

    message: str
    number: str
    go_on: str


LABELS = {
    "en": Labels("Your message", "Phone number", "Continue"),
    "de": Labels("Ihre Nachricht", "Telefonnummer", "Weiter"),
    "fr": Labels("Votre message", "Numéro de téléphone", "Continuer"),
}


class Person:
    """Uses the page as people do. `complaints` is what the browser complained about."""

    def __init__(self, page: Page, system: System) -> None:
        self.page = page
        self.system = system
        self.complaints: list[str] = []
        self.labels = LABELS["en"]
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", lambda line: self.complaints.append(line.text) if line.type == "error" else None)

    @property
    def cards(self) -> Locator:
        return self.page.locator(".rb-card")

    @property
    def field(self) -> Locator:
        return self.page.get_by_role("textbox", name=self.labels.message)

    async def open(self, query: str = "") -> None:
        """Open the page, connected and with everything drawn that was said before."""
        await self.page.goto(self.system.page_url + query)
        await self.connected()

    async def connected(self) -> None:
        await expect(self.page.locator("#connection")).to_have_attribute("data-state", "connected")
        await expect(self.page.locator("#messages")).to_have_attribute("aria-live", "polite")

    async def session(self) -> str:
        named: str = await self.page.evaluate("localStorage.getItem('ringback.session')")
        return named

    async def type(self, text: str, answer: str) -> None:
        """Type a text, send it, and wait for the answer."""
        await self.field.click()
        await self.page.keyboard.type(text)
        await self.page.keyboard.press("Enter")
        await self.sees(answer)

    async def tap(self, title: str, answer: str) -> None:
        """Tap the newest button of that name, and wait for the answer."""
        await self.page.locator("button.rb-button:enabled", has_text=title).last.click()
        await self.sees(answer)

    async def sees(self, text: str) -> None:
        await expect(self.page.locator("#messages").get_by_text(text).last).to_be_visible()

    async def sees_card(self, state: str) -> Locator:
        """Wait until the newest card shows this state."""
        await expect(self.cards.last).to_have_attribute("data-state", state)
        return self.cards.last

    async def give_number(self, number: str, answer: str) -> None:
        """Use the telephone field."""
        await self.page.get_by_label(self.labels.number).last.fill(number)
        await self.page.get_by_role("button", name=self.labels.go_on).last.click()
        await self.sees(answer)

    async def to_when(self) -> None:
        """From the first word to the question when to call."""
        await self.type("please call me", "Not taking calls right now")
        await self.tap("Billing", "Which number shall we call?")
        await self.give_number("416 555 0123", "account number")
        await self.tap("Skip", "What is the call about?")
        await self.type("I was charged twice", "text messages")
        await self.tap("No, thanks", "When shall we call?")

    async def book_now(self) -> None:
        await self.to_when()
        await self.tap("Now", "Shall I book it?")
        await self.tap("Book it", "Booked.")

    async def book_later(self) -> None:
        await self.to_when()
        await self.tap("Later", "Which time suits you?")
        await self.page.locator(".rb-day").nth(1).click()
        await self.page.locator(".rb-times:not([hidden]) .rb-time").nth(2).click()
        await self.sees("Shall I book it?")
        await self.tap("Book it", "Booked.")
        await self.sees_card("SCHEDULED")

    async def is_told(self, text: str, *, buttons: Any = None, **metadata: Any) -> None:
        """The bot says something by itself, as news is told."""
        event = {
            "event": "bot",
            "text": text,
            "data": {"buttons": buttons} if buttons else {},
            "metadata": metadata,
        }
        async with httpx.AsyncClient(trust_env=False, timeout=30) as http:
            answer = await http.post(
                f"{self.system.rasa_url}/conversations/{await self.session()}/tracker/events",
                params={
                    "output_channel": "website",
                    "execute_side_effects": "true",
                    "include_events": "NONE",
                    "token": RASA_TOKEN,
                },
                json=[event],
            )
            answer.raise_for_status()

    async def hears_news(self, card: Mapping[str, Any], text: str) -> None:
        """News with this card arrives."""
        news = {
            "id": f"{card['callback']}-{card['seq']}",
            "callback": card["callback"],
            "seq": card["seq"],
            "state": card["state"],
        }
        await self.is_told(text, news=news, card=dict(card))
        await self.sees(text)

    async def picture(self, name: str) -> None:
        """Keep a screenshot among the artefacts."""
        PICTURES.mkdir(exist_ok=True)
        await self.page.screenshot(path=PICTURES / f"{name}.png")


@asynccontextmanager
async def open_browser() -> AsyncIterator[Browser]:
    """A running browser, for as many visitors as come."""
    expect.set_options(timeout=PATIENCE)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=find_browser(), args=[*FLAGS])
        yield browser
        await browser.close()


@asynccontextmanager
async def open_person(
    system: System, browser: Browser, *, may_complain: bool = False, **context: Any
) -> AsyncIterator[Person]:
    """A new visitor with an open page; `context` is Playwright's.

    Fails if the page complained about anything, unless the test makes it complain: the last complaint may be late.
    """
    opened: BrowserContext = await browser.new_context(**{"viewport": DESKTOP, "locale": "en-US", **context})
    try:
        page = await opened.new_page()
        page.set_default_timeout(PATIENCE)
        person = Person(page, system)
        await person.open()
        yield person
    finally:
        await opened.close()
    assert may_complain or [text for text in person.complaints if "socket.io" not in text] == []


def card_in(state: str, seq: int, **more: Any) -> dict[str, Any]:
    """A card as `ringback.card` makes it, for a call that only this test knows."""
    card = {
        "callback": "made-up",
        "seq": seq,
        "queue": "Billing",
        "number": "+1 416 ••• ••23",
        "state": state,
        "since": 1_790_000_000.0,
        "starts_at": None,
        "timer": None,
        "open": True,
        "can_cancel": True,
        "can_move": False,
        "now": 1_790_000_000.0,
        "replaces": "",
        "buttons": [
            {"does": "cancel", "title": "Cancel the call", "payload": '/cancel_callback{"callback": "made-up"}'}
        ],
    }
    return {**card, **more}
