"""The chat page in a real browser, on the real Rasa server: the main job, its choices, and the ways it gets noticed."""

from __future__ import annotations

import gzip

import pytest
from playwright.async_api import Browser, expect

from tests.browser.line import Line
from tests.browser.person import Person, card_in, open_person
from tests.system import ROOT, System

pytestmark = pytest.mark.asyncio(loop_scope="module")

ENDING = "The call is over."
LIMIT = 160 * 1024
"""Bytes, compressed, for all that the first sight of the page loads."""


async def test_from_the_first_word_to_the_ending(person: Person) -> None:
    """A person asks for a call, gets to "Booked", and is told every state to the end without typing."""
    await person.type("hi, can someone call me about my bill?", "Which number shall we call?")
    await person.type("416 555 0123", "account number")
    await person.tap("Skip", "What is the call about?")
    await person.type("I was charged twice", "text messages")
    await person.tap("No, thanks", "When shall we call?")
    await person.tap("Now", "Shall I book it?")
    await person.tap("Book it", "Booked.")
    await person.sees(ENDING)
    for news in ("We are on hold for you", ENDING):
        assert await person.page.get_by_text(news).count() == 1
    await person.picture("ending")


async def test_reload_midway(person: Person) -> None:
    """Reloading the page in the middle shows everything that was said, each once, and the news goes on."""
    await person.book_now()
    await person.page.reload()
    await person.connected()
    for text in ("please call me", "I was charged twice", "Booked."):
        await person.sees(text)
        assert await person.page.get_by_text(text, exact=text != "Booked.").count() == 1
    await person.sees(ENDING)
    assert await person.page.get_by_text(ENDING).count() == 1
    await person.sees_card("COMPLETED")


async def test_reload_during_a_question(person: Person) -> None:
    """After a reload an open question can be answered, by its controls too; one that was answered is closed."""
    await person.type("call me", "What is it about?")
    await person.page.reload()
    await person.connected()
    await person.tap("Billing", "Which number shall we call?")
    await person.page.reload()
    await person.connected()
    assert await person.page.locator(".rb-row:enabled").count() == 0
    await expect(person.page.locator(".rb-chosen")).to_contain_text("Billing")
    await person.give_number("416 555 0123", "account number")
    await expect(person.page.get_by_label("Phone number")).to_be_hidden()


# -- choices ----------------------------------------------------------------------------------------------------------


async def test_teams_show_whether_they_are_there(person: Person) -> None:
    """Every team is shown with its state, and only those can be chosen that take a call."""
    await person.type("call me", "What is it about?")
    rows = person.page.locator(".rb-row")
    await expect(rows).to_have_text(["BillingOpen", "New ordersOpen", "Technical supportClosed", "Moving homePaused"])
    assert await person.page.locator("button.rb-row").count() == 2
    opens_at = 1_790_000_000.0
    option = {"title": "Kundendienst", "payload": "/x", "state": "closed", "note": "", "opens_at": opens_at}
    await person.is_told("Made up.", hint={"ask": "queue", "options": [option]})
    await expect(rows.last).to_contain_text("Closed, next time Mon, Sep 21, ")


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("call me", "A phone number has digits only."),
        ("123", "That is too short."),
        ("1234567890123456", "That is too long for a phone number."),
        ("", "Please type a phone number."),
    ],
)
async def test_a_number_that_is_plainly_wrong_is_not_sent(person: Person, typed: str, said: str) -> None:
    """The field says at once what is wrong with a number, and the server is not asked."""
    await person.is_told("Which number?", hint={"ask": "phone_number"})
    field = person.page.get_by_label("Phone number")
    assert (await field.get_attribute("type"), await field.get_attribute("autocomplete")) == ("tel", "tel")
    await field.press_sequentially(typed)
    await field.press("Enter")
    note = person.page.locator(".rb-form .rb-note")
    await expect(note).to_contain_text(said)
    assert await field.get_attribute("aria-describedby") == await note.get_attribute("id")
    await expect(field).to_have_attribute("aria-invalid", "true")
    assert await person.page.locator(".rb-user").count() == 0
    await field.fill("+1 (416) 555-0123 ext. 4")
    await expect(note).to_have_text("With area code, or + and the country code.")


