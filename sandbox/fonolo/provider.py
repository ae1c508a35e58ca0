"""Fonolo's REST API 3.0: who may ask, what is ordered, what is cancelled."""

from __future__ import annotations

import logging
import uuid
from datetime import UTC, datetime
from typing import Any

from starlette.responses import Response

from sandbox.asked import Asked
from sandbox.calls import FONOLO, Call, state_at
from sandbox.faults import Mode
from sandbox.fonolo import shapes
from sandbox.fonolo.orders import UNABLE, Order, read_order
from sandbox.fonolo.reading import read
from sandbox.fonolo.wire import NowhereError, Refused, failure, knows_password, split_suffix, success, unauthorised
from sandbox.hand import Hand
from sandbox.magic import GOOD, Magic, at_speed, magic_of
from sandbox.world import World, masked, spoilt

log = logging.getLogger("sandbox")

HAND = Hand(
    good=GOOD,
    calling_customer="Calling Client",
    talking="Call In Progress",
    agent_fails="Failed",
    customer_fails="Failed",
    talk_fails="Failed",
    ends=("Success", "Failed", "Deleted"),
)


class Fonolo:
    """Answers below `/3.0/`."""

    prefix = "/3.0/"

    hand = HAND
    half = '{"head":{"status":200,"message":"Call-back sta'

    def __init__(self, world: World) -> None:
        self._world = world

    def refusal(self, message: str, http_status: int | None = None) -> Response:
        return failure(message, http_status or self._world.settings.failure_http)

    def record(self, asked: Asked) -> dict[str, Any]:
        return {"form": asked.form}

    def describe(self) -> dict[str, Any]:
        company = self._world.company
        return {
            "base_path": self.prefix,
            "account_sid": company.account_sid,
            "auth_token": company.auth_token,
            "profiles": [
                {
                    **shapes.profile_shape(profile),
                    "options": shapes.option_shapes(self._world, profile),
                    "questions": [shapes.question_shape(question) for question in profile.questions],
                    "scheduling": shapes.scheduling_shape(profile),
                }
                for profile in company.profiles
            ],
        }

    async def answer(self, asked: Asked) -> Response:
        company = self._world.company
        if not knows_password(asked.headers.get("authorization", ""), company.account_sid, company.auth_token):
            return unauthorised()
        try:
            return await self._answer(asked)
        except Refused as refused:
            return failure(str(refused), self._world.settings.failure_http)
        except NowhereError:
            return failure("The resource does not exist.", 404)  # HTTP 404 beside the envelope is ASSUMED

    async def _answer(self, asked: Asked) -> Response:
        path, form = split_suffix(asked.path)
        if form == "xml":
            # Nobody outside has seen the XML, and an invented one would only teach clients something wrong.
            raise Refused("XML answers are not simulated; ask for .json.")
        parts = path.removeprefix(self.prefix).rstrip("/").split("/")
        match asked.method, parts:
            case "POST", ["callback"]:
                return await self._start(asked)
            case "POST", ["callback", sid, "cancel"]:
                return self._cancel(sid)
            case (("GET" | "HEAD"), _):
                return success(read(self._world, parts, asked.query))
        raise NowhereError

    async def _start(self, asked: Asked) -> Response:
        world = self._world
        try:
            order = read_order(asked.form, world.company, world.clock.now(), by_hours=world.settings.hours)
        except Refused as refused:
            log.info("order refused: %s", refused)
            raise
        magic = magic_of(order.number)
        if magic.answer is not Mode.NONE:
            log.info("order for %s: %s", masked(order.number), magic.name)
        refusal = self.refusal(f"{UNABLE} Please try again.")
        answer = self._take(order, magic) if magic.taken else refusal
        return await spoilt(magic.answer, asked, world.settings, right=answer, refusal=refusal, half=self.half)

    def _take(self, order: Order, magic: Magic) -> Response:
        world = self._world
        call = Call(
            sid="CA" + uuid.uuid4().hex,
            profile=order.profile,
            option=order.option,
            number=order.number,
            created_at=world.clock.now(),
            plan=at_speed(magic.plan, world.settings.speed),
            start_at=order.start_at,
            sms=order.sms,
            answers=order.answers,
            unanswered=order.unanswered,
            extra=order.extra,
        )
        world.limit.add(call)
        when = "now" if call.start_at is None else datetime.fromtimestamp(call.start_at, UTC).strftime("%F %R UTC")
        log.info("order %s for %s, %s", call.sid, masked(call.number), when)
        # The address is relative to the host and says `call`, not `callback` (CONFIRMED by the PHP SDK's example).
        return success(
            {"sid": call.sid, "status": f"{self.prefix}call/{call.sid}/status.json"},
            "Call-back started successfully.",
        )

    def _cancel(self, sid: str) -> Response:
        """Any call that is not over can be cancelled; that the others refuse is ASSUMED."""
        world = self._world
        call, now = world.calls.get(sid, FONOLO), world.clock.now()
        if call is None:
            raise Refused("Unable to cancel call-back. It does not exist.")
        if state_at(call, now).over:
            raise Refused("Unable to cancel call-back. It is over.")
        world.limit.touched(world.calls.cancel(call, now), now)
        log.info("cancel %s", sid)
        return success({}, "Call-back cancelled successfully.")
