"""The operators' status page: its door, what it shows, and what that costs."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.async_api import async_playwright
from sanic import Sanic
from sqlalchemy import Engine, event

from actions.status import COOKIE, LASTS, Doorkeeper, status_page
from ringback.ledger.oversight import Outlook, Today
from ringback.ledger.store import Ledger, Overtaken
from ringback.models import Callback, CallbackRequest, State
from ringback.settings import DeskFile, Settings
from ringback.status.page import page, part
from ringback.status.snapshot import Away, Snapshot, Snapshots
from tests.conftest import Clock
from tools.browser import FLAGS, find_browser

MakeRequest = Callable[..., CallbackRequest]
DESK = Path("desk.yml")
AXE = Path("tests/browser/axe/axe.min.js").read_text(encoding="utf-8")


@pytest.fixture
def config() -> DeskFile:
    return Settings(desk_file=DESK).desk()


@asynccontextmanager
async def served(snapshots: Snapshots, door: Doorkeeper) -> AsyncIterator[str]:
    """The page on a real socket; its address."""
    Sanic.test_mode = True
    app: Any = Sanic(f"status_{time.monotonic_ns()}", configure_logging=False)
    app.blueprint(status_page(lambda: snapshots, door))
    server = await app.create_server(host="127.0.0.1", port=0, return_asyncio_server=True, access_log=False)
    try:
        await server.startup()
        await server.start_serving()
        yield f"http://127.0.0.1:{server.server.sockets[0].getsockname()[1]}"
    finally:
        server.close()
        await server.wait_closed()


class Visit:
    """A browser without a screen at the page's door."""

    def __init__(self, http: httpx.AsyncClient, door: Doorkeeper, clock: Clock) -> None:
        self.http, self.door, self.clock = http, door, clock

    async def enter(self, token: str) -> httpx.Response:
        return await self.http.post("/status/enter", data={"token": token})


@pytest.fixture
async def visit(tmp_path: Path, config: DeskFile, clock: Clock) -> AsyncIterator[Visit]:
    async with AsyncExitStack() as stack:
        ledger = await Ledger.open(f"sqlite:///{tmp_path / 'ledger.sqlite3'}")
        stack.push_async_callback(ledger.close)
        door = Doorkeeper("sesame", clock=clock)
        address = await stack.enter_async_context(served(Snapshots(ledger, config), door))
        http = await stack.enter_async_context(httpx.AsyncClient(base_url=address, trust_env=False))
        yield Visit(http, door, clock)


async def test_the_door(visit: Visit) -> None:
    """Without the token there is a form and nothing else; with it a cookie that scripts and other sites cannot use."""
    outside = await visit.http.get("/status/")
    assert "token" in outside.text
    assert "Open call-backs" not in outside.text
    assert (await visit.http.get("/status/part")).status_code == 401
    entered = await visit.enter("sesame")
    assert (entered.status_code, entered.headers["location"]) == (303, "/status/")
    cookie = entered.headers["set-cookie"]
    assert all(word in cookie for word in ("HttpOnly", "SameSite=Strict", "Path=/status"))
    assert "sesame" not in cookie
    assert "Open call-backs" in (await visit.http.get("/status/")).text
    assert "Open call-backs" in (await visit.http.get("/status/part")).text
    await visit.http.post("/status/leave")
    assert (await visit.http.get("/status/part")).status_code == 401


async def test_who_tries_tokens_has_to_wait(visit: Visit) -> None:
    """After ten wrong tokens nobody's is looked at for a minute, not even the right one."""
    answers = [(await visit.enter(f"guess{number}")).status_code for number in range(10)]
    assert answers == [403] * 10
    assert (await visit.enter("sesame")).status_code == 429
    visit.clock.pass_(61)
    assert (await visit.enter("sesame")).status_code == 303


async def test_nothing_foreign_and_nothing_inline(visit: Visit) -> None:
    """Every answer forbids inline scripts, other hosts, frames and copies; the page needs none of them."""
    await visit.enter("sesame")
    for path in ("/status/", "/status/part", "/status/status.css", "/status/status.js", "/status/nothing"):
        headers = (await visit.http.get(path)).headers
        policy = headers["content-security-policy"]
        assert policy.startswith("default-src 'none'")
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert headers["cache-control"] == "no-store"
    assert (await visit.http.get("/status/nothing")).status_code == 404
    assert (await visit.http.get("/status/../status/page.py")).status_code == 404


@pytest.mark.parametrize("ticket", ["", ".", "9999999999.", "9999999999.00", "x.y", "٣.x", "9" * 400])
def test_forged_tickets(ticket: str) -> None:
    """A cookie that we did not sign opens nothing and breaks nothing."""
    assert not Doorkeeper("sesame").admits(ticket)


def test_a_ticket_ends(clock: Clock) -> None:
    """A ticket is good for twelve hours, and for this token alone."""
    door = Doorkeeper("sesame", clock=clock)
    ticket = door.ticket()
    assert door.admits(ticket)
    assert not Doorkeeper("other", clock=clock).admits(ticket)
    clock.pass_(LASTS)
    assert not door.admits(ticket)


async def test_many_viewers_cost_one_look(
    ledger: Ledger, config: DeskFile, request_for: MakeRequest, clock: Clock
) -> None:
    """However many look within a second, the ledger is read once; a second later it is read again."""
    await ledger.begin(request_for("k1"), provider="fonolo", now=clock(), look_at=clock())
    snapshots = Snapshots(ledger, config, clock=clock)
    first = await snapshots.newest()
    statements: list[str] = []

    def note(*given: Any) -> None:
        statements.append(given[2])

    event.listen(Engine, "before_cursor_execute", note)
    try:
        assert all([await snapshots.newest() is first for _ in range(50)])
        assert statements == []
        clock.pass_(1.1)
        assert await snapshots.newest() is not first
        assert 0 < sum(one.startswith("SELECT") for one in statements) <= 8
    finally:
        event.remove(Engine, "before_cursor_execute", note)