@pytest.mark.parametrize(("zone", "first"), [("America/Toronto", ""), ("Asia/Tokyo", "Toronto")])
async def test_times_are_the_visitors_own(system: System, browser: Browser, zone: str, first: str) -> None:
    """Times are grouped by the visitor's days and shown by the visitor's clock, with the centre's where it differs."""
    async with open_person(system, browser, timezone_id=zone) as person:
        # 2026-09-21 08:00 and 20:00 in Toronto: one day there, two in Tokyo.
        moments = [1_789_992_000.0, 1_790_035_200.0]
        options = [
            {"title": f"Mon {at:.0f}", "payload": f"/p{at:.0f}", "starts_at": at, "ends_at": at + 1800}
            for at in moments
        ]
        await person.is_told("When?", hint={"ask": "time_slot", "zone": "America/Toronto", "options": options})
        days = person.page.locator(".rb-day")
        times = person.page.locator(".rb-times:not([hidden]) .rb-time")
        if not first:
            await expect(days).to_have_text(["Mon, Sep 21"])
            await expect(times).to_have_text(["8:00 AM", "8:00 PM"])
            return
        await expect(days).to_have_text(["Mon, Sep 21", "Tue, Sep 22"])
        await expect(times).to_have_text(["9:00 PM8:00 AM Toronto"])
        await expect(person.page.locator(".rb-picker .rb-note")).to_contain_text("Times are yours (Tokyo)")
        await times.click()
        await expect(person.page.locator(".rb-user .rb-bubble")).to_have_text("Mon, Sep 21, 9:00 PM")


# -- noticed and not noticed ------------------------------------------------------------------------------------------

AWAY = "Object.defineProperty(document, 'hidden', { configurable: true, get: () => %s })"
FAKES = """() => {
    window.shown = [];
    window.beeps = 0;
    window.asked = 0;
    window.Notification = class {
        static permission = 'default';
        static async requestPermission() { window.asked += 1; return this.permission = 'granted'; }
        constructor(title, options) { window.shown.push([title, options.body]); }
        addEventListener() {}
    };
    const start = OscillatorNode.prototype.start;
    OscillatorNode.prototype.start = function (at) { window.beeps += 1; return start.call(this, at); };
}"""


async def test_news_reaches_who_looks_elsewhere(person: Person) -> None:
    """The title counts news; a notification and a sound come only after the person's own tap on their switches."""
    await person.page.evaluate(FAKES)
    await person.page.evaluate(AWAY % "true")
    await person.hears_news(card_in("HOLDING", 1), "On hold.")
    assert await person.page.title() == "(1) On hold for you – Ringback"
    assert await person.page.evaluate("[shown.length, beeps, asked]") == [0, 0, 0]
    bell = person.page.get_by_role("button", name="Notifications")
    sound = person.page.get_by_role("button", name="Sound")
    await bell.click()
    await expect(bell).to_have_attribute("aria-pressed", "true")
    await sound.click()
    await expect(sound).to_have_attribute("aria-pressed", "true")
    before = await person.page.evaluate("beeps")
    await person.hears_news(card_in("CALLING_CUSTOMER", 2), "Your phone is ringing, pick up.")
    assert await person.page.evaluate("shown") == [["Your phone is ringing now", "Your phone is ringing, pick up."]]
    assert await person.page.evaluate("beeps") > before
    await bell.click()
    await expect(bell).to_have_attribute("aria-pressed", "false")
    await person.hears_news(card_in("CONNECTED", 3), "Connected now.")
    assert await person.page.evaluate("[shown.length, asked]") == [1, 1]
    assert await person.page.title() == "(3) You are connected – Ringback"
    await person.page.evaluate(AWAY % "false")
    await person.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    assert await person.page.title() == "Ringback"


