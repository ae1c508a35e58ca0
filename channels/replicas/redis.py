# mypy: disable-error-code="misc, import-not-found, import-untyped, type-arg"
"""The one way to Redis, with a limit for every wait."""

from __future__ import annotations

from typing import Any

SETTING = "RINGBACK_REDIS_URL"
ANSWER, CONNECT = 3.0, 2.0
"""Seconds for an answer and for a connection."""
OPTIONS = {"socket_connect_timeout": CONNECT, "socket_keepalive": True}


def connect(url: str) -> Any:
    """An asynchronous client; connects when it is first used. Raises ValueError for an address that is none."""
    from redis import asyncio as redis  # the Rasa server brings it, as a requirement of Rasa's
    from redis.asyncio.retry import Retry
    from redis.backoff import NoBackoff
    from redis.exceptions import ConnectionError as Broken

    # After a restart of Redis every connection of the pool fails once: a second try spares the caller that.
    return redis.Redis.from_url(
        url, socket_timeout=ANSWER, retry=Retry(NoBackoff(), 1), retry_on_error=[Broken], **OPTIONS
    )
