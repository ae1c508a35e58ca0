"""A desk in a process of its own that only orders, as the action server does: `python -m bench.harness_desk --port P`.

`POST /order` with a request's fields orders it and answers the outcome's name. It follows and tells nothing, so that
killing it tests the orders and nothing else.
"""

from __future__ import annotations

import argparse
from collections.abc import AsyncIterator

from aiohttp import web

from ringback.desk import Desk
from ringback.log import configure_logging
from ringback.models import CallbackRequest
from ringback.office import open_office
from ringback.settings import Settings

DESK = web.AppKey("desk", Desk)


async def _open(app: web.Application) -> AsyncIterator[None]:
    async with open_office(Settings().model_copy(update={"worker_inside": False})) as desk:
        app[DESK] = desk
        yield


async def _order(request: web.Request) -> web.Response:
    outcome = await request.app[DESK].request(CallbackRequest.model_validate(await request.json()))
    return web.json_response({"outcome": type(outcome).__name__})


async def _health(_: web.Request) -> web.Response:
    return web.json_response({"status": "ok"})


def main() -> None:
    """Serve on the loopback interface until SIGTERM."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    chosen = parser.parse_args()
    configure_logging()
    app = web.Application()
    app.cleanup_ctx.append(_open)
    app.add_routes([web.post("/order", _order), web.get("/health", _health)])
    web.run_app(app, host="127.0.0.1", port=chosen.port, print=lambda *_: None, access_log=None)


if __name__ == "__main__":
    main()
