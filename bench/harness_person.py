"""A person with an open chat page, as `web/session.js` has it: reconnects, and says again what was not yet answered."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import time
import uuid
from collections.abc import Sequence
from functools import partial
from typing import Any

import socketio
from socketio.exceptions import SocketIOError

AGAIN = 0.3
"""Seconds between two tries to connect."""
ANSWER = 15.0
"""Seconds for one step of the protocol."""


class Person:
    """Connects to `urls` in turn. `shown` is what the page shows, by id, in the order in which it came.

    `longest_gap`: seconds for which it was without its conversation, when its line broke, at the worst.
    """

    def __init__(self, *urls: str, token: str | None = None) -> None:
        self.token = token
        self.conversation = ""
        self.shown: dict[str, dict[str, Any]] = {}
        self.connections = 0
        self.longest_gap = 0.0
        self._urls = itertools.cycle(urls)
        self._outbox: dict[str, str] = {}
        self._over: dict[str, asyncio.Event] = {}
        self._ready = asyncio.Event()
        self._changed = asyncio.Condition()
        self._lost_at = 0.0
        self._client: Any = None
        self._living: asyncio.Task[None] | None = None

    async def open(self, seconds: float = 30.0) -> None:
        """Open the page, and return when it shows the conversation. Raises TimeoutError."""
        self._living = asyncio.create_task(self._live())
        await asyncio.wait_for(self._ready.wait(), seconds)

    async def close(self) -> None:
        """Close the page."""
        if self._living is not None:
            self._living.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._living
        if self._client is not None:
            await self._client.disconnect()

    async def say(self, text: str, seconds: float = 60.0, message_id: str = "") -> list[dict[str, Any]]:
        """Type a text; what the bot said, beside news, until the turn was over. Raises TimeoutError."""
        message_id = message_id or uuid.uuid4().hex
        before = set(self.shown)
        self._outbox[message_id] = text
        self._over[message_id] = asyncio.Event()
        if self._ready.is_set():
            await self._transmit(message_id)
        await asyncio.wait_for(self._over[message_id].wait(), seconds)
        return [one for key, one in self.shown.items() if key not in before and not one["news"]]

    async def until_news(self, *states: str, seconds: float = 60.0) -> list[str]:
        """Wait for news of one of these states; all states that are shown. Raises TimeoutError."""
        async with self._changed:
            await asyncio.wait_for(self._changed.wait_for(lambda: set(self.news).intersection(states)), seconds)
        return self.news

    async def until_shown(self, text: str, seconds: float) -> None:
        """Wait until the page shows this text. Raises TimeoutError."""
        async with self._changed:
            await asyncio.wait_for(self._changed.wait_for(lambda: self._shows(text)), seconds)

    def _shows(self, text: str) -> bool:
        return any(one["text"] == text for one in self.shown.values())

    async def hand_in(self, text: str) -> dict[str, Any]:
        """Send a message once, whatever becomes of it; its acknowledgement."""
        answer = await self._client.call("user_uttered", {"message": text, "id": uuid.uuid4().hex}, timeout=ANSWER)
        return dict(answer)

    async def until_connected(self, connections: int, seconds: float) -> float:
        """Wait until the page has got that far for so many times; the seconds that it took. Raises TimeoutError."""
        began = time.monotonic()
        async with self._changed:
            await asyncio.wait_for(self._changed.wait_for(lambda: self.connections >= connections), seconds)
        return time.monotonic() - began

    @property
    def news(self) -> list[str]:
        """The states that are shown, in the order of their pieces."""
        pieces = [one["news"] for one in self.shown.values() if one["news"]]
        return [str(one["state"]) for one in sorted(pieces, key=lambda one: int(one["seq"]))]

    async def _live(self) -> None:
        self._lost_at = time.monotonic()
        while True:
            gone = asyncio.Event()
            with contextlib.suppress(SocketIOError, TimeoutError, OSError):
                await self._connect(gone)
                await gone.wait()
            if self._ready.is_set():
                self._lost_at = time.monotonic()
            self._ready.clear()
            if self._client is not None:
                with contextlib.suppress(SocketIOError, OSError):
                    await self._client.disconnect()
            await asyncio.sleep(AGAIN)

    async def _connect(self, gone: asyncio.Event) -> None:
        client = self._client = socketio.AsyncClient(reconnection=False)
        told: asyncio.Queue[tuple[str, Any]] = asyncio.Queue()
        client.on("session_confirm", lambda given: told.put_nowait(("confirm", given)))
        client.on("session_refused", lambda given: told.put_nowait(("refused", given)))
        client.on("history", partial(self._show_all, told))
        client.on("bot_uttered", self._show)
        client.on("user_done", lambda given: self._finished(given["id"]))
        client.on("disconnect", lambda *_: gone.set())
        await asyncio.wait_for(client.connect(next(self._urls), transports=["websocket"], wait_timeout=3), 5)
        await client.emit("session_request", {"token": self.token, "after": 0})
        while (heard := await asyncio.wait_for(told.get(), ANSWER))[0] != "history":
            if heard[0] == "refused":
                await asyncio.sleep(heard[1]["retry_after"])
                await client.emit("session_request", {"token": self.token, "after": 0})
            else:
                self.token, self.conversation = heard[1]["token"], heard[1]["conversation"]
        if self.connections:
            self.longest_gap = max(self.longest_gap, time.monotonic() - self._lost_at)
        self._ready.set()
        async with self._changed:
            self.connections += 1
            self._changed.notify_all()
        for message_id in list(self._outbox):
            await self._transmit(message_id)

    async def _transmit(self, message_id: str) -> None:
        while message_id in self._outbox and self._ready.is_set():
            message = {"message": self._outbox[message_id], "id": message_id}
            try:
                answer = await self._client.call("user_uttered", message, timeout=ANSWER)
            except (SocketIOError, TimeoutError):
                return  # said again with the next connection
            if answer.get("done"):
                self._finished(message_id)
            if not (wait := answer.get("retry_after")):
                return
            await asyncio.sleep(wait)

    def _finished(self, message_id: str) -> None:
        self._outbox.pop(message_id, None)
        if message_id in self._over:
            self._over[message_id].set()

    async def _show_all(self, told: asyncio.Queue[tuple[str, Any]], messages: Sequence[dict[str, Any]]) -> None:
        for message in messages:
            if message["sender"] == "user":
                self._finished(message["id"])
            else:
                await self._show(message)
        told.put_nowait(("history", None))

    async def _show(self, message: dict[str, Any]) -> None:
        async with self._changed:
            self.shown.setdefault(message["id"], message)
            self._changed.notify_all()
