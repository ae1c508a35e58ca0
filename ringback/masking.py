"""What must not stand in a log, taken out of any text: telephone numbers, codes, secrets and passwords in addresses.

Only the standard library and Python 3.10: the Rasa server, which has an environment of its own, loads this very file,
so that there is one set of rules for all processes.
"""

from __future__ import annotations

import logging
import re
import traceback
from collections.abc import Iterable, Mapping
from typing import Any

SHORTEST_SECRET = 6
"""Characters; a shorter value would be found in innocent words."""
HIDDEN = "[hidden]"

_SETTING = re.compile(r"^(?:RINGBACK|RASA)_\w*(?:TOKEN|SECRET|KEYS?|PASSWORD)$|^RINGBACK_\w*_URL$")
_PASSWORD_IN_URL = re.compile(r"://[^/\s:@]*:([^/\s@]+)@")
_WORDS = r"auth_token|access_key|accesskey|api_key|apikey|token|secret|signature|password|passwd|pwd|code|pin|otp"
# No part of a pattern may begin anywhere and run on for ever: a line of a megabyte is masked in one pass.
_NAMED = re.compile(
    rf"(?i)(?P<name>(?<![a-z])[\"']?(?:{_WORDS})[\"']?\s*(?:[:=]|\bis\b)\s*[\"']?)"
    r"(?P<value>(?!\d{3}\b)[^\s\"'&,;<>(){}\[\]]{3,})"
)
_AUTHORIZATION = re.compile(r"(?i)\b(?P<kind>basic|bearer|token)\s+(?P<value>[\w.~+/=-]{8,})")
_USER_INFO = re.compile(r"(?P<scheme>\b[a-z][a-z0-9+.-]{0,30}://)[^/\s@]{1,500}@", re.IGNORECASE)
# What looks like a number and is none comes first in the pattern, and stays.
_NUMBER = re.compile(
    r"(?P<keep>"
    r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}"  # a UUID
    r"|(?<!\d)\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2})?(?:[.,]\d+)?)?(?!\d)"  # a date, with its time
    r"|(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?::\d{1,5})?(?![\d.])"  # an IPv4 address
    r"|(?<![\w.])\d+\.\d+(?![\d.-])(?<!\d\.\d{4})"  # a decimal number, such as seconds since the epoch
    r"|\b(?=\w*[a-zA-Z])(?![a-zA-Z_]*\d{9,16}\b)\w*\d\w*\b"  # an id of letters and digits
    r")"
    r"|(?<!\d)(?P<number>(?:\+|%2B|00)?[(]?\d(?:[\s()._\-/\u00a0\u2010-\u2015\u202f]{0,3}\d){6,16})(?!\w)",
)


class Masker:
    """Takes out what must not be seen. `secrets` are taken out wherever they stand, as they are."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        known = sorted({one for one in secrets if len(one) >= SHORTEST_SECRET}, key=len, reverse=True)
        self._secrets = re.compile("|".join(re.escape(one) for one in known)) if known else None

    def text(self, text: str) -> str:
        """The text with nothing left in it that must not be seen; what remains of a number is its last two digits."""
        if self._secrets is not None:
            text = self._secrets.sub(HIDDEN, text)
        if "://" in text:
            text = _USER_INFO.sub(rf"\g<scheme>{HIDDEN}@", text)
        text = _AUTHORIZATION.sub(rf"\g<kind> {HIDDEN}", text)
        text = _NAMED.sub(rf"\g<name>{HIDDEN}", text)
        return _NUMBER.sub(_hide_number, text)

    def value(self, value: Any) -> Any:
        """The same for texts at any depth of whatever is logged; what is a number and no text is a time or a count."""
        if isinstance(value, str):
            return self.text(value)
        if value is None or isinstance(value, (bool, int, float)):
            return value
        if isinstance(value, Mapping):
            return {self.value(name): self.value(one) for name, one in value.items()}
        if isinstance(value, (list, tuple, set, frozenset)):
            return [self.value(one) for one in value]
        return self.text(value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value))


def _hide_number(found: re.Match[str]) -> str:
    if found["keep"] is not None:
        return found["keep"]
    digits = [one for one in found["number"] if one.isdigit()]
    return f"[number ..{''.join(digits[-2:])}]"


def secrets_in(environment: Mapping[str, str]) -> set[str]:
    """The secrets among the settings: tokens, secrets and keys, and the passwords inside addresses of databases."""
    found: set[str] = set()
    for name, value in environment.items():
        if not _SETTING.match(name):
            continue
        found |= set(_PASSWORD_IN_URL.findall(value)) if name.endswith("_URL") else {value, *value.split()}
    return found


def mask_records(masker: Masker) -> None:
    """From now on no record of the standard library's logging holds what must not be seen, whoever logs it and wherever
    it is written, tracebacks included.
    """
    before = logging.getLogRecordFactory()
    make = getattr(before, "unmasked", before)

    def factory(*arguments: Any, **more: Any) -> logging.LogRecord:
        record: logging.LogRecord = make(*arguments, **more)
        if isinstance(record.msg, Mapping):  # structlog hands over an event that is not rendered yet
            record.msg = masker.value(record.msg)
            return record
        try:
            record.msg, record.args = masker.text(record.getMessage()), ()
        except Exception:  # noqa: BLE001 - a record that cannot be put together must not take down who logs it
            record.msg, record.args = f"[a line of {record.name} that cannot be read]", ()
        if record.exc_info and not isinstance(record.exc_info, bool):
            # Formatters take this text when it is there.
            record.exc_text = masker.text("".join(traceback.format_exception(*record.exc_info)).rstrip("\n"))
            record.exc_info = None
        return record

    factory.unmasked = make  # type: ignore[attr-defined]
    logging.setLogRecordFactory(factory)
