# mypy: disable-error-code="misc, import-not-found, import-untyped, untyped-decorator, type-arg, no-any-return"
"""The website channel: a Rasa connector over Socket.IO that also serves the chat page.

``credentials.yml`` needs only the key ``channels.website.WebsiteInput:``; ``channels.settings`` has what can stand
below it. Runs inside the Rasa server (Python 3.10), in one process for each server. With RINGBACK_REDIS_URL several
servers are one chat: a conversation's page may be on any of them (docs/cluster.md).

Events from the browser:

* ``session_request {token?, after?, language?}``: the answers are ``session_confirm {token, conversation, began,
  renew_after, max_characters}`` and ``history [message, …]``, the messages newer than ``after`` (seconds since 1970)
  and some from before it: the page drops what it shows already, by id. ``began`` is ``resumed``, ``new`` or
  ``expired`` (the token was no good any more: another, empty conversation). Too many: ``session_refused {reason,
  retry_after}``.
* ``user_uttered {message, id?, metadata?}``: acknowledged at once by ``{"ok": true}``, with ``"done": true`` if it
  was handled before, or by ``{"ok": false, "reason", "retry_after"?}``; the turn runs afterwards. In seconds.

Events to the browser: ``bot_uttered``, one per message (``channels.messages.from_bot_message``); ``user_said``, what
the person said in another tab; ``user_done {id}``, the turn of that message is over; ``language {language}``,
in which one ("de") the conversation goes on.

Rasa's own ``socketio`` connector is the base but not enough: it does not await ``enter_room``, a coroutine since
python-socketio 5.10, so with session persistence nothing is ever delivered; it lets any page of any origin speak for
any session; and it neither replays nor acknowledges.
"""

from __future__ import annotations

import asyncio
import logging
import os
import time
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from typing import Any

from rasa.core.channels.channel import UserMessage
from rasa.core.channels.socketio import SocketBlueprint, SocketIOInput
from rasa.core.lock_store import LockError
from sanic import Blueprint, Sanic, response
from sanic.request import Request
from sanic.response import HTTPResponse
from socketio import AsyncServer

from channels import intake, keys, serving
from channels.gate import TOO_MANY, Gate, maybe_await
from channels.languages import language_of
from channels.messages import Wire, from_bot_message, from_user_message, history, seen_message_ids
from channels.output import CHANNEL, WebsiteOutput
from channels.payloads import as_meant, looks_like_command, offered
from channels.replicas.together import Alone, find_replicas
from channels.sessions import Known, Sessions, new_conversation
from channels.settings import Settings
from channels.turns import Taken, Turns, shortened
from channels.website_words import in_words, refusal, soon
from channels.whence import whence

logger = logging.getLogger(__name__)

BOT_UTTERED = "bot_uttered"
USER_UTTERED = "user_uttered"

LOCK_POLL = 0.05
"""Seconds between two looks at a conversation's lock; Rasa's own default of 1 s would make every reload slow."""
OVERLAP = 600.0
"""Seconds before ``after`` that history still covers; messages told side by side may arrive out of order."""
PING_INTERVAL, PING_TIMEOUT = 15, 10
"""Seconds between two signs of life, and until one is missed; both sides know of a dead line after their sum."""
LOCK_WAIT = 2.0
"""Seconds that reading a conversation waits for a turn that is under way; what it still says comes live."""
LAST_TURNS = 5.0
"""Seconds that turns under way get when the server is told to stop."""
STOPPING_PAUSE = 1.0
"""Seconds until a page tries again what a stopping server did not take; by then it is elsewhere."""
READY_WAIT = 8.0
"""Seconds a message waits for its session's history to be read; shorter than the page's 10 s for an acknowledgement."""


@dataclass
class _Session:
    """What one socket may speak for, from where, in which language (a tag), and whether its history has been read."""

    conversation: str
    address: str
    language: str = ""
    ready: asyncio.Event = field(default_factory=asyncio.Event)


