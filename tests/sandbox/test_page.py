"""The page for people, as text and in a real browser."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from html.parser import HTMLParser

import httpx
import pytest
from playwright.async_api import Page, async_playwright, expect

from sandbox.app import Sandbox
from sandbox.clock import Clock
from sandbox.company import ACCOUNT_SID, AUTH_TOKEN, BILLING_SID
from sandbox.page import MOST_ENDED
from sandbox.tenios.company import ACCESS_KEY, SALES_ID
from tests.sandbox.asking import NUMBER, ordered
from tests.sandbox.conftest import Served
from tests.sandbox.tenios_client import NUMBER as BERLIN
from tests.sandbox.tenios_client import TeniosClient
from tools.browser import FLAGS, find_browser


class Rows(HTMLParser):
    """The cells of each row of the table's body, and the buttons that can be pressed."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self.buttons: list[list[str]] = []
        self.feed(html.split("<tbody>")[1])

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = dict(attrs)
        if tag == "tr":
            self.rows.append([])
            self.buttons.append([])
        elif tag == "td":
            self.rows[-1].append("")
        elif tag == "button" and "disabled" not in known:
            self.buttons[-1].append(known["data-to"] or "")

    def handle_data(self, text: str) -> None:
        if self.rows and self.rows[-1]:
            self.rows[-1][-1] += text


async def rows(client: httpx.AsyncClient) -> Rows:
    return Rows((await client.get("/sandbox/")).text)


async def test_calls_of_both_providers(tenios: TeniosClient, clock: Clock) -> None:
    """Each call in progress stands there with its provider, state and masked number, the newest first."""
    sid, found = await ordered(tenios.http), await tenios.ordered()
    clock.advance(7)
    page = await rows(tenios.http)
    assert [row[:6] for row in page.rows] == [
        ["tenios", str(found), "2026-11-23 09:02:00", "…77", "CALLING_A", "7 s"],
        ["fonolo", sid, "2026-11-23 09:02:00", "…23", "Holding", "7 s"],
    ]
    assert page.buttons == [["agent_answers", "fail"]] * 2
    text = (await tenios.http.get("/sandbox/")).text
    assert NUMBER not in text
    assert BERLIN not in text


async def test_ended_calls(client: httpx.AsyncClient, clock: Clock) -> None:
    """Calls that are over stand below those in progress, the last few of them, without buttons."""
    for _ in range(MOST_ENDED + 5):
        await ordered(client)
    clock.advance(3600)
    live = await ordered(client)
    page = await rows(client)
    assert [page.rows[0][1], *{row[4] for row in page.rows[1:]}] == [live, "Success"]
    assert len(page.rows) == MOST_ENDED + 1
    assert page.buttons[1:] == [[]] * MOST_ENDED


async def test_every_word_is_escaped(client: httpx.AsyncClient, app: Sandbox) -> None:
    """Whatever a call holds, the page shows it as text."""
    sid = await ordered(client)
    call = app.world.calls.get(sid)
    assert call is not None
    bad = "<script>alert(1)</script>\"'&"
    plan = replace(call.plan, steps=((bad, 60.0),))
    app.world.calls.add(replace(call, sid=bad, number=bad, provider="tenios", plan=plan))
    text = (await client.get("/sandbox/")).text
    assert "<script>alert" not in text
    assert Rows(text).rows[0][1] == Rows(text).rows[0][4] == bad


async def test_nothing_from_elsewhere(client: httpx.AsyncClient) -> None:
    """The page names no other host, runs no script of its own text, and tells the browser so."""
    page = await client.get("/sandbox/")
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    for path in re.findall(r'(?:src|href)="([^"]*)"', page.text):
        assert path.startswith("/sandbox/")
        answer = await client.get(path)
        assert answer.status_code == 200
        assert "//" not in answer.text.replace("// ", "")
    assert not re.search(r"<script>|style=|onclick", page.text)


@pytest.fixture
async def browser(sandbox: Served) -> AsyncIterator[Page]:
    async with async_playwright() as playwright:
        started = await playwright.chromium.launch(executable_path=find_browser(), args=[*FLAGS])
        page = await started.new_page()
        page.set_default_timeout(10_000)
        await page.goto(f"{sandbox.url}/sandbox/")
        yield page
        await started.close()


async def test_a_call_by_mouse(browser: Page, sandbox: Served) -> None:
    """In a browser a new call appears by itself, its buttons move it, and only those that make sense can be pressed."""
    complaints: list[str] = []
    browser.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    async with httpx.AsyncClient(base_url=sandbox.url, trust_env=False, auth=(ACCOUNT_SID, AUTH_TOKEN)) as client:
        await client.delete("/sandbox/calls")
        form = {"fc_number": "14165550143", "fc_option": BILLING_SID}
        sid = (await client.post("/3.0/callback", data=form)).json()["data"]["sid"]
        order = {"callback_config_id": SALES_ID, "callback_number": BERLIN, "delay": 60, "access_key": ACCESS_KEY}
        found = (await client.post("/callback/init", json=order)).json()["id"]
        row, other = browser.locator(f"#call-{sid}"), browser.locator(f"#call-{found}")
        await expect(row).to_contain_text("…43")
        await expect(row.get_by_text("customer answers")).to_be_disabled()
        await row.get_by_text("agent answers").click()
        await expect(row).to_contain_text("Calling Client")
        await row.get_by_text("customer answers").click()
        await expect(row).to_contain_text("Call In Progress")
        await row.get_by_text("customer hangs up").click()
        await expect(row).to_contain_text("Success")
        await expect(row.locator("button")).to_have_count(0)
        await expect(other).to_contain_text("REQUESTED")
        await other.get_by_text("fail it").click()
        await expect(other).to_contain_text("CALL_A_FAILED")
        calls = {call["sid"]: call["state"] for call in (await client.get("/sandbox/calls")).json()["calls"]}
        assert calls == {sid: "Success", str(found): "CALL_A_FAILED"}
    assert complaints == []
