# mypy: disable-error-code="misc, import-not-found, import-untyped, untyped-decorator, type-arg, no-any-return"
"""The website channel: a Rasa connector over Socket.IO that also serves the chat page.

``credentials.yml`` needs only the key ``channels.website.WebsiteInput:``. Runs inside the Rasa server (Python 3.10), in
one process: a push is emitted by the process that holds the socket.

Events from the browser:

* ``session_request {session_id?, after?}``: the answers are ``session_confirm <id>`` and ``history [message, …]``, the
  messages newer than ``after`` (seconds since 1970).
* ``user_uttered {message, id?, metadata?}``: acknowledged at once by ``{"ok": true}`` or ``{"ok": false, "reason"}``;
  the turn runs afterwards.

Event to the browser: ``bot_uttered``, one per message (see ``channels.messages.from_bot_message``).

Rasa's own ``socketio`` connector is the base but not enough: it does not await ``enter_room``, a coroutine since
python-socketio 5.10, so with session persistence nothing is ever delivered; it lets any socket speak for any session;
and it neither replays nor acknowledges.
"""

from __future__ import annotations

import asyncio
import inspect
import logging
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from rasa.core.channels.channel import UserMessage
from rasa.core.channels.socketio import SocketIOInput, SocketIOOutput
from rasa.core.lock_store import LockError
from sanic import Blueprint, Sanic, response
from sanic.request import Request
from sanic.response import HTTPResponse
from socketio import AsyncServer

from channels import intake, pages
from channels.messages import Wire, from_bot_message, history, seen_message_ids
from channels.payloads import as_meant, looks_like_command, offered
from channels.turns import Taken, Turns, shortened

logger = logging.getLogger(__name__)

CHANNEL = "website"
BOT_UTTERED = "bot_uttered"
USER_UTTERED = "user_uttered"
APOLOGY = "Sorry, something went wrong on our side. Please say that again."
NO_SESSION = "The chat is not connected yet. Please try again in a moment."
NOT_READY = "The assistant is still starting. Please try again in a moment."
BUSY = "One moment please, your earlier messages are still being answered."

LOCK_POLL = 0.05
"""Seconds between two looks at a conversation's lock; Rasa's own default of 1 s would make every reload slow."""
READY_WAIT = 8.0
"""Seconds a message waits for its session's history to be read; shorter than the page's 10 s for an acknowledgement."""


@dataclass
class _Session:
    """What one socket may speak for, and whether that conversation's history has been read."""

    conversation: str
    ready: asyncio.Event = field(default_factory=asyncio.Event)


class WebsiteOutput(SocketIOOutput):
    """Sends each bot message as one ``bot_uttered`` event to the room of its conversation."""

    said_something = False

    @classmethod
    def name(cls) -> str:
        """The name of the channel in ``output_channel=…`` and in channel-specific responses."""
        return CHANNEL

    async def send_response(self, recipient_id: str, message: dict[str, Any]) -> None:
        """Emit a message; nobody in the room is no error, because history brings the message later.

        Never raises: an exception from an output channel makes Rasa drop the person's whole turn.
        """
        self.said_something = True
        try:
            await self.sio.emit(self.bot_message_evt, from_bot_message(message), room=recipient_id)
        except Exception:
            logger.exception("A message to conversation %s could not be sent.", shortened(recipient_id))