class WebsiteInput(SocketIOInput):
    """The website's door into Rasa, and the only one: conversations are opened by a browser's socket alone."""

    @classmethod
    def name(cls) -> str:
        """The name of the channel and of its folder below ``/webhooks/``."""
        return CHANNEL

    @classmethod
    def from_credentials(cls, credentials: dict[str, Any] | None) -> WebsiteInput:
        """The channel with the settings of ``credentials.yml``. Raises ValueError for a setting that makes no sense."""
        return cls(Settings.of(credentials, os.environ))

    def __init__(self, settings: Settings | None = None) -> None:
        self._settings = settings or Settings()
        super().__init__(USER_UTTERED, BOT_UTTERED, None, True, self._settings.socketio_path)
        self._replicas = find_replicas(os.environ, self._settings.secret)
        self._gate = Gate(self._settings, self._replicas)
        secrets = keys.find(self._settings.secret, os.environ)
        self._tokens = Sessions(secrets, self._settings.session_seconds)
        self._secret = secrets[0] if secrets else ""
        self._app: Sanic | None = None
        self._on_new_message: Callable[[UserMessage], Awaitable[Any]] | None = None
        self._turns = Turns(self._handle, self._apologise, self._done)
        self._sessions: dict[str, _Session] = {}
        self._stopping = False

    def get_output_channel(self) -> WebsiteOutput | None:
        """The channel that pushes use; None in a process that serves no sockets."""
        return None if self.sio is None else WebsiteOutput(self.sio, BOT_UTTERED)

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        """The Sanic blueprint: health, the page's files and the Socket.IO handlers."""
        sio = self.sio = AsyncServer(
            async_mode="sanic",
            cors_allowed_origins=self._gate.may_connect,
            max_http_buffer_size=self._settings.limits.frame_bytes,
            ping_interval=PING_INTERVAL,
            ping_timeout=PING_TIMEOUT,
            client_manager=self._replicas.manager(self._catch_up),
        )
        blueprint = SocketBlueprint(sio, self.socketio_path, "website_webhook", __name__)
        self._on_new_message = on_new_message

        @blueprint.route("/", methods=["GET"], name="health")
        async def health(_: Request) -> HTTPResponse:
            return response.json({"status": "ok"})

        @blueprint.listener("before_server_start")
        async def remember_app(app: Sanic, _: Any) -> None:
            self._app = app

        @blueprint.listener("before_server_stop")
        async def finish(_: Sanic, __: Any) -> None:
            self._stopping = True
            await self._turns.finish(LAST_TURNS)

        serving.serve(blueprint, self._settings.origins)
        self._gate.watch(sio)
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
        async with AsyncExitStack() as stack:
            lock = agent.lock_store.lock(conversation, wait_time_in_seconds=LOCK_POLL)
            try:
                await asyncio.wait_for(stack.enter_async_context(lock), LOCK_WAIT)
            except (LockError, asyncio.TimeoutError):  # not the built-in one in Python 3.10
                logger.warning("Reading conversation %s without its lock.", shortened(conversation))
            tracker = await agent.tracker_store.retrieve_full_tracker(conversation)
        return [event.as_dict() for event in tracker.events] if tracker is not None else []

    async def _session_request(self, sid: str, data: object = None) -> None:
        environ = self.sio.get_environ(sid) or {}
        origin = self._gate.origin(environ)
        if origin is None:
            return
        address = self._gate.address(environ)
        shown = intake.token(data)
        read = self._tokens.read(shown, origin)
        # Each request reads a conversation, so it costs as much as a message.
        wait = await self._gate.message_wait(sid, address)
        if not isinstance(read, Known):
            wait = wait or await self._gate.new_session_wait(address)
        if wait:
            await self._tell(sid, "session_refused", {"reason": TOO_MANY, "retry_after": soon(wait)})
            return
        conversation = read.conversation if isinstance(read, Known) else new_conversation()
        session = await self._join(sid, _Session(conversation, address, intake.language(data)))
        if session is None:
            return
        resumed = isinstance(read, Known)
        replaced = not resumed and shown is not None
        confirmation = {
            "token": self._tokens.issue(conversation, origin),
            "conversation": conversation,
            "began": "resumed" if resumed else "expired" if replaced else "new",
            "renew_after": self._tokens.lifetime / 2,
            "max_characters": intake.MAX_MESSAGE_CHARACTERS,
        }
        await self._tell(sid, "session_confirm", confirmation)
        try:
            messages = await self._history(conversation, intake.after(data))
        finally:
            session.ready.set()
        if replaced:
            messages.append(
                from_bot_message({"text": in_words("new_chat", session.language), "timestamp": time.time()})
            )
        await self._tell(sid, "history", messages)
        await self._tell_language(conversation, sid)

    async def _tell(self, sid: str, event: str, data: Any) -> None:
        # A socket of this server: other replicas need not hear of it, and least of all of a token.
        await self.sio.emit(event, data, room=sid, ignore_queue=True)

    async def _catch_up(self) -> None:
        """What other replicas said while they were not heard, out of the conversations; pages know it by its ids."""
        since = time.time() - OVERLAP
        for sid, session in list(self._sessions.items()):
            if self._agent_is_ready() and sid in self._sessions:
                await self._tell(sid, "history", await self._history(session.conversation, since))

    async def _join(self, sid: str, session: _Session) -> _Session | None:
        """The socket in this conversation and in no other; None if it has gone meanwhile."""
        previous = self._sessions.get(sid)
        conversation = session.conversation
        self._sessions[sid] = session
        self._turns.join(conversation, sid)
        try:
            if previous is not None and previous.conversation != conversation:
                self._turns.leave(previous.conversation, sid)
                await maybe_await(self.sio.leave_room(sid, previous.conversation))
            # In the room before the tracker is read: what is said meanwhile comes live, and again only with its id.
            await maybe_await(self.sio.enter_room(sid, conversation))
        except (ValueError, KeyError):
            self._disconnect(sid)
            return None
        return session

    async def _history(self, conversation: str, after: float) -> list[Wire]:
        """What the tracker holds, and what was taken and stands in no tracker yet."""
        if not self._agent_is_ready():
            return []
        events = await self._events(conversation)
        self._turns.know(conversation, seen_message_ids(events))
        messages = history(events, after - OVERLAP if after else 0.0)
        told = {message["id"] for message in messages}
        titles = offered(events)
        waiting = [one for one in self._turns.pending(conversation) if one.message_id not in told]
        return messages + [from_user_message(one.message_id, one.text, one.at, titles) for one in waiting]

    async def _user_uttered(self, sid: str, data: object = None) -> dict[str, Any]:
        read = intake.message(data)
        if isinstance(read, intake.Refused):
            return refusal(read.reason)
        spoken = read.metadata.get("language", "")
        session = self._sessions.get(sid)
        if session is None:
            return refusal(in_words("no_session", spoken))
        session.language = spoken
        wait = await self._gate.message_wait(session.conversation, session.address)
        if wait:
            return {**refusal(in_words("too_fast", spoken)), "retry_after": soon(wait)}
        if self._stopping or not self._agent_is_ready():
            away = refusal(in_words("not_ready", spoken))
            return away | ({"retry_after": STOPPING_PAUSE} if self._stopping else {})
        try:
            # Until the history is read we cannot know whether this message was already handled.
            await asyncio.wait_for(session.ready.wait(), READY_WAIT)
        except asyncio.TimeoutError:  # not the built-in one in Python 3.10
            return refusal(in_words("busy", spoken))
        return await self._take(sid, session.conversation, session.address, read)

    async def _take(self, sid: str, conversation: str, address: str, message: intake.Accepted) -> dict[str, Any]:
        titles: dict[str, str] = {}
        if looks_like_command(message.text):
            tracker = await self._agent.tracker_store.retrieve_full_tracker(conversation)
            titles = offered(event.as_dict() for event in tracker.events) if tracker is not None else {}
        # What the browser itself says of that is dropped (channels/intake.py).
        if place := whence(self._secret, address):
            message = replace(message, metadata={**message.metadata, "address": place})
        taken = self._turns.take(conversation, message)
        if taken is Taken.FULL:
            return refusal(in_words("busy", message.metadata.get("language", "")))
        if taken is Taken.DONE:
            return {"ok": True, "done": True}
        if taken is Taken.NEW:
            wire = from_user_message(message.message_id, message.text, message.at, titles)
            await self.sio.emit("user_said", wire, room=conversation, skip_sid=sid)
        return {"ok": True}

    def _disconnect(self, sid: str, _reason: object = None) -> None:
        session = self._sessions.pop(sid, None)
        if session is not None:
            self._turns.leave(session.conversation, sid)

    async def _handle(self, conversation: str, message: intake.Accepted) -> None:
        if isinstance(self._replicas, Alone):
            await self._turn(conversation, message)
            return
        # The same message may have been handed to another server as well, which may have died over it. Whoever has
        # the lock finds in the tracker whether its turn was finished.
        async with self._replicas.turn(conversation):
            if message.message_id not in seen_message_ids(await self._events(conversation)):
                await self._turn(conversation, message)

    async def _turn(self, conversation: str, message: intake.Accepted) -> None:
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

    async def _done(self, conversation: str, message: intake.Accepted) -> None:
        await self.sio.emit("user_done", {"id": message.message_id}, room=conversation)
        await self._tell_language(conversation, conversation)

    async def _tell_language(self, conversation: str, room: str) -> None:
        """Tell the page in which language the conversation goes on, so that its own words follow."""
        language = await language_of(self._agent, conversation) if self._agent_is_ready() else ""
        if language:
            await self.sio.emit("language", {"language": language}, room=room)

    async def _apologise(self, conversation: str) -> None:
        spoken = ["", *(one.language for one in self._sessions.values() if one.conversation == conversation)]
        wire: Wire = from_bot_message({"text": in_words("apology", spoken[-1]), "timestamp": time.time()})
        await self.sio.emit(BOT_UTTERED, wire, room=conversation)
