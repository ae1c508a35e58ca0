"""The desk inside the action server: opened with each server process, closed with it."""

from __future__ import annotations

import asyncio
import gc
import hmac
import multiprocessing
import os
import signal
import threading
from contextlib import AsyncExitStack

import pluggy
import structlog
from sanic import Sanic, response
from sanic.handlers import ErrorHandler
from sanic.request import Request
from sanic.response import HTTPResponse

from actions import watching
from ringback.desk import Desk
from ringback.kept_secrets import ACTIONS_HEADER, ACTIONS_SECRET, shared_secrets
from ringback.log import configure_logging
from ringback.office import open_office
from ringback.settings import Settings, SettingsError

PARENT_CHECK = 0.5
"""Seconds between two looks at whether the main process still lives."""
LONGEST_STOP = 8.0
"""Seconds that an orphaned server process takes at most to finish what is in flight."""

log = structlog.get_logger(__name__)
hookimpl = pluggy.HookimplMarker("rasa_sdk")


class Office:
    """Where this process keeps its open desk."""

    def __init__(self) -> None:
        self._stack = AsyncExitStack()
        self._open: list[Desk] = []

    @property
    def desk(self) -> Desk:
        """The open desk. Raises SettingsError before `open` has succeeded."""
        if not self._open:
            raise SettingsError("the desk is not open: see the action server's first lines for the reason")
        return self._open[0]

    async def open(self, settings: Settings) -> None:
        """Open the desk. Raises SettingsError."""
        self._open = [await self._stack.enter_async_context(open_office(settings))]

    async def use(self, desk: Desk) -> None:
        """Work with a desk that somebody else opened and will close."""
        self._open = [desk]

    async def close(self) -> None:
        """Finish what is in flight."""
        self._open = []
        await self._stack.aclose()


office = Office()


class Plugin:
    """The hook that Rasa SDK calls with the server of each process."""

    @hookimpl
    def attach_sanic_app_extensions(self, app: Sanic) -> None:  # type: ignore[type-arg]
        """Open and close the desk with the server, let nobody in but Rasa, and answer an error without repeating the
        request in it.
        """
        # Rasa SDK would listen on every network interface.
        os.environ.setdefault("SANIC_HOST", "127.0.0.1")
        app.register_middleware(_let_in, "request")
        app.register_listener(_opened, "before_server_start")
        app.register_listener(_closed, "after_server_stop")
        # A new handler and not another one beside the SDK's, which repeats the whole request, phone number included.
        app.error_handler = ErrorHandler()
        app.error_handler.add(Exception, _failed)
        watching.attach(app, Settings())


async def _opened(app: Sanic) -> None:  # type: ignore[type-arg]
    settings = Settings()
    configure_logging(settings)
    try:
        app.ctx.secrets = _secrets(settings)
        await office.open(settings)
        await watching.post.open(office.desk, settings)
        # What is here now stays: the garbage collector need not look through it while somebody waits for an answer.
        gc.collect()
        gc.freeze()
    except SettingsError as error:
        log.error("settings_wrong", why=str(error))  # noqa: TRY400 - a traceback would hide the sentence
    app.add_task(_stop_with_parent(app), name="stop_with_parent")


def _secrets(settings: Settings) -> list[str]:
    try:
        return shared_secrets(settings.actions_secret.get_secret_value(), ACTIONS_SECRET)
    except OSError as error:
        raise SettingsError(f"{ACTIONS_SECRET} cannot be used. Set RINGBACK_ACTIONS_SECRET.") from error


_SDKS_OWN = ("/webhook", "/actions")


async def _let_in(request: Request) -> HTTPResponse | None:
    """Whoever may call an action reads and orders calls in anybody's name: that is Rasa alone."""
    if not request.path.startswith(_SDKS_OWN):
        return None
    shown = request.headers.get(ACTIONS_HEADER, "").encode("utf-8", "replace")
    known = [hmac.compare_digest(shown, one.encode()) for one in getattr(request.app.ctx, "secrets", ())]
    return None if any(known) else response.empty(status=401)


async def _closed(_app: Sanic) -> None:  # type: ignore[type-arg]
    await watching.post.close()
    await office.close()


async def _stop_with_parent(app: Sanic) -> None:  # type: ignore[type-arg]
    """When the main process is killed outright its server process would live on, holding port and call-backs."""
    if multiprocessing.parent_process() is None:
        return
    parent = os.getppid()
    while os.getppid() == parent:  # noqa: ASYNC110 - nobody tells us of it
        await asyncio.sleep(PARENT_CHECK)
    log.warning("main_process_gone")
    # Whatever hangs on the way out must not keep the port from the next action server.
    deadline = threading.Timer(LONGEST_STOP, os._exit, [1])
    deadline.daemon = True
    deadline.start()
    if os.getpgrp() == parent:
        # The group was the main process's own: this ends its other children as well, and us in Sanic's own way.
        os.killpg(parent, signal.SIGTERM)
    else:
        # What Sanic does on SIGTERM: to terminate would mean to ask the main process, which is not there.
        app.stop(terminate=False)


def _failed(_request: Request, exception: Exception) -> HTTPResponse:
    """Say what kind of error it was and nothing else."""
    log.error("action_server_error", kind=type(exception).__name__)
    return response.json({"error": type(exception).__name__}, status=getattr(exception, "status_code", 500))
