"""TENIOS's Callback API: two POSTs, an access key in the body; no cancelling and no list (CONFIRMED absent)."""

from __future__ import annotations

import hmac
import logging
from typing import Any

from starlette.responses import Response

from sandbox.asked import Asked
from sandbox.calls import TENIOS, Call, Plan, state_at
from sandbox.hand import Hand
from sandbox.magic import at_speed
from sandbox.redaction import redacted
from sandbox.tenios import wire
from sandbox.tenios.company import Company
from sandbox.tenios.magic import (
    CALL_A_FAILED,
    CALL_B_FAILED,
    CALLING_B,
    CONNECTED,
    DISCONNECTED,
    GOOD,
    MAGIC,
    delayed,
    life,
    magic_of,
)
from sandbox.tenios.wire import WrongError
from sandbox.world import World, masked, spoilt

log = logging.getLogger("sandbox")

KEY = "access_key"
CONFIGURATION = "callback_config_id"
NUMBER = "callback_number"
DELAY = "delay"
ANNOUNCEMENT = "agent_announcement"
DTMF = "dtmf_key_to_trigger_customer_call"
KNOWN = {KEY, CONFIGURATION, NUMBER, DELAY, ANNOUNCEMENT, DTMF}

# Ids follow the clock, so that a sandbox without a memory never gives one out twice, and fit 31 bits for many years: an
# official sample reads them as such.
FIRST_SECOND = 1_600_000_000

HAND = Hand(
    good=GOOD,
    calling_customer=CALLING_B,
    talking=CONNECTED,
    agent_fails=CALL_A_FAILED,
    customer_fails=CALL_B_FAILED,
    talk_fails=None,
    ends=(CALL_A_FAILED, CALL_B_FAILED, DISCONNECTED),
)


class Tenios:
    """Answers below `/callback/`."""

    prefix = "/callback/"
    hand = HAND
    half = '{"id": 47'

    def __init__(self, world: World, company: Company) -> None:
        self._world = world
        self._company = company
        self._last = max((int(call.sid) for call in world.calls if call.provider == TENIOS), default=0)

    def refusal(self, message: str, http_status: int | None = None) -> Response:
        """BAD_CREDENTIALS is the one error that is CONFIRMED here, so it stands for every other "no"."""
        log.debug("refused: %s", message)
        return wire.bad_credentials(http_status or 400).answer()

    def record(self, asked: Asked) -> dict[str, Any]:
        try:
            return {"form": {}, "json": wire.read_json(asked.body)}
        except WrongError:
            return {"form": {}, "json": None}

    def describe(self) -> dict[str, Any]:
        company = self._company
        return {
            "name": company.name,
            "timezone": company.zone.key,
            "base_path": self.prefix,
            "access_key": company.access_key,
            "configurations": [
                {
                    "config_id": one.id,
                    "name": one.name,
                    "destination_number": one.destination_number,
                    "displayed_number": one.displayed_number,
                    "ring_duration_s": one.ring_seconds,
                }
                for one in company.configurations
            ],
            "magic_numbers": [{"number": m.number, "name": m.name, "sentence": m.sentence} for m in MAGIC],
        }

    async def answer(self, asked: Asked) -> Response:
        """404 for a path or a method that does not exist; its empty body, and 404 for a method, are ASSUMED."""
        method = asked.path.removeprefix(self.prefix)
        if asked.method != "POST" or method not in {"init", "status"}:
            return Response(status_code=404)
        try:
            body = wire.read_json(asked.body)
            key = wire.required(body, KEY)
            if not isinstance(key, str) or not hmac.compare_digest(key.encode(), self._company.access_key.encode()):
                raise wire.bad_credentials(self._world.settings.bad_key_http)
            return await self._init(asked, body) if method == "init" else self._status(body)
        except WrongError as error:
            log.info("%s refused: %s %s", method, error.code, ", ".join(error.fields))
            return error.answer()

    async def _init(self, asked: Asked, body: dict[str, Any]) -> Response:
        world = self._world
        for field in (CONFIGURATION, NUMBER, DELAY):
            wire.required(body, field)
        configuration = self._company.configuration(body[CONFIGURATION])
        if configuration is None:
            raise wire.bad_credentials()
        number, delay = wire.number(body, NUMBER), wire.seconds(body, DELAY)
        announcement, key = wire.optional(body, ANNOUNCEMENT), wire.dtmf_key(body, DTMF)
        magic = magic_of(number)
        if magic.bad_configuration:
            raise wire.bad_credentials()
        answer = refusal = self.refusal(magic.name)
        if magic.taken:
            plan = at_speed(life(magic, key=key, ring_seconds=configuration.ring_seconds), world.settings.speed)
            extra = {DELAY: str(delay), ANNOUNCEMENT: announcement, DTMF: key}
            extra |= {name: str(value) for name, value in redacted(body).items() if name not in KNOWN}
            answer = self._take(number, configuration.id, delayed(plan, delay), extra)
        return await spoilt(magic.answer, asked, world.settings, right=answer, refusal=refusal, half=self.half)

    def _take(self, number: str, config_id: str, plan: Plan, extra: dict[str, str]) -> Response:
        now = self._world.clock.now()
        self._last = max(self._last + 1, int(now) - FIRST_SECOND)
        call = Call(
            sid=str(self._last),
            profile="",
            option=config_id,
            number=number,
            created_at=now,
            plan=plan,
            extra=extra,
            provider=TENIOS,
        )
        self._world.calls.add(call)
        log.info("order %s for %s, after %s s", call.sid, masked(number), extra[DELAY])
        return wire.as_json({"id": self._last})

    def _status(self, body: dict[str, Any]) -> Response:
        """One word and nothing else (CONFIRMED). What an unknown id gets is ASSUMED."""
        call = self._world.calls.get(wire.identifier(body, "id"), TENIOS)
        if call is None:
            raise wire.invalid("id")
        return wire.as_json({"status": state_at(call, self._world.clock.now()).state})
