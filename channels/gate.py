# mypy: disable-error-code="misc, import-not-found, import-untyped, no-any-return"
"""The gate of the website channel: from which sites and addresses, how many connections, and how fast."""

from __future__ import annotations

import inspect
from typing import Any

from socketio import AsyncServer

from channels.limits import Room, client_address
from channels.replicas.together import Alone, Replicas
from channels.settings import Settings

TOO_MANY = "There are too many chats open at the moment. Please try again in a few minutes."


class Gate:
    """Reads where a request comes from, and counts. ``environ`` is what Engine.IO makes of a request's headers."""

    def __init__(self, settings: Settings, replicas: Alone | Replicas) -> None:
        limits, pace = settings.limits, replicas.pace
        self._origins = settings.origins
        self._proxies = settings.proxies
        self._room = Room(limits.address_sockets, limits.sockets)
        self._new_sessions = pace("sessions", [(limits.address_new_sessions_per_minute, 60.0)])
        self._messages = pace("messages", [(limits.messages_per_second, 1.0), (limits.messages_per_minute, 60.0)])
        self._address_messages = pace(
            "address", [(limits.address_messages_per_second, 1.0), (limits.address_messages_per_minute, 60.0)]
        )

    def origin(self, environ: dict[str, Any]) -> str | None:
        """Which site is asking (see ``Origins.recognise``); None for one that may not."""
        hosts = [environ.get("HTTP_HOST", "")]
        if self._proxies:
            hosts.append(environ.get("HTTP_X_FORWARDED_HOST", "").split(",")[0].strip())
        return self._origins.recognise(environ.get("HTTP_ORIGIN"), hosts)

    def may_connect(self, _origin: str | None, environ: dict[str, Any]) -> bool:
        """For ``cors_allowed_origins``: asked for each request that names its origin."""
        return self.origin(environ) is not None

    def address(self, environ: dict[str, Any]) -> str:
        """The visitor's network."""
        # Engine.IO's own REMOTE_ADDR is a constant under Sanic.
        peer = str(environ["sanic.request"].ip)
        return client_address(peer, environ.get("HTTP_X_FORWARDED_FOR", ""), self._proxies)

    def watch(self, sio: AsyncServer) -> None:
        """Count the connections of this server, and turn away those for which there is no room."""
        # Below Socket.IO, where a connection begins: one that never says a word of Socket.IO takes room, too.
        accept, release = sio.eio.handlers["connect"], sio.eio.handlers["disconnect"]

        async def arrive(socket: str, environ: dict[str, Any]) -> Any:
            if not self._room.enter(socket, self.address(environ)):
                return TOO_MANY
            return await maybe_await(accept(socket, environ))

        async def leave(socket: str, *reason: Any) -> Any:
            self._room.leave(socket)
            return await maybe_await(release(socket, *reason))

        sio.eio.on("connect", arrive)
        sio.eio.on("disconnect", leave)

    async def message_wait(self, sender: str, address: str) -> float:
        """0.0 if one more message may come, else the seconds until it may."""
        wait: float = await maybe_await(self._messages.wait(sender))
        return wait or await maybe_await(self._address_messages.wait(address))

    async def new_session_wait(self, address: str) -> float:
        """0.0 if one more session may begin from this address, else the seconds until it may."""
        return await maybe_await(self._new_sessions.wait(address))


async def maybe_await(value: Any) -> Any:
    """For what is a coroutine here and none there: python-socketio before and after 5.10, limits alone and shared."""
    return await value if inspect.isawaitable(value) else value
