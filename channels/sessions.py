"""Who may speak in which conversation: tokens that only this server can make. Pure but for the clock.

A token is a signed statement "the bearer, coming from this origin, speaks in this conversation until then" (a JSON Web
Token, HS256). The conversation's id alone opens nothing: it stands in logs, in addresses of Rasa's API and in the
ledger. What a token cannot be bound to is the browser itself: whoever reads it out of the browser's storage has the
session until it runs out. It is never in an address, and the page's policy lets no foreign script near it.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import jwt

ALGORITHM = "HS256"
ISSUER = "ringback-website"
SHORTEST_SECRET = 32
"""Characters; a shorter key is weaker than the signature."""
_LONGEST_TOKEN = 1_000


@dataclass(frozen=True)
class Known:
    """The token is ours, in time and used from where it was issued for."""

    conversation: str


@dataclass(frozen=True)
class Expired:
    """The token was ours, but its time is over."""


@dataclass(frozen=True)
class Unknown:
    """There is no token, or it is forged, damaged or used from another origin than it was issued for."""


def new_conversation() -> str:
    """An id for a new conversation: random, and safe in an address."""
    return "web-" + secrets.token_urlsafe(24)


class Sessions:
    """Issues and reads tokens. ``keys``: the first signs, all are valid, so that a key can be replaced without a cut.

    ``lifetime`` in seconds, counted from the last time the token was renewed. Raises ValueError for a weak key.
    """

    def __init__(self, keys: Sequence[str], lifetime: float, clock: Callable[[], float] = time.time) -> None:
        if not keys or any(len(key) < SHORTEST_SECRET for key in keys):
            raise ValueError(f"The website channel's secret needs at least {SHORTEST_SECRET} random characters.")
        self._keys = tuple(keys)
        self.lifetime = lifetime
        self._clock = clock

    def issue(self, conversation: str, origin: str) -> str:
        """A token for this conversation, valid from now on and only from that origin."""
        now = self._clock()
        claims = {"iss": ISSUER, "sub": conversation, "aud": origin, "exp": int(now + self.lifetime)}
        return jwt.encode(claims, self._keys[0], algorithm=ALGORITHM)

    def read(self, token: object, origin: str) -> Known | Expired | Unknown:
        """What a token says that came from ``origin``."""
        if not isinstance(token, str) or len(token) > _LONGEST_TOKEN:
            return Unknown()
        for key in self._keys:
            try:
                claims = jwt.decode(
                    token,
                    key,
                    algorithms=[ALGORITHM],
                    audience=origin,
                    issuer=ISSUER,
                    # The time is checked below, by this object's own clock.
                    options={"require": ["sub", "aud", "exp", "iss"], "verify_exp": False},
                )
            except jwt.InvalidSignatureError:
                continue
            except (jwt.PyJWTError, ValueError):
                return Unknown()
            return Expired() if claims["exp"] <= self._clock() else Known(claims["sub"])
        return Unknown()
