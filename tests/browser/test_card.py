"""The live card of a call, in a real browser on the real Rasa server."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import expect

from tests.browser.person import Person, card_in

pytestmark = pytest.mark.asyncio(loop_scope="module")

STATES = ("QUEUED", "CALLING_AGENT", "HOLDING", "CALLING_CUSTOMER", "CONNECTED", "COMPLETED")
# A state may be gone before a test can look for it.
WATCH = """() => {
    window.seen = [];
    new MutationObserver(() => {
        const state = document.querySelector('deep-chat').shadowRoot.querySelector('.rb-card')?.dataset.state;
        if (state && state !== window.seen.at(-1)) window.seen.push(state);
    }).observe(document.querySelector('deep-chat').shadowRoot, { attributes: true, childList: true, subtree: true });
}"""


async def test_one_card_from_the_booking_to_the_ending(person: Person) -> None:
    """A call has one card, where it was booked, that shows each state in turn; the news are lines below it."""
    await person.page.evaluate(WATCH)
    await person.book_now()
    card = await person.sees_card("COMPLETED")
    seen = await person.page.evaluate("window.seen")
    assert seen == [state for state in STATES if state in seen]
    assert {"HOLDING", "COMPLETED"} <= set(seen)
    await expect(card.locator(".rb-card-buttons")).to_be_empty()
    assert await person.cards.count() == 1
    booked = person.page.locator(".rb", has_text="Booked.").last
    assert await booked.locator(".rb-card").count() == 1
    for news in ("We are on hold", "The call is over"):
        assert await person.page.locator(".rb-line", has_text=news).count() == 1
    before = await person.page.locator(".rb-place").inner_html()
    await person.page.reload()
    await person.connected()
    assert await person.page.locator(".rb-place").inner_html() == before


async def test_the_card_never_goes_back(person: Person) -> None:
    """A piece of news that comes late does not overwrite a newer one, live or after a reload."""
    await person.hears_news(card_in("HOLDING", 3), "On hold.")
    await person.hears_news(card_in("CALLING_AGENT", 2), "Ringing the team, said late.")
    card = await person.sees_card("HOLDING")
    width = (await card.bounding_box() or {}).get("width")
    await person.hears_news(card_in("CALLING_CUSTOMER", 4), "Ringing you.")
    card = await person.sees_card("CALLING_CUSTOMER")
    assert (await card.bounding_box() or {}).get("width") == width  # it does not jump with its words
    await person.page.reload()
    await person.connected()
    await person.sees_card("CALLING_CUSTOMER")
    assert await person.cards.count() == 1


async def test_the_clock_of_a_hold_runs(person: Person) -> None:
    """While we are on hold the card counts from when that began, by the server's clock."""
    since = await person.page.evaluate("Date.now() / 1000 - 75")
    await person.hears_news(card_in("HOLDING", 1, since=since, timer=since), "On hold.")
    timer = person.cards.get_by_role("timer")
    await expect(timer).to_have_text(re.compile(r"^1:1[5-9]$"))
    first = await timer.inner_text()
    await expect(timer).not_to_have_text(first)
    begins = await person.page.evaluate("Date.now() / 1000 + 600")
    await person.hears_news(card_in("SCHEDULED", 2, starts_at=begins, timer=begins), "Another attempt.")
    await expect(timer).to_have_text(re.compile(r"^in (10:00|9:5\d)$"))


async def test_cancelled_on_the_card(person: Person) -> None:
    """One tap on the card cancels its call, and the card says so."""
    await person.book_later()
    await person.cards.get_by_role("button", name="Cancel the call").click()
    await person.sees("Cancelled:")
    card = await person.sees_card("CANCELLED")
    await expect(card.locator(".rb-card-buttons")).to_be_empty()
    assert await person.cards.count() == 1


async def test_moved_on_the_card(person: Person) -> None:
    """A call for later gets its new time on the same card, also when the provider made a new call of it."""
    await person.book_later()
    before = await person.cards.locator(".rb-card-time").inner_text()
    await person.cards.get_by_role("button", name="Another time").click()
    await person.sees("When shall Billing call you instead?")
    await person.page.locator(".rb-picker:not([hidden]) .rb-day").nth(2).click()
    await person.page.locator(".rb-picker:not([hidden]) .rb-times:not([hidden]) .rb-time").first.click()
    await person.sees("Done: Billing will call you")
    for _ in range(2):
        assert await person.cards.count() == 1
        await expect(person.cards.locator(".rb-card-time")).not_to_have_text(before)
        await expect(person.cards.get_by_role("button", name="Cancel the call")).to_be_enabled()
        await person.page.reload()
        await person.connected()
    await person.cards.get_by_role("button", name="Cancel the call").click()
    await person.sees_card("CANCELLED")


async def test_a_card_out_of_sight_is_a_line_away(person: Person) -> None:
    """While the open call's card is scrolled away a line at the top says its state, and leads back to it."""
    await person.hears_news(card_in("HOLDING", 1), "On hold.")
    line = person.page.locator("#now")
    await expect(line).to_be_hidden()
    for number in range(25):
        await person.is_told(f"Something else, {number}.")
    await person.sees("Something else, 24.")
    await expect(line).to_contain_text("On hold for you")
    await person.hears_news(card_in("CALLING_CUSTOMER", 2), "Ringing you.")
    await expect(line).to_contain_text("Your phone is ringing now")
    await line.click()
    await expect(person.cards).to_be_in_viewport()
    await expect(person.cards).to_be_focused()
    await expect(line).to_be_hidden()


async def test_what_the_provider_cannot_do_is_not_offered(person: Person) -> None:
    """A call that can neither be moved nor cancelled has no buttons."""
    await person.hears_news(card_in("CALLING_AGENT", 1, can_cancel=False, buttons=[]), "Ringing the team.")
    await person.sees_card("CALLING_AGENT")
    assert await person.cards.get_by_role("button").count() == 0
