"""The chat page in a real browser, against a real Rasa server."""

from __future__ import annotations

from collections.abc import AsyncIterator
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Browser, Locator, Page, expect

from tests.browser.line import Line

from .conftest import RasaServer
from .test_website import news, user_texts

INTRO = "Hi! I can get someone to call you back. What is it about?"
PHONE = {"width": 320, "height": 640}


@pytest.fixture
async def page(browser: Browser) -> AsyncIterator[Page]:
    """A new visitor's tab; the test fails if the page complains or asks any other host for anything."""
    context = await browser.new_context(viewport={"width": 900, "height": 760})
    tab = await context.new_page()
    hosts: set[str | None] = set()
    complaints: list[str] = []
    tab.on("request", lambda request: hosts.add(urlsplit(request.url).hostname))
    tab.on("pageerror", lambda error: complaints.append(str(error)))
    tab.on("console", lambda line: complaints.append(line.text) if line.type == "error" else None)
    yield tab
    await context.close()
    # What a cut line leaves in the console is the browser's own doing.
    assert [text for text in complaints if "socket.io" not in text] == []
    assert hosts - {None} <= {"127.0.0.1"}


async def opened(page: Page, server: RasaServer) -> str:
    """Open the page and wait until it is connected; the session's id."""
    await page.goto(server.page)
    await expect(page.locator("#connection")).to_have_text("Connected")
    session: str = await page.evaluate("localStorage.getItem('ringback.session')")
    return session


async def type_in(page: Page, text: str) -> None:
    await page.get_by_role("textbox", name="Your message").click()
    await page.keyboard.type(text)
    await page.keyboard.press("Enter")


def bubbles(page: Page) -> Locator:
    return page.locator(".rb-bubble, .rb-line > span:nth-child(2)")


async def transcript(page: Page) -> list[str]:
    return await bubbles(page).all_inner_texts()


async def test_a_conversation_with_buttons(page: Page, rasa_server: RasaServer) -> None:
    """A tap shows the button's title, sends its payload and switches the group off; a reload shows all that again."""
    session = await opened(page, rasa_server)
    await expect(bubbles(page)).to_have_text([INTRO])
    await type_in(page, "hello")
    button = page.get_by_role("button", name="Sales <b>& more</b>")
    await expect(button).to_be_enabled()
    box = await button.bounding_box()
    assert box is not None
    assert box["height"] >= 44
    assert await page.get_by_role("button", name="Call me back").is_disabled()
    await button.click()
    await expect(bubbles(page).last).to_have_text("I will ask sales.")
    before = await transcript(page)
    assert before[-2] == "Sales <b>& more</b>"
    assert user_texts(await rasa_server.events(session)) == ["hello", '/choose{"queue": "sales"}']
    for _ in range(2):
        await expect(button).to_be_disabled()
        await expect(page.locator(".rb-chosen")).to_have_text("Sales <b>& more</b>")
        assert await page.get_by_role("button", name="Support").is_disabled()
        assert await transcript(page) == before
        assert await page.evaluate("Object.keys(localStorage).sort()") == ["ringback.session", "ringback.token"]
        await opened(page, rasa_server)
        await expect(bubbles(page)).to_have_count(len(before))


async def test_suggestions_are_sent_as_words(page: Page, rasa_server: RasaServer) -> None:
    """The first suggestions are what the person would type, and the server reads them as such."""
    session = await opened(page, rasa_server)
    await page.get_by_role("button", name="What can you do?").click()
    await expect(page.locator(".rb-bot")).to_have_count(2)
    assert user_texts(await rasa_server.events(session)) == ["What can you do?"]


async def test_news_is_shown_once_and_stands_out(page: Page, rasa_server: RasaServer) -> None:
    """News told twice is shown once, marked by its state; a hidden tab says so in its title."""
    await page.add_init_script("Object.defineProperty(document, 'hidden', { get: () => window.away ?? false })")
    session = await opened(page, rasa_server)
    await page.evaluate("window.away = true")
    await rasa_server.push(session, "Your phone rings now.", news("n-1", "CALLING_CUSTOMER"))
    await rasa_server.push(session, "Your phone rings now.", news("n-1", "CALLING_CUSTOMER"))
    await rasa_server.push(session, "Something new.", news("n-2", "A_WORD_FROM_THE_FUTURE"))
    await expect(bubbles(page)).to_have_count(3)
    assert await page.locator(".rb-news").count() == 2
    await expect(page.locator(".rb-news .rb-tone-good")).to_contain_text("Your phone rings now.")
    assert await page.title() == "(2) News about your call – Ringback"
    await page.evaluate("window.away = false; document.dispatchEvent(new Event('visibilitychange'))")
    assert await page.title() == "Ringback"


async def test_messages_stand_in_the_order_of_their_time(page: Page, rasa_server: RasaServer) -> None:
    """A message that arrives late is put where it belongs, and everything else stays as it was."""
    session = await opened(page, rasa_server)
    await type_in(page, "hello")
    await expect(page.get_by_role("button", name="Support")).to_be_enabled()
    await rasa_server.push(session, "Earlier.", timestamp=1000.0)
    await expect(bubbles(page)).to_have_count(4)
    texts = await transcript(page)
    assert [text.split("\n")[0] for text in texts] == [INTRO, "hello", "Earlier.", "Hello there."]
    await page.get_by_role("button", name="Support").click()
    await expect(bubbles(page).last).to_have_text("I will ask support.")


