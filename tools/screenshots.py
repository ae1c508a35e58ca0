"""Makes the pictures of the README: starts everything on free ports, asks for a call as a person does, and looks.

.venv/bin/python -m tools.screenshots        # writes docs/images/
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from pathlib import Path

from playwright.async_api import Browser, expect

from tests.browser.person import Person, open_browser, open_person
from tests.system import System
from tools.console import ROOT, run_tool, say

IMAGES = ROOT / "docs" / "images"
PHONE = {"width": 380, "height": 700}
LONG_HOLD = "416 555 0143"
"""The sandbox keeps this number on hold for long enough to look at it."""
SCHEMES = ("light", "dark")


async def _look(system: System, browser: Browser, scheme: str) -> None:
    options = {"viewport": PHONE, "color_scheme": scheme, "timezone_id": "America/Toronto"}
    async with open_person(system, browser, **options) as person:
        await person.open("?title=Maple+Telecom")
        await person.type("I need someone to call me", "What is it about?")
        await person.page.locator("button.rb-row").first.wait_for()
        await _picture(person, "teams", scheme)
        await person.tap("Billing", "Which number shall we call?")
        await person.give_number(LONG_HOLD, "account number")
        await person.tap("Skip", "What is the call about?")
        await person.type("I was charged twice", "text messages")
        await person.tap("No, thanks", "When shall we call?")
        await person.tap("Later", "Which time suits you?")
        await person.page.locator(".rb-day").nth(1).click()
        await _picture(person, "times", scheme)
        await person.type("now", "Shall I book it?")
        await person.tap("Book it", "Booked.")
        await person.sees_card("HOLDING")
        await expect(person.cards.get_by_role("timer")).to_have_text("0:06")
        await _picture(person, "call", scheme)


async def _picture(person: Person, name: str, scheme: str) -> None:
    await person.page.evaluate("document.activeElement?.blur()")
    await person.page.mouse.move(0, 0)
    file = IMAGES / f"{name}-{scheme}.png"
    await person.page.screenshot(path=file, animations="disabled")
    say(f"{file.relative_to(ROOT)} ({file.stat().st_size // 1024} KB)")


async def _all(system: System) -> None:
    async with open_browser() as browser:
        for scheme in SCHEMES:
            await _look(system, browser, scheme)


def _main() -> int:
    IMAGES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        system = System(Path(folder))
        try:
            system.start()
            asyncio.run(_all(system))
        finally:
            system.stop()
    return 0


if __name__ == "__main__":
    sys.exit(run_tool(_main))
