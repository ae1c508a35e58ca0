"""Fonolo's envelope, credentials and path suffixes.

Every answer is `{"head": {"status": 200 | 500, "message": …}, "data": {…}}` (CONFIRMED by three SDKs; the documents
print it without `head`). A failure carries an empty `data` (NOT FOUND either way).
"""

from __future__ import annotations

import base64
import binascii
import hmac
import json
from typing import Any

from starlette.responses import Response

JSON = "application/json"


class Refused(Exception):
    """Fonolo says no: head.status 500 with this sentence."""


class NowhereError(Exception):
    """There is no such resource."""


def success(data: Any, message: str = "OK") -> Response:
    """HTTP 200, head.status 200."""
    return _envelope(200, message, data, 200)


def failure(message: str, http_status: int) -> Response:
    """Head.status 500: the only failure there is. No error codes exist (CONFIRMED)."""
    return _envelope(500, message, {}, http_status)


def unauthorised() -> Response:
    """HTTP 401 with an envelope (ASSUMED; without a head the official Node client crashes)."""
    answer = failure("Authentication failed.", 401)
    answer.headers["WWW-Authenticate"] = 'Basic realm="Fonolo API"'
    return answer


def knows_password(header: str, account: str, token: str) -> bool:
    """Whether an Authorization header (empty if there was none) is HTTP Basic with these credentials."""
    scheme, _, rest = header.partition(" ")
    if scheme.lower() != "basic":
        return False
    try:
        given = base64.b64decode(rest.strip(), validate=True)
    except (binascii.Error, ValueError):
        return False
    return hmac.compare_digest(given, f"{account}:{token}".encode())


def split_suffix(path: str) -> tuple[str, str]:
    """Path and format: `.json` and `.xml` may follow any resource, SIDs included; none means JSON (CONFIRMED)."""
    for suffix in (".json", ".xml"):
        if path.endswith(suffix):
            return path.removesuffix(suffix), suffix[1:]
    return path, "json"


def _envelope(status: int, message: str, data: Any, http_status: int) -> Response:
    body = json.dumps({"head": {"status": status, "message": message}, "data": data}, ensure_ascii=False)
    return Response(body.encode(), http_status, media_type=JSON)