async def test_words_cannot_become_markup(page: Page, rasa_server: RasaServer) -> None:
    """Markup in a message or a title is shown as it was written, and only web addresses become links."""
    session = await opened(page, rasa_server)
    wicked = '<img src=x onerror="alert(1)"> [x](javascript:alert(1)) https://example.org/?a="b'
    await rasa_server.push(session, wicked, buttons=[{"title": '"><i>x</i>', "payload": '"><i>'}])
    await expect(bubbles(page).last).to_have_text(wicked)
    assert await page.locator(".rb img, .rb i").count() == 0
    assert await page.locator(".rb a").get_attribute("href") == "https://example.org/?a="


async def test_a_broken_line_is_shown_and_healed(page: Page, rasa_server: RasaServer) -> None:
    """While the line is down the page says so and keeps what was typed; then that is sent, and missed news is there."""
    line = Line()
    await line.attach(page)
    session = await opened(page, rasa_server)
    await type_in(page, "hello")
    await expect(page.get_by_role("button", name="Support")).to_be_visible()
    await line.break_off()
    await expect(page.locator("#connection")).to_have_text("Reconnecting…")
    await type_in(page, "is it raining")
    await expect(page.locator(".rb-status").last).to_contain_text("Not sent yet")
    await rasa_server.push(session, "We kept your place.", news("n-missed"))
    line.cut = False
    await expect(page.locator("#connection")).to_have_text("Connected", timeout=15_000)
    await expect(bubbles(page).last).to_have_text("Nice weather.")
    await expect(page.locator(".rb-news")).to_have_count(1)
    await expect(page.locator(".rb-status").last).to_be_empty()
    assert user_texts(await rasa_server.events(session)) == ["hello", "is it raining"]


async def test_a_lost_acknowledgement_is_not_taken_for_success(page: Page, rasa_server: RasaServer) -> None:
    """Without an acknowledgement the page says "not sent"; trying again sends the same id, which is handled once."""
    line = Line()
    await line.attach(page)
    await page.clock.install()
    session = await opened(page, rasa_server)
    line.lose_acknowledgements = True
    await type_in(page, "is it raining")
    await expect(bubbles(page).last).to_have_text("Nice weather.")
    await expect(page.locator(".rb-status")).to_have_text("Sending…")
    await page.clock.fast_forward(10_500)
    await expect(page.locator(".rb-status")).to_contain_text("Not sent.")
    line.lose_acknowledgements = False
    await page.get_by_role("button", name="Try again").click()
    await expect(page.locator(".rb-status")).to_be_empty()
    assert user_texts(await rasa_server.events(session)) == ["is it raining"]


async def test_waiting_dots_come_and_go(page: Page, rasa_server: RasaServer) -> None:
    """Dots show that an answer is on its way, until it is there or nobody would believe them any more."""
    line = Line()
    await line.attach(page)
    await page.clock.install()
    await opened(page, rasa_server)
    dots = page.locator(".rb-typing")
    await expect(dots).to_be_hidden()
    await page.evaluate("document.querySelector('deep-chat').shadowRoot.querySelector('.rb-typing').dataset.seen = ''")
    await page.evaluate(
        """() => {
            const dots = document.querySelector('deep-chat').shadowRoot.querySelector('.rb-typing');
            new MutationObserver(() => { dots.dataset.seen += dots.hidden ? '-' : '+'; })
                .observe(dots, { attributeFilter: ['hidden'] });
        }"""
    )
    await type_in(page, "is it raining")
    await expect(bubbles(page).last).to_have_text("Nice weather.")
    await expect(dots).to_be_hidden()
    assert await dots.get_attribute("data-seen") == "+-"


async def test_can_be_used_without_eyes_or_mouse(page: Page, rasa_server: RasaServer) -> None:
    """The conversation is a polite log, input and send button have names, and the keyboard reaches the answers."""
    await opened(page, rasa_server)
    log = page.get_by_role("log", name="Conversation")
    await expect(log).to_have_attribute("aria-live", "polite")
    await type_in(page, "hello")
    support = page.get_by_role("button", name="Support")
    await support.focus()
    await page.keyboard.press("Enter")
    await expect(bubbles(page).last).to_have_text("I will ask support.")
    await page.get_by_role("textbox", name="Your message").click()
    await page.keyboard.type("weather today")
    await page.get_by_role("button", name="Send").focus()
    await page.keyboard.press("Enter")
    await expect(bubbles(page).last).to_have_text("Nice weather.")


async def test_fits_a_small_phone(page: Page, rasa_server: RasaServer) -> None:
    """At 320 pixels nothing is cut off sideways, not even a very long word."""
    await page.set_viewport_size({"width": PHONE["width"], "height": PHONE["height"]})
    session = await opened(page, rasa_server)
    await rasa_server.push(session, "x" * 300, news("n-long"), buttons=[{"title": "y" * 90}])
    await expect(bubbles(page)).to_have_count(2)
    await type_in(page, "z" * 200)
    await expect(page.locator(".rb-user")).to_have_count(1)
    edges = await page.evaluate(
        """() => {
            const root = document.querySelector('deep-chat').shadowRoot;
            const drawn = [...root.querySelectorAll('.rb-bubble, .rb-button, #text-input-container')];
            return drawn.map((one) => one.getBoundingClientRect()).map((box) => [box.left, box.right]);
        }"""
    )
    assert all(left >= 0 and right <= PHONE["width"] for left, right in edges)
    assert await page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
