"""`ringback worker`: follows call-backs and tells news, and answers those who watch it."""

from __future__ import annotations

import asyncio
import gc
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog
from aiohttp import web

from ringback import metrics
from ringback.log import configure_logging
from ringback.office import open_office
from ringback.settings import Settings, SettingsError
from ringback.watch import Watch, open_watch

log = structlog.get_logger(__name__)


async def work(settings: Settings) -> int:
    """Work until SIGTERM or SIGINT."""
    configure_logging()
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    async with open_office(settings.model_copy(update={"worker_inside": True})) as desk:
        # What is here now stays: the garbage collector need not look through it.
        gc.collect()
        gc.freeze()
        if not settings.worker_port:
            await stopped.wait()
            return 0
        async with open_watch(desk, settings) as watch, _served(watch, settings.worker_host, settings.worker_port):
            await stopped.wait()
    return 0


@asynccontextmanager
async def _served(watch: Watch, host: str, port: int) -> AsyncIterator[None]:
    """/health, /ready and /metrics. Raises SettingsError when the port is taken."""

    async def health(_request: web.Request) -> web.Response:
        return web.json_response({"status": "ok"})

    async def ready(_request: web.Request) -> web.Response:
        answer = await watch.ready()
        return web.json_response(answer.document(), status=answer.status)

    async def measured(_request: web.Request) -> web.Response:
        return web.Response(body=await watch.metrics(), headers={"Content-Type": metrics.CONTENT_TYPE})

    app = web.Application()
    app.add_routes([web.get("/health", health), web.get("/ready", ready), web.get("/metrics", measured)])
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=2.0)
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port).start()
    except OSError as error:
        await runner.cleanup()
        raise SettingsError(
            f"Cannot listen on {host}:{port} ({error.strerror}); RINGBACK_WORKER_PORT names it."
        ) from error
    log.info("worker_listens", host=host, port=port)
    try:
        yield
    finally:
        await runner.cleanup()
