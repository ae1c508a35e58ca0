"""Whether a request comes from Twilio: `X-Twilio-Signature` over the public address and every form field. Pure.

https://www.twilio.com/docs/usage/security#validating-requests
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterable, Sequence
from urllib.parse import parse_qsl, urlsplit

MOST_FIELDS = 200
_PORTS = {"https": 443, "http": 80}

Fields = list[tuple[str, str]]


def read_form(body: bytes) -> Fields | None:
    """The fields of a form, blank ones included (they are signed as well); None if it is none."""
    try:
        return parse_qsl(
            body.decode("utf-8"), keep_blank_values=True, strict_parsing=bool(body), max_num_fields=MOST_FIELDS
        )
    except ValueError:
        return None


def sign(token: str, url: str, fields: Iterable[tuple[str, str]]) -> str:
    """The signature that Twilio puts on a request to `url` with these form fields."""
    text = url + "".join(name + value for name, value in sorted(set(fields)))
    return base64.b64encode(hmac.new(token.encode(), text.encode(), hashlib.sha1).digest()).decode()


def is_signed(tokens: Sequence[str], url: str, fields: Fields, signature: str) -> bool:
    """Whether one of the tokens signed it. No token, no signature: no. Twilio may or may not have named the port."""
    good = False
    for token in tokens:
        for address in _spellings(url):
            # No early end: how long it takes says nothing about which token or spelling was nearly right.
            good |= bool(token) and hmac.compare_digest(
                sign(token, address, fields).encode(), signature.encode("utf-8", "replace")
            )
    return good


def _spellings(url: str) -> tuple[str, ...]:
    parts = urlsplit(url)
    port = _PORTS.get(parts.scheme)
    if parts.port is not None and parts.port != port:
        return (url, parts._replace(netloc=parts.hostname or "").geturl())
    host = parts.hostname or ""
    return (parts._replace(netloc=host).geturl(), parts._replace(netloc=f"{host}:{port}").geturl())
