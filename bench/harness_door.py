"""A stand-in for Rasa's door: takes every piece of news, remembers it with its time of arrival, deduplicates nothing.

`python -m bench.harness_door --port P [--delay seconds]`. `GET /told` answers all that arrived, in order of arrival;
`POST /delay` changes how long an answer takes.
"""

from __future__ import annotations

import argparse
import asyncio
import time
from typing import Any

from aiohttp import web

TOLD: web.AppKey[list[dict[str, Any]]] = web.AppKey("told", list)
DELAY: web.AppKey[dict[str, float]] = web.AppKey("delay", dict)


def make_app(delay: float) -> web.Application:
    """The door as an application; an answer takes `delay` seconds after the news was written down."""
    app = web.Application()
    app[TOLD] = []
    app[DELAY] = {"seconds": delay}
    app.add_routes(
        [
            web.post("/conversations/{id}/tracker/events", _take),
            web.get("/told", _told),
            web.post("/delay", _set_delay),
            web.get("/health", _health),
        ]
    )
    return app


async def _take(request: web.Request) -> web.Response:
    now = time.time()
    for event in await request.json():
        told = event["metadata"]["news"]
        request.app[TOLD].append(
            {
                **told,
                "conversation": request.match_info["id"],
                "response": event["metadata"]["utter_action"],
                "at": now,
            }
        )
    await asyncio.sleep(request.app[DELAY]["seconds"])
    return web.json_response({})


async def _told(request: web.Request) -> web.Response:
    return web.json_response(request.app[TOLD])


async def _set_delay(request: web.Request) -> web.Response:
    request.app[DELAY]["seconds"] = float((await request.json())["seconds"])
    return web.json_response({})


async def _health(_: web.Request) -> web.Response:
    return web.json_response({"status": "ok"})


def main() -> None:
    """Serve on the loopback interface until SIGTERM."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--delay", type=float, default=0.01)
    chosen = parser.parse_args()
    web.run_app(make_app(chosen.delay), host="127.0.0.1", port=chosen.port, print=lambda *_: None, access_log=None)


if __name__ == "__main__":
    main()
