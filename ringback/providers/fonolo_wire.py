"""Fonolo's wire format, read tolerantly: envelopes and identifiers. Pure functions."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from ringback.models import Frozen
from ringback.providers.wire import read_json, string, whole

# CONFIRMED shape: two capitals and 32 lower-case hex digits (account, profile, option, call).
_SID = re.compile(r"[A-Z]{2}[0-9a-f]{32}")


def is_sid(value: object) -> bool:
    """Whether this has the shape of a SID and so may stand in a URL."""
    return isinstance(value, str) and _SID.fullmatch(value) is not None


class Envelope(Frozen):
    """`status` is 200 or 500 by the documents; `data` is a dict or a list, or None when there is none."""

    status: int
    message: str
    data: Any = None


class NotAnEnvelope(Frozen):
    """Something else: a proxy's page, half a body, JSON of another kind."""


def read_envelope(body: bytes, charset: Callable[[], str | None] = lambda: None) -> Envelope | NotAnEnvelope:
    """Read an answer. The status stands inside `head` (SDKs) or beside `data` (as the reference prints it)."""
    content = read_json(body, charset)
    if not isinstance(content, dict):
        return NotAnEnvelope()
    head = content.get("head")
    wrapped = isinstance(head, dict)
    head = head if isinstance(head, dict) else content
    status = whole(head.get("status"))
    if status is None:
        return NotAnEnvelope()
    data = content.get("data")
    if data is None and not wrapped:
        data = {key: value for key, value in content.items() if key not in ("status", "message", "data")}
    return Envelope(status=status, message=string(head.get("message")), data=data)
