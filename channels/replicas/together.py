"""Whether this Rasa server is alone or one of several, and what follows from it for the website channel."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any

from channels.keys import SETTING as SECRET_SETTING
from channels.limits import Pace
from channels.replicas.leases import Leases
from channels.replicas.pace import SharedPace
from channels.replicas.redis import SETTING, connect

TURN_WAIT = 60.0
"""Seconds that a turn waits for another one of its conversation; shorter than the time a turn has (90 s)."""

Spans = Sequence[tuple[int, float]]
Missed = Callable[[], Awaitable[None]]


class Alone:
    """One server: what it knows by itself is enough."""

    def manager(self, _missed: Missed) -> None:
        """No fan-out."""
        return

    def pace(self, _name: str, spans: Spans) -> Pace:
        """A pace of this process."""
        return Pace(spans)


class Replicas:
    """One of several servers. `url` is where Redis is."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._client = connect(url)
        self._leases = Leases(self._client)

    def manager(self, missed: Missed) -> Any:
        """Socket.IO's fan-out; `missed` is awaited when something may have been missed."""
        from channels.replicas.fanout import Fanout  # only the Rasa server has what it needs

        return Fanout(self._url, missed)

    def pace(self, name: str, spans: Spans) -> SharedPace:
        """A pace that all servers keep together."""
        return SharedPace(self._client, name, spans)

    def turn(self, conversation: str) -> AbstractAsyncContextManager[None]:
        """One turn at a time in this conversation, on whichever server. Raises NotHeld."""
        return self._leases.hold(f"turn:{conversation}", TURN_WAIT)


def find_replicas(environment: Mapping[str, str], secret: object) -> Alone | Replicas:
    """What the environment says. Raises ValueError if several servers would not know each other's sessions."""
    url = environment.get(SETTING, "").strip()
    if not url:
        return Alone()
    if not secret and not environment.get(SECRET_SETTING, "").strip():
        raise ValueError(
            f"{SETTING} is set, so there are several Rasa servers: give all of them the same {SECRET_SETTING}, 32 or "
            "more random characters. Otherwise a chat ends whenever its page meets another server."
        )
    return Replicas(url)
