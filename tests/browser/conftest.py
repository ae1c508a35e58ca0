"""What the browser tests share: one browser a module, a new visitor a test, and two shops on other origins."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import pytest_asyncio
from playwright.async_api import Browser, async_playwright, expect

from tests.browser.person import Person, open_browser, open_person
from tests.system import System
from tests.tokens import SECRET
from tools.browser import FLAGS, find_browser

SHOP = """<!doctype html><html lang="en"><head><title>Shop</title></head><body><h1>Shop</h1>
<script src="{launcher}" data-title="Shop chat" data-color="#7a3e12" async></script></body></html>"""


class _Handler(BaseHTTPRequestHandler):
    def __init__(self, site: Site, *more: object) -> None:
        self.site = site
        super().__init__(*more)  # type: ignore[arg-type]

    def do_GET(self) -> None:
        body = SHOP.format(launcher=self.site.launcher).encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Security-Policy", self.site.policy)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@dataclass
class Site:
    """Somebody's web site, on an origin of its own, that lets Ringback in and nobody else."""

    launcher: str = ""
    policy: str = ""
    url: str = ""

    @property
    def foreign_url(self) -> str:
        """The same under a name that browsers take for another site than Ringback's, not only another origin."""
        return self.url.replace("127.0.0.1", "localhost")

    def embed(self, rasa_url: str) -> None:
        self.launcher = f"{rasa_url}/webhooks/website/embed.js"
        self.policy = f"default-src 'none'; script-src {rasa_url}; frame-src {rasa_url}"


def _serve(site: Site) -> ThreadingHTTPServer:
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Handler, site))
    site.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


@dataclass(frozen=True)
class Sites:
    """Two shops: the first is on the list of origins, the second is not."""

    listed: Site
    unlisted: Site


@pytest.fixture(scope="session")
def sites(system: System) -> Iterator[Sites]:
    """Rasa restarted once, so that it knows the listed shop and the secret of the tests."""
    both = Sites(Site(), Site())
    servers = [_serve(both.listed), _serve(both.unlisted)]
    both.listed.embed(system.rasa_url)
    both.unlisted.embed(system.rasa_url)
    system.rasa.stop()
    origins = f"{both.listed.url} {both.listed.foreign_url}"
    environment = {"RINGBACK_WEBSITE_ORIGINS": origins, "RINGBACK_WEBSITE_SECRET": SECRET}
    system.rasa.environment = {**system.rasa.environment, **environment}
    system.rasa.start()
    system.rasa.wait()
    yield both
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture
async def chromium() -> AsyncIterator[Browser]:
    expect.set_options(timeout=20_000)
    async with async_playwright() as playwright:
        started = await playwright.chromium.launch(executable_path=find_browser(), args=[*FLAGS])
        yield started
        await started.close()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    """A running browser. Playwright's objects belong to one event loop, so a module's tests share theirs."""
    async with open_browser() as running:
        yield running


@pytest_asyncio.fixture(loop_scope="module")
async def person(system: System, browser: Browser) -> AsyncIterator[Person]:
    """Somebody with the chat page open on a desktop."""
    async with open_person(system, browser) as somebody:
        yield somebody