async def test_what_it_counts(ledger: Ledger, config: DeskFile, request_for: MakeRequest, clock: Clock) -> None:
    """Today's figures are those of the centre's day, and only calls for at once say how long it takes to connect."""
    yesterday = clock() - 86400
    old = await ledger.begin(request_for("old"), provider="fonolo", now=yesterday, look_at=yesterday)
    await end(ledger, old.callback, State.COMPLETED, yesterday)
    called = await ledger.begin(request_for("now"), provider="fonolo", now=clock(), look_at=clock())
    connected = await ledger.change(
        called.callback, state=State.CONNECTED, word="", now=clock() + 90, next_poll_at=clock()
    )
    assert not isinstance(connected, Overtaken)
    await end(ledger, connected, State.COMPLETED, clock() + 200)
    later = await ledger.begin(request_for("later", later=3600), provider="fonolo", now=clock(), look_at=clock())
    await ledger.change(later.callback, state=State.CONNECTED, word="", now=clock() + 3700, next_poll_at=clock() + 9)
    lost = await ledger.begin(request_for("lost"), provider="fonolo", now=clock(), look_at=clock())
    await end(ledger, lost.callback, State.EXPIRED, clock(), operator=True)
    shown = await Snapshots(ledger, config, clock=clock).newest()
    assert isinstance(shown, Snapshot)
    assert shown.today.by_state == {State.COMPLETED: 1, State.CONNECTED: 1, State.EXPIRED: 1}
    assert (shown.today.connected, shown.today.connect_seconds) == (2, (90.0,))
    assert [one.key for one in shown.open_callbacks] == ["later"]
    assert [one.key for one in shown.operators_list] == ["lost"]
    assert shown.outlook.open_by_state == {State.CONNECTED: 1}


async def end(ledger: Ledger, callback: Callback, state: State, at: float, *, operator: bool = False) -> None:
    await ledger.change(callback, state=state, word="", now=at, next_poll_at=None, needs_operator=operator)


def test_what_comes_from_outside_is_escaped() -> None:
    """Names of queues and channels are text, whatever stands in them, and no number is shown in clear."""
    shown = snapshot(queue_name="<script>alert(1)</script>", channel='"><img src=x>')
    text = page(shown)
    assert "<script>alert" not in text
    assert "<img" not in text
    assert "&lt;script&gt;" in text
    assert "5550123" not in text
    assert "+1 416 ••• ••23" in text


def test_a_ledger_that_is_away_is_said() -> None:
    """When the ledger cannot be read the page says so instead of showing nothing."""
    assert "cannot be read" in part(Away(centre="Maple"))


def snapshot(**different: str) -> Snapshot:
    now = Clock().now
    callback = Callback(
        **{
            "key": "k1",
            "conversation_id": "web-1",
            "channel": "website",
            "provider": "fonolo",
            "provider_id": "CA1",
            "queue_id": "CO1",
            "queue_name": "Billing",
            "number": "+14165550123",
            "start": "",
            "starts_at": None,
            "sms": False,
            "answers": {},
            "state": State.HOLDING,
            "state_since": now - 90,
            "word": "Holding",
            "word_since": now - 90,
            "seq": 2,
            "misses": 0,
            "needs_operator": True,
            "cancel_wanted": False,
            "next_poll_at": now,
            "created_at": now - 100,
            **different,
        }
    )
    return Snapshot(
        at=now,
        day=now - 3 * 3600,
        centre="Maple & Sons",
        timezone="America/Toronto",
        outlook=Outlook(open_by_state={State.HOLDING: 1}, flagged=1, stuck=0, waiting=0, oldest_waiting=None),
        open_callbacks=(callback,),
        operators_list=(callback,),
        stuck=frozenset(),
        today=Today(asked_at=(now - 100,), by_state={State.HOLDING: 1}, connected=0, connect_seconds=()),
    )


class Scripted(Snapshots):
    """Shows what the test put there."""

    def __init__(self) -> None:
        self.shown: Snapshot | Away = snapshot()

    async def newest(self) -> Snapshot | Away:
        return self.shown


async def test_in_a_browser() -> None:
    """On a small dark screen it fits, breaks no rule of its own, is fit for screen readers, and follows along."""
    snapshots = Scripted()
    async with served(snapshots, Doorkeeper("sesame")) as address, async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=find_browser(), args=list(FLAGS))
        context = await browser.new_context(
            viewport={"width": 360, "height": 700}, color_scheme="dark", bypass_csp=False
        )
        tab = await context.new_page()
        said: list[str] = []
        tab.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
        tab.on("pageerror", lambda error: said.append(str(error)))
        await tab.goto(f"{address}/status", timeout=60_000)
        await tab.fill("#token", "sesame")
        await tab.click("button")
        await tab.wait_for_selector("text=The operator's list", timeout=60_000)
        assert await tab.evaluate("document.documentElement.scrollWidth") <= 360
        snapshots.shown = snapshot(queue_name="Moving home")
        await tab.wait_for_selector("text=Moving home", timeout=60_000)
        assert [one["name"] for one in await context.cookies()] == [COOKIE]
        await tab.evaluate(AXE)
        found = await tab.evaluate("axe.run().then(found => found.violations.map(one => one.id))")
        await browser.close()
    assert found == []
    assert said == []