async def test_offline_is_said_and_nothing_is_lost(system: System, browser: Browser) -> None:
    """Without a network the page says so and keeps what is typed; it is sent when the network is back."""
    async with open_person(system, browser) as person:
        line = Line()
        await line.attach(person.page)
        await person.open()
        status = person.page.locator("#connection")
        await line.break_off()
        await expect(status).to_have_text("Reconnecting…")
        await person.page.context.set_offline(True)
        await expect(status).to_contain_text("Offline.")
        await person.field.click()
        await person.page.keyboard.type("hello")
        await person.page.keyboard.press("Enter")
        await expect(person.page.locator(".rb-status").last).to_contain_text("Not sent yet.")
        await person.page.context.set_offline(False)
        await expect(status).to_have_text("Reconnecting…")
        line.cut = False
        await expect(status).to_have_text("Connected")
        await person.sees("Hello! I can have our team call you back.")
        await expect(person.page.locator(".rb-status").last).to_be_empty()


# -- a company's own --------------------------------------------------------------------------------------------------


async def test_a_company_dresses_the_page(person: Person) -> None:
    """Title, colour, theme and language come from the page's address."""
    await person.open("?title=Maple+Telecom&color=%23c8102e&theme=dark&language=fr&position=right")
    page = person.page
    await expect(page.locator("h1")).to_have_text("Maple Telecom")
    assert await page.title() == "Maple Telecom"
    await expect(page.locator("#connection")).to_have_text("Connecté")
    await expect(page.get_by_role("textbox", name="Votre message")).to_be_visible()
    styles = "(one, name) => getComputedStyle(one)[name]"
    assert await page.locator("header").evaluate(styles, "backgroundColor") == "rgb(200, 16, 46)"
    assert await page.locator("html").evaluate(styles, "colorScheme") == "dark"
    assert await page.locator("html").get_attribute("lang") == "fr"


async def test_suggestions_are_understood_in_every_language(person: Person) -> None:
    """A suggestion is shown in the page's language and sent as the assistant understands it, also after a reload."""
    await person.open("?language=de")
    await person.tap("Bitte zurückrufen", "Zurzeit keine Anrufe bei")
    for _ in range(2):
        await expect(person.page.locator(".rb-user .rb-bubble")).to_have_text("Bitte zurückrufen")
        await person.page.reload()
        await person.connected()


async def test_an_unknown_language_is_english(person: Person) -> None:
    """A language we do not speak falls back to the browser's, and that to English."""
    await person.open("?language=tlh")
    await expect(person.page.locator("#connection")).to_have_text("Connected")


async def test_every_language_says_everything(person: Person) -> None:
    """The three languages have the same texts, and none of them is empty."""
    shapes = await person.page.evaluate(
        """async () => {
            const { LANGUAGES } = await import('./strings.js');
            const shape = (one) => (typeof one === 'string' ? (one ? 'text' : 'empty')
                : Object.fromEntries(Object.entries(one).map(([name, value]) => [name, shape(value)])));
            return Object.values(LANGUAGES).map((one) => JSON.stringify(shape(one)));
        }"""
    )
    assert len(shapes) == 3
    assert len(set(shapes)) == 1
    assert "empty" not in shapes[0]


async def test_the_first_load_is_light(person: Person) -> None:
    """Everything that the first sight of the page loads is small when compressed, and comes from this server alone."""
    loaded: list[str] = await person.page.evaluate("performance.getEntriesByType('resource').map(({ name }) => name)")
    assert all(name.startswith(person.system.rasa_url) for name in loaded)
    base = person.system.page_url
    files = {name.removeprefix(base) for name in loaded if name.startswith(base)} | {"index.html"}
    sizes = {name: len(gzip.compress((ROOT / "web" / name).read_bytes(), 6)) for name in files}
    assert {"chat.js", "style.css", "vendor/deepChat.bundle.js"} <= set(sizes)
    assert sum(sizes.values()) <= LIMIT, sizes
