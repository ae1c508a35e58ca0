"""The whole sandbox as one ASGI application."""

from __future__ import annotations

import logging
from typing import Any

from starlette.applications import Starlette
from starlette.responses import JSONResponse, Response
from starlette.types import Message, Receive, Scope, Send

from sandbox import faults
from sandbox.asked import Asked, BodyTooLongError, GoneError, read, single_slashes
from sandbox.calls import FONOLO, TENIOS, Calls
from sandbox.clock import Clock
from sandbox.company import Company, maple_telecom
from sandbox.control import Control, WrongError, wrong
from sandbox.faults import Mode
from sandbox.fonolo import Fonolo
from sandbox.keeping import StateFile
from sandbox.limits import Limit
from sandbox.redaction import redacted, redacted_query
from sandbox.tenios import Tenios
from sandbox.tenios.company import beispiel
from sandbox.verify import Verify
from sandbox.world import Provider, Settings, Wire, World

log = logging.getLogger("sandbox")


class Sandbox:
    """Companies by the start of their paths, control under `/sandbox/`. `world` is for tests in the same process."""

    def __init__(self, world: World, providers: dict[str, Provider], state: StateFile | None) -> None:
        self.world = world
        verify = Verify(world)
        self._wires: tuple[Wire, ...] = (*providers.values(), verify)
        self._control = Starlette(
            routes=Control(world, providers, state, verify).routes(),
            exception_handlers={WrongError: wrong},
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.world.limit.catch_up(self.world.clock.now())
        if scope["type"] != "http" or scope["path"].startswith("/sandbox"):
            await self._control(scope, receive, send)
            return
        record: dict[str, Any] = {
            "method": scope["method"],
            "path": scope["path"],
            "query": redacted_query(scope["query_string"].decode("latin-1")),
            "form": {},
            "status": None,
        }
        self.world.requests.append(record)
        path = single_slashes(scope["path"])
        provider = next((one for one in self._wires if path.startswith(one.prefix)), None)
        if provider is None:
            answer: Response = JSONResponse({"error": "no provider has this path; see /sandbox/company"}, 404)
        else:
            try:
                asked = await read(scope, receive)
                record |= redacted(provider.record(asked))
                answer = await self._answer(provider, asked)
            except GoneError:
                return
            except BodyTooLongError:
                answer = provider.refusal("The body is too long.", 413)

        async def recorded(message: Message) -> None:
            if message["type"] == "http.response.start":
                record["status"] = message["status"]
            await send(message)

        await answer(scope, receive, recorded)

    async def _answer(self, provider: Wire, asked: Asked) -> Response:
        world, settings = self.world, self.world.settings
        mode = world.fault.mode if world.fault.strikes(asked.path, world.clock.now()) else Mode.NONE
        if mode is Mode.SILENCE:
            await asked.wait(settings.fault_silence)
            return faults.gateway_timeout()
        if mode not in {Mode.NONE, Mode.SLOW}:
            return faults.instead(mode, provider.refusal("The service is not available."), provider.half)
        answer = await provider.answer(asked)
        if mode is Mode.SLOW:
            await asked.wait(settings.slow)
        return answer


def create_app(
    *,
    company: Company | None = None,
    clock: Clock | None = None,
    speed: float = 1.0,
    state: StateFile | None = None,
    settings: Settings | None = None,
) -> Sandbox:
    """A sandbox: Maple Telecom at Fonolo, on the machine's clock, unless said otherwise; and Beispiel GmbH at TENIOS.

    `speed` divides the seconds of each step of a call. With `state`, calls and the clock's offset outlive the process.
    ValueError when `speed` is not more than 0.
    """
    if not speed > 0:
        raise ValueError("speed must be more than 0")
    clock = clock or Clock()
    if state is not None:
        clock.offset += state.offset
    settings = settings or Settings()
    settings.speed = speed
    calls = Calls(state, state.known) if state is not None else Calls()
    world = World(
        company=company or maple_telecom(),
        clock=clock,
        calls=calls,
        settings=settings,
        limit=Limit(calls, clock.now()),
    )
    return Sandbox(world, {FONOLO: Fonolo(world), TENIOS: Tenios(world, beispiel())}, state)
