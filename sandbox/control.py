"""`/sandbox/…`: break the provider, skip time, see what was asked. For people and tests; no provider has this."""

from __future__ import annotations

import json
import logging
import math
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox import page
from sandbox.calls import moved, state_at, to_json
from sandbox.faults import Fault, Mode
from sandbox.hand import GESTURES, aim, gestures, plan_from
from sandbox.hours import stamp
from sandbox.keeping import StateFile
from sandbox.magic import MAGIC
from sandbox.verify import Verify
from sandbox.world import Provider, World

log = logging.getLogger("sandbox")
SLOWEST, FASTEST = 0.001, 10_000
"""How much faster than in life calls may go."""
MOST_CALLS = 1_000_000


class WrongError(Exception):
    """The control request makes no sense; the message says why. Answered with HTTP 400."""


class Control:
    """The handlers over one world."""

    def __init__(self, world: World, providers: dict[str, Provider], state: StateFile | None, verify: Verify) -> None:
        self._verify = verify
        self._world = world
        self._providers = providers
        self._state = state

    def routes(self) -> list[Route]:
        table: list[tuple[str, str, Callable[[Request], Awaitable[Response]]]] = [
            ("GET", "/sandbox/", self.page),
            ("GET", "/sandbox/page.js", page.script),
            ("GET", "/sandbox/page.css", page.style),
            ("GET", "/sandbox/health", self.health),
            ("GET", "/sandbox/company", self.company),
            ("GET", "/sandbox/calls", self.calls),
            ("DELETE", "/sandbox/calls", self.reset),
            ("POST", "/sandbox/calls/{sid}/push", self.push),
            ("GET", "/sandbox/texts", self.texts),
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
        """Everything a client needs to know: credentials, paths, SIDs, magic numbers (Fonolo's bare and with `+`)."""
        company = self._world.company
        magic = [{"number": m.number, "e164": "+" + m.number, "name": m.name, "sentence": m.sentence} for m in MAGIC]
        return JSONResponse(
            {
                "name": company.name,
                "timezone": company.zone.key,
                **{name: provider.describe() for name, provider in self._providers.items()},
                "verify": self._verify.describe(),
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
        self._world.limit.clear(self._world.clock.now())
        log.info("all calls forgotten")
        return JSONResponse({"calls": []})

    async def texts(self, _: Request) -> Response:
        """The text messages that a phone would have got, newest first: to, text, at, local."""
        return JSONResponse({"texts": self._verify.seen()})

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
        """Any of `{"failure_http": 200 | 500, "bad_key_http": 400 | 403, "speed": factor for calls ordered from now on,
        "max_callbacks": how many of Fonolo's calls at one time | null, "hours": whether queues close}`.
        """
        world, settings = self._world, self._world.settings
        asked = {**self._settings(), **await _json(request, set(self._settings()))}
        for name, allowed in (("failure_http", (200, 500)), ("bad_key_http", (400, 403))):
            if not isinstance(asked[name], int) or asked[name] not in allowed:
                raise WrongError(f"{name} must be {allowed[0]} or {allowed[1]}")
        speed, most = _number(asked["speed"], "speed"), asked["max_callbacks"]
        if not SLOWEST <= speed <= FASTEST:
            raise WrongError(f"speed must be between {SLOWEST} and {FASTEST}")
        if most is not None and (isinstance(most, bool) or not isinstance(most, int) or not 0 <= most <= MOST_CALLS):
            raise WrongError(f"max_callbacks must be a whole number from 0 to {MOST_CALLS}, or null for no limit")
        if not isinstance(asked["hours"], bool):
            raise WrongError("hours must be true or false")
        settings.failure_http, settings.bad_key_http = asked["failure_http"], asked["bad_key_http"]
        settings.speed, settings.hours = speed, asked["hours"]
        if most != world.limit.most:
            world.limit.set(most, world.clock.now())
        return JSONResponse(self._settings())

    async def push(self, request: Request) -> Response:
        """`{"to": agent_answers | customer_answers | customer_hangs_up | fail | a state's name}`: move a call by hand.

        It goes on by itself from there. HTTP 404 for an unknown call, 409 for what makes no sense in its state.
        """
        world, to = self._world, (await _json(request, {"to"})).get("to")
        call, now = world.calls.get(request.path_params["sid"]), world.clock.now()
        if call is None:
            return JSONResponse({"error": "there is no such call"}, 404)
        hand, seen = self._providers[call.provider].hand, state_at(call, now)
        if not isinstance(to, str) or to not in {*GESTURES, *hand.words}:
            raise WrongError(f"to must be one of: {', '.join((*GESTURES, *hand.words))}")
        target = None if seen.over else aim(hand, seen.state, to)
        if target is None:
            return JSONResponse({"error": f"{to} makes no sense in {seen.state}"}, 409)
        changed = moved(call, plan_from(hand, call, target, now, world.settings.speed), now)
        world.calls.change(changed)
        world.limit.touched(changed, now)
        log.info("call %s by hand: %s", call.sid, target)
        return JSONResponse({"sid": call.sid, "state": state_at(changed, now).state})

    async def page(self, _: Request) -> Response:
        """The calls in progress, and the last few that ended, for a person to watch and to move."""
        world, now = self._world, self._world.clock.now()
        live = [call for call, _ in world.calls.live(now)][: -page.MOST_LIVE - 1 : -1]
        ended = [call for call in world.calls.newest(page.MOST_LIVE) if state_at(call, now).over][: page.MOST_ENDED]
        rows = []
        for call in live + ended:
            seen = state_at(call, now)
            can = () if seen.over else gestures(self._providers[call.provider].hand, seen.state)
            rows.append(page.Row(call, seen, stamp(call.begins_at, world.company.zone), can))
        texts = [(one["local"], one["to"], one["text"]) for one in self._verify.seen()[: page.MOST_TEXTS]]
        return page.page(rows, f"{stamp(now, world.company.zone)}, {world.company.zone.key}", texts)

    def _fault(self) -> dict[str, Any]:
        fault = self._world.fault
        left = None if fault.until is None else max(0.0, fault.until - self._world.clock.now())
        return {"mode": fault.mode if left != 0 else Mode.NONE, "only": fault.only, "seconds": left}

    def _time(self) -> dict[str, Any]:
        now = self._world.clock.now()
        return {"now": now, "local": stamp(now, self._world.company.zone), "offset": self._world.clock.offset}

    def _settings(self) -> dict[str, Any]:
        settings = self._world.settings
        return {
            "failure_http": settings.failure_http,
            "bad_key_http": settings.bad_key_http,
            "speed": settings.speed,
            "max_callbacks": self._world.limit.most,
            "hours": settings.hours,
        }


async def wrong(_: Request, error: Exception) -> Response:
    """HTTP 400 with the sentence."""
    return JSONResponse({"error": str(error)}, 400)


async def _json(request: Request, known: set[str]) -> dict[str, Any]:
    try:
        value = json.loads(await request.body())
        # Half of an escaped pair is a text that no answer could hold.
        json.dumps(value, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        raise WrongError("the body must be JSON") from None
    if not isinstance(value, dict):
        raise WrongError("the body must be a JSON object")
    unknown = sorted(set(value) - known)
    if unknown:
        raise WrongError(f"unknown: {', '.join(unknown)}; known: {', '.join(sorted(known))}")
    return value


def _number(value: Any, name: str) -> float:
    try:
        if not isinstance(value, bool) and isinstance(value, int | float) and math.isfinite(value):
            return float(value)
    except OverflowError:  # a whole number of hundreds of digits
        pass
    raise WrongError(f"{name} must be a number")
