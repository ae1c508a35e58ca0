"""Twilio Verify: codes by text message, made, sent and checked there.

Wire: https://www.twilio.com/docs/verify/api (v2). A form is posted with HTTP basic authentication; `status` in the
answer is what counts. Once a code is approved, expired or used up the service forgets it and answers 404.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, TypeVar

import httpx
import structlog
from pydantic import SecretStr

from ringback.models import E164, Frozen
from ringback.providers.base import NotConfigured, ProviderError
from ringback.providers.http_line import HttpLine, Received, check_address
from ringback.proving.base import Sending, Verdict

T = TypeVar("T")
log = structlog.get_logger(__name__)

CONNECT, ANSWER = 5.0, 10.0
"""Seconds to get a connection, and for the answer."""
_NOT_TEXTABLE = frozenset({60200, 60205, 60410, 60605, 21211, 21408, 21612, 21614})
"""Twilio's codes for: no number it knows, a landline, blocked as fraud, a country that is switched off."""


class VerifyAccount(Frozen):
    """Where Twilio Verify is and who we are there. `service_sid` begins with VA."""

    url: str = "https://verify.twilio.com/"
    account_sid: str = ""
    auth_token: SecretStr = SecretStr("")
    service_sid: str = ""

    def check(self) -> None:
        """Raises NotConfigured, naming the setting that is missing or cannot be right."""
        for value, setting in (
            (self.account_sid, "RINGBACK_VERIFY_ACCOUNT_SID"),
            (self.auth_token.get_secret_value(), "RINGBACK_VERIFY_AUTH_TOKEN"),
            (self.service_sid, "RINGBACK_VERIFY_SERVICE_SID"),
        ):
            if not value:
                raise NotConfigured(f"{setting} is not set, and guard.proof in desk.yml needs it")
        if not self.service_sid.isalnum():
            raise NotConfigured("RINGBACK_VERIFY_SERVICE_SID must look like VA0123456789abcdef0123456789abcdef")
        check_address(self.url, "RINGBACK_VERIFY_URL", "https://verify.twilio.com/")


class TwilioVerify:
    """A CodeSender."""

    def __init__(
        self,
        http: httpx.AsyncClient,
        account: VerifyAccount,
        *,
        answer: float = ANSWER,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """`answer` is how long to wait for an answer, in seconds."""
        self._account = account
        self._answer = answer
        self._line = HttpLine(
            http,
            account.url,
            whose="Twilio Verify",
            setting="RINGBACK_VERIFY_URL",
            connect=CONNECT,
            clock=clock,
            auth=httpx.BasicAuth(account.account_sid, account.auth_token.get_secret_value()),
        )

    async def send(self, number: E164) -> Sending:
        """Start a verification, or send the code of the one that is pending once more."""
        try:
            received = await self._post("Verifications", {"To": number, "Channel": "sms"})
        except ProviderError as error:
            return _trouble("send", str(error), Sending.TROUBLE)
        said = _read(received)
        if received.code == httpx.codes.CREATED and said.get("status") == "pending":
            return Sending.SENT
        if received.code == httpx.codes.TOO_MANY_REQUESTS:
            return Sending.TOO_MANY
        if said.get("code") in _NOT_TEXTABLE:
            return Sending.NOT_TEXTABLE
        return _trouble("send", _words(received, said), Sending.TROUBLE)

    async def check(self, number: E164, code: str) -> Verdict:
        """Check a code."""
        try:
            received = await self._post("VerificationCheck", {"To": number, "Code": code})
        except ProviderError as error:
            return _trouble("check", str(error), Verdict.TROUBLE)
        said = _read(received)
        verdict = _verdict(received, said)
        return _trouble("check", _words(received, said), verdict) if verdict is Verdict.TROUBLE else verdict

    async def _post(self, resource: str, form: dict[str, str]) -> Received:
        self._account.check()
        path = f"v2/Services/{self._account.service_sid}/{resource}"
        return await self._line.exchange("POST", path, acts=True, answer=self._answer, form=form)


def _verdict(received: Received, said: dict[str, Any]) -> Verdict:
    over: dict[int, Verdict] = {404: Verdict.EXPIRED, 429: Verdict.TOO_MANY}
    status = said.get("status")
    if received.code not in (httpx.codes.OK, httpx.codes.CREATED) or not isinstance(status, str):
        return over.get(received.code, Verdict.TROUBLE)
    found = {"approved": Verdict.APPROVED, "pending": Verdict.WRONG, "max_attempts_reached": Verdict.TOO_MANY}
    return found.get(status, Verdict.EXPIRED)


def _trouble(doing: str, why: str, outcome: T) -> T:
    log.warning("verify_trouble", doing=doing, why=why)
    return outcome


def _read(received: Received) -> dict[str, Any]:
    try:
        said = json.loads(received.body)
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}


def _words(received: Received, said: dict[str, Any]) -> str:
    # Twilio's own message may repeat the number.
    code = said.get("code")
    return f"HTTP {received.code}" + (f", Twilio's error {code}" if isinstance(code, int) else "")
