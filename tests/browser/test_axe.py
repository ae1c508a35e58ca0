"""axe-core (WCAG 2.1 A and AA, best practice) finds nothing at any step of the job, light and dark."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, expect

from tests.browser.person import Person, card_in, open_person
from tests.system import System

pytestmark = pytest.mark.asyncio(loop_scope="module")

AXE = Path(__file__).parent / "axe" / "axe.min.js"
RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]}}
STATES = (
    "ORDERING",
    "UNCERTAIN",
    "QUEUED",
    "SCHEDULED",
    "CALLING_AGENT",
    "HOLDING",
    "CALLING_CUSTOMER",
    "CONNECTED",
    "COMPLETED",
    "CANCELLED",
    "FAILED",
    "EXPIRED",
)
LOOKS = [("light", ""), ("dark", ""), ("light", "?color=ffd400"), ("dark", "?color=%23c8102e&title=Maple+Telecom")]


async def findings(person: Person) -> list[Any]:
    """What axe complains about, in a form that says where."""
    if not await person.page.evaluate("'axe' in window"):
        await person.page.evaluate(AXE.read_text(encoding="utf-8"))  # as a page's own script the policy forbids it
    # A fading or ringing thing has no colour to measure.
    await person.page.evaluate(
        "for (const root of [document, document.querySelector('deep-chat').shadowRoot])"
        " for (const one of root.getAnimations()) one.cancel()"
    )
    found = await person.page.evaluate("(rules) => axe.run(document, rules)", RULES)
    assert found["passes"], "axe has looked at nothing"
    return [(one["id"], node["target"], node["failureSummary"]) for one in found["violations"] for node in one["nodes"]]


@pytest.mark.parametrize(("scheme", "query"), LOOKS)
async def test_the_job(system: System, browser: Browser, scheme: str, query: str) -> None:
    """Nothing to complain about from the first sight of the page to a cancelled call."""
    async with open_person(system, browser, color_scheme=scheme) as person:
        if query:
            await person.open(query)
        assert await findings(person) == []
        await person.type("please call me", "What is it about?")
        assert await findings(person) == []
        await person.tap("Billing", "Which number shall we call?")
        await person.page.get_by_label("Phone number").fill("call me maybe")
        await expect(person.page.get_by_label("Phone number")).to_have_attribute("aria-invalid", "true")
        assert await findings(person) == []
        await person.give_number("416 555 0123", "account number")
        await person.tap("Skip", "What is the call about?")
        await person.type("I was charged twice", "text messages")
        await person.tap("No, thanks", "When shall we call?")
        assert await findings(person) == []
        await person.tap("Later", "Which time suits you?")
        assert await findings(person) == []
        await person.page.locator(".rb-times:not([hidden]) .rb-time").last.click()
        await person.sees("Shall I book it?")
        assert await findings(person) == []
        await person.tap("Book it", "Booked.")
        await person.sees_card("SCHEDULED")
        assert await findings(person) == []
        await person.cards.get_by_role("button", name="Cancel the call").click()
        await person.sees_card("CANCELLED")
        assert await findings(person) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_every_state_of_a_card(system: System, browser: Browser, scheme: str) -> None:
    """Nothing to complain about in any state of a call, nor with its line at the top."""
    async with open_person(system, browser, color_scheme=scheme) as person:
        for seq, state in enumerate(STATES, start=1):
            await person.hears_news(card_in(state, seq, callback=f"made-up-{state}"), f"News {seq}.")
            await person.sees_card(state)
        await expect(person.page.locator("#now")).to_be_hidden()
        assert await findings(person) == []
        await person.page.locator("#messages").evaluate("(list) => { list.scrollTop = 0; }")
        await expect(person.page.locator("#now")).to_be_visible()
        assert await findings(person) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_the_launcher_on_a_shop(system: System, browser: Browser, scheme: str) -> None:
    """The made-up shop and the bubble on it give no cause for complaint, closed and open."""
    context = await browser.new_context(color_scheme=scheme, bypass_csp=True)  # the shop forbids scripts of others
    try:
        page = await context.new_page()
        await page.goto(f"{system.rasa_url}/webhooks/website/demo/")
        await page.evaluate(AXE.read_text(encoding="utf-8"))
        button = page.get_by_role("button", name="Open chat: ")
        await expect(button).to_be_visible()
        for does in ("look", "open"):
            if does == "open":
                await button.click()
                await expect(page.frame_locator("iframe").locator("#connection")).to_have_text("Connected")
            found = await page.evaluate("(rules) => axe.run(document, {...rules, iframes: false})", RULES)
            assert found["passes"], "axe has looked at nothing"
            assert [(one["id"], [node["target"] for node in one["nodes"]]) for one in found["violations"]] == []
    finally:
        await context.close()
