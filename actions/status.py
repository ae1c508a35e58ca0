"""The status page's routes and its door: a token in a form, then a signed cookie that holds no token."""

from __future__ import annotations

import hashlib
import hmac
import time
from collections import deque
from collections.abc import Callable
from importlib.resources import files
from typing import Any

from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse, html, raw, redirect

from ringback.settings import SettingsError
from ringback.status.page import entrance, page, part
from ringback.status.snapshot import Snapshots

COOKIE = "ringback_status"
LASTS = 12 * 3600
"""Seconds after which the token is asked for again."""
_MOST_WRONG, _WRONG_WITHIN = 10, 60.0
"""So many wrong tokens in so many seconds, of whoever it is, and nobody is asked for a while."""
_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; form-action 'self'; "
        "frame-ancestors 'none'; base-uri 'none'"
    ),
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
_FILES = {"status.css": "text/css; charset=utf-8", "status.js": "text/javascript; charset=utf-8"}


class Doorkeeper:
    """Who may see the page. `clock` gives seconds since the epoch."""

    def __init__(self, token: str, *, clock: Callable[[], float] = time.time) -> None:
        self._token = token.encode()
        self._clock = clock
        self._wrong: deque[float] = deque(maxlen=_MOST_WRONG)

    @property
    def is_pestered(self) -> bool:
        """There were so many wrong tokens of late that none is looked at."""
        return len(self._wrong) == _MOST_WRONG and self._clock() - self._wrong[0] < _WRONG_WITHIN

    def knows(self, token: str) -> bool:
        """Whether that is the token."""
        right = hmac.compare_digest(token.encode("utf-8", "replace"), self._token)
        if not right:
            self._wrong.append(self._clock())
        return right

    def ticket(self) -> str:
        """What the cookie holds: when it ends, and our signature."""
        ends = str(int(self._clock()) + LASTS)
        return f"{ends}.{self._sign(ends)}"

    def admits(self, ticket: str) -> bool:
        """Whether that is a ticket of ours which has not ended."""
        ends, _, signature = ticket.partition(".")
        if not (ends.isascii() and ends.isdigit() and len(ends) < 12):
            return False
        return (
            hmac.compare_digest(signature.encode("utf-8", "replace"), self._sign(ends).encode())
            and int(ends) > self._clock()
        )

    def _sign(self, ends: str) -> str:
        return hmac.new(self._token, f"status page until {ends}".encode(), hashlib.sha256).hexdigest()


def status_page(snapshots: Callable[[], Snapshots], door: Doorkeeper) -> Blueprint:
    """The routes under /status."""
    routes = Blueprint("status", url_prefix="/status")

    @routes.get("/", strict_slashes=False)
    async def show(request: Request) -> HTTPResponse:
        if not _is_inside(request, door):
            return html(entrance(), headers=_HEADERS)
        try:
            return html(page(await snapshots().newest()), headers=_HEADERS)
        except SettingsError:
            return html(entrance(), status=503, headers=_HEADERS)

    @routes.get("/part")
    async def live(request: Request) -> HTTPResponse:
        if not _is_inside(request, door):
            return html("", status=401, headers=_HEADERS)
        return html(part(await snapshots().newest()), headers=_HEADERS)

    @routes.post("/enter")
    async def enter(request: Request) -> HTTPResponse:
        if door.is_pestered:
            return html(entrance(wait=True), status=429, headers=_HEADERS)
        if not door.knows(_field(request, "token")):
            return html(entrance(wrong=True), status=403, headers=_HEADERS)
        answer = redirect("/status/", status=303, headers=dict(_HEADERS))
        secure = request.scheme == "https" or request.headers.get("x-forwarded-proto") == "https"
        answer.add_cookie(
            COOKIE,
            door.ticket(),
            path="/status",
            httponly=True,
            secure=secure,
            samesite="Strict",
            max_age=LASTS,
            host_prefix=False,
            secure_prefix=False,
        )
        return answer

    @routes.post("/leave")
    async def leave(_request: Request) -> HTTPResponse:
        answer = redirect("/status/", status=303, headers=dict(_HEADERS))
        answer.delete_cookie(COOKIE, path="/status", host_prefix=False, secure_prefix=False)
        return answer

    @routes.get("/<name:str>")
    async def file(_request: Request, name: str) -> HTTPResponse:
        if name not in _FILES:
            return html("", status=404, headers=_HEADERS)
        content = (files("ringback.status") / name).read_bytes()
        return raw(content, content_type=_FILES[name], headers=_HEADERS)

    return routes


def _is_inside(request: Request, door: Doorkeeper) -> bool:
    return door.admits(request.cookies.get(COOKIE) or "")


def _field(request: Request, name: str) -> str:
    form: Any = request.form
    return str((form or {}).get(name) or "")
