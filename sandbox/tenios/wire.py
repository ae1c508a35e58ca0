"""TENIOS's JSON, its errors and its field rules.

An error is an HTTP status and `{"error_code": …, "error_message": …, "fields": [names]}` (CONFIRMED). BAD_CREDENTIALS
is CONFIRMED for the Callback API; the other codes are those of its sibling APIs (ASSUMED here).
"""

from __future__ import annotations

import json
import re
from typing import Any

from starlette.responses import Response

NUMBER = re.compile(r"\+[1-9][0-9]{6,14}")
KEYS = frozenset("0123456789*#")
_WHOLE = re.compile(r"[0-9]{1,9}")
_ID = re.compile(r"[0-9]{1,18}")


class WrongError(Exception):
    """TENIOS says no: an error code, its message, the fields to blame and an HTTP status."""

    def __init__(self, code: str, message: str, fields: tuple[str, ...] = (), http_status: int = 400) -> None:
        super().__init__(message)
        self.code, self.fields, self.http_status = code, fields, http_status

    def answer(self) -> Response:
        body = {"error_code": self.code, "error_message": str(self), "fields": list(self.fields)}
        return as_json(body, self.http_status)


def bad_credentials(http_status: int = 400) -> WrongError:
    """The same code for a key and for a configuration that are not known (CONFIRMED)."""
    return WrongError("BAD_CREDENTIALS", "Bad credentials", http_status=http_status)


def invalid(field: str) -> WrongError:
    """A field's value has the wrong type or form."""
    return WrongError("INVALID_VALUE", "Invalid parameter type or format", (field,))


def as_json(value: dict[str, Any], http_status: int = 200) -> Response:
    """An answer in raw UTF-8."""
    return Response(json.dumps(value, ensure_ascii=False).encode(), http_status, media_type="application/json")


def read_json(body: bytes) -> dict[str, Any]:
    """The object in a body, its letters raw UTF-8 or escaped. WrongError (INVALID_JSON) for anything else."""
    try:
        value = json.loads(body.decode(), parse_constant=_no_constant)
        # Half of an escaped pair is a text that nobody can write down again.
        json.dumps(value, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict):
        raise WrongError("INVALID_JSON", "Invalid JSON")
    return value


def required(body: dict[str, Any], field: str) -> Any:
    """A mandatory field's value. Null and the empty text count as missing (the latter CONFIRMED for siblings)."""
    value = body.get(field)
    if value is None or value == "":
        raise WrongError("FIELD_IS_REQUIRED", f"Parameter '{field}' is required", (field,))
    return value


def optional(body: dict[str, Any], field: str) -> str:
    """A text that may be missing, null or empty."""
    value = body.get(field)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise invalid(field)
    return value


def number(body: dict[str, Any], field: str) -> str:
    """A phone number with `+` and country code; other forms are refused (ASSUMED: the documents only show this one)."""
    value = required(body, field)
    if not isinstance(value, str) or not NUMBER.fullmatch(value):
        raise invalid(field)
    return value


def seconds(body: dict[str, Any], field: str) -> int:
    """Whole seconds, as a number or as digits (both CONFIRMED)."""
    return int(_digits(body, field, _WHOLE))


def identifier(body: dict[str, Any], field: str) -> str:
    """An id's digits, given as a number or as a text (both CONFIRMED)."""
    return str(int(_digits(body, field, _ID)))


def dtmf_key(body: dict[str, Any], field: str) -> str:
    """One key of a telephone (ASSUMED), or the empty text."""
    value = optional(body, field)
    if value and value not in KEYS:
        raise invalid(field)
    return value


def _digits(body: dict[str, Any], field: str, form: re.Pattern[str]) -> str:
    value = required(body, field)
    text = str(value) if isinstance(value, int | str) and not isinstance(value, bool) else ""
    if not form.fullmatch(text):
        raise invalid(field)
    return text


def _no_constant(name: str) -> None:
    raise ValueError(name)
