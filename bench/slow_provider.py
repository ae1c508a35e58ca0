"""The sandbox behind a line on which every answer takes a while: `python -m bench.slow_provider PORT URL SECONDS`."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route


def app(url: str, seconds: float) -> Starlette:
    """Hands every request on to `url`, and the answer back `seconds` after the request came. `/asked` counts them."""
    line = httpx.AsyncClient(base_url=url, trust_env=False, timeout=30.0)
    asked = 0

    async def hand_on(request: Request) -> Response:
        nonlocal asked
        asked += 1
        until = asyncio.get_running_loop().time() + seconds
        headers = {name: value for name, value in request.headers.items() if name not in {"host", "content-length"}}
        path = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        answer = await line.request(request.method, path, headers=headers, content=await request.body())
        await asyncio.sleep(max(0.0, until - asyncio.get_running_loop().time()))
        kind = answer.headers.get("content-type")
        return Response(answer.content, answer.status_code, media_type=kind)

    async def count(_: Request) -> Response:
        return PlainTextResponse(str(asked))

    @asynccontextmanager
    async def closed_at_the_end(_: Starlette) -> AsyncIterator[None]:
        yield
        await line.aclose()

    methods = ["GET", "POST", "PUT", "DELETE"]
    routes = [Route("/asked", count), Route("/{path:path}", hand_on, methods=methods)]
    return Starlette(routes=routes, lifespan=closed_at_the_end)


if __name__ == "__main__":
    port, url, seconds = sys.argv[1:]
    uvicorn.run(app(url, float(seconds)), host="127.0.0.1", port=int(port), log_level="warning", access_log=False)
