"""What a person does in the stand-in for Twilio, as Twilio posts it, signed."""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Mapping

import httpx

from channels.twilio_signature import sign
from tests.platforms.twilio_shown import Shown


class Hands:
    """One account with one sender."""

    def __init__(self, public_url: str) -> None:
        self.account = "AC" + "5a" * 16
        self.token = "twilio-token-" + secrets.token_hex(8)
        self.sender = "whatsapp:+14155238886"
        self.public_url = public_url
        self.bot_url = ""
        self.shown: list[Shown] = []
        self._heard_at: dict[str, float] = {}
        self._passed = 0.0
        self._lock = threading.RLock()

    def _now(self) -> float:
        return time.time() + self._passed

    def inbound(self, address: str, text: str = "", **fields: str) -> dict[str, str]:
        """The form that Twilio posts for a person's message."""
        sid = fields.pop("MessageSid", "SM" + secrets.token_hex(16))
        number = address.removeprefix("whatsapp:")
        form = {
            "SmsMessageSid": sid,
            "NumMedia": "0",
            "ProfileName": "A person",
            "MessageType": "text",
            "SmsSid": sid,
            "SmsStatus": "received",
            "Body": text,
            "To": self.sender,
            "NumSegments": "1",
            "ReferralNumMedia": "0",
            "MessageSid": sid,
            "AccountSid": self.account,
            "From": address,
            "ApiVersion": "2010-04-01",
        }
        if number.startswith("+"):
            form["WaId"] = number[1:]
        return form | fields

    def heard(self, address: str) -> None:
        """This person writes, whoever delivers it: their window is open from now on."""
        with self._lock:
            self._heard_at[address] = self._now()

    def deliver(self, form: Mapping[str, str], *, signature: str | None = None, url: str = "") -> httpx.Response:
        """Post a webhook as Twilio does: signed, unless another signature is given ("" for none)."""
        path = "/webhooks/whatsapp/webhook"
        self.heard(form.get("From", ""))
        if signature is None:
            signature = sign(self.token, (url or self.public_url) + path, form.items())
        return self._post(path, form, signature)

    def _post(self, path: str, form: Mapping[str, str], signature: str) -> httpx.Response:
        headers = {"X-Twilio-Signature": signature} if signature else {}
        return httpx.post(self.bot_url + path, data=dict(form), headers=headers, timeout=15, trust_env=False)

    def to(self, address: str) -> list[Shown]:
        """What this person has been shown, in order."""
        with self._lock:
            return [one for one in self.shown if one.to == address]
