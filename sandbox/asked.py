"""A request as a provider sees it, read whole and in one form, however the client chose to send it."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

from starlette.datastructures import Headers
from starlette.types import Receive, Scope

MOST_BODY = 64 * 1024
_SLASHES = re.compile("/{2,}")


class BodyTooLongError(Exception):
    """More than 64 KiB: no order is that long."""


class GoneError(Exception):
    """The client went away before its request was complete."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Method, path with single slashes, query and form as last-one-wins dictionaries, the raw body."""

    method: str
    path: str
    query: dict[str, str]
    headers: Headers
    body: bytes
    form: dict[str, str]
    _receive: Receive = field(repr=False)

    async def wait(self, seconds: float) -> None:
        """Say nothing for that long, or until the client hangs up."""
        try:
            async with asyncio.timeout(seconds):
                while (await self._receive())["type"] != "http.disconnect":
                    pass
        except TimeoutError:
            pass


def single_slashes(path: str) -> str:
    """One client starts its paths with two."""
    return _SLASHES.sub("/", path)


async def read(scope: Scope, receive: Receive) -> Asked:
    """The whole request. A body needs neither a length nor a type: one official client sends an empty chunked one."""
    headers = Headers(scope=scope)
    body = await _body(receive) if scope["method"] not in {"GET", "HEAD"} else b""
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    # Neither JSON nor multipart is documented, so neither is understood.
    form = _pairs(body.decode("utf-8", "replace")) if kind in {"", "application/x-www-form-urlencoded"} else {}
    return Asked(
        method=scope["method"],
        path=single_slashes(scope["path"]),
        query=_pairs(scope["query_string"].decode("latin-1")),
        headers=headers,
        body=body,
        form=form,
        _receive=receive,
    )


def _pairs(text: str) -> dict[str, str]:
    try:
        return dict(parse_qsl(text, keep_blank_values=True, max_num_fields=200))
    except ValueError:
        return {}


async def _body(receive: Receive) -> bytes:
    body = b""
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise GoneError
        part: bytes = message.get("body", b"")
        body += part
        if len(body) > MOST_BODY:
            raise BodyTooLongError
        if not message.get("more_body", False):
            return body