class WebsiteInput(SocketIOInput):
    """The website's door into Rasa, and the only one: conversations are opened by a browser's socket alone."""

    @classmethod
    def name(cls) -> str:
        """The name of the channel and of its folder below ``/webhooks/``."""
        return CHANNEL

    @classmethod
    def from_credentials(cls, credentials: dict[str, Any] | None) -> WebsiteInput:
        """``socketio_path`` is the only setting; it has to be the one the page uses (``/socket.io``)."""
        return cls((credentials or {}).get("socketio_path", "/socket.io"))

    def __init__(self, socketio_path: str = "/socket.io") -> None:
        super().__init__(USER_UTTERED, BOT_UTTERED, None, True, socketio_path)
        self._app: Sanic | None = None
        self._on_new_message: Callable[[UserMessage], Awaitable[Any]] | None = None
        self._turns = Turns(self._handle, self._apologise)
        self._sessions: dict[str, _Session] = {}

    def get_output_channel(self) -> WebsiteOutput | None:
        """The channel that pushes use; None in a process that serves no sockets."""
        return None if self.sio is None else WebsiteOutput(self.sio, BOT_UTTERED)

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        """The Sanic blueprint: health, the page's files and the Socket.IO handlers, ours in place of Rasa's."""
        blueprint = super().blueprint(on_new_message)
        self._on_new_message = on_new_message

        @blueprint.listener("before_server_start")
        async def remember_app(app: Sanic, _: Any) -> None:
            self._app = app

        _serve_page(blueprint)
        sio: AsyncServer = self.sio
        sio.on("session_request", self._session_request)
        sio.on(USER_UTTERED, self._user_uttered)
        sio.on("disconnect", self._disconnect)
        return blueprint

    @property
    def _agent(self) -> Any:
        # Looked up each time: a new model replaces it.
        return getattr(self._app.ctx, "agent", None) if self._app is not None else None

    def _agent_is_ready(self) -> bool:
        agent = self._agent
        return agent is not None and bool(agent.is_ready())

    async def _events(self, conversation: str) -> list[dict[str, Any]]:
        """Everything the tracker holds, read when no turn is half done; without the lock if it cannot be had."""
        agent = self._agent
        try:
            async with agent.lock_store.lock(conversation, wait_time_in_seconds=LOCK_POLL):
                tracker = await agent.tracker_store.retrieve_full_tracker(conversation)
        except LockError:
            logger.warning("Reading conversation %s without its lock.", shortened(conversation))
            tracker = await agent.tracker_store.retrieve_full_tracker(conversation)
        return [event.as_dict() for event in tracker.events] if tracker is not None else []

    async def _session_request(self, sid: str, data: object = None) -> None:
        conversation = intake.session_id(data)
        previous = self._sessions.get(sid)
        session = self._sessions[sid] = _Session(conversation)
        self._turns.join(conversation, sid)
        try:
            if previous is not None and previous.conversation != conversation:
                self._turns.leave(previous.conversation, sid)
                await _maybe_await(self.sio.leave_room(sid, previous.conversation))
            # In the room before the tracker is read: what is said meanwhile comes live, and again only with its id.
            await _maybe_await(self.sio.enter_room(sid, conversation))
        except (ValueError, KeyError):
            self._disconnect(sid)
            return
        await self.sio.emit("session_confirm", conversation, room=sid)
        if not self._agent_is_ready():
            session.ready.set()
            await self.sio.emit("history", [], room=sid)
            return
        events = await self._events(conversation)
        self._turns.know(conversation, seen_message_ids(events))
        session.ready.set()
        await self.sio.emit("history", history(events, intake.after(data)), room=sid)

    async def _user_uttered(self, sid: str, data: object = None) -> dict[str, Any]:
        read = intake.message(data)
        if isinstance(read, intake.Refused):
            return _refusal(read.reason)
        session = self._sessions.get(sid)
        if session is None:
            return _refusal(NO_SESSION)
        if not self._agent_is_ready():
            return _refusal(NOT_READY)
        try:
            # Until the history is read we cannot know whether this message was already handled.
            await asyncio.wait_for(session.ready.wait(), READY_WAIT)
        except asyncio.TimeoutError:  # not the built-in one in Python 3.10
            return _refusal(BUSY)
        if self._turns.take(session.conversation, read) is Taken.FULL:
            return _refusal(BUSY)
        return {"ok": True}

    def _disconnect(self, sid: str, _reason: object = None) -> None:
        session = self._sessions.pop(sid, None)
        if session is not None:
            self._turns.leave(session.conversation, sid)

    async def _handle(self, conversation: str, message: intake.Accepted) -> None:
        text = message.text
        if looks_like_command(text):
            text = as_meant(text, offered(await self._events(conversation)))
        output = self.get_output_channel()
        assert self._on_new_message is not None
        assert output is not None
        await self._on_new_message(
            UserMessage(
                text,
                output,
                conversation,
                input_channel=CHANNEL,
                message_id=message.message_id,
                metadata=dict(message.metadata),
            )
        )
        if not output.said_something:
            # Rasa says nothing at all when the action server is away: only its log knows.
            logger.warning("A turn of conversation %s got no answer.", shortened(conversation))
            await self._apologise(conversation)

    async def _apologise(self, conversation: str) -> None:
        wire: Wire = from_bot_message({"text": APOLOGY, "timestamp": time.time()})
        await self.sio.emit(BOT_UTTERED, wire, room=conversation)


def _refusal(reason: str) -> dict[str, Any]:
    return {"ok": False, "reason": reason}


async def _maybe_await(value: Any) -> None:
    """Rooms are entered by a plain function before python-socketio 5.10 and by a coroutine since."""
    if inspect.isawaitable(value):
        await value


def _serve_page(blueprint: Blueprint) -> None:
    @blueprint.route("/ui", methods=["GET", "HEAD"], strict_slashes=True, name="ui_without_slash")
    async def without_slash(request: Request) -> HTTPResponse:
        # The page's own addresses are relative, so it has to be opened as a folder, also behind a proxy's prefix.
        query = f"?{request.query_string}" if request.query_string else ""
        return response.redirect(f"ui/{query}", headers=dict(pages.HEADERS))

    @blueprint.route("/ui/", methods=["GET", "HEAD"], strict_slashes=True, name="ui_folder")
    async def folder(request: Request) -> HTTPResponse:
        return await _page(request, "")

    @blueprint.route("/ui/<path:path>", methods=["GET", "HEAD"], name="ui_file")
    async def file(request: Request, path: str) -> HTTPResponse:
        return await _page(request, path)


async def _page(request: Request, path: str) -> HTTPResponse:
    page = pages.find(path)
    if isinstance(page, pages.NoPage):
        return response.text("Not found", status=404, headers=dict(pages.HEADERS))
    headers = {**pages.HEADERS, "ETag": page.etag}
    if request.headers.get("if-none-match") == page.etag:
        return response.empty(status=304, headers=headers)
    return await response.file(page.file, headers=headers, mime_type=page.content_type)
