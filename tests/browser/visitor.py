"""A visitor whom the tests of outages watch through the tracker, and a line to the server that a test can cut."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import httpx
from playwright.async_api import Page, expect

from tests.system import RASA_TOKEN, System

PATIENCE = 40.0


class Visitor:
    """Types, taps, and looks."""

    def __init__(self, page: Page, system: System) -> None:
        self.page = page
        self.system = system

    async def type(self, text: str) -> None:
        field = self.page.locator("#text-input")
        await field.click()
        await field.press_sequentially(text)
        await field.press("Enter")

    async def tap(self, title: str) -> None:
        await self.page.locator(".rb-button:enabled", has_text=title).last.click()

    async def sees(self, text: str) -> None:
        await expect(self.page.get_by_text(text).last).to_be_visible(timeout=PATIENCE * 1000)

    async def sees_once(self, *texts: str) -> None:
        for text in texts:
            await expect(self.page.get_by_text(text)).to_have_count(1, timeout=PATIENCE * 1000)

    async def is_answered(self) -> None:
        """Wait until nothing that was said is still on its way: a page that begins anew would say it again."""
        waiting = "JSON.parse(sessionStorage.getItem('ringback.outbox')).items.length"
        await self.until(lambda: self.page.evaluate(waiting), lambda waits: waits == 0)

    async def book(self) -> None:
        """The shortest way to a booked call."""
        await self.type("call me on 416 555 0123 about my bill")
        await self.sees("account number")
        await self.tap("Skip")
        await self.sees("What is the call about?")
        await self.type("a wrong invoice")
        await self.sees("text messages")
        await self.tap("No, thanks")
        await self.sees("When shall we call?")
        await self.tap("Now")
        await self.sees("Shall I book it?")
        await self.tap("Book it")
        await self.sees("Booked.")

    async def conversation(self) -> str:
        """The conversation's id."""
        found: str = await self.page.evaluate("localStorage.getItem('ringback.session')")
        return found

    async def events(self) -> list[dict[str, Any]]:
        """What the tracker holds."""
        async with httpx.AsyncClient(timeout=20.0, trust_env=False) as http:
            answer = await http.get(
                f"{self.system.rasa_url}/conversations/{await self.conversation()}/tracker",
                params={"include_events": "ALL", "token": RASA_TOKEN},
            )
        found: list[dict[str, Any]] = answer.json()["events"]
        return found

    async def said(self, text: str) -> int:
        """How often the tracker holds these words of the person."""
        return sum(event["event"] == "user" and event["text"] == text for event in await self.events())

    async def until_told(self, state: str) -> None:
        """Wait until this state of the call has been told, whether or not the page could hear it."""

        def told(events: list[dict[str, Any]]) -> bool:
            return any(event.get("metadata", {}).get("news", {}).get("state") == state for event in events)

        await self.until(self.events, told)

    @staticmethod
    async def until(look: Callable[[], Any], good: Callable[[Any], bool]) -> None:
        async with asyncio.timeout(PATIENCE):
            while not good(await look()):
                await asyncio.sleep(0.1)


class Line:
    """A line to a local port: ``cut`` breaks every connection and refuses new ones until ``mend``."""

    def __init__(self, target: int) -> None:
        self._target = target
        self._up = True
        self._open: set[asyncio.StreamWriter] = set()
        self.port = 0

    def cut(self) -> None:
        self._up = False
        for writer in self._open:
            writer.transport.abort()

    def mend(self) -> None:
        self._up = True

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if not self._up:
            writer.transport.abort()
            return
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self._target)
        pair = {writer, far_writer}
        self._open |= pair
        try:
            await asyncio.gather(_copy(reader, far_writer), _copy(far_reader, writer))
        finally:
            self._open -= pair


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while chunk := await reader.read(65_536):
            writer.write(chunk)
            await writer.drain()
    writer.close()


@asynccontextmanager
async def line_to(port: int) -> AsyncIterator[Line]:
    """A line to this port, on a port of its own."""
    line = Line(port)
    server = await asyncio.start_server(line.serve, "127.0.0.1", 0)
    line.port = server.sockets[0].getsockname()[1]
    yield line
    line.cut()
    server.close()
