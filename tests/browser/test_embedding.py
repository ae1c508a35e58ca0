"""The launcher on other sites, in a real browser: one line, a strict policy, and only where it is allowed."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest
from playwright.async_api import Browser, BrowserContext, FrameLocator, Locator, Page, expect

from tests.browser.conftest import Sites
from tests.system import RASA_TOKEN, System

BOX = {"width": 1000, "height": 800}


@pytest.fixture
async def context(chromium: Browser) -> AsyncIterator[BrowserContext]:
    opened = await chromium.new_context(viewport=BOX)
    opened.set_default_timeout(20_000)
    yield opened
    await opened.close()


def watch(page: Page) -> list[str]:
    """What the browser complains about."""
    complaints: list[str] = []
    page.on("console", lambda line: complaints.append(line.text) if line.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    return complaints


def bubble(page: Page) -> Locator:
    return page.get_by_role("button", name="Open chat: ")


async def open_chat(page: Page) -> FrameLocator:
    await bubble(page).click()
    frame = page.frame_locator("iframe")
    await expect(frame.locator("#connection")).to_have_text("Connected")
    return frame


async def conversation(page: Page) -> str:
    """The id of the conversation in the frame."""
    frame = next(frame for frame in page.frames if "/ui/" in frame.url)
    found: str = await frame.evaluate("localStorage.getItem('ringback.session')")
    return found


async def tell(system: System, conversation_id: str, text: str, identity: str) -> None:
    """News, as the teller tells it."""
    news = {"id": identity, "callback": "cb", "seq": 1, "state": "HOLDING"}
    async with httpx.AsyncClient(timeout=20.0) as http:
        answer = await http.post(
            f"{system.rasa_url}/conversations/{conversation_id}/tracker/events",
            params={"output_channel": "website", "execute_side_effects": "true", "token": RASA_TOKEN},
            json=[{"event": "bot", "text": text, "data": {}, "metadata": {"news": news}}],
        )
    assert answer.status_code == 200


async def test_one_line_puts_the_chat_on_another_site(context: BrowserContext, sites: Sites) -> None:
    """On a listed site with a policy that lets in Ringback alone, the bubble opens a chat that answers.

    Also where the browser allows a foreign frame no storage.
    """
    page = await context.new_page()
    complaints = watch(page)
    await page.goto(sites.listed.foreign_url)
    frame = await open_chat(page)
    assert await frame.locator("h1").text_content() == "Shop chat"
    await frame.get_by_role("textbox", name="Your message").fill("call me")
    await page.keyboard.press("Enter")
    await expect(frame.get_by_text("What is it about?").last).to_be_visible()
    assert complaints == []
    await page.screenshot(path="tests/artefacts/embedded.png")


async def test_the_keyboard_goes_in_and_comes_back(context: BrowserContext, sites: Sites) -> None:
    """Opening puts the focus into the chat; Escape there closes it and gives the focus back to the bubble."""
    page = await context.new_page()
    await page.goto(sites.listed.url)
    await page.keyboard.press("Tab")
    await expect(bubble(page)).to_be_focused()
    await page.keyboard.press("Enter")
    frame = page.frame_locator("iframe")
    field = frame.get_by_role("textbox", name="Your message")
    await expect(field).to_be_focused()
    assert await page.get_by_role("button", name="Close chat: ").get_attribute("aria-expanded") == "true"
    await page.keyboard.press("Escape")
    await expect(bubble(page)).to_be_focused()
    assert await bubble(page).get_attribute("aria-expanded") == "false"
    await expect(page.locator("iframe")).to_be_hidden()
    await page.keyboard.press("Enter")
    await expect(field).to_be_focused()


async def test_news_while_it_is_closed(context: BrowserContext, sites: Sites, system: System) -> None:
    """News for a closed chat is counted on the bubble and in the site's title, until it is opened."""
    page = await context.new_page()
    await page.goto(sites.listed.url)
    frame = await open_chat(page)
    identity = await conversation(page)
    await page.get_by_role("button", name="Close chat", exact=True).click()
    for count in (1, 2):
        await tell(system, identity, f"News number {count}.", f"{identity}-{count}")
    await expect(page.get_by_role("button", name="Open chat: Shop chat, 2 unread messages")).to_be_visible()
    await expect(page).to_have_title("(2) Shop")
    await open_chat(page)
    await expect(page).to_have_title("Shop")
    await expect(frame.get_by_text("News number 2.")).to_have_count(1)
    # Who has chatted here once hears news on the next page of the site without opening the chat.
    await page.reload()
    await expect(bubble(page)).to_be_visible()
    await expect(frame.locator("#connection")).to_have_text("Connected")
    await tell(system, identity, "News number 3.", f"{identity}-3")
    await expect(page).to_have_title("(1) Shop")


