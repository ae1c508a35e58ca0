"""Slack's signature of what it posts: HMAC-SHA256 over version, moment and raw body. Pure.

As documented at https://docs.slack.dev/authentication/verifying-requests-from-slack
"""

from __future__ import annotations

import hashlib
import hmac
import re

WINDOW = 300.0
"""Seconds for which a signature is good; later it may be somebody's recording."""
_SECONDS = re.compile(r"\d{1,12}", re.ASCII)


def sign(secret: str, timestamp: str, body: bytes) -> str:
    """The signature of a body posted at `timestamp` (seconds since 1970, as text)."""
    return "v0=" + hmac.new(secret.encode(), b"v0:" + timestamp.encode() + b":" + body, hashlib.sha256).hexdigest()


def is_signed(secret: str, timestamp: str, body: bytes, signature: str, *, now: float) -> bool:
    """Whether Slack signed this body within the last five minutes. Nothing is, as long as there is no secret."""
    if not secret or not _SECONDS.fullmatch(timestamp) or abs(now - int(timestamp)) > WINDOW:
        return False
    return hmac.compare_digest(sign(secret, timestamp, body).encode(), signature.encode("utf-8", "replace"))
