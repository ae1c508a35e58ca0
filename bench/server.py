"""A small fast provider and a Rasa door in one process: `python -m bench.server PORT COUNT FIRST LAST [DELAY]`.

It speaks Fonolo's status (`GET /3.0/callback/{sid}/status`) and Rasa's `POST /conversations/{id}/tracker/events`, and
notes when each piece of news arrives. `POST /start` sets the start of time; `GET /report` tells what was seen.
With DELAY a status takes that many seconds, as at a provider that is far away.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from typing import Any

from aiohttp import web

from bench.calls import Calls, number_of


class Server:
    """What it knows and what it has seen."""

    def __init__(self, calls: Calls, delay: float = 0.0) -> None:
        self._calls = calls
        self._delay = delay
        self._start = time.time()
        self._polls = 0
        self._news: list[tuple[int, float, float]] = []
        self._twice = 0
        self._told: set[str] = set()

    def app(self) -> web.Application:
        """Its routes."""
        app = web.Application()
        app.router.add_get("/3.0/callback/{sid}/status", self.status)
        app.router.add_post("/conversations/{id}/tracker/events", self.events)
        app.router.add_post("/start", self.start)
        app.router.add_get("/report", self.report)
        return app

    async def status(self, request: web.Request) -> web.Response:
        """One poll."""
        self._polls += 1
        if self._delay:
            await asyncio.sleep(self._delay)
        sid = request.match_info["sid"]
        word = self._calls.word(number_of(sid), time.time() - self._start)
        body = f'{{"head":{{"status":200,"message":"ok"}},"data":{{"sid":"{sid}","status":"{word}"}}}}'
        return web.Response(text=body, content_type="application/json")

    async def events(self, request: web.Request) -> web.Response:
        """One push."""
        now = time.time() - self._start
        [event] = json.loads(await request.read())
        news = event["metadata"]["news"]
        self._twice += news["id"] in self._told
        self._told.add(news["id"])
        number = int(news["callback"].removeprefix("k"))
        self._news.append((number, *self._calls.lag(number, news["state"], now)))
        return web.Response(text="{}", content_type="application/json")

    async def start(self, _request: web.Request) -> web.Response:
        """Time begins."""
        self._start = time.time()
        self._polls, self._news, self._twice = 0, [], 0
        return web.Response()

    async def report(self, _request: web.Request) -> web.Response:
        """Everything seen since the start; news as [number, moment of the change, lag]."""
        seen: dict[str, Any] = {
            "now": time.time() - self._start,
            "polls": self._polls,
            "news": self._news,
            "twice": self._twice,
        }
        return web.json_response(seen)


if __name__ == "__main__":
    port, count, first, last, *rest = sys.argv[1:]
    server = Server(Calls(int(count), float(first), float(last)), *(float(delay) for delay in rest))
    web.run_app(server.app(), host="127.0.0.1", port=int(port), access_log=None, print=None)
