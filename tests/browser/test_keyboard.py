"""The whole job without a mouse, and without being disturbed."""

from __future__ import annotations

import pytest
from playwright.async_api import Browser, Locator, expect

from tests.browser.person import Person, card_in, open_person
from tests.system import System

pytestmark = pytest.mark.asyncio(loop_scope="module")

MOST_STEPS = 60


async def tab_to(person: Person, target: Locator, key: str = "Tab") -> None:
    """Press Tab (or Shift+Tab) until the target has the focus, as somebody without a mouse does."""
    await expect(target).to_be_visible()
    for _ in range(MOST_STEPS):
        if await target.evaluate("(one) => one.getRootNode().activeElement === one"):
            return
        await person.page.keyboard.press(key)
    raise AssertionError(f"the keyboard does not reach {target}")


async def press(person: Person, name: str, answer: str, *, scope: Locator | None = None) -> None:
    """Go to a button with the keyboard and press it."""
    button = (scope or person.page).get_by_role("button", name=name, disabled=False).last
    await tab_to(person, button, "Shift+Tab")
    await person.page.keyboard.press("Enter")
    await person.sees(answer)


async def write(person: Person, text: str, answer: str) -> None:
    await tab_to(person, person.field)
    await person.page.keyboard.type(text)
    await person.page.keyboard.press("Enter")
    await person.sees(answer)


async def test_the_whole_job_by_keyboard(person: Person) -> None:
    """Asking, choosing a team, number, day and time, booking, moving and cancelling need no mouse at any step."""
    await tab_to(person, person.page.get_by_role("button", name="Call me back"))
    await person.page.keyboard.press("Space")
    await person.sees("What is it about?")
    await press(person, "Billing", "Which number shall we call?")
    number = person.page.get_by_label("Phone number")
    await tab_to(person, number, "Shift+Tab")
    await person.page.keyboard.type("416 555 0123")
    await person.page.keyboard.press("Enter")
    await person.sees("account number")
    await press(person, "Skip", "What is the call about?")
    await write(person, "I was charged twice", "text messages")
    await press(person, "No, thanks", "When shall we call?")
    await press(person, "Later", "Which time suits you?")
    await choose_time(person)
    await person.sees("Shall I book it?")
    await press(person, "Book it", "Booked.")
    await person.sees_card("SCHEDULED")
    await press(person, "Another time", "call you instead?", scope=person.cards)
    await choose_time(person)
    await person.sees("Done: Billing will call you")
    await press(person, "Cancel the call", "Cancelled:", scope=person.cards)
    await person.sees_card("CANCELLED")


async def choose_time(person: Person) -> None:
    """Arrow keys choose the day and then go along its times."""
    picker = person.page.locator(".rb-picker:not([hidden])")
    await tab_to(person, picker.get_by_role("radio").first, "Shift+Tab")
    await person.page.keyboard.press("ArrowRight")
    await expect(picker.get_by_role("radio").nth(1)).to_be_checked()
    times = picker.locator(".rb-times:not([hidden]) .rb-time")
    await tab_to(person, times.first)
    await person.page.keyboard.press("ArrowRight")
    await expect(times.nth(1)).to_be_focused()
    await person.page.keyboard.press("End")
    await expect(times.last).to_be_focused()
    await person.page.keyboard.press("Home")
    await person.page.keyboard.press("Enter")


async def test_news_does_not_take_the_focus(person: Person) -> None:
    """Whoever is typing goes on typing while news arrives and the card changes."""
    await person.hears_news(card_in("CALLING_AGENT", 1), "Ringing the team.")
    await person.field.click()
    await person.page.keyboard.type("I was ")
    await person.hears_news(card_in("HOLDING", 2), "On hold.")
    await person.page.keyboard.type("charged twice")
    await expect(person.field).to_be_focused()
    await expect(person.field).to_have_text("I was charged twice")


async def test_a_focused_button_that_goes_leaves_the_focus_on_its_card(person: Person) -> None:
    """When the button that has the focus is no longer there, the focus stays with the card."""
    await person.hears_news(card_in("HOLDING", 1), "On hold.")
    await tab_to(person, person.cards.get_by_role("button", name="Cancel the call"), "Shift+Tab")
    await person.hears_news(card_in("COMPLETED", 2, open=False, can_cancel=False, buttons=[]), "Over.")
    await person.sees_card("COMPLETED")
    await expect(person.cards).to_be_focused()


async def test_news_is_spoken_and_the_clock_is_not(person: Person) -> None:
    """News is added to a polite live region; the card inside it, whose clock ticks, keeps silent."""
    await person.hears_news(card_in("HOLDING", 1, timer=1_790_000_000.0), "On hold.")
    log = person.page.get_by_role("log", name="Conversation")
    await expect(log).to_have_attribute("aria-live", "polite")
    assert await log.locator(".rb-line", has_text="On hold.").count() == 1
    await expect(person.cards).to_have_attribute("aria-live", "off")
    await expect(person.cards).to_have_attribute("aria-label", "Your call: Billing")


async def test_still_for_who_wants_it_still(system: System, browser: Browser) -> None:
    """With reduced motion nothing on the card moves; without, the ringing phone does."""
    icon = "(card) => getComputedStyle(card.querySelector('svg')).animationName"
    for motion, name in (("reduce", "none"), ("no-preference", "rb-ring")):
        async with open_person(system, browser, reduced_motion=motion) as somebody:
            await somebody.hears_news(card_in("CALLING_CUSTOMER", 1), "Ringing you.")
            assert await (await somebody.sees_card("CALLING_CUSTOMER")).evaluate(icon) == name
