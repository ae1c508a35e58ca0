"""Phones: the whole job at 360 and 320 pixels, with nothing cut off and nothing under the keyboard."""

from __future__ import annotations

import pytest
from playwright.async_api import Browser, expect

from tests.browser.person import Person, card_in, open_person
from tests.system import System

pytestmark = pytest.mark.asyncio(loop_scope="module")

PHONES = [(360, 740, "light"), (320, 640, "dark")]
LEAST_TARGET = 44
EDGES = """() => {
    const root = document.querySelector('deep-chat').shadowRoot;
    const parts = '.rb-bubble, .rb-button, .rb-card, .rb-card *, .rb-form *, .rb-line, .rb-picker, #text-input';
    const scrolled = (one) => one.closest('.rb-strip, .rb-spoken');
    const drawn = [...root.querySelectorAll(parts), ...document.querySelectorAll('header *, #now:not([hidden]) *')]
        .filter((one) => !scrolled(one) && one.checkVisibility() && !one.closest('svg'));
    return drawn.map((one) => [one.className || one.tagName, one.getBoundingClientRect()])
        .filter(([, box]) => box.width && (box.left < -0.5 || box.right > innerWidth + 0.5))
        .map(([name, box]) => `${name}: ${box.left} to ${box.right}`);
}"""
SMALL = """(least) => {
    const root = document.querySelector('deep-chat').shadowRoot;
    const inside = [...root.querySelectorAll('button:enabled, input[type=tel], .rb-day')];
    return [...inside, ...document.querySelectorAll('button')].filter((one) => one.checkVisibility())
        .map((one) => [one.className, one.getBoundingClientRect()])
        .filter(([, box]) => box.height < least || box.width < least)
        .map(([name, box]) => `${name}: ${box.width} x ${box.height}`);
}"""


async def fits(person: Person, name: str) -> None:
    """Nothing is cut off sideways, and everything that can be tapped is large enough for a thumb."""
    width, height = (person.page.viewport_size or {}).values()
    await person.picture(f"{name}-{width}x{height}")
    assert await person.page.evaluate(EDGES) == []
    assert await person.page.evaluate(SMALL, LEAST_TARGET) == []
    assert await person.page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize(("width", "height", "scheme"), PHONES)
async def test_the_whole_job_on_a_phone(system: System, browser: Browser, width: int, height: int, scheme: str) -> None:
    """Every step of asking for a call, moving and cancelling it fits the screen."""
    phone = {"viewport": {"width": width, "height": height}, "has_touch": True, "is_mobile": True}
    async with open_person(system, browser, color_scheme=scheme, **phone) as person:
        await fits(person, "start")
        await person.type("please call me", "What is it about?")
        await fits(person, "teams")
        await person.tap("Billing", "Which number shall we call?")
        await person.page.get_by_label("Phone number").fill("call me maybe")
        await fits(person, "number")
        await person.give_number("416 555 0123", "account number")
        await person.tap("Skip", "What is the call about?")
        await person.type("I was charged twice", "text messages")
        await person.tap("No, thanks", "When shall we call?")
        await person.tap("Later", "Which time suits you?")
        await expect(person.page.get_by_text("Which time suits you?").last).to_be_in_viewport()
        await fits(person, "times")
        await person.page.locator(".rb-day").nth(1).click()
        await person.page.locator(".rb-times:not([hidden]) .rb-time").first.click()
        await person.sees("Shall I book it?")
        await fits(person, "summary")
        await person.tap("Book it", "Booked.")
        await person.sees_card("SCHEDULED")
        await fits(person, "booked")
        await person.cards.get_by_role("button", name="Cancel the call").click()
        await person.sees_card("CANCELLED")
        await fits(person, "cancelled")


@pytest.mark.parametrize(("width", "height", "scheme"), PHONES)
async def test_every_card_fits(system: System, browser: Browser, width: int, height: int, scheme: str) -> None:
    """Cards with long names fit, and so does the line at the top, in the language with the longest words."""
    async with open_person(system, browser, color_scheme=scheme, viewport={"width": width, "height": height}) as person:
        await person.open("?language=de&title=Donaudampfschifffahrtsgesellschaft")
        moment = 1_790_000_000.0
        for seq, state in enumerate(("UNCERTAIN", "FAILED_AGENT", "CALLING_CUSTOMER", "SCHEDULED"), start=1):
            card = card_in(
                state, seq, callback=state, queue="Rechnungen, Mahnungen und Lastschriften", starts_at=moment
            )
            await person.hears_news(card, f"Neues, {seq}.")
        await fits(person, "cards")
        await person.page.locator("#messages").evaluate("(list) => { list.scrollTop = 0; }")
        await expect(person.page.locator("#now")).to_be_visible()
        await fits(person, "line")


async def test_the_keyboard_does_not_cover_what_is_typed(system: System, browser: Browser) -> None:
    """With half the screen gone to the keyboard, the field in use is in sight: the message's and the number's."""
    async with open_person(system, browser, viewport={"width": 360, "height": 740}) as person:
        await person.type("please call me", "What is it about?")
        await person.tap("Billing", "Which number shall we call?")
        number = person.page.get_by_label("Phone number")
        await number.click()
        await person.page.set_viewport_size({"width": 360, "height": 390})
        await expect(number).to_be_in_viewport(ratio=1)
        await expect(number).to_be_focused()
        await person.field.click()
        await expect(person.field).to_be_in_viewport(ratio=1)


async def test_a_keyboard_that_only_the_visual_viewport_knows_of(system: System, browser: Browser) -> None:
    """Where the keyboard lies over the page, the page shrinks to what is left to see."""
    async with open_person(system, browser, viewport={"width": 360, "height": 740}) as person:
        await person.page.evaluate(
            """() => {
                Object.defineProperty(visualViewport, 'height', { get: () => 400 });
                visualViewport.dispatchEvent(new Event('resize'));
            }"""
        )
        box = await person.page.locator("#chat").bounding_box()
        assert box is not None
        assert box["y"] + box["height"] <= 400
        await expect(person.page.locator("h1")).to_be_in_viewport()
