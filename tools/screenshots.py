"""Makes the pictures of the README: starts everything on free ports, asks for a call as a person does, and looks.

.venv/bin/python -m tools.screenshots        # writes docs/images/
.venv/bin/python -m tools.screenshots de     # one of them: light, dark, de, fr or film
"""

from __future__ import annotations

import asyncio
import io
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from PIL import Image
from playwright.async_api import Browser, expect

from tests.browser.person import LABELS, Person, open_browser, open_person
from tests.system import System
from tools.console import ROOT, run_tool, say

IMAGES = ROOT / "docs" / "images"
PHONE = {"width": 380, "height": 700}
LONG_HOLD = "416 555 0143"
"""The sandbox keeps this number on hold for long enough to look at it."""


@dataclass(frozen=True)
class Look:
    """One person's way to a call: how it is named, and what they say, tap and are told."""

    name: str
    language: str
    scheme: str
    begin: str
    topic: str
    number: str
    skip: str
    story: str
    texts: str
    no_texts: str
    when: str
    later: str
    time: str
    change: str
    the_time: str
    now: str
    sure: str
    book: str
    booked: str


def _english(scheme: str) -> Look:
    return Look(
        name=scheme,
        language="en",
        scheme=scheme,
        begin="Call me back",
        topic="What is it about?",
        number="Which number shall we call?",
        skip="Skip",
        story="I was charged twice",
        texts="text messages",
        no_texts="No, thanks",
        when="When shall we call?",
        later="Later",
        time="Which time suits you?",
        change="Change something",
        the_time="The time",
        now="Now",
        sure="Shall I book it?",
        book="Book it",
        booked="Booked.",
    )


GERMAN = Look(
    name="de",
    language="de",
    scheme="light",
    begin="Bitte zurückrufen",
    topic="Worum geht es?",
    number="Unter welcher Nummer",
    skip="Überspringen",
    story="Mir wurde die Rechnung zweimal abgebucht",
    texts="SMS erhalten?",
    no_texts="Nein, danke",
    when="Wann sollen wir anrufen?",
    later="Später",
    time="Welche Zeit passt Ihnen?",
    change="Etwas ändern",
    the_time="Die Uhrzeit",
    now="Jetzt",
    sure="Soll ich das buchen?",
    book="Buchen",
    booked="Gebucht.",
)
FRENCH = Look(
    name="fr",
    language="fr",
    scheme="light",
    begin="Rappelez-moi",
    topic="De quoi s’agit-il",
    number="À quel numéro",
    skip="Passer",
    story="On m’a débité deux fois la même facture",
    texts="recevoir des SMS",
    no_texts="Non, merci",
    when="Quand devons-nous appeler",
    later="Plus tard",
    time="Quel horaire vous convient",
    change="Modifier",
    the_time="L’horaire",
    now="Maintenant",
    sure="Dois-je réserver",
    book="Réserver",
    booked="C’est réservé.",
)


async def _look(system: System, browser: Browser, look: Look) -> None:
    options: dict[str, Any] = {"viewport": PHONE, "color_scheme": look.scheme, "timezone_id": "America/Toronto"}
    async with open_person(system, browser, **options) as person:
        person.labels = LABELS[look.language]
        await person.open(f"?title=Maple+Telecom&language={look.language}")
        await person.tap(look.begin, look.topic)
        await person.page.locator("button.rb-row").first.wait_for()
        await _picture(person, "teams", look)
        await person.tap("Billing", look.number)
        await person.give_number(LONG_HOLD, "account number")
        await person.tap(look.skip, "What is the call about?")
        await person.type(look.story, look.texts)
        await person.tap(look.no_texts, look.when)
        await person.tap(look.later, look.time)
        await person.page.locator(".rb-day").nth(1).click()
        await _picture(person, "times", look)
        await person.page.locator(".rb-times:not([hidden]) .rb-time").first.click()
        await person.tap(look.change, look.the_time)
        await person.tap(look.the_time, look.when)
        await person.tap(look.now, look.sure)
        await person.tap(look.book, look.booked)
        await person.sees_card("HOLDING")
        await expect(person.cards.get_by_role("timer")).to_have_text("0:06")
        await _picture(person, "call", look)


async def _picture(person: Person, name: str, look: Look) -> None:
    await person.page.evaluate("document.activeElement?.blur()")
    await person.page.mouse.move(0, 0)
    file = IMAGES / f"{name}-{look.name}.png"
    await person.page.screenshot(path=file, animations="disabled")
    say(f"{file.relative_to(ROOT)} ({file.stat().st_size // 1024} KB)")


async def _film(system: System, browser: Browser) -> None:
    """One whole call from the first word to its end, as a moving picture."""
    frames: list[tuple[bytes, float]] = []
    options: dict[str, Any] = {"viewport": PHONE, "color_scheme": "light", "timezone_id": "America/Toronto"}
    async with open_person(system, browser, **options) as person:

        async def shot(seconds: float) -> None:
            await person.page.evaluate("document.activeElement?.blur()")
            frames.append((await person.page.screenshot(animations="disabled"), seconds))

        await person.open("?title=Maple+Telecom&language=en")
        await person.field.fill("hi, can sb call me abt my bill? 416 555 0123")
        await shot(1.8)
        await person.field.press("Enter")
        await person.sees("account number")
        await shot(2.2)
        await person.tap("Skip", "What is the call about?")
        await person.type("I was charged twice", "text messages")
        await person.tap("No, thanks", "When shall we call?")
        await shot(1.8)
        await person.tap("Now", "Shall I book it?")
        await shot(2.4)
        async with httpx.AsyncClient(trust_env=False, timeout=10) as http:  # slow enough to look at every state
            (await http.post(f"{system.sandbox_url}/sandbox/settings", json={"speed": 1.5})).raise_for_status()
        await person.tap("Book it", "Booked.")
        for state, seconds in (("HOLDING", 1.6), ("CALLING_CUSTOMER", 2.4), ("CONNECTED", 2.0), ("COMPLETED", 3.0)):
            await person.sees_card(state)
            await asyncio.sleep(0.3)
            await shot(seconds)
    first, *rest = [Image.open(io.BytesIO(png)).convert("RGB") for png, _ in frames]
    file = IMAGES / "call.gif"
    durations = [round(seconds * 1000) for _, seconds in frames]
    first.save(file, save_all=True, append_images=rest, duration=durations, loop=0, optimize=True)
    say(f"{file.relative_to(ROOT)} ({file.stat().st_size // 1024} KB, {sum(durations) / 1000:.0f} s)")


async def _all(system: System, looks: list[Look], *, film: bool) -> None:
    async with open_browser() as browser:
        for look in looks:
            await _look(system, browser, look)
        if film:
            await _film(system, browser)


def _main() -> int:
    IMAGES.mkdir(parents=True, exist_ok=True)
    looks = [_english("light"), _english("dark"), GERMAN, FRENCH]
    wanted = sys.argv[1:]
    with tempfile.TemporaryDirectory() as folder:
        system = System(Path(folder))
        try:
            system.start()
            chosen = [one for one in looks if not wanted or one.name in wanted]
            asyncio.run(_all(system, chosen, film=not wanted or "film" in wanted))
        finally:
            system.stop()
    return 0


if __name__ == "__main__":
    sys.exit(run_tool(_main))