async def test_a_site_that_is_not_listed_gets_nothing(context: BrowserContext, sites: Sites, system: System) -> None:
    """An unlisted site can load the bubble, but neither the chat in a frame nor a connection of its own."""
    page = await context.new_page()
    complaints = watch(page)
    await page.goto(sites.unlisted.url)
    async with page.expect_event("console", lambda line: "frame-ancestors" in line.text):
        await bubble(page).click()
    assert any("frame-ancestors" in text for text in complaints)
    assert all("webhooks/website/ui" not in frame.url for frame in page.frames)
    for origin, status in ((sites.unlisted.url, 400), ("null", 400), (sites.listed.url, 200), (system.rasa_url, 200)):
        async with httpx.AsyncClient() as http:
            answer = await http.get(f"{system.rasa_url}/socket.io/?EIO=4&transport=polling", headers={"Origin": origin})
        assert answer.status_code == status, origin
        assert answer.headers.get("access-control-allow-origin") == (origin if status == 200 else None)


async def test_the_launcher_says_when_the_chat_does_not_come(context: BrowserContext, sites: Sites) -> None:
    """Where the frame stays empty, the person is told so and given another way in."""
    page = await context.new_page()
    await page.clock.install()
    await page.goto(sites.unlisted.url)
    await bubble(page).click()
    await page.clock.run_for(16_000)
    await expect(page.get_by_role("status")).to_contain_text("could not be loaded here")
    assert "/webhooks/website/ui/" in str(await page.get_by_role("link").get_attribute("href"))


async def test_strangers_cannot_speak_for_the_chat(context: BrowserContext, sites: Sites) -> None:
    """A message that is not from the frame itself is not taken for one of the chat's."""
    page = await context.new_page()
    await page.goto(sites.listed.url)
    frame = await open_chat(page)
    await page.evaluate("postMessage({ringback: 'unread', count: 7}, '*')")
    await page.evaluate("postMessage({ringback: 'close'}, '*')")
    await frame.get_by_role("textbox", name="Your message").fill("hello")
    assert await page.title() == "Shop"
    await expect(page.locator("iframe")).to_be_visible()


async def test_small_screens_are_filled(chromium: Browser, sites: Sites) -> None:
    """On a phone the open chat fills the screen and can be closed."""
    context = await chromium.new_context(viewport={"width": 360, "height": 640}, has_touch=True)
    page = await context.new_page()
    await page.goto(sites.listed.url)
    await open_chat(page)
    box = await page.get_by_role("region", name="Shop chat").bounding_box()
    assert box == {"x": 0, "y": 0, "width": 360, "height": 640}
    await page.screenshot(path="tests/artefacts/embedded-phone.png")
    await page.get_by_role("button", name="Close chat", exact=True).click()
    await expect(page.locator("iframe")).to_be_hidden()
    await context.close()


async def test_the_demo_shop(context: BrowserContext, sites: Sites, system: System) -> None:
    """The demo shop's own strict policy lets the launcher work, and nothing complains."""
    page = await context.new_page()
    complaints = watch(page)
    await page.goto(f"{system.rasa_url}/webhooks/website/demo")
    await page.screenshot(path="tests/artefacts/demo.png")
    await open_chat(page)
    await page.screenshot(path="tests/artefacts/demo-open.png")
    assert complaints == []


async def test_the_first_load_is_small(context: BrowserContext, sites: Sites, system: System) -> None:
    """Everything the chat page loads at first comes to at most 160 KB, and from nowhere else."""
    page = await context.new_page()
    await page.goto(system.page_url)
    await expect(page.locator("#connection")).to_have_text("Connected")
    script = "performance.getEntries().filter(e => 'encodedBodySize' in e).map(e => [e.name, e.encodedBodySize])"
    loaded: list[tuple[str, int]] = await page.evaluate(script)
    assert {name.split("/")[2] for name, _ in loaded} == {system.rasa_url.removeprefix("http://")}
    assert 50_000 < sum(size for _, size in loaded) <= 160 * 1024, loaded
