"""A stand-in for Twilio Verify (v2): codes by text message that nobody receives but who looks at `/sandbox/texts`.

CONFIRMED by Twilio's documents: paths, fields, statuses, basic authentication, ten minutes, five codes to one number
and five guesses at one code in that time, 404 for what is over. ASSUMED: the exact texts beside the error codes.
"""

from __future__ import annotations

import hmac
import logging
import secrets
import uuid
from collections import deque
from dataclasses import dataclass
from typing import Any

from starlette.responses import JSONResponse, Response

from sandbox.asked import Asked
from sandbox.fonolo.wire import knows_password
from sandbox.hours import stamp
from sandbox.world import World, masked

log = logging.getLogger("sandbox")

VERIFY_ACCOUNT_SID = "AC5a6d617065746c00000000000000f001"
VERIFY_AUTH_TOKEN = "5a6d6170652d7665726966792d6e6f742d61"  # noqa: S105 - published on purpose
VERIFY_SERVICE_SID = "VA5a6d617065746c00000000000000f002"
LANDLINE = "+14165550198"
"""No text message reaches this number."""
LIFETIME = 600.0
MOST_SENDS = MOST_CHECKS = 5
MOST_TEXTS = 100
_RUN_OUT, _SENT_OUT, _NO_LANDLINES, _WRONG_PARAMETER, _NOT_FOUND, _NOT_KNOWN = 60202, 60203, 60205, 60200, 20404, 20003


@dataclass(slots=True)
class Verification:
    """A code that was sent to `to` and is waited for until `ends` (seconds since the epoch)."""

    sid: str
    to: str
    code: str
    ends: float
    sends: int = 0
    checks: int = 0


class Verify:
    """Answers below `/v2/Services/`; `texts` are the newest messages: to, text and when (seconds since the epoch)."""

    prefix = "/v2/Services/"
    half = '{"sid": "VE'

    def __init__(self, world: World) -> None:
        self._world = world
        self._pending: dict[str, Verification] = {}
        self.texts: deque[dict[str, Any]] = deque(maxlen=MOST_TEXTS)

    def refusal(self, message: str, http_status: int | None = None) -> Response:
        return _error(http_status or 503, 20500, message)

    def record(self, asked: Asked) -> dict[str, Any]:
        """The form without the code, which is a secret for ten minutes."""
        return {"form": {name: "…" if name == "Code" else value for name, value in asked.form.items()}}

    def describe(self) -> dict[str, Any]:
        return {
            "base_path": self.prefix,
            "account_sid": VERIFY_ACCOUNT_SID,
            "auth_token": VERIFY_AUTH_TOKEN,
            "service_sid": VERIFY_SERVICE_SID,
            "landline": LANDLINE,
        }

    def seen(self) -> list[dict[str, Any]]:
        """The texts for `/sandbox/texts`, newest first."""
        zone = self._world.company.zone
        return [{**one, "local": stamp(one["at"], zone)} for one in reversed(self.texts)]

    async def answer(self, asked: Asked) -> Response:
        header = asked.headers.get("authorization", "")
        if not knows_password(header, VERIFY_ACCOUNT_SID, VERIFY_AUTH_TOKEN):
            return _error(401, _NOT_KNOWN, "Authenticate")
        service, _, resource = asked.path.removeprefix(self.prefix).rstrip("/").partition("/")
        if asked.method != "POST" or service != VERIFY_SERVICE_SID:
            return _not_found(asked.path)
        match resource:
            case "Verifications":
                return self._start(asked)
            case "VerificationCheck":
                return self._check(asked)
        return _not_found(asked.path)

    def _start(self, asked: Asked) -> Response:
        to, now = asked.form.get("To", ""), self._world.clock.now()
        digits = to.removeprefix("+")
        if asked.form.get("Channel") != "sms" or not (to.startswith("+") and digits.isdecimal() and len(digits) > 6):
            return _error(400, _WRONG_PARAMETER, "Invalid parameter")
        if to == LANDLINE:
            return _error(403, _NO_LANDLINES, "SMS is not supported by landline phone number")
        known = self._find(to, now)
        found = known or Verification("VE" + uuid.uuid4().hex, to, f"{secrets.randbelow(10**6):06}", now + LIFETIME)
        if found.sends >= MOST_SENDS:
            return _error(429, _SENT_OUT, "Max send attempts reached")
        found.sends += 1
        self._pending[to] = found
        text = f"Your verification code is: {found.code}"
        self.texts.append({"to": to, "text": text, "at": now})
        log.info("a code was sent to %s, see /sandbox/texts", masked(to))
        return JSONResponse(_shape(found, "pending"), 201)

    def _check(self, asked: Asked) -> Response:
        to, code, now = asked.form.get("To", ""), asked.form.get("Code", ""), self._world.clock.now()
        found = self._find(to, now)
        if not code:
            return _error(400, _WRONG_PARAMETER, "Invalid parameter")
        if found is None:
            return _not_found(asked.path)
        if found.checks >= MOST_CHECKS:
            return _error(429, _RUN_OUT, "Max check attempts reached")
        found.checks += 1
        if not hmac.compare_digest(found.code.encode(), code.encode()):
            return JSONResponse(_shape(found, "pending"))
        del self._pending[to]
        return JSONResponse(_shape(found, "approved"))

    def _find(self, to: str, now: float) -> Verification | None:
        self._pending = {number: one for number, one in self._pending.items() if one.ends > now}
        return self._pending.get(to)


def _shape(found: Verification, status: str) -> dict[str, Any]:
    return {
        "sid": found.sid,
        "service_sid": VERIFY_SERVICE_SID,
        "account_sid": VERIFY_ACCOUNT_SID,
        "to": found.to,
        "channel": "sms",
        "status": status,
        "valid": status == "approved",
        "amount": None,
        "payee": None,
    }


def _not_found(path: str) -> Response:
    return _error(404, _NOT_FOUND, f"The requested resource {path} was not found")


def _error(http_status: int, code: int, message: str) -> Response:
    info = f"https://www.twilio.com/docs/errors/{code}"
    body = {"code": code, "message": message, "more_info": info, "status": http_status}
    return JSONResponse(body, http_status)
