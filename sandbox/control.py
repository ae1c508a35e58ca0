"""`/sandbox/…`: break the provider, skip time, see what was asked. For people and tests; no provider has this."""

from __future__ import annotations

import html
import json
import logging
import math
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from sandbox.calls import state_at, to_json
from sandbox.faults import Fault, Mode
from sandbox.hours import stamp
from sandbox.keeping import StateFile
from sandbox.magic import MAGIC
from sandbox.world import Provider, World, masked

log = logging.getLogger("sandbox")


class WrongError(Exception):
    """The control request makes no sense; the message says why. Answered with HTTP 400."""


class Control:
    """The handlers over one world."""

    def __init__(self, world: World, providers: dict[str, Provider], state: StateFile | None) -> None:
        self._world = world
        self._providers = providers
        self._state = state

    def routes(self) -> list[Route]:
        table: list[tuple[str, str, Callable[[Request], Awaitable[Response]]]] = [
            ("GET", "/sandbox/", self.page),
            ("GET", "/sandbox/health", self.health),
            ("GET", "/sandbox/company", self.company),
            ("GET", "/sandbox/calls", self.calls),
            ("DELETE", "/sandbox/calls", self.reset),
            ("GET", "/sandbox/requests", self.requests),
            ("DELETE", "/sandbox/requests", self.forget_requests),
            ("GET", "/sandbox/faults", self.fault),
            ("POST", "/sandbox/faults", self.break_),
            ("POST", "/sandbox/clock", self.advance),
            ("GET", "/sandbox/clock", self.time),
            ("GET", "/sandbox/settings", self.settings),
            ("POST", "/sandbox/settings", self.switch),
        ]
        return [Route(path, handler, methods=[method]) for method, path, handler in table]

    async def health(self, _: Request) -> Response:
        return JSONResponse({"status": "ok", "calls": len(self._world.calls)})

    async def company(self, _: Request) -> Response:
        """Everything a client needs to know: credentials, paths, SIDs, magic numbers (both bare and with `+`)."""
        company = self._world.company
        magic = [{"number": m.number, "e164": "+" + m.number, "name": m.name, "sentence": m.sentence} for m in MAGIC]
        return JSONResponse(
            {
                "name": company.name,
                "timezone": company.zone.key,
                **{name: provider.describe() for name, provider in self._providers.items()},
                "magic_numbers": magic,
            }
        )

    async def calls(self, _: Request) -> Response:
        now = self._world.clock.now()
        found = []
        for call in self._world.calls:
            seen = state_at(call, now)
            found.append({**to_json(call), "state": seen.state, "duration": seen.duration, "over": seen.over})
        return JSONResponse({"calls": found})

    async def reset(self, _: Request) -> Response:
        self._world.calls.clear()
        log.info("all calls forgotten")
        return JSONResponse({"calls": []})

    async def requests(self, _: Request) -> Response:
        """The last 1000 requests, oldest first. `status` is null while, or because, nothing was answered."""
        return JSONResponse({"requests": list(self._world.requests)})

    async def forget_requests(self, _: Request) -> Response:
        self._world.requests.clear()
        return JSONResponse({"requests": []})

    async def fault(self, _: Request) -> Response:
        return JSONResponse(self._fault())

    async def break_(self, request: Request) -> Response:
        """`{"mode": …, "only": part of a path, "seconds": for how long}`; the newest fault replaces the one before."""
        asked = await _json(request, {"mode", "only", "seconds"})
        try:
            mode = Mode(asked.get("mode", ""))
        except ValueError:
            raise WrongError(f"mode must be one of: {', '.join(Mode)}") from None
        seconds = asked.get("seconds")
        until = None if seconds is None else self._world.clock.now() + _number(seconds, "seconds")
        self._world.fault = Fault(mode, str(asked.get("only") or ""), until)
        log.info("fault %s%s", mode, f" for {self._world.fault.only}" if self._world.fault.only else "")
        return JSONResponse(self._fault())

    async def advance(self, request: Request) -> Response:
        asked = await _json(request, {"advance"})
        try:
            self._world.clock.advance(_number(asked.get("advance"), "advance"))
        except ValueError as error:
            raise WrongError(str(error)) from error
        if self._state is not None:
            self._state.keep_offset(self._world.clock.offset)
        return JSONResponse(self._time())

    async def time(self, _: Request) -> Response:
        return JSONResponse(self._time())

    async def settings(self, _: Request) -> Response:
        return JSONResponse(self._settings())

    async def switch(self, request: Request) -> Response:
        """`{"failure_http": 200 | 500, "speed": factor for calls ordered from now on}`, either or both."""
        asked = await _json(request, {"failure_http", "speed"})
        status = asked.get("failure_http", self._world.settings.failure_http)
        if status not in {200, 500}:
            raise WrongError("failure_http must be 200 or 500")
        speed = _number(asked.get("speed", self._world.settings.speed), "speed")
        if speed <= 0:
            raise WrongError("speed must be more than 0")
        self._world.settings.failure_http, self._world.settings.speed = status, speed
        return JSONResponse(self._settings())

    async def page(self, _: Request) -> Response:
        """The last hundred calls for a person to watch."""
        now, zone = self._world.clock.now(), self._world.company.zone
        rows = "".join(
            f"<tr><td>{stamp(call.begins_at, zone)}<td>{html.escape(masked(call.number))}"
            f"<td>{html.escape(seen.state)}<td>{seen.duration} s<td><code>{html.escape(call.sid)}</code>"
            for call in list(self._world.calls)[:-101:-1]
            for seen in [state_at(call, now)]
        )
        return HTMLResponse(
            "<!doctype html><html lang=en><meta charset=utf-8><meta http-equiv=refresh content=2>"
            f"<title>Sandbox</title><h1>{html.escape(self._world.company.name)}</h1>"
            f"<p>{stamp(now, zone)}, {html.escape(zone.key)}. Nobody's phone rings.</p>"
            f"<table><tr><th>Start<th>Number<th>State<th>Duration<th>SID{rows}</table></html>"
        )

    def _fault(self) -> dict[str, Any]:
        fault = self._world.fault
        left = None if fault.until is None else max(0.0, fault.until - self._world.clock.now())
        return {"mode": fault.mode if left != 0 else Mode.NONE, "only": fault.only, "seconds": left}

    def _time(self) -> dict[str, Any]:
        now = self._world.clock.now()
        return {"now": now, "local": stamp(now, self._world.company.zone), "offset": self._world.clock.offset}

    def _settings(self) -> dict[str, Any]:
        return {"failure_http": self._world.settings.failure_http, "speed": self._world.settings.speed}


async def wrong(_: Request, error: Exception) -> Response:
    """HTTP 400 with the sentence."""
    return JSONResponse({"error": str(error)}, 400)


async def _json(request: Request, known: set[str]) -> dict[str, Any]:
    try:
        value = json.loads(await request.body())
    except ValueError:
        raise WrongError("the body must be JSON") from None
    if not isinstance(value, dict):
        raise WrongError("the body must be a JSON object")
    unknown = sorted(set(value) - known)
    if unknown:
        raise WrongError(f"unknown: {', '.join(unknown)}; known: {', '.join(sorted(known))}")
    return value


def _number(value: Any, name: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise WrongError(f"{name} must be a number")
    return float(value)
