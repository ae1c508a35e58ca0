"""TENIOS's wire format, read tolerantly. Pure functions."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from typing import Any

from ringback.models import Frozen, Sighting
from ringback.providers.tenios_names import TeniosNames, spelling_of, state_of
from ringback.providers.wire import Json, clean, pick, string

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}", re.ASCII)
_NUMBER = re.compile(r"[1-9][0-9]{0,18}", re.ASCII)


class Complaint(Frozen):
    """An error as TENIOS words it, made fit for a log."""

    code: str
    message: str
    fields: tuple[str, ...]

    @property
    def words(self) -> str:
        """All of it in one line."""
        return ": ".join(filter(None, (self.code, self.message))) + (f" ({', '.join(self.fields)})" * bool(self.fields))


def is_call_id(value: str) -> bool:
    """Whether this can be the id of a call-back: digits (CONFIRMED), or letters and digits."""
    return _ID.fullmatch(value) is not None and value.strip("0_-") != ""


def read_call_id(value: object) -> str:
    """The id of a call-back from a number or a string (both are CONFIRMED); empty for anything else."""
    if isinstance(value, float) and math.isfinite(value) and value.is_integer():
        value = int(value)
    call_id = string(value) if not isinstance(value, float) else ""
    return call_id if is_call_id(call_id) else ""


def write_call_id(call_id: str) -> int | str:
    """An id as TENIOS's own example sends it: a number where it is one."""
    return int(call_id) if _NUMBER.fullmatch(call_id) else call_id


def write_body(content: Mapping[str, Any]) -> bytes:
    """JSON in UTF-8. What UTF-8 cannot hold becomes a question mark."""
    return json.dumps(content, ensure_ascii=False).encode("utf-8", "replace")


def read_complaint(content: object, names: TeniosNames, *secrets: str) -> Complaint | None:
    """The error in an answer, or None when there is none."""
    if not isinstance(content, dict):
        return None
    code = clean(string(pick(content, names.error_code)), *secrets)
    if not code:
        return None
    fields = pick(content, names.error_fields)
    listed = fields if isinstance(fields, list) else [fields]
    return Complaint(
        code=code,
        message=clean(string(pick(content, names.error_message)), *secrets),
        fields=tuple(filter(None, (clean(string(one), *secrets) for one in listed[:10]))),
    )


def read_sighting(content: Json) -> Sighting | None:
    """The state of a call-back, the word cleaned as it came when nobody knows it; None without a word."""
    word = string(content.get("status")) if isinstance(content.get("status"), str) else ""
    cleaned = spelling_of(word) or clean(word)
    return Sighting(state=state_of(word), word=cleaned) if cleaned else None
