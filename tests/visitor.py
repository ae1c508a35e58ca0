"""A browser's side of the website channel's protocol, for tests."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import socketio

TIMEOUT = 15.0


class Visitor:
    """Connects, opens a session and keeps what it is told."""

    def __init__(self, url: str, token: str | None = None, origin: str | None = None) -> None:
        self.url = url
        self.token = token
        self.origin = origin
        self.session_id: str | None = None  # the conversation's
        self.began = ""
        self.history: list[dict[str, Any]] = []
        self.heard: list[dict[str, Any]] = []
        self._news: asyncio.Condition = asyncio.Condition()
        self._client = socketio.AsyncClient(reconnection=False)
        self._client.on("bot_uttered", self._hear)
        self.said_elsewhere: list[dict[str, Any]] = []
        self._client.on("user_said", self.said_elsewhere.append)

    async def _hear(self, message: dict[str, Any]) -> None:
        async with self._news:
            self.heard.append(message)
            self._news.notify_all()

    async def connect(self, after: float = 0) -> None:
        """Open the connection and the session, and wait for its history."""
        loop = asyncio.get_running_loop()
        confirmed, replayed = loop.create_future(), loop.create_future()
        self._client.on("session_confirm", _settle(confirmed))
        self._client.on("history", _settle(replayed))
        headers = {"Origin": self.origin} if self.origin else {}
        await self._client.connect(self.url, headers=headers, transports=["websocket"], wait_timeout=TIMEOUT)
        await self._client.emit("session_request", {"token": self.token, "after": after})
        given = await asyncio.wait_for(confirmed, TIMEOUT)
        self.token, self.session_id, self.began = given["token"], given["conversation"], given["began"]
        self.history = await asyncio.wait_for(replayed, TIMEOUT)

    def listen(self, hear: Callable[[dict[str, Any]], None]) -> None:
        """Have everything that is heard from now on told at once."""
        self._client.on("bot_uttered", hear)

    async def disconnect(self) -> None:
        await self._client.disconnect()

    async def say(self, message: str, **more: Any) -> Any:
        """Send a message; the acknowledgement."""
        return await self._client.call("user_uttered", {"message": message, **more}, timeout=TIMEOUT)

    async def emit(self, event: str, data: Any) -> None:
        """Send any event, and wait for nothing."""
        await self._client.emit(event, data)

    async def hears(self, count: int) -> list[dict[str, Any]]:
        """Everything heard live, once it is at least ``count`` messages."""
        async with self._news:
            await asyncio.wait_for(self._news.wait_for(lambda: len(self.heard) >= count), TIMEOUT)
        return self.heard

    async def ask(self, message: str, **more: Any) -> dict[str, Any]:
        """Send a message and wait for the next answer."""
        count = len(self.heard)
        assert await self.say(message, **more) == {"ok": True}
        return (await self.hears(count + 1))[count]


def _settle(future: asyncio.Future[Any]) -> Callable[[Any], None]:
    def settle(given: Any) -> None:
        if not future.done():
            future.set_result(given)

    return settle
