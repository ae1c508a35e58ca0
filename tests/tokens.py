"""Session tokens made by hand, after RFC 7519 and without the server's code: what a forger, or a clock, could make."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from typing import Any

SECRET = "a-secret-of-the-tests-and-of-nobody-else-at-all"
OLD_SECRET = "the-secret-before-it-which-is-still-accepted-for-now"


def _part(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def claims(token: str) -> dict[str, Any]:
    """What a token says."""
    middle = token.split(".")[1]
    said: dict[str, Any] = json.loads(base64.urlsafe_b64decode(middle + "=" * (-len(middle) % 4)))
    return said


def signature(signed: str, secret: str) -> str:
    """The last part of a token, for the two before it."""
    return _part(hmac.new(secret.encode(), signed.encode(), hashlib.sha256).digest())


def token(
    conversation: str, secret: str = SECRET, *, origin: str = "self", lasts: float = 600.0, algorithm: str = "HS256"
) -> str:
    """A token that speaks for this conversation; ``lasts`` in seconds from now; algorithm "none" has no signature."""
    said = {"iss": "ringback-website", "sub": conversation, "aud": origin, "exp": int(time.time() + lasts)}
    header = {"alg": algorithm, "typ": "JWT"}
    signed = f"{_part(json.dumps(header).encode())}.{_part(json.dumps(said).encode())}"
    if algorithm == "none":
        return f"{signed}."
    return f"{signed}.{signature(signed, secret)}"
