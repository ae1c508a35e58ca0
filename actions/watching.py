"""What the action server answers to those who watch it: /ready and /metrics, open to whoever can reach it.

Neither holds anything of a person. The action server listens on this machine alone unless told otherwise.
"""

from __future__ import annotations

from contextlib import AsyncExitStack

from sanic import Blueprint, Sanic
from sanic.request import Request
from sanic.response import HTTPResponse, json, raw

from actions.status import Doorkeeper, status_page
from ringback import metrics
from ringback.desk import Desk
from ringback.settings import Settings, SettingsError
from ringback.status.snapshot import Snapshots
from ringback.watch import Watch, open_watch


class Post:
    """Where this process keeps its watch."""

    def __init__(self) -> None:
        self._stack = AsyncExitStack()
        self._watch: Watch | None = None
        self._snapshots: Snapshots | None = None

    @property
    def watch(self) -> Watch:
        """The open watch. Raises SettingsError before `open` has succeeded."""
        if self._watch is None:
            raise SettingsError("the desk is not open")
        return self._watch

    @property
    def snapshots(self) -> Snapshots:
        """What the status page shows. Raises SettingsError before `open` has succeeded."""
        if self._snapshots is None:
            raise SettingsError("the desk is not open")
        return self._snapshots

    async def open(self, desk: Desk, settings: Settings) -> None:
        """Watch the process that has opened this desk."""
        self._watch = await self._stack.enter_async_context(open_watch(desk, settings))
        self._snapshots = Snapshots(desk.ledger, desk.config)

    async def close(self) -> None:
        """Watch no more."""
        self._watch = self._snapshots = None
        await self._stack.aclose()


post = Post()


def attach(app: Sanic, settings: Settings) -> None:  # type: ignore[type-arg]
    """Add the routes, and the status page where it has a token."""
    routes = Blueprint("watching")
    routes.add_route(_ready, "/ready", methods=["GET"], name="ready")
    routes.add_route(_metrics, "/metrics", methods=["GET"], name="metrics")
    app.blueprint(routes)
    token = settings.status_token.get_secret_value()
    if token:
        app.blueprint(status_page(lambda: post.snapshots, Doorkeeper(token)))


async def _ready(_request: Request) -> HTTPResponse:
    try:
        answer = await post.watch.ready()
    except SettingsError as error:
        return json({"ready": False, "parts": {"desk": {"ready": False, "says": str(error)}}}, status=503)
    return json(answer.document(), status=answer.status)


async def _metrics(_request: Request) -> HTTPResponse:
    try:
        measured = await post.watch.metrics()
    except SettingsError as error:
        return json({"error": str(error)}, status=503)
    return raw(measured, content_type=metrics.CONTENT_TYPE)
